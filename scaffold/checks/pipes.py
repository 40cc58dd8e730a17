"""Pipes in the commands of a test script that hide that their first command failed.

The driver of NixOS Compose runs a command in a shell without ``pipefail``: the status of a pipe is
that of its last command alone. Pure Python.
"""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

#: Methods of a machine that are right when their command fails.
_HOPE_TO_FAIL = ("fail", "wait_until_fails")


@dataclass(frozen=True)
class Text:
    """A text of a script, ``X`` in the place of what is filled in; its line counts from 1.

    ``hoped`` says that the command in it is to fail.
    """

    text: str
    line: int
    hoped: bool


def texts(tree: ast.AST) -> Iterator[Text]:
    """Yield every text of a script, or of a part of it."""
    hoped = {
        id(inner)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in _HOPE_TO_FAIL
        for inner in ast.walk(call)
    }
    whole = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "X" for p in node.values]
            yield Text("".join(map(str, parts)), node.lineno, id(node) in hoped)
        elif isinstance(node, ast.Constant) and id(node) not in whole:
            yield Text(str(node.value), node.lineno, id(node) in hoped)


def words(command: str) -> list[str]:
    """Split a command as a shell does; a pipe is a word of its own."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|&;()")
    lexer.commenters = ""
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:  # an apostrophe in a sentence: no command
        return []


def hidden_failures(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and text of each command in which a pipe hides that its first one failed."""
    for given in texts(tree):
        command = given.text
        if "|" in words(command) and command != "|":
            rest = command.removeprefix("set -o pipefail; ")
            negated = rest.startswith("!")
            continued = command.startswith(("X | ", " | "))  # of a command that is judged itself
            if given.hoped or negated or (rest == command and not continued):
                yield given.line, command
        for inner in words(command):
            if " | " in inner and "pipefail" not in inner:
                yield given.line, inner
