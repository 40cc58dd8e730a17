"""The test script can run, and proves something, on every chosen flavour; pure Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffold.checks import script_faults, written
from scaffold.checks.base import Finding, Result, Session, judged, not_checked, plural
from scaffold.checks.rule import Kind

NAME = "test script"
#: The family of rules that this step runs.
FAMILY = "test_script"


def check(session: Session) -> Result:
    """Read the test script, or the text that the composition gives when it has no file."""
    subject = session.subject
    file, source = _source(session)
    if source is None:
        return not_checked(NAME, "the composition could not be read for it", "")
    target = written.script_target(subject, file, source)
    problems = written.found(target, written.codes_of(FAMILY), Kind.PROJECT)
    if subject.units is not None:
        unknown = script_faults.unknown_units(source, subject.hosts, subject.units)
        problems += [Finding(file, line, message, remedy) for line, message, remedy in unknown]
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
    script = next(iter(session.views.values())).test_script
    return str(subject.composition), script or ""


def _not_the_same(session: Session, source: str) -> Iterator[Finding]:
    """Yield a finding when the composition does not read the script that lies beside it."""
    subject = session.subject
    for view in session.views.values():
        if subject.test_script is not None and view.test_script != source:
            yield Finding(
                str(subject.composition),
                None,
                f"its testScript is not {subject.test_script}",
                f"Set testScript = builtins.readFile ./{subject.test_script};",
            )
            return


def _detail(source: str, problems: list[Finding]) -> str:
    """Return what the report shows of a good script."""
    tree = script_faults.tree_of(source)
    if problems or tree is None:
        return ""
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
