"""What can be wrong with a test script, told from its text and the hosts of each flavour.

Each defect looked for was found in the test script of a real composition. Pure Python.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache

from scaffold.base.names import DRIVER_NAMES
from scaffold.base.values import did_you_mean
from scaffold.checks.calls import (
    Fault,
    attribute_faults,
    call_faults,
    first_lines,
    free_names,
    machine_calls,
    machine_names,
    text_faults,
)

__all__ = [
    "Fault",
    "calls",
    "empty",
    "machine_calls",
    "sums",
    "syntax",
    "trailing_blanks",
    "tree_of",
    "unknown_names",
    "unknown_units",
]

#: Names of the driver that are no functions.
_OBJECTS = frozenset({"log", "machines", "driver", "os"})
NO_CLAIM = "the script proves nothing about any host"
#: The host names of each flavour.
Hosts = Mapping[str, tuple[str, ...]]
_TRAILING_BLANK = re.compile(r"\\[ \t]+$")
_SUFFIX = re.compile(r"\.(service|socket|target|mount|timer|path|slice|device|swap|automount)$")
# Methods that claim nothing about the machine by themselves.
_NO_CLAIM = frozenset({"connect", "execute", "log", "nested", "shell_interact", "sleep", "start"})


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[ast.Module | None, frozenset[str], Fault | None]:
    """Return tree and free names of a script, or its fault; its warnings are not ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            names = free_names(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        message = f"is no Python: {getattr(error, 'msg', error)}"
        return None, frozenset(), (line, message, "Mend the syntax")
    return tree, names, None


def tree_of(text: str) -> ast.Module | None:
    """Return the tree of a script, or None when it is no Python."""
    return _parsed(text)[0]


def syntax(text: str) -> Iterator[Fault]:
    """Find what Python cannot read."""
    fault = _parsed(text)[2]
    if fault is not None:
        yield fault


def _machines(tree: ast.Module, hosts: Hosts) -> frozenset[str]:
    return machine_names(tree, {host for names in hosts.values() for host in names})


def calls(text: str, hosts: Hosts) -> Iterator[Fault]:
    """Find calls and attributes that the driver does not have, or that do not fit it."""
    tree = tree_of(text)
    if tree is not None:
        machines = _machines(tree, hosts)
        yield from call_faults(tree, machines)
        yield from attribute_faults(tree, machines)
        yield from _called_objects(tree, _parsed(text)[1])


def sums(text: str, hosts: Hosts) -> Iterator[Fault]:
    """Find what is added to a text and is none."""
    tree = tree_of(text)
    if tree is not None:
        yield from text_faults(tree, _machines(tree, hosts))


def _called_objects(tree: ast.Module, free: frozenset[str]) -> Iterator[Fault]:
    """Find calls of what the driver gives as an object, most often its log."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        name = node.func.id
        if name in _OBJECTS & free:
            remedy = 'Call log.info("…"), or print' if name == "log" else "Call one of its methods"
            yield node.lineno, f"{name} is an object and cannot be called", remedy


def trailing_blanks(source: str) -> Iterator[Fault]:
    """Find backslashes before a blank: they continue no line of Python and none of a command."""
    for number, line in enumerate(source.split("\n"), 1):
        if _TRAILING_BLANK.search(line) and not line.lstrip().startswith("#"):
            yield number, "a blank follows the backslash at the end of the line", "Remove the blank"


def unknown_names(text: str, hosts: Hosts) -> Iterator[Fault]:
    """Find free names that are no host of each flavour and that the driver does not give."""
    tree = tree_of(text)
    if tree is None or not hosts:
        return
    lines = first_lines(tree)
    for name in sorted(_parsed(text)[1]):
        lacking = [f for f in hosts if name not in _given(hosts[f])]
        if not lacking:
            continue
        line = lines.get(name, 1)
        if len(lacking) == len(hosts):
            every = {host for names in hosts.values() for host in names}
            remedy = did_you_mean(name, every | DRIVER_NAMES, "Define it, or name a host")
            yield line, f"{name} is no host and is not defined", remedy
        else:
            yield line, f"{name} is no host on {', '.join(lacking)}", "Name a host of all flavours"


def _given(hosts: tuple[str, ...]) -> frozenset[str]:
    """Return the names of a flavour: ``machine`` exists when there is exactly one host."""
    return frozenset(hosts) | (DRIVER_NAMES if len(hosts) == 1 else DRIVER_NAMES - {"machine"})


def empty(text: str, hosts: Hosts) -> Iterator[Fault]:
    """Find bodies that do nothing, commands that prove nothing, a script that claims nothing."""
    tree = tree_of(text)
    if tree is not None:
        claims_nothing = not any(unknown_names(text, hosts))  # else it may be a wrong name's
        for fault in _empty(tree, _machines(tree, hosts)):
            if claims_nothing or fault[1] != NO_CLAIM:
                yield fault


def unknown_units(text: str, hosts: Hosts, units: frozenset[str]) -> Iterator[Fault]:
    """Find waits for a unit that is not among those given."""
    tree = tree_of(text)
    if tree is not None:
        yield from _unknown_units(tree, _machines(tree, hosts), units)


def _empty(tree: ast.Module, machines: frozenset[str]) -> Iterator[Fault]:
    """Find bodies that do nothing, commands that prove nothing, a script that claims nothing."""
    claims = 0
    trivial: list[Fault] = []
    for method, call in machine_calls(tree, machines):
        if _only_true(call):
            message = f'{method}("true") proves nothing'
            trivial.append((call.lineno, message, "Run a command that can fail"))
        elif method not in _NO_CLAIM:
            claims += 1
    yield from trivial
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and isinstance(node, ast.stmt) and _does_nothing(body):
            yield node.lineno, "the body is empty", "Write the test, or remove it"
    asserts = any(isinstance(node, ast.Assert | ast.Raise) for node in ast.walk(tree))
    if not claims and not asserts and not trivial:
        yield 1, NO_CLAIM, "Add a step that can fail"


def _only_true(call: ast.Call) -> bool:
    """Say whether all commands of a call are ``true``, ``:`` or empty."""
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    trivial = [isinstance(t, str) and t.strip() in ("true", ":", "") for t in texts]
    return bool(call.args) and len(texts) == len(call.args) and all(trivial)


def _does_nothing(body: list[ast.stmt]) -> bool:
    """Say whether a body has only ``pass``, ``...`` and texts."""
    return all(
        isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in body
    )


def _unknown_units(
    tree: ast.Module, machines: frozenset[str], units: frozenset[str]
) -> Iterator[Fault]:
    """Find waits for a unit that no role has; an instance counts as its template."""
    known = {_full(unit) for unit in units}
    for method, call in machine_calls(tree, machines):
        if method != "wait_for_unit" or not call.args:
            continue
        argument = call.args[0]
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            continue
        unit = _full(argument.value)
        if unit not in known and re.sub(r"@[^.]*\.", "@.", unit) not in known:
            remedy = did_you_mean(unit, known, "Wait for a unit that a role enables")
            yield call.lineno, f"no role has the unit {argument.value}", remedy


def _full(unit: str) -> str:
    """Return a unit's full name; systemctl takes a name without suffix for a service."""
    return unit if _SUFFIX.search(unit) else f"{unit}.service"
