"""Ctrl-C while the program is loaded, and when it is done: one line or none, and no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

#: Runs the command, and sends Ctrl-C when a module is looked for.
PROGRAM = """
import os, signal, sys
signal.signal(signal.SIGINT, {handler})

class Interrupting:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
from scaffold.__main__ import main
main()
"""


def interrupted(module, handler="signal.default_int_handler"):
    program = PROGRAM.format(module=module, handler=handler)
    root = str(Path(__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-c", program, "list", "extras"],
        capture_output=True, text=True, timeout=60, cwd=root,
    )  # fmt: skip


@pytest.mark.parametrize("module", ["scaffold.cli", "click", "scaffold.base.errors"])
def test_while_it_is_loaded_one_line_tells_that_nothing_was_written(module):
    done = interrupted(module)
    assert done.returncode == 130
    assert done.stderr == "error  nxc-scaffold: interrupted, nothing was written\n"


def test_what_is_started_to_ignore_it_goes_on():
    done = interrupted("click", "signal.SIG_IGN")
    assert (done.returncode, done.stderr) == (0, "")
    assert "justfile" in done.stdout


def test_once_all_is_told_nothing_is_broken_off():
    program = "import os, signal\nfrom scaffold.__main__ import main\n"
    program += "try: main()\nexcept SystemExit: pass\nos.kill(os.getpid(), signal.SIGINT)\n"
    done = subprocess.run(
        [sys.executable, "-c", program, "list", "extras"],
        capture_output=True, text=True, timeout=60, cwd=str(Path(__file__).parents[1]),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
