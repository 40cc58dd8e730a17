"""Types at prompts: keys go through a pipe, and what is drawn is kept as text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

UP, DOWN, ENTER, SPACE, CLEAR, CTRL_C = "\x1b[A", "\x1b[B", "\r", " ", "\x15", "\x03"
HELP, BACK = "?", "<"
ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]|\x1b\][^\x07]*\x07")


def choose(options: Sequence[str], wanted: str) -> str:
    """Return the keys that choose an item of a list whose first item is pointed at."""
    return DOWN * list(options).index(wanted) + ENTER


def write(text: str) -> str:
    """Return the keys that replace the line by a text."""
    return CLEAR + text + ENTER


def typed(keys: Sequence[str] | str, call: Callable[[], Any]) -> tuple[Any, str]:
    """Call with the keys typed ahead; return what it returned or raised, and what was drawn.

    When the keys run out the input ends, so a prompt too many is an interrupt and never a hang.
    """
    result, screen = drawn(keys, call)
    return result, ESCAPES.sub("", screen)


def drawn(keys: Sequence[str] | str, call: Callable[[], Any]) -> tuple[Any, str]:
    """Do the same; what was drawn has the escapes with which a terminal colours and moves."""
    screen = io.StringIO()
    output = Vt100_Output(screen, lambda: Size(rows=60, columns=110), enable_cpr=False)
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=output):
        pipe.send_text("".join(keys))
        pipe.close()
        try:
            result = call()
        except BaseException as error:  # tests look at what ended the call
            result = error
    return result, screen.getvalue()
