"""After the writing: git, and the checks.

What cannot be checked here (no nix, no network) is a result of its own, with the command that
checks it later; it is never counted as passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from scaffold.commands.past import keep_contents
from scaffold.composition.topology import Topology
from scaffold.report.reporter import Reporter
from scaffold.system import git
from scaffold.writer.plan import Plan

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
    topology: Topology, plan: Plan, wishes: Wishes, reporter: Reporter
) -> list[checks.Result]:
    """Make the files known to git, check the project and return the results."""
    if wishes.git:
        tell_git(plan, reporter)
    if not wishes.check:
        return []
    return _run(subject_of(topology, plan, wishes), reporter, flake=wishes.flake)


def check_several(
    topologies: Sequence[Topology], plan: Plan, wishes: Wishes, reporter: Reporter
) -> list[checks.Result]:
    """Do the same for compositions in folders of their own; the flake is checked once, at last."""
    if wishes.git:
        tell_git(plan, reporter)
    results: list[checks.Result] = []
    names = [topology.composition.name for topology in topologies]
    for topology in topologies if wishes.check else ():
        name = topology.composition.name
        reporter.line(f"  {name}")
        subject = subject_of(topology, plan, wishes)
        subject = replace(
            subject,
            nix_files=tuple(f for f in subject.nix_files if f.parts[0] not in {*names} - {name}),
            test_script=name / PurePosixPath("test_script.py"),
            composition=name / PurePosixPath("composition.nix"),
            attribute=name,
        )
        flake = wishes.flake and topology is topologies[-1]
        results += _run(subject, reporter, flake=flake)
    return results


def _run(subject: checks.Subject, reporter: Reporter, *, flake: bool) -> list[checks.Result]:
    from scaffold import checks

    return checks.run_all(
        subject,
        on_start=reporter.check_started,
        on_done=reporter.check_done,
        on_line=reporter.check_line,
        steps=checks.STEPS if flake else checks.QUICK_STEPS,
    )


def tell_git(plan: Plan, reporter: Reporter) -> None:
    """A flake in a git work tree sees only the files that git knows of (NixOS/nix#7107)."""
    started = git.init_if_needed(plan.target)
    known = git.intent_to_add(plan.target, plan.present)
    for result in (started, known):
        if result.reason:
            reporter.field("git", result.reason)
            break
    keep_contents(plan)


def subject_of(topology: Topology, plan: Plan, wishes: Wishes) -> checks.Subject:
    """Return what the checks look at."""
    from scaffold import checks

    composition = topology.composition
    return checks.Subject(
        project=plan.target,
        nix_files=tuple(path for path in plan.present if path.suffix == ".nix"),
        test_script=PurePosixPath("test_script.py"),
        composition=PurePosixPath("composition.nix"),
        roles={role.name: role.count for role in composition.roles},
        hosts=dict.fromkeys(composition.flavours, topology.hosts),
        flavours=composition.flavours,
        nix_options=wishes.nix_words,
        offline=wishes.offline,
        units=frozenset(unit for part in topology.used_parts for unit in part.units),
    )
