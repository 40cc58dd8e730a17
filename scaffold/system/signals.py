"""Being told to end: SIGTERM and a closed terminal unwind as Ctrl-C does.

So the programs that were started end with the command, what was half done is undone or kept as
interrupted, and only the exit code tells which it was.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from scaffold.base.errors import Exit

CODES = {signal.SIGHUP: Exit.HUNG_UP, signal.SIGTERM: Exit.TERMINATED}
_seen: list[int] = []


@contextmanager
def unwinding() -> Iterator[None]:
    """Turn the signals into KeyboardInterrupt; one that is ignored, as under nohup, stays so."""
    _seen.clear()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [n for n in CODES if signal.getsignal(n) is not signal.SIG_IGN]

    def leave(number: int, _: FrameType | None) -> None:
        _seen.append(number)
        for each in ours:  # a second one must not break off the unwinding
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, leave) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def exit_code(code: Exit) -> Exit:
    """Return the exit code; that of the signal, where one interrupted the command."""
    if code is Exit.INTERRUPTED and _seen:
        return CODES[signal.Signals(_seen[0])]
    return code
