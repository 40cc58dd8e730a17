"""Proves a registration: the names that a repository gives before and after it are evaluated.

nix evaluates the repository's own files with stand-ins for nixpkgs and every input
(``proof.nix``): no network, no store and no nixpkgs are needed, and files of packages are not read.
What is to be written is evaluated in a copy, so that a registration that is not proved is never on
the disk.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from scaffold.base.errors import InputError, Problem
from scaffold.nixlang.nodes import Node, walk
from scaffold.repository.find import ENTRIES
from scaffold.repository.layouts import Layout
from scaffold.repository.reading import FLAKE
from scaffold.system import nix, process
from scaffold.system.nix_errors import NixError
from scaffold.writer.tree import Tree

PROGRAM = Path(__file__).with_name("proof.nix")
#: Seconds that one evaluation may take; real repositories take a tenth of one.
TIMEOUT = 60
#: A name of nixpkgs that no file mentioned plainly is added to the stand-ins, so many at most.
_MOST_NAMES = 40
_MISSING = re.compile(r"^attribute '([^']+)' missing")
_SKIPPED = frozenset({".git", "node_modules", ".direnv", "result"})
#: Larger files (bytes) are no Nix; in the copy they are there without content.
_LARGEST = 1 << 20
Verdict = Literal["proved", "absent", "changed", "unknown"]


@dataclass(frozen=True)
class Told:
    """What an evaluation of one entry showed: the verdict, and in words why it is no proof."""

    entry: PurePosixPath
    verdict: Verdict
    reason: str = ""
    others: int = 0


@dataclass(frozen=True)
class Proof:
    """What was shown of each entry that leads to the list of packages; nothing without nix."""

    told: tuple[Told, ...] = ()
    reason: str = ""

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


def prove(layout: Layout, name: str, tree: Tree, options: Sequence[str] = ()) -> Proof:
    """Evaluate the repository with the files of ``tree`` and without them.

    ``options`` are words of the nix command, such as those that allow a feature of the language.

    Raises:
        InputError: the registration is wrong: the name is not there, or something else changed.

    """
    if process.which("nix-instantiate") is None:
        return Proof(reason="nix-instantiate is not on PATH")
    told: list[Told] = []
    with copied(layout.root, tree) as copy:
        for entry in layout.proves:
            told.append(_told(Question(layout, entry, tuple(options)), name, copy))
    proof = Proof(tuple(told))
    for each in told:
        wrong = each.verdict == "changed" or (
            each.verdict == "absent" and (each.entry == layout.read_from or not proof.proved)
        )
        if wrong:
            raise InputError(_refused(layout, name, each))
    return proof


def _refused(layout: Layout, name: str, told: Told) -> Problem:
    where = str(layout.register or layout.package_file(name))
    what = f"the registration would be wrong, so nothing was written: {told.reason}"
    remedy = f"Add to the set of packages by hand: {layout.line(name)}"
    return Problem(where, what, remedy)


@dataclass(frozen=True)
class Question:
    """What is evaluated: an entry of a repository, with words of the nix command."""

    layout: Layout
    entry: PurePosixPath
    options: tuple[str, ...] = ()


def _told(question: Question, name: str, copy: Path) -> Told:
    layout, entry = question.layout, question.entry
    mentioned = _mentioned(layout) - {name}
    try:
        before = names_of(question, layout.root, mentioned)
        after = names_of(question, copy, mentioned, name)
    except _NotBoundError:
        return Told(entry, "absent", f"{entry} would name {name}, which nothing is bound to there")
    except (NixError, process.TimedOutError) as error:
        return Told(entry, "unknown", f"it cannot be evaluated with stand-ins ({_short(error)})")
    gone, come = before - after - {name}, after - before - {name}
    if gone or come:
        what = ", ".join(sorted([*gone, *come])[:5])
        return Told(entry, "changed", f"{entry} would give other names too: {what}")
    if name not in after:
        return Told(entry, "absent", f"{entry} would not give {name}")
    return Told(entry, "proved", others=len(after) - 1)


def _short(error: NixError | process.TimedOutError) -> str:
    if isinstance(error, NixError):
        failure = error.failure
        place = f"{failure.file}:{failure.line}: " if failure.file else ""
        return place + failure.message.splitlines()[0]
    return error.problems[0].what


class _NotBoundError(Exception):
    """The name of the new package is inherited from where it is not."""


def names_of(
    question: Question, root: Path, mentioned: frozenset[str], wanted: str = ""
) -> frozenset[str]:
    """Return the names of the packages that an entry gives in a copy of the repository.

    ``wanted`` is a package that is looked at itself, so that it is there and not only named.

    Raises:
        NixError: it does not evaluate with stand-ins.
        _NotBoundError: the wanted package is named, and nothing is bound to its name.
        TimedOutError: it takes too long.

    """
    layout, entry = question.layout, question.entry
    names = set(mentioned)
    while True:
        asked = {
            "root": str(root),
            "entries": [str(entry)],
            "sets": [str(path) for path in layout.reader.follower.called],
            "mentioned": sorted(names),
            "open": _is_open(layout),
            "wanted": wanted,
        }
        try:
            return frozenset(_evaluated(asked, root, question.options)[str(entry)])
        except NixError as error:
            missing = _MISSING.match(error.failure.message)
            if missing is not None and missing[1] == wanted:
                raise _NotBoundError from error
            too_many = len(names) - len(mentioned) > _MOST_NAMES
            if missing is None or missing[1] in names or too_many:
                raise
            names.add(missing[1])


def _evaluated(
    asked: Mapping[str, object], root: Path, options: Sequence[str]
) -> Mapping[str, list[str]]:
    """Return what the program answers; a question is longer than an argument may be."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".json") as file:
        json.dump(asked, file)
        file.flush()
        given = {"asked": file.name}
        found = nix.eval_json(PROGRAM, given, options=options, project=root, timeout=TIMEOUT)
        return msgspec.convert(found, dict[str, list[str]])


