"""Services that a project sets and that nothing in sight declares: NixOS refuses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scaffold.base.errors import Problem
from scaffold.catalogue.migrations import kapack_branches
from scaffold.catalogue.option_names import NEW, OLD, is_in_no_release
from scaffold.migrate.draft import Draft, Note
from scaffold.migrate.scopes import definitions
from scaffold.survey.nix_file import NixFile

#: What finds files by looking into folders: then no path names each file that is imported.
_LOOKS = re.compile(r"\b(?:readDir|listFilesRecursive|fileset|haumea|import-tree)\b")
#: Modules that an input of a flake brings.
_FOREIGN = re.compile(r"\b([\w'-]+)\.(?:nixosModules|nixosModule|modules)\b")


def found(draft: Draft, *, known_kapack: bool = True) -> Iterator[Problem]:
    """Yield each service whose own module file the project has, and imports nowhere.

    A service that no file of the project declares is left to a person, and only where no input
    but kapack brings modules: kapack's declare a service of their own name each. Without
    ``known_kapack`` it is one of whose modules nothing is known.
    """
    files = dict(draft.nix_files())
    named = _named(files)
    if not _all_in_sight(files, named):
        return
    declared = _declared(files)
    foreign = not known_kapack or any(
        _is_foreign(match[1]) for f in files.values() for match in _FOREIGN.finditer(f.text)
    )
    told = set[tuple[str, str]]()
    for name, file in files.items():
        if file.path.resolve() not in named or file.tree is None:
            continue  # nothing says that it is read at all
        for service, place in _set_in(file):
            own = declared.get(service, [])
            if (name, service) in told or not is_in_no_release(("services", service)):
                continue
            told.add((name, service))
            line = file.place(place)[0]
            if own and not any(files[each].path.resolve() in named for each in own):
                what = f"services.{service}: {own[0]} declares it, and nothing imports that file"
                remedy = f"Import ./{own[0]} where it is set, or take the setting out"
                yield Problem(f"{name}:{line}", what, remedy)
            elif not own and not foreign and not _of_kapack(service):
                what = (
                    f"services.{service}: no file here declares it, nor does NixOS {OLD} or {NEW}"
                )
                advice = "import the module that declares it, or take the setting out"
                draft.left.append(Note(name, line, what, "undeclared", advice, fails=True))


def _set_in(file: NixFile) -> Iterator[tuple[str, int]]:
    """Yield the services that a file sets, with the place of each."""
    for each in definitions(file.tree) if file.tree is not None else ():
        path = each.path
        if (
            "services" not in path[:-1]
            or "options" in path
            or path[:1] in (("systemd",), ("config",))
        ):
            continue
        service = path[path.index("services") + 1]
        if path.index("services") in (0, 2) and service != "*":
            yield service, each.binding.start


def _declared(files: dict[str, NixFile]) -> dict[str, list[str]]:
    """Return the services that files declare, with the names of the files."""
    declared: dict[str, list[str]] = {}
    for name, file in files.items():
        for each in definitions(file.tree) if file.tree is not None else ():
            if each.path[:2] == ("options", "services") and len(each.path) > 2:
                declared.setdefault(each.path[2], []).append(name)
    return {service: list(dict.fromkeys(names)) for service, names in declared.items()}


def _named(files: dict[str, NixFile]) -> frozenset[Path]:
    """Return every file that a path somewhere means, ``default.nix`` of a folder."""
    linked = (file.linked(node) for file in files.values() for node in file.nodes)
    return frozenset(path.resolve() for path in linked if path is not None)


def _all_in_sight(files: dict[str, NixFile], named: frozenset[Path]) -> bool:
    """Say whether paths lead to every file that may be imported, and to no Nix elsewhere."""
    if any(_LOOKS.search(file.text) for file in files.values()):
        return False
    known = {file.path.resolve() for file in files.values()}
    for path in named - known:
        if path.is_file():
            if path.suffix == ".nix":
                return False
        elif any(path.parent in each.parents for each in known):
            return False  # a whole folder is given to somebody
    return True


def _is_foreign(name: str) -> bool:
    return name not in ("kapack", "nur", "repos")


def _of_kapack(service: str) -> bool:
    return any(service in branch.modules for branch in kapack_branches().values())
