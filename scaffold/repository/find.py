"""What has to be known of a repository to evaluate one of its packages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scaffold.base.errors import InputError, Problem

#: The files that can give packages, in the order in which nix is asked for one: a flake says itself
#: which nixpkgs it wants.
ENTRIES = ("flake.nix", "default.nix", "nur.nix")


@dataclass(frozen=True)
class Repository:
    """A repository by its folder, and the file that gives its packages."""

    root: Path
    entry: Path

    @property
    def is_flake(self) -> bool:
        """Whether the packages are outputs of a flake, and not attributes of an expression."""
        return self.entry.name == "flake.nix"


def find_repository(
    folder: Path,
    file: Path | None = None,
    *,
    remedy: str = "Name the repository with --repo DIR, or its file with --file",
) -> Repository:
    """Look at a folder. ``file``, relative to it, is taken in the place of the usual entries.

    ``remedy`` is what the command offers when there is none.

    Raises:
        InputError: there is no such folder, or nothing in it gives packages.

    """
    root = existing_folder(folder)
    for name in (file,) if file else ENTRIES:
        entry = root / name
        if entry.is_file():
            return Repository(root, entry.resolve())
    what = f"there is no {file} in it" if file else f"it has none of {', '.join(ENTRIES)}"
    raise InputError(Problem(f"repository {folder}", what, remedy))


def existing_folder(folder: Path) -> Path:
    """Return the whole path of a folder. Raises InputError when there is none."""
    if not folder.is_dir():
        what = "there is no such folder"
        raise InputError(Problem(f"--repo {folder}", what, "Give a repository's folder"))
    return folder.resolve()
