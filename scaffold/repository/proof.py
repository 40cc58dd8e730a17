"""Proves a registration: the names that a repository gives before and after it are evaluated.

What is to be written is evaluated in a copy, so that a registration that is not proved is never on
the disk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from scaffold.base.errors import InputError, Problem
from scaffold.repository.find import ENTRIES
from scaffold.repository.layout import Layout
from scaffold.repository.register import modules_place
from scaffold.repository.stand_ins import (
    NotBoundError,
    Question,
    copied,
    mentioned_names,
    names_of,
)
from scaffold.system import process
from scaffold.system.nix_errors import NixError
from scaffold.writer.tree import Tree

#: What nix says of a function that is called with other arguments than those that it takes, and
#: ``proof.nix`` of a package whose file is elsewhere than where the repository looks for it.
_WRONG_CALL = re.compile(r"called (with unexpected|without required) argument|is not there$")
Verdict = Literal["proved", "absent", "changed", "unknown"]


@dataclass(frozen=True)
class Told:
    """What an evaluation of one entry showed: the verdict, and in words why it is no proof.

    ``before`` and ``after`` are the names that it gives without the files to be written and with
    them; None where it could not be evaluated.
    """

    entry: PurePosixPath
    verdict: Verdict
    reason: str = ""
    before: frozenset[str] | None = None
    after: frozenset[str] | None = None

    @property
    def others(self) -> int:
        """How many other names are there afterwards."""
        return len(self.after or ()) - 1

    def document(self) -> dict[str, object]:
        """Return it as a part of a JSON document."""
        return {
            "file": str(self.entry),
            "verdict": self.verdict,
            "reason": self.reason,
            "before": None if self.before is None else sorted(self.before),
            "after": None if self.after is None else sorted(self.after),
        }


@dataclass(frozen=True)
class Proof:
    """What was shown of each entry that leads to the list of packages; nothing without nix.

    ``module`` is what was shown of the list of modules, when one was registered.
    """

    told: tuple[Told, ...] = ()
    reason: str = ""
    module: Told | None = None

    @property
    def proved(self) -> tuple[PurePosixPath, ...]:
        """The entries that give the new name and are otherwise as before."""
        return tuple(told.entry for told in self.told if told.verdict == "proved")

    @property
    def entry(self) -> PurePosixPath | None:
        """The entry through which the package is known to be built, or None."""
        usual = [PurePosixPath(name) for name in ENTRIES]
        return next((entry for entry in (*usual, *self.proved) if entry in self.proved), None)

    def sentence(self, name: str) -> str:
        """Say what was shown, and what was not."""
        parts = [
            f"{told.entry} gives {name}, and {told.others} other names as before"
            for told in self.told
            if told.verdict == "proved"
        ]
        parts += [f"{t.entry}: not proved, {t.reason}" for t in self.told if t.verdict != "proved"]
        return "; ".join(parts) or f"not proved: {self.reason}"

    def module_sentence(self, name: str) -> str:
        """Say what was shown of the module, nothing where none was registered."""
        told = self.module
        if told is None:
            return ""
        if told.verdict != "proved":
            return f"not proved: {told.reason}"
        return f"{told.entry} gives the module {name}, and {told.others} others as before"

    def document(self) -> dict[str, object]:
        """Return it as a part of a JSON document: what was proved, where it can be built."""
        return {
            "proved": bool(self.proved),
            "reason": self.reason,
            "entry": None if self.entry is None else str(self.entry),
            "entries": [told.document() for told in self.told],
            "module": None if self.module is None else self.module.document(),
        }


def prove(
    layout: Layout, name: str, tree: Tree, options: Sequence[str] = (), *, module: bool = False
) -> Proof:
    """Evaluate the repository with the files of ``tree`` and without them.

    ``options`` are words of the nix command, such as those that allow a feature of the language;
    ``module`` says that a module of the same name is registered too.

    Raises:
        InputError: a registration is wrong: the name is not there, or something else changed.

    """
    if process.which("nix-instantiate") is None:
        return Proof(reason="nix-instantiate is not on PATH")
    with copied(layout.root, tree) as copy:
        questions = [
            Question(layout, entry, tuple(options), layout.below) for entry in layout.proves
        ]
        told = [_told(question, name, copy) for question in questions]
        own = [str(path) for path in tree if not (layout.root / path).exists()]
        told = [_called(*each, name, copy, own) for each in zip(questions, told, strict=True)]
        of_module = _module(layout, name, copy, tuple(options)) if module else None
    proof = Proof(tuple(told), module=of_module)
    for each in told:
        wrong = each.verdict == "changed" or (
            each.verdict == "absent" and (each.entry == layout.read_from or not proof.proved)
        )
        if wrong:
            raise InputError(_refused(layout, name, each, _file_of(tree, layout, name)))
    if of_module is not None and of_module.verdict in ("absent", "changed"):
        what = (
            f"the module's registration would be wrong, so nothing was written: {of_module.reason}"
        )
        remedy = "Leave out --module, and list the module by hand"
        raise InputError(Problem("--module", what, remedy))
    return proof


def _module(layout: Layout, name: str, copy: Path, options: tuple[str, ...]) -> Told:
    """Evaluate the list of modules, where the new one was registered."""
    found = modules_place(layout)
    if found is None:  # it would have been refused before
        return Told(layout.entry, "unknown", "the repository has no list of NixOS modules")
    return _told(Question(layout, found.entry, options, found.attribute), name, copy)


def _refused(layout: Layout, name: str, told: Told, file: PurePosixPath) -> Problem:
    where = str(layout.register or file)
    what = f"the registration would be wrong, so nothing was written: {told.reason}"
    remedy = f"Add to the set of packages by hand: {layout.line(name)}"
    if "called with unexpected argument" in told.reason:
        remedy = f"Write it with --no-evaluation, and end the arguments of {file} with `...`"
        other = _elsewhere(layout, name)
        if other is not None and file == layout.package_file(name):
            remedy = f"Choose another folder with --file {other}, or write it with --no-evaluation"
            remedy += " and end the arguments of the package's file with `...`"
    return Problem(where, what, remedy)


def _file_of(tree: Tree, layout: Layout, name: str) -> PurePosixPath:
    """Return the file of the package that is to be written: it need not be the usual one."""
    usual = layout.package_file(name)
    if usual in tree:
        return usual
    return next((f for f in tree if f.suffix == ".nix" and name in f.parts), usual)


def _elsewhere(layout: Layout, name: str) -> PurePosixPath | None:
    """Return where the package's file would go in another folder that is loaded."""
    patterns = {loaded.pattern for each in layout.readings for loaded in each.folders}
    others = sorted(patterns - {layout.pattern})
    return replace(layout, pattern=others[0]).package_file(name) if others else None


