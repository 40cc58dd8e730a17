"""The composition that was written has the shape that NixOS Compose expects, and is as answered.

What is looked for are the rules of ``check`` about compositions and roles; only the comparison with
the answers, which somebody else's project does not have, is made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaffold.base.names import in_short
from scaffold.checks import flake, written
from scaffold.checks.base import Finding, Result, Session, Subject, judged, not_checked, plural
from scaffold.checks.rule import Kind
from scaffold.survey.views import Failure, View
from scaffold.system import nix

NAME = "composition"
#: The families of rules that this step runs.
FAMILIES = ("composition", "roles")


def check(session: Session) -> Result:
    """Call the composition for each flavour, run the rules, and compare it with the answers."""
    subject = session.subject
    command = flake.command_of(subject)
    if session.blocked:
        return not_checked(NAME, session.blocked, command)
    nix.require()
    target = written.project_target(subject)
    for called in target.called:
        failure = called.failures.get(subject.attribute)
        if failure is not None and not failure.is_defect:
            return not_checked(NAME, _reason(failure), command)
        views = called.views.get(subject.attribute, {})
        session.views |= {f: views[f] for f in subject.flavours if f in views}
    problems = written.found(target, written.codes_of(*FAMILIES), Kind.PROJECT)
    for flavour, view in session.views.items():
        problems += _as_answered(view, flavour, subject)
    return judged(NAME, list(dict.fromkeys(problems)), _detail(session.views), command)


def _reason(failure: Failure) -> str:
    return f"it needs the real nixpkgs to be called ({failure.message})"


def _detail(views: Mapping[str, View]) -> str:
    """Return roles and hosts as the report shows them."""
    if not views:
        return "no flavour to call it for"
    flavour, view = next(iter(views.items()))
    counts = f"{plural(len(view.roles), 'role')}, {plural(len(view.hosts), 'host')}"
    return f"{counts} on {flavour}: {' '.join(in_short(view.hosts))}"


def _as_answered(view: View, flavour: str, subject: Subject) -> Iterator[Finding]:
    """Compare roles, counts and host names with the answers, as far as these are known."""
    file = str(subject.composition)
    for role in sorted(set(subject.roles) ^ set(view.roles)) if subject.roles else ():
        verb = "is missing from" if role in subject.roles else "is only in"
        message = f"role {role} {verb} the composition"
        yield Finding(file, None, message, "Make answers and composition agree")
    expected = subject.hosts.get(flavour)
    if expected is not None and set(expected) != set(view.hosts):
        yield Finding(
            file,
            None,
            f"the hosts on {flavour} are {' '.join(view.hosts)}, not {' '.join(expected)}",
            "Make rolesDistribution and the answers agree",
        )
    for role, count in subject.roles.items():
        given = view.distribution.get(role, 1)
        number = len(given) if isinstance(given, list) else given
        if role in view.roles and isinstance(number, int) and number != count:
            message = f"role {role} has {plural(number, 'host')}, not {count}"
            yield Finding(file, None, message, f"Set rolesDistribution.{role} = {count}")
