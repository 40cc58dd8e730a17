"""Around the writing: formatting before it, git and the checks after it.

What cannot be checked here (no nix, no network) is a result of its own, with the command that
checks it later; it is never counted as passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from scaffold.base.errors import ScaffoldError
from scaffold.composition.topology import Topology
from scaffold.report.reporter import Reporter
from scaffold.system import git, nix, process
from scaffold.writer.plan import Plan
from scaffold.writer.tree import File, Tree

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


def formatted(tree: Tree, reporter: Reporter) -> Tree:
    """Return the tree with its Nix files formatted; text that nixfmt fails on stays as it is."""
    if process.which("nixfmt") is None:
        return tree
    files = [file for file in tree.values() if file.path.suffix == ".nix"]
    try:
        texts = nix.nixfmt_format_all([file.content.decode() for file in files])
        found = [replace(f, content=t.encode()) for f, t in zip(files, texts, strict=True)]
    except (ScaffoldError, OSError):  # one at a time, to find the one that fails
        found = [_formatted(file, reporter) for file in files]
    return Tree({**tree, **{file.path: file for file in found}}.values())


def _formatted(file: File, reporter: Reporter) -> File:
    try:
        return replace(file, content=nix.nixfmt_format(file.content.decode()).encode())
    except ScaffoldError as error:
        reporter.field("format", f"{file.path} is written unformatted: {error.problems[0].what}")
        return file


def confirm(
    topology: Topology, plan: Plan, wishes: Wishes, reporter: Reporter
) -> list[checks.Result]:
    """Make the files known to git, check the project and return the results."""
    if wishes.git:
        _tell_git(plan, reporter)
    if not wishes.check:
        return []
    return _run(subject_of(topology, plan, wishes), reporter, flake=wishes.flake)


def confirm_several(
    topologies: Sequence[Topology], plan: Plan, wishes: Wishes, reporter: Reporter
) -> list[checks.Result]:
    """Do the same for compositions in folders of their own; the flake is checked once, at last."""
    if wishes.git:
        _tell_git(plan, reporter)
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


def _tell_git(plan: Plan, reporter: Reporter) -> None:
    """A flake in a git work tree sees only the files that git knows of (NixOS/nix#7107)."""
    started = git.init_if_needed(plan.target)
    known = git.intent_to_add(plan.target, [step.path for step in plan.steps])
    for result in (started, known):
        if result.reason:
            reporter.field("git", result.reason)
            return


def subject_of(topology: Topology, plan: Plan, wishes: Wishes) -> checks.Subject:
    """Return what the checks look at."""
    from scaffold import checks

    composition = topology.composition
    return checks.Subject(
        project=plan.target,
        nix_files=tuple(s.path for s in plan.steps if s.path.suffix == ".nix"),
        test_script=PurePosixPath("test_script.py"),
        composition=PurePosixPath("composition.nix"),
        roles={role.name: role.count for role in composition.roles},
        hosts=dict.fromkeys(composition.flavours, topology.hosts),
        flavours=composition.flavours,
        nix_options=wishes.nix_words,
        offline=wishes.offline,
        units=frozenset(unit for part in topology.used_parts for unit in part.units),
    )
