"""Whether processes that a test started have ended."""

import time
from pathlib import Path


def alive(pid):
    """Say whether a process runs; one that is dead and not yet buried does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        return stat.rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def wait_until_gone(pids):
    """Wait until none of the processes runs: a killed one may take a moment to end."""
    wait_until(lambda: not any(alive(pid) for pid in pids))