def _mentioned(layout: Layout) -> frozenset[str]:
    """Return every name that the files which were read select, use or inherit."""
    found: set[str] = set()
    for tree in layout.files.trees():
        for node in walk(tree):
            if node.text != "?":  # what is only asked for may be there or not
                found.update(node.names)
            if node.kind == "name":
                found.add(node.text)
            for binding in node.bindings:
                found.update(name for name in binding.names if name is not None)
    return frozenset(found - {""})


def _is_open(layout: Layout) -> bool:
    """Say whether the flake's outputs take more arguments than those that they name."""
    if not layout.files.is_file(FLAKE):
        return True
    binding = layout.files.nix(FLAKE).tree.binding("outputs")
    outputs: Node | None = binding.value if binding else None
    if outputs is None or outputs.formals is None:
        return True
    return outputs.formals.open


@contextmanager
def copied(root: Path, tree: Tree) -> Iterator[Path]:
    """Give a copy of the repository with the files of ``tree``, for nix to read."""
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-") as folder:
        copy = Path(folder).resolve() / "source"
        copy.mkdir()
        _copy(root, copy)
        for path, file in tree.items():
            target = copy / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)  # not written through a link
            target.write_bytes(file.content)
        yield copy


def _copy(root: Path, copy: Path) -> None:
    """Copy what nix may read; a large file is there without content."""
    for folder, folders, files in os.walk(root):
        here = copy / Path(folder).relative_to(root)
        folders[:] = [name for name in folders if name not in _SKIPPED]
        for name in folders:
            if (Path(folder) / name).is_symlink():
                _copy_one(Path(folder) / name, here / name)
            else:
                (here / name).mkdir()
        folders[:] = [name for name in folders if not (Path(folder) / name).is_symlink()]
        for name in files:
            _copy_one(Path(folder) / name, here / name)


def _copy_one(source: Path, target: Path) -> None:
    try:
        if source.is_symlink():
            target.symlink_to(source.readlink())
        elif source.is_file() and source.stat().st_size <= _LARGEST:
            shutil.copyfile(source, target)
        elif source.is_file():
            target.touch()
    except OSError:
        return  # what cannot be read here, nix cannot read either
