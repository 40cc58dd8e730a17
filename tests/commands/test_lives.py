"""Random lives of projects; the long run is ``python tests/tools/random_lives.py 5000``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "tools/random_lives.py"


def test_no_edit_is_lost_in_forty_lives(tmp_path):
    done = subprocess.run(
        [sys.executable, SCRIPT, "40", "--seed", "7"],
        capture_output=True,
        text=True,
        timeout=600,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "40 lives, no edit lost" in done.stdout
