"""A repository as it was understood: where packages go, and how they are built there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from scaffold.repository.files import Files
from scaffold.repository.find import ENTRIES
from scaffold.repository.follow.values import Loaded
from scaffold.repository.places import SetPlace
from scaffold.repository.reading import FLAKE, Reader, Reading

Kind = Literal["kapack", "nur", "auto", "by-name", "flake", "other"]
TITLES: dict[Kind, str] = {
    "kapack": "kapack (nur.nix)",
    "nur": "NUR template (default.nix)",
    "auto": "folders loaded by themselves",
    "by-name": "by-name folders, loaded by themselves",
    "flake": "plain flake",
    "other": "a list in a file of another name",
}
_DEFAULT = PurePosixPath("default.nix")


@dataclass(frozen=True)
class Layout:
    """A repository: its root, its kind, what it was recognised by, and where packages go.

    ``register`` is the file with the packages' set, None where folders are loaded. ``folder`` is
    where packages lie, ``pattern`` the path of the file of one with ``@`` for its name and ``@@``
    for its first two letters. ``table`` is None when there is none. ``shares`` says that folders
    which are loaded get each other's packages as arguments. ``entry`` is the file through which a
    new package can be built, ``read_from`` that through which the list was found; ``proves`` are
    all entries that lead to it. ``below`` is the attribute of the entry that holds the packages,
    empty where they are its own attributes.
    """

    root: Path
    kind: Kind
    evidence: str
    folder: PurePosixPath
    register: PurePosixPath | None = None
    table: PurePosixPath | None = None
    shares: bool = True
    pattern: str = ""
    entry: PurePosixPath = FLAKE
    read_from: PurePosixPath = FLAKE
    proves: tuple[PurePosixPath, ...] = ()
    below: str = ""
    target: SetPlace | Loaded | None = field(default=None, repr=False)
    readings: tuple[Reading, ...] = field(default=(), repr=False)

    @property
    def title(self) -> str:
        """The name of the layout, for people."""
        return TITLES[self.kind]

    @property
    def is_flake(self) -> bool:
        """Whether a new package is built through the flake."""
        return self.entry == FLAKE and (self.root / FLAKE).is_file()

    @cached_property
    def files(self) -> Files:
        """The files of the repository, each read once."""
        return Files(self.root)

    @cached_property
    def reader(self) -> Reader:
        """What follows the values of the repository's files."""
        return Reader(self.files)

    def attribute(self, name: str) -> str:
        """Return the path of attributes that leads from the entry to a package."""
        return f"{self.below}.{name}" if self.below else name

    def build_command(self, name: str) -> str:
        """Return the command that builds a package of the repository."""
        if self.is_flake:
            return f"nix build .#{name}"
        if self.entry in (_DEFAULT, FLAKE):
            return f"nix-build -A {self.attribute(name)}"
        return f"nix-build {self.entry} -A {self.attribute(name)}"

    def phases_command(self, name: str) -> str:
        """Return the command that runs the phases of a package one by one."""
        first = next((entry for entry in ENTRIES if (self.root / entry).is_file()), "")
        by_file = "" if first == str(self.entry) else f" --file {self.entry}"
        return f"nxc-scaffold phases {self.attribute(name)}{by_file}"

    def through(self, entry: PurePosixPath) -> Layout:
        """Return the layout with packages being built through another entry."""
        other = replace(self, entry=entry)
        other.__dict__.update(files=self.files, reader=self.reader)
        return other

    def evaluate_command(self) -> str:
        """Return the command that evaluates every package of the repository."""
        if self.is_flake:
            return "nix flake check"
        file = "." if self.entry in (_DEFAULT, FLAKE) else str(self.entry)
        return f"nix-env -f {file} -qa --drv-path"

    def package_file(self, name: str) -> PurePosixPath:
        """Return where the file of a package goes, relative to the root."""
        pattern = self.pattern or f"{self.folder}/@/default.nix"
        return PurePosixPath(pattern.replace("@@", name[:2].lower()).replace("@", name))

    def existing_file(self, name: str) -> PurePosixPath | None:
        """Return the file of a package that is loaded from a folder, however its folder is called.

        ``wa/home-assistant`` is found by looking: what a folder of first letters is called need not
        be the first letters of a name.
        """
        pattern = self.pattern or f"{self.folder}/@/default.nix"
        found = sorted(self.root.glob(pattern.replace("@@", "*").replace("@", name)))
        inside = [file for file in found if file.is_file()]
        return PurePosixPath(inside[0].relative_to(self.root).as_posix()) if inside else None

    def line(self, name: str) -> str:
        """Return the line that registers a package, as a user would write it."""
        return f"{name} = pkgs.callPackage ./{self.package_file(name).parent} {{ }};"

    def place(self) -> SetPlace | None:
        """Return the set in which packages are registered, or None where none are."""
        return self.target if isinstance(self.target, SetPlace) else None

    def names(self) -> frozenset[str]:
        """Return the names that the packages' set is known to have."""
        found: set[str] = set()
        for reading in self.readings:
            for place, _ in reading.places:
                found |= place.names
            for loaded in reading.folders:
                found |= loaded_names(loaded, self.root)
        return frozenset(found)


def loaded_names(loaded: Loaded, root: Path) -> set[str]:
    """Return the names of the packages that a folder is loaded as."""
    before, _, after = loaded.pattern.replace("@@", "*").partition("@")
    depth, ending = before.count("/"), "" if after.startswith("/") else after
    names = (path.relative_to(root).parts[depth] for path in root.glob(f"{before}*{after}"))
    return {name.removesuffix(ending) for name in names}
