"""Where files of packages lie, as a pattern with ``@`` for the name, by those that are listed."""

from __future__ import annotations

from collections import Counter
from os.path import commonpath
from pathlib import PurePosixPath

from scaffold.nixlang.nodes import Binding
from scaffold.repository.files import Files
from scaffold.repository.places import SetPlace

#: What stands for the first two letters of a name.
_SHARD = "@@"


def pattern_of(place: SetPlace, files: Files) -> str:
    """Return where files of packages lie, with ``@`` for the name, by those that are listed."""
    found: Counter[str] = Counter()
    for name, binding in place.packages:
        pattern = _pattern(name, binding, place, files)
        if pattern:
            found[pattern] += 1
    if found:
        pattern, most = found.most_common(1)[0]
        folders = {each.partition("@")[0] for each in found}
        if most * 2 > found.total() or len(folders) == 1:
            return pattern
        # packages are sorted into folders by what they are: a new one goes above those
        common = PurePosixPath(commonpath(sorted(folder or "." for folder in folders)))
        return f"{common}/@/default.nix".removeprefix("./")
    here = place.file.parent
    folder = here if here.parts and place.file.name == "default.nix" else PurePosixPath("pkgs")
    return f"{folder}/@/default.nix"


def _pattern(name: str, binding: Binding, place: SetPlace, files: Files) -> str:
    node = place.path_of(binding)
    if node is None or node.children:
        return ""
    path = normal_path(place.file.parent, node.text)
    if path is None:
        return ""
    named = path.parent if path.suffix == ".nix" and path.parent.name == name else path
    if len(named.parent.name) == len(_SHARD) and named.parent.name == name[:2].lower():
        rest = "default.nix" if path == named else path.name
        return f"{named.parent.parent}/{_SHARD}/@/{rest}".removeprefix("./")
    if path.name == name and files.is_dir(path):
        file = "default.nix" if files.is_file(path / "default.nix") else _only_file(path, files)
        return f"{path.parent}/@/{file}".removeprefix("./")
    if path.name == f"{name}.nix":
        return f"{path.parent}/@.nix".removeprefix("./")
    if path.parent.name == name and path.suffix == ".nix":
        return f"{path.parent.parent}/@/{path.name}".removeprefix("./")
    return ""


def _only_file(folder: PurePosixPath, files: Files) -> str:
    """Return what a function of the repository adds to the folder of a package that it is given."""
    return "package.nix" if files.is_file(folder / "package.nix") else "default.nix"


def lists_folders(place: SetPlace, files: Files) -> bool:
    """Say whether packages are listed by folders without default.nix: a function adds the file."""
    paths = [normal_path(place.file.parent, n.text) for _, b in place.packages
             if (n := place.path_of(b)) is not None]  # fmt: skip
    bare = [p for p in paths if p and files.is_dir(p) and not files.is_file(p / "default.nix")]
    return len(bare) * 2 > len(paths)


def normal_path(folder: PurePosixPath, text: str) -> PurePosixPath | None:
    """Return a path literal of a file in ``folder`` seen from the root; None when it leaves it."""
    parts = [] if text.startswith("/") else list(folder.parts)
    for part in text.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return PurePosixPath(*parts)
