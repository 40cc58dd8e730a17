"""The names that a repository gives, evaluated with stand-ins for nixpkgs and every input.

nix evaluates the repository's own files with ``proof.nix``: no network, no store and no nixpkgs are
needed, and files of packages are not read.
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

import msgspec

from scaffold.nixlang.nodes import Node, walk
from scaffold.repository.layout import Layout
from scaffold.repository.reading import FLAKE
from scaffold.system import nix
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


@dataclass(frozen=True)
class Question:
    """What is evaluated: the packages of an entry of a repository, with words of the nix command.

    With an ``attribute``, such as ``nixosModules``, it is the set of that name instead.
    """

    layout: Layout
    entry: PurePosixPath
    options: tuple[str, ...] = ()
    attribute: str = ""


class NotBoundError(Exception):
    """A name is inherited from where nothing is bound to it."""


def names_of(
    question: Question,
    root: Path,
    mentioned: frozenset[str],
    wanted: str = "",
    called: Sequence[str] = (),
) -> frozenset[str]:
    """Return the names that an entry gives in a copy of the repository.

    ``called`` are files of packages that are called too, for what they are given to be seen.
    ``wanted`` is one that is looked at itself, so that it is there and not only named.

    Raises:
        NixError: it does not evaluate with stand-ins.
        NotBoundError: the wanted name is there, and nothing is bound to its name.
        TimedOutError: it takes too long.

    """
    layout, entry = question.layout, question.entry
    names = set(mentioned)
    while True:
        asked = {
            "root": str(root),
            "entries": [str(entry)],
            "sets": [*called, *(str(path) for path in layout.reader.follower.called)],
            "mentioned": sorted(names),
            "open": _is_open(layout),
            "wanted": wanted,
            "attribute": question.attribute,
        }
        try:
            return frozenset(_evaluated(asked, root, question.options)[str(entry)])
        except NixError as error:
            missing = _MISSING.match(error.failure.message)
            if missing is not None and missing[1] == wanted:
                raise NotBoundError from error
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


def mentioned_names(layout: Layout) -> frozenset[str]:
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