def _told(question: Question, name: str, copy: Path) -> Told:
    layout, entry = question.layout, question.entry
    mentioned = mentioned_names(layout) - {name}
    try:
        before = names_of(question, layout.root, mentioned)
    except (NixError, process.TimedOutError) as error:
        return Told(entry, "unknown", f"it cannot be evaluated with stand-ins ({_short(error)})")
    try:
        # a name in a list of inherited ones may be there without anything that is bound to it
        place = layout.place()
        wanted = name if place is not None and place.named_in else ""
        after = names_of(question, copy, mentioned, wanted)
    except NotBoundError:
        return Told(entry, "absent", f"{entry} would name {name}, which nothing is bound to there")
    except process.TimedOutError as error:
        return Told(entry, "unknown", _short(error), before)
    except NixError as error:
        return Told(
            entry, "changed", f"{entry} would not evaluate any more: {_short(error)}", before
        )
    gone, come = before - after - {name}, after - before - {name}
    if gone or come:
        what = ", ".join(sorted([*gone, *come])[:5])
        return Told(entry, "changed", f"{entry} would give other names too: {what}", before, after)
    if name not in after:
        return Told(entry, "absent", f"{entry} would not give {name}", before, after)
    return Told(entry, "proved", "", before, after)


def _called(question: Question, told: Told, name: str, copy: Path, own: Sequence[str]) -> Told:
    """Call the new package's own file with what the repository gives to its packages.

    Only arguments that its function does not take, or lacks, and a file that is not there say
    anything: its body needs a real nixpkgs.
    """
    if told.verdict != "proved":
        return told
    mentioned = mentioned_names(question.layout) - {name}
    try:
        names_of(question, copy, mentioned, name, own)
    except NixError as error:
        why = error.failure.message.splitlines()[0]
        if _WRONG_CALL.search(why):
            reason = f"{question.entry} would not give {name}: {why}"
            return replace(told, verdict="changed", reason=reason)
    except (NotBoundError, process.TimedOutError):
        pass
    return told


def _short(error: NixError | process.TimedOutError) -> str:
    if isinstance(error, NixError):
        failure = error.failure
        place = f"{failure.file}:{failure.line}: " if failure.file else ""
        return place + failure.message.splitlines()[0]
    return error.problems[0].what
