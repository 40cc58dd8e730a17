"""What a test script asks of the driver of NixOS Compose, read without running it.

``driver.json`` holds the signatures of the driver (made by tests/tools/driver_signatures.py).
"""

from __future__ import annotations

import ast
import builtins
import json
import symtable
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from scaffold.base.values import did_you_mean

#: A message, the line it is about, and the remedy.
Fault = tuple[int, str, str]
_MODULE_NAMES = frozenset({"__name__", "__file__", "__builtins__", "__doc__"})


@cache
def driver() -> Mapping[str, Any]:
    """Return the table: methods and attributes of a machine, functions of the script."""
    table: Mapping[str, Any] = json.loads(Path(__file__).with_name("driver.json").read_text())
    return table


def free_names(source: str) -> frozenset[str]:
    """Return the names that a script uses and does not define itself."""
    top = symtable.symtable(source, "test_script.py", "exec")
    defined = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    used: set[str] = set()
    for table in _tables(top):
        for symbol in table.get_symbols():
            outside = table is top or symbol.is_global()
            if symbol.is_declared_global() and symbol.is_assigned():
                defined.add(symbol.get_name())
            if outside and symbol.is_referenced():
                used.add(symbol.get_name())
    return frozenset(used - defined - set(dir(builtins)) - _MODULE_NAMES)


def _tables(top: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """Yield a scope and all scopes inside it."""
    yield top
    for child in top.get_children():
        yield from _tables(child)


def first_lines(tree: ast.AST) -> dict[str, int]:
    """Return the first line on which each name is read."""
    lines: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            lines[node.id] = min(node.lineno, lines.get(node.id, node.lineno))
    return lines


def machine_names(tree: ast.AST, hosts: Iterable[str]) -> frozenset[str]:
    """Return the names that stand for a machine: hosts, ``machine``, and loops over machines."""
    known = {*hosts, "machine"}
    loops = [n for n in ast.walk(tree) if isinstance(n, ast.For | ast.comprehension)]
    for loop in loops:
        if isinstance(loop.target, ast.Name) and _gives_machines(loop.iter, known):
            known.add(loop.target.id)
    return frozenset(known)


def _gives_machines(node: ast.expr, known: set[str]) -> bool:
    """Say whether an expression is ``machines``, a slice of it, or a list of known machines."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice) and _gives_machines(node.value, known)
    if isinstance(node, ast.List | ast.Tuple):
        return bool(node.elts) and all(_is_machine(item, known) for item in node.elts)
    return isinstance(node, ast.Name) and node.id == "machines"


def _is_machine(node: ast.expr, known: Iterable[str]) -> bool:
    """Say whether an expression is one machine: its name, or ``machines[0]``."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return node.value.id == "machines" and not isinstance(node.slice, ast.Slice)
    return isinstance(node, ast.Name) and node.id in known


def machine_calls(tree: ast.AST, machines: Iterable[str]) -> list[tuple[str, ast.Call]]:
    """Return method and call of everything asked of a machine, in the order of the lines."""
    calls = [
        (node.func.attr, node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and _is_machine(node.func.value, machines)
    ]
    return sorted(calls, key=lambda call: (call[1].lineno, call[1].col_offset))


def call_faults(tree: ast.AST, machines: Iterable[str]) -> Iterator[Fault]:
    """Yield calls that the driver does not know or that do not fit its signatures."""
    methods, functions = driver()["methods"], driver()["functions"]
    for name, call in machine_calls(tree, machines):
        if name in methods:
            yield from _misfit(name, call, methods[name])
        elif name not in driver()["attributes"]:
            yield call.lineno, f"machines have no method {name}", _did_you_mean(name, methods)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in functions:
            yield from _misfit(call.func.id, call, functions[call.func.id])


def attribute_faults(tree: ast.AST, machines: Iterable[str]) -> Iterator[Fault]:
    """Yield attributes read from a machine, without a call, that it does not have."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    known = [*driver()["attributes"], *driver()["methods"]]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or id(node) in called:
            continue
        if _is_machine(node.value, machines) and node.attr not in known:
            remedy = _did_you_mean(node.attr, known)
            yield node.lineno, f"machines have no attribute {node.attr}", remedy


def text_faults(tree: ast.AST, machines: Iterable[str]) -> Iterator[Fault]:
    """Yield places where something that is no text is added to one: Python refuses it."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
            continue
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if _is_text(one) and _is_no_text(other, machines):
                what = ast.unparse(other)
                yield node.lineno, f"{what} is no text, and is added to one", f"Write str({what})"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _is_no_text(node: ast.expr, machines: Iterable[str]) -> bool:
    """Say whether an expression is surely no text: a number, a machine, all of the environment."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float | bytes) or node.value is None
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return (node.value.id, node.attr) == ("os", "environ")
    if isinstance(node, ast.Name):
        return node.id in machines or node.id == "machines"
    return isinstance(node, ast.List | ast.Dict | ast.Set | ast.Tuple)


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the remedy for a misspelt name."""
    return did_you_mean(name, known, "See the driver of NixOS Compose for what there is")


def _misfit(name: str, call: ast.Call, signature: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield how the arguments of a call do not fit; unpacked arguments are taken on trust."""
    parameters: list[str] = signature["parameters"]
    keywords = [keyword.arg for keyword in call.keywords]
    unpacked = None in keywords or any(isinstance(arg, ast.Starred) for arg in call.args)
    remedy = f"Its parameters are {_shown(signature)}"
    for keyword in keywords:
        if keyword is not None and keyword not in (*parameters, *signature["keyword_only"]):
            yield call.lineno, f"{name} has no parameter {keyword}", remedy
    if len(call.args) > len(parameters) and not signature["varargs"] and not unpacked:
        yield call.lineno, f"{name} takes no {len(call.args)} arguments", remedy
    twice = [p for p in parameters[: len(call.args)] if p in keywords]
    missing = [p for p in parameters[len(call.args) : signature["required"]] if p not in keywords]
    for parameter in twice:
        yield call.lineno, f"{name} gets {parameter} twice", remedy
    if missing and not unpacked:
        yield call.lineno, f"{name} lacks {', '.join(missing)}", remedy
    if signature["varargs"] and not call.args and not unpacked:
        yield call.lineno, f"{name} is given no command", "Give at least one command"


def _shown(signature: Mapping[str, Any]) -> str:
    """Return the parameters as a reader of Python expects them."""
    first = ["*commands"] if signature["varargs"] else list(signature["parameters"])
    return ", ".join([*first, *signature["keyword_only"]]) or "none"
