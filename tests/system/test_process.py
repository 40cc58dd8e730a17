"""Programs are run to their end, and never outlive the tool."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from scaffold.base import errors
from scaffold.commands.nix_flags import nix_options, reach_every_nix
from scaffold.system import process
from tests.processes import wait_until, wait_until_gone


def test_what_a_program_wrote_comes_back():
    done = process.run(["sh", "-c", "echo out; echo err >&2; exit 3"])
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")
    assert done.argv == ("sh", "-c", "echo out; echo err >&2; exit 3")
    assert done.seconds >= 0


def test_arguments_are_not_read_by_a_shell():
    assert process.run(["printf", "%s", "$HOME; `id`"]).stdout == "$HOME; `id`"


def test_input_is_empty_unless_given():
    assert process.run(["cat"]).stdout == ""
    assert process.run(["cat"], input="é\n" * 100_000).stdout == "é\n" * 100_000


def test_a_program_that_reads_no_input_is_no_fault():
    assert process.run(["true"], input="x" * 1_000_000).returncode == 0


def test_much_output_on_both_streams_does_not_block():
    script = "i=0; while [ $i -lt 5000 ]; do echo $i-------; echo $i------- >&2; i=$((i+1)); done"
    done = process.run(["sh", "-c", script])
    assert len(done.stdout.splitlines()) == len(done.stderr.splitlines()) == 5000


def test_bytes_that_are_no_utf8_are_replaced():
    assert process.run(["printf", "a\\377b"]).stdout == "a\ufffdb"


def test_the_environment_is_added_to_and_the_folder_is_used(tmp_path):
    done = process.run(["sh", "-c", 'echo "$X$HOME"; pwd'], env={"X": "y"}, cwd=tmp_path)
    assert done.stdout == f"y{os.environ['HOME']}\n{tmp_path}\n"


def test_progress_comes_line_by_line_while_the_program_runs(tmp_path):
    fifo = tmp_path / "go"
    os.mkfifo(fifo)
    seen = []

    def on_line(line):
        seen.append(line)
        if line == "one":
            fifo.write_text("go\n")  # the program ends only when its first line has been seen

    process.run(["sh", "-c", f"echo one >&2; cat {fifo} >&2"], on_line=on_line, timeout=20)
    assert seen == ["one", "go"]


def test_a_missing_program_is_named_with_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(process.MissingProgramError, match=r"nixfmt: .*not on PATH.*nixpkgs#nixfmt"):
        process.run(["nixfmt", "--version"])
    with pytest.raises(errors.ExternalError, match="Install frobnicate"):
        process.run(["frobnicate"])


def test_a_program_that_cannot_be_started_is_reported(tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    with pytest.raises(errors.ExternalError, match="could not be started"):
        process.run([str(broken)])


def test_a_program_that_takes_too_long_is_ended_with_its_children(tmp_path):
    pids = tmp_path / "pids"
    script = f"sleep 600 & echo $! $$ > {pids}; wait"
    with pytest.raises(process.TimedOutError, match=r"sh: it ran longer than 3 s"):
        process.run(["sh", "-c", script], timeout=3)
    wait_until_gone(pids.read_text().split())


def test_a_program_that_ignores_the_request_is_ended_anyway(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.2)
    with pytest.raises(process.TimedOutError):
        process.run(["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], timeout=0.3)


def test_ctrl_c_ends_the_program_and_its_children(tmp_path):
    pids = tmp_path / "pids"
    script = f"sleep 600 & echo $! $$ > {pids}.new; mv {pids}.new {pids}; wait"
    code = f"from scaffold.system import process; process.run(['sh', '-c', {script!r}])"
    tool = subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, start_new_session=True
    )
    wait_until(pids.exists)
    tool.send_signal(signal.SIGINT)
    assert b"KeyboardInterrupt" in tool.communicate(timeout=30)[1]
    wait_until_gone(pids.read_text().split())


def test_which_finds_programs_on_path_only(monkeypatch, tmp_path):
    assert process.which("sh")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert process.which("sh") is None


def test_options_of_nix_reach_every_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIX_CONFIG", "cores = 1")
    argv = ["sh", "-c", 'printf %s "$NIX_CONFIG"']
    reach_every_nix(nix_options(["cores=2", "sandbox="]))
    try:
        assert process.run(argv).stdout == "cores = 1\ncores = 2\nsandbox = "
    finally:
        reach_every_nix(())
    assert process.run(argv).stdout == "cores = 1"


def test_programs_of_other_threads_end_when_we_are_interrupted():
    started = threading.Event()
    argv = ["sh", "-c", "echo begun >&2; sleep 600"]

    def wait() -> int:
        return process.run(argv, on_line=lambda _: started.set()).returncode

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait)
        assert started.wait(60)
        with pytest.raises(KeyboardInterrupt), process.ended_with_us():
            raise KeyboardInterrupt
        assert waiting.result(60) == -signal.SIGTERM
        with pytest.raises(errors.ExternalError, match="it was interrupted"):
            pool.submit(wait).result(60)
        with process.ended_with_us():
            assert pool.submit(process.run, ["true"]).result(60).returncode == 0
