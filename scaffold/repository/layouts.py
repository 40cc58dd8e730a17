"""Which layout a repository has, found by reading it: where its packages and modules go.

The layouts are those of NUR repositories in the wild. What tells them apart is not a file's name
but what the packages are put together from, see :mod:`scaffold.repository.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from scaffold.base.errors import InputError, Problem
from scaffold.nixlang.parser import NixSyntaxError
from scaffold.repository.choosing import Stop, choose
from scaffold.repository.compositions import refuse_a_composition
from scaffold.repository.files import Files
from scaffold.repository.find import ENTRIES, existing_folder, find_repository
from scaffold.repository.follow.values import Loaded
from scaffold.repository.layout import Kind, Layout
from scaffold.repository.patterns import pattern_of
from scaffold.repository.places import SetPlace
from scaffold.repository.reading import FLAKE, RESERVED, Reader, Reading, line_of

__all__ = ["RESERVED", "find_layout", "read_text", "syntax_problems"]

#: What loads folders with each other's packages as arguments, not only with those of nixpkgs.
_SCOPE = re.compile(r"\bmakeScope\b|\bnewScope\b|\bcallPackagesWith\b|\bself\.callPackage\b")
_NUR, _DEFAULT = PurePosixPath("nur.nix"), PurePosixPath("default.nix")


@contextmanager
def syntax_problems(file: object) -> Iterator[None]:
    """Turn a syntax error of a file of the repository into a problem of the user's."""
    try:
        yield
    except NixSyntaxError as error:
        what = f"it is no valid Nix: {error.message}"
        raise InputError(Problem(f"{file}:{error.line}", what, "Mend the file first")) from error


def read_text(root: Path, file: PurePosixPath) -> str:
    """Return a file of the repository with its line ends as they are.

    Raises:
        InputError: it cannot be read or is no UTF-8.

    """
    text = Files(root).text(file)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        what = f"it is no UTF-8 (character {error.start + 1})"
        raise InputError(Problem(str(file), what, "Save it as UTF-8 first")) from error
    return text


def find_layout(folder: Path, name: str = "NAME") -> Layout:
    """Return the layout of the repository in a folder; ``name`` is the package that is to be added.

    Raises:
        InputError: the folder is no repository of packages, or a file that leads to the packages
            has a syntax error or was not understood.

    """
    root = existing_folder(folder)
    files = Files(root)
    refuse_a_composition(files, folder)
    reader = Reader(files)
    readings = [reader.expression(e) for e in (_NUR, _DEFAULT) if files.is_file(e)]
    if files.is_file(FLAKE):
        readings.append(reader.flake())
    stops: list[Stop] = []
    below = [r for e in (_NUR, _DEFAULT) if files.is_file(e) for r in reader.below(e)]
    for reading in [*readings, *below]:
        found = choose(reading, files)
        if isinstance(found, Stop):
            stops.append(found)
        else:
            return _layout(reader, reading, found, [reading] if reading.below else readings)
    if not readings:
        return _by_another_name(reader, folder)
    raise _not_understood(folder, stops, name)


def _by_another_name(reader: Reader, folder: Path) -> Layout:
    """Return the layout of a repository whose list is in a file that NUR has to be told of.

    NUR's list of repositories names such a file by its key ``file``.

    Raises:
        InputError: no file of the usual folders lists packages, or several do.

    """
    readings: list[Reading] = []
    found: list[SetPlace | Loaded] = []
    for path in _others(reader.files):
        try:
            reading = reader.expression(path)
        except InputError:
            continue  # a file that is no Nix is no list
        chosen = choose(reading, reader.files)
        if (isinstance(chosen, SetPlace) and chosen.packages) or isinstance(chosen, Loaded):
            readings.append(reading)
            found.append(chosen)
    if not found:
        find_repository(folder, remedy="Give a repository's folder with --repo DIR")
    if len(found) > 1:
        several = ", ".join(str(reading.entry) for reading in readings)
        what = f"it has none of {', '.join(ENTRIES)}, and each of these lists packages: {several}"
        remedy = "Write a default.nix that imports the one which is the repository's"
        raise InputError(Problem(f"repository {folder}", what, remedy))
    return _layout(reader, readings[0], found[0], readings)


def _others(files: Files) -> list[PurePosixPath]:
    """Return the Nix files in which a list of packages was seen to lie in real repositories."""
    folders = [PurePosixPath(name) for name in (".", "pkgs", "packages", "nix")]
    return [
        folder / name
        for folder in folders
        for name in files.entries(folder)
        if name.endswith(".nix") and (str(folder) == "." or name in ("default.nix", "nur.nix"))
    ]


def _not_understood(folder: Path, stops: list[Stop], name: str) -> InputError:
    """Return the refusal: which place was not understood, and what to write by hand."""
    line = f"{name} = pkgs.callPackage ./pkgs/{name} {{ }};"
    remedy = f"Add to the set of packages by hand: {line}"
    problems = [
        Problem(stop.where, f"no list of packages: {stop.why}", remedy)
        for stop in dict.fromkeys(stops)
    ]
    if not any(":" in stop.where for stop in stops):
        what = "it is no NUR repository: " + "; ".join(f"{s.where}: {s.why}" for s in stops)
        remedy = (
            "Give a repository with --repo DIR, such as a copy of "
            "nix-community/nur-packages-template"
        )
        problems = [Problem(f"repository {folder}", what, remedy)]
    return InputError(*problems)


def _layout(
    reader: Reader, reading: Reading, target: SetPlace | Loaded, readings: list[Reading]
) -> Layout:
    files = reader.files
    leading = [r.entry for r in readings if r.has(target)]
    usual = (PurePosixPath(name) for name in ENTRIES)
    entry = next((each for each in usual if each in leading), leading[0])
    table = PurePosixPath("packages.md")
    if isinstance(target, SetPlace):
        lists = (*target.named_in, *(names for r in readings for names in r.lists_of(target)))
        target = replace(target, named_in=tuple({id(x.binding): x for x in lists}.values()))
        register: PurePosixPath | None = target.file
        pattern = pattern_of(target, files)
        kind = _kind(reading.entry, target.file)
        at = "" if target.file == reading.entry else f" in {target.file}:{line_of(target)}"
        evidence = f"{reading.entry} lists the packages{at}"
        if kind == "flake" and not at:
            evidence = "flake.nix has packages"
        if target.named_in:
            evidence += f"; they are named in {', '.join(x.where for x in target.named_in)} too"
    else:
        register, pattern = None, target.pattern
        kind = "by-name" if "@@" in pattern or target.folder.name == "by-name" else "auto"
        where = f"{target.file.path}:{target.file.line(target.node)}"
        evidence = f"{where} loads the folders of {target.folder}/"
        others = sorted({f"{each.folder}/" for each in reading.folders} - {f"{target.folder}/"})
        if others:
            evidence += f"; {', '.join(others)} loaded too: choose with --file"
    layout = Layout(
        files.root,
        kind,
        evidence,
        PurePosixPath(pattern.partition("@")[0].strip("/") or "."),
        register,
        table if files.is_file(table) else None,
        register is not None or any(_SCOPE.search(text) for text in files.texts()),
        pattern,
        entry,
        reading.entry,
        tuple(leading),
        reading.below,
        target,
        tuple(readings),
    )
    layout.__dict__.update(files=files, reader=reader)
    return layout


def _kind(entry: PurePosixPath, register: PurePosixPath) -> Kind:
    if register == _NUR:
        return "kapack"
    if str(entry) not in ENTRIES:
        return "other"
    return "flake" if entry == FLAKE else "nur"
