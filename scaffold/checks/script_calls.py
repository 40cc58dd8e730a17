"""What test scripts ask of machines: the calls, and the shell commands that are spelt out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffold.checks import script_faults
from scaffold.checks.calls import machine_calls, machine_names
from scaffold.checks.scripts import Script

#: Methods of a machine whose positional arguments are commands.
_COMMANDS = frozenset({"execute", "fail", "succeed"})
#: Those whose first argument is one.
_COMMAND = frozenset({"wait_until_fails", "wait_until_succeeds"})


def calls(script: Script) -> Iterator[tuple[str, ast.Call]]:
    """Yield method and call of everything that a script asks of a machine."""
    tree = script_faults.tree_of(script.text)
    if tree is None:
        return
    hosts = {host for names in script.hosts.values() for host in names}
    yield from machine_calls(tree, machine_names(tree, hosts))


def text_argument(call: ast.Call) -> str | None:
    """Return the first argument of a call where it is a text that is spelt out."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return None


def commands(script: Script) -> Iterator[tuple[int, str]]:
    """Yield line and text of the commands that are spelt out."""
    for method, call in calls(script):
        given = call.args if method in _COMMANDS else call.args[:1] if method in _COMMAND else []
        for argument in given:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.lineno, argument.value
