"""The test script can run, and proves something, on every chosen flavour; pure Python.

Each defect looked for was found in the test script of a real composition.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from scaffold.base.names import DRIVER_NAMES, closest
from scaffold.checks.base import Finding, Result, Session, Subject, judged, not_checked, plural
from scaffold.checks.calls import (
    Fault,
    attribute_faults,
    call_faults,
    first_lines,
    free_names,
    machine_calls,
    machine_names,
)

NAME = "test script"
_TRAILING_BLANK = re.compile(r"\\[ \t]+$")
_SUFFIX = re.compile(r"\.(service|socket|target|mount|timer|path|slice|device|swap|automount)$")
# Methods that claim nothing about the machine by themselves.
_NO_CLAIM = frozenset({"connect", "execute", "log", "nested", "shell_interact", "sleep", "start"})


def check(session: Session) -> Result:
    """Read the test script, or the text that the composition gives when it has no file."""
    subject = session.subject
    file, source = _source(session)
    if source is None:
        return not_checked(NAME, "the composition could not be read for it", "")
    problems = [
        Finding(file, line, message, remedy) for line, message, remedy in _faults(source, subject)
    ]
    problems += _not_the_same(session, source)
    return judged(NAME, sorted(problems, key=lambda p: p.line or 0), _detail(source, problems))


def _source(session: Session) -> tuple[str, str | None]:
    """Return file and text of the script; None when only nix could have told the text."""
    subject = session.subject
    if subject.test_script is not None:
        path = subject.project / subject.test_script
        return str(subject.test_script), path.read_text(encoding="utf-8")
    if not session.views:
        return str(subject.composition), None
    script = next(iter(session.views.values()))["testScript"]
    return str(subject.composition), script or ""


def _not_the_same(session: Session, source: str) -> Iterator[Finding]:
    """Yield a finding when the composition does not read the script that lies beside it."""
    subject = session.subject
    for view in session.views.values():
        if subject.test_script is not None and view["testScript"] != source:
            yield Finding(
                str(subject.composition),
                None,
                f"its testScript is not {subject.test_script}",
                f"Set testScript = builtins.readFile ./{subject.test_script};",
            )
            return


def _detail(source: str, problems: list[Finding]) -> str:
    """Return what the report shows of a good script."""
    if problems:
        return ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    subtests = [n for n in ast.walk(tree) if isinstance(n, ast.With) and _is_subtest(n)]
    steps = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _is_method(n)]
    return f"{plural(len(subtests), 'subtest')}, {plural(len(steps), 'step')}"


def _is_method(call: ast.Call) -> bool:
    """Say whether a call is one of a method of a plain name."""
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)


def _is_subtest(node: ast.With) -> bool:
    """Say whether a with statement opens a subtest."""
    calls = [item.context_expr for item in node.items]
    return any(
        isinstance(c, ast.Call) and isinstance(c.func, ast.Name) and c.func.id == "subtest"
        for c in calls
    )


def _faults(source: str, subject: Subject) -> Iterator[Fault]:
    """Yield all that is wrong with a script."""
    yield from _trailing_blanks(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the script's own warnings are not this program's
            tree, names = ast.parse(source), free_names(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        yield line, f"is no Python: {getattr(error, 'msg', error)}", "Mend the syntax"
        return
    hosts = frozenset(host for names in subject.hosts.values() for host in names)
    machines = machine_names(tree, hosts)
    if subject.hosts:
        yield from _unknown_names(names, first_lines(tree), subject)
    yield from call_faults(tree, machines)
    yield from attribute_faults(tree, machines)
    yield from _empty(tree, machines)
    if subject.units is not None:
        yield from _unknown_units(tree, machines, subject.units)


def _trailing_blanks(source: str) -> Iterator[Fault]:
    """Find backslashes before a blank: they continue no line of Python and none of a command."""
    for number, line in enumerate(source.split("\n"), 1):
        if _TRAILING_BLANK.search(line) and not line.lstrip().startswith("#"):
            yield number, "a blank follows the backslash at the end of the line", "Remove the blank"


def _unknown_names(
    names: frozenset[str], lines: dict[str, int], subject: Subject
) -> Iterator[Fault]:
    """Find free names that are no host of each flavour and that the driver does not give."""
    for name in sorted(names):
        lacking = [f for f in subject.flavours if name not in _given(f, subject)]
        if not lacking:
            continue
        line = lines.get(name, 1)
        if len(lacking) == len(subject.flavours):
            every = {host for hosts in subject.hosts.values() for host in hosts}
            near = closest(name, every | DRIVER_NAMES)
            remedy = f"Did you mean {near}" if near else "Define it, or name a host"
            yield line, f"{name} is no host and is not defined", remedy
        else:
            yield line, f"{name} is no host on {', '.join(lacking)}", "Name a host of all flavours"


def _given(flavour: str, subject: Subject) -> frozenset[str]:
    """Return the names of a flavour: ``machine`` exists when there is exactly one host."""
    hosts = subject.hosts.get(flavour, ())
    return frozenset(hosts) | (DRIVER_NAMES if len(hosts) == 1 else DRIVER_NAMES - {"machine"})


def _empty(tree: ast.Module, machines: frozenset[str]) -> Iterator[Fault]:
    """Find bodies that do nothing, commands that prove nothing, a script that claims nothing."""
    claims = 0
    for method, call in machine_calls(tree, machines):
        if _only_true(call):
            yield call.lineno, f'{method}("true") proves nothing', "Run a command that can fail"
        elif method not in _NO_CLAIM:
            claims += 1
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and isinstance(node, ast.stmt) and _does_nothing(body):
            yield node.lineno, "the body is empty", "Write the test, or remove it"
    asserts = any(isinstance(node, ast.Assert | ast.Raise) for node in ast.walk(tree))
    if not claims and not asserts:
        yield 1, "the script proves nothing about any host", "Add a step that can fail"


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
            near = closest(unit, known)
            remedy = f"Did you mean {near}" if near else "Wait for a unit that a role enables"
            yield call.lineno, f"no role has the unit {argument.value}", remedy


def _full(unit: str) -> str:
    """Return a unit's full name; systemctl takes a name without suffix for a service."""
    return unit if _SUFFIX.search(unit) else f"{unit}.service"
