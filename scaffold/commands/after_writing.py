"""After the writing: git, and the checks.

What cannot be checked here (no nix, no network) is a result of its own, with the command that
checks it later; it is never counted as passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold.commands.past import keep_contents
from scaffold.composition.topology import ProjectTopology, Topology
from scaffold.report.reporter import Reporter
from scaffold.system import git
from scaffold.writer.plan import Plan
from scaffold.writer.steps import Verb
from scaffold.writer.tree import Policy

if TYPE_CHECKING:  # much code, of no use to --no-check
    from scaffold import checks


@dataclass(frozen=True)
class Wishes:
    """What the user wants done after writing, and how nix is to be called."""

    git: bool
    check: bool
    flake: bool
    offline: bool
    nix_words: tuple[str, ...]


def check(
    whole: ProjectTopology, plan: Plan, wishes: Wishes, reporter: Reporter
) -> list[checks.Result]:
    """Make the files known to git, check each composition and return the results.

    Several compositions are named before their checks; the flake is checked once, at last.
    """
    if wishes.git:
        tell_git(plan, reporter)
    results: list[checks.Result] = []
    for topology in whole.each if wishes.check else ():
        if whole.project.several:
            reporter.line(f"  {topology.composition.name}")
        flake = wishes.flake and topology is whole.each[-1]
        results += _run(subject_of(topology, plan, wishes), reporter, flake=flake)
    return results


def _run(subject: checks.Subject, reporter: Reporter, *, flake: bool) -> list[checks.Result]:
    from scaffold import checks

    steps = checks.STEPS if flake else checks.QUICK_STEPS
    if subject.test_script is None:  # it is the user's: `nxc-scaffold check` looks at it
        steps = tuple(step for step in steps if step[1] is not checks.test_script.check)
    return checks.run_all(
        subject,
        on_start=reporter.check_started,
        on_done=reporter.check_done,
        on_line=reporter.check_line,
        steps=steps,
    )


def tell_git(plan: Plan, reporter: Reporter) -> None:
    """A flake in a git work tree sees only the files that git knows of (NixOS/nix#7107).

    It does not evaluate while git knows of one that is gone, and nobody committed.
    """
    started = git.init_if_needed(plan.target)
    known = git.intent_to_add(plan.target, plan.present)
    deleted = [step.path for step in plan.steps if step.verb is Verb.DELETE]
    forgotten = git.forget_deleted(plan.target, deleted)
    for result in (started, known, forgotten):
        if result.reason:
            reporter.field("git", result.reason)
            break
    keep_contents(plan)


def subject_of(topology: Topology, plan: Plan, wishes: Wishes) -> checks.Subject:
    """Return what the checks look at: a composition, and the files that are not another's."""
    from scaffold import checks

    composition, project = topology.composition, topology.project
    folder = project.folder(composition)
    others = {one.name for one in project.compositions if project.several} - {composition.name}
    own = {s.path for s in plan.steps if s.file.policy in (Policy.KEPT, Policy.EDIT)}  # the user's
    written = (path for path in plan.present if path.suffix == ".nix" and path not in own)
    script = folder / "test_script.py"
    return checks.Subject(
        project=plan.target,
        nix_files=tuple(path for path in written if path.parts[0] not in others),
        test_script=None if script in own else script,
        composition=folder / "composition.nix",
        attribute=composition.name if project.several else "composition",
        roles={role.name: role.count for role in composition.roles},
        hosts=dict.fromkeys(project.flavours, topology.hosts),
        flavours=project.flavours,
        nix_options=wishes.nix_words,
        offline=wishes.offline,
        units=frozenset(unit for part in topology.used_parts for unit in part.units),
    )
