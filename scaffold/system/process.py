"""The only module that starts programs: no shell, no inherited input, nothing left running."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from scaffold.base.errors import ExternalError, Problem

if TYPE_CHECKING:
    import subprocess

_NIX = "Install Nix 2.8 or newer, see https://nixos.org/download"
#: How to get the programs that the tool starts.
REMEDIES = {
    "git": "Install git, or choose to work without a repository",
    "nix": _NIX,
    "nix-instantiate": _NIX,
    "nixfmt": "Install nixfmt 1.x: nix profile install nixpkgs#nixfmt-rfc-style",
}
GRACE_SECONDS = 3.0  # between asking a group of processes to end and ending it


@dataclass(frozen=True)
class Completed:
    """A program that has ended by itself; ``seconds`` is wall time."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str
    seconds: float


class MissingProgramError(ExternalError):
    """The program is not on PATH."""


class TimedOutError(ExternalError):
    """The program ran longer than it was given, and was ended."""


_running: set[subprocess.Popen[bytes]] = set()
_starting = threading.Lock()  # held while a program starts, and while those that run are ended
_stopped = threading.Event()  # no thread but the main one starts a program any more
_observers: list[Callable[[Sequence[str]], None]] = []


def observe(observer: Callable[[Sequence[str]], None]) -> None:
    """Call ``observer`` with the command line of every program, before it starts (``-v``)."""
    _observers.append(observer)


_everywhere: dict[str, str] = {}


def set_everywhere(variables: Mapping[str, str]) -> None:
    """Give every program that ``run`` starts from now on these variables, and no earlier ones."""
    _everywhere.clear()
    _everywhere.update(variables)


@contextmanager
def ended_with_us() -> Iterator[None]:
    """When this is interrupted, end every program that a thread waits for, and start no more.

    Ctrl-C reaches the main thread alone, and Python waits for the others at its end.
    """
    _stopped.clear()
    try:
        yield
    except KeyboardInterrupt:
        with _starting:
            _stopped.set()
        for child in list(_running):
            _end_group(child)
        raise


def which(name: str) -> str | None:
    """Return where a program is on PATH, or None."""
    return shutil.which(name)


def run(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    input: str | None = None,  # noqa: A002 - the name that subprocess uses
    on_line: Callable[[str], None] | None = None,
) -> Completed:
    """Run a program to its end and return what it wrote.

    ``env`` is added to the environment, ``timeout`` is in seconds. Each line of its standard error,
    where nix reports progress, is passed to ``on_line`` as it comes, from another thread.
    Raises MissingProgramError, TimedOutError, ExternalError when it cannot be started, and
    KeyboardInterrupt after ending the program and its children.
    """
    start = time.monotonic()
    child = _start(argv, cwd, {**os.environ, **_everywhere, **(env or {})}, input is not None)
    with _ends_with_us(child, argv, timeout):
        readers = [_Reader(child.stdout, None), _Reader(child.stderr, on_line)]
        _feed(child, input)
        child.wait(timeout)
    out, err = (reader.text() for reader in readers)
    return Completed(tuple(argv), child.returncode, out, err, time.monotonic() - start)


def record(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    on_line: Callable[[str], None] | None = None,
) -> Completed:
    """Run a program in exactly the environment ``env``, its output and errors in one stream.

    Each line is in the file ``log`` and passed to ``on_line`` as soon as it is there, from another
    thread. ``Completed.stdout`` holds both. Raises like ``run``.
    """
    start = time.monotonic()
    with log.open("w", encoding="utf-8", buffering=1) as file:

        def keep(line: str) -> None:
            if not file.closed:  # a child that outlives the program may go on writing
                file.write(line + "\n")
            if on_line:
                on_line(line)

        child = _start(argv, cwd, env, has_input=False, merged=True)
        with _ends_with_us(child, argv, None):
            reader = _Reader(child.stdout, keep)
            child.wait()
        text = reader.text()
    return Completed(tuple(argv), child.returncode, text, "", time.monotonic() - start)


def hand_over(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> int:
    """Give the terminal to a program, such as a shell, and return its exit code.

    Ctrl-C is the program's while it runs. Raises MissingProgramError like ``run``.
    """
    import subprocess

    _find(argv[0])
    ours = signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which is inherited
    try:
        return subprocess.call(list(argv), cwd=cwd, env=dict(env))
    finally:
        signal.signal(signal.SIGINT, ours)


def _find(name: str) -> None:
    """Raise MissingProgramError when a program is not on PATH."""
    if which(name) is None:
        remedy = REMEDIES.get(Path(name).name, f"Install {name} and put it on PATH")
        raise MissingProgramError(Problem(name, "the program is not on PATH", remedy))


def _start(
    argv: Sequence[str],
    cwd: Path | None,
    env: Mapping[str, str],
    has_input: bool,
    *,
    merged: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own: it can be ended whole and cannot ask a terminal."""
    import subprocess  # loaded with the first program, as many commands start none

    name = argv[0]
    _find(name)
    for observer in _observers:
        observer(argv)
    try:
        with _starting:
            if _stopped.is_set() and threading.current_thread() is not threading.main_thread():
                raise ExternalError(Problem(name, "it was interrupted", "Run it again"))
            child = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env=env,
                stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if merged else subprocess.PIPE,
                start_new_session=True,
            )
            _running.add(child)
            return child
    except OSError as error:
        problem = Problem(name, f"it could not be started: {error}", "Check the program by hand")
        raise ExternalError(problem) from error


def _feed(child: subprocess.Popen[bytes], text: str | None) -> None:
    """Write the input; a program that does not read it all is no fault."""
    if child.stdin is None or text is None:
        return
    try:
        child.stdin.write(text.encode())
        child.stdin.close()
    except BrokenPipeError:
        pass


@contextmanager
def _ends_with_us(
    child: subprocess.Popen[bytes], argv: Sequence[str], timeout: float | None
) -> Iterator[None]:
    """End the program's whole group when we stop waiting for it, for whatever reason."""
    import subprocess

    try:
        yield
    except subprocess.TimeoutExpired as error:
        _end_group(child)
        problem = Problem(argv[0], f"it ran longer than {timeout:g} s", "Run it by hand to see why")
        raise TimedOutError(problem) from error
    except BaseException:
        _end_group(child)
        raise
    finally:
        _running.discard(child)


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, and end it after a while; the child is waited for in both cases."""
    import subprocess

    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            child.wait(GRACE_SECONDS)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    child.poll()


class _Reader:
    """Reads one stream in a thread, so that a full pipe never stops the program."""

    def __init__(self, stream: IO[bytes] | None, on_line: Callable[[str], None] | None) -> None:
        self._lines: list[bytes] = []
        self._stream = stream
        self._on_line = on_line
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        """Collect lines; one that is no UTF-8 is shown with replacement characters."""
        if self._stream is None:
            return
        with self._stream as stream:
            for line in stream:
                self._lines.append(line)
                if self._on_line:
                    self._on_line(line.decode(errors="replace").rstrip("\r\n"))

    def text(self) -> str:
        """Return the whole text, not waiting for children that outlive the program."""
        self._thread.join(GRACE_SECONDS)
        return b"".join(list(self._lines)).decode(errors="replace")
