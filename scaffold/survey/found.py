"""What was found below a path: projects of NixOS Compose, NUR repositories, and what is neither."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scaffold.repository.layout import Layout
from scaffold.survey.compose_call import ComposeCall, Composition, calls_in
from scaffold.survey.flake_file import FlakeFile, Input
from scaffold.survey.lock import Lock
from scaffold.survey.nix_file import NixFile
from scaffold.survey.session import Session
from scaffold.survey.settings import NxcJson, SetupToml


class Project:
    """A folder with compositions: a flake that calls ``lib.compose``, or nxc.json without one.

    ``files`` are all files below ``root`` that belong to no other flake, as absolute paths.
    """

    def __init__(self, root: Path, files: tuple[Path, ...], session: Session) -> None:
        self.root = root
        self.files = files
        self.session = session

    def relative(self, path: Path) -> str:
        """Return a path as it is shown: relative to the project where it lies in it."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    @cached_property
    def flake(self) -> FlakeFile | None:
        """The flake.nix, or None when there is none that can be read."""
        file = self.session.nix(self.root / "flake.nix")
        return FlakeFile(file) if file is not None else None

    @cached_property
    def lock(self) -> Lock | None:
        """The flake.lock, or None."""
        path = self.root / "flake.lock"
        text = self.session.text(path)
        return Lock(path, text) if text is not None else None

    @cached_property
    def nix_files(self) -> tuple[NixFile, ...]:
        """The Nix files of the project, and those elsewhere that its compositions are."""
        found = [self.session.nix(path) for path in self.files if path.suffix == ".nix"]
        return tuple(file for file in found if file is not None)

    @cached_property
    def calls(self) -> tuple[ComposeCall, ...]:
        """Every call of ``lib.compose`` in the project's files."""
        return tuple(call for file in self.nix_files for call in calls_in(file, self._is_nxc))

    def _is_nxc(self, name: str) -> bool:
        entry = self.flake.inputs.get(name) if self.flake is not None else None
        return entry is not None and entry.reference is not None and entry.reference.is_nxc

    @cached_property
    def compositions(self) -> tuple[Composition, ...]:
        """The compositions that the text tells, of all calls, each once."""
        found: dict[tuple[str, Path | None, int], Composition] = {}
        for call in self.calls:
            for entry in call.compositions(self.session.nix):
                start = entry.node.start if entry.node is not None else 0
                found.setdefault((entry.name, entry.file, start), entry)
        if not self.calls:
            for settings in self.nxc_json:
                name = settings.text_value("composition") or "composition.nix"
                path = settings.path.parent / name
                found.setdefault(("composition", path, 0), Composition("composition", path))
        return tuple(found.values())

    @cached_property
    def nxc_json(self) -> tuple[NxcJson, ...]:
        """Every nxc.json of NixOS Compose in the project."""
        found = []
        for path in self.files:
            text = self.session.text(path) if path.name == "nxc.json" else None
            if text is not None:
                found.append(NxcJson(path, text))
        return tuple(entry for entry in found if entry.is_ours)

    @cached_property
    def setups(self) -> tuple[SetupToml, ...]:
        """Every setup.toml that a call is given or that lies beside flake.nix or nxc.json."""
        paths = {self.root / "setup.toml", *(j.path.parent / "setup.toml" for j in self.nxc_json)}
        paths |= {path for call in self.calls if (path := call.path("setup")) is not None}
        texts = [(path, self.session.text(path)) for path in sorted(paths)]
        return tuple(SetupToml(path, text) for path, text in texts if text is not None)

    @property
    def nxc(self) -> Input | None:
        """The input that is the library of NixOS Compose."""
        return self._input("is_nxc", {call.library for call in self.calls})

    @property
    def nixpkgs(self) -> Input | None:
        """The input that the compositions are built with."""
        named = self.flake.inputs.get("nixpkgs") if self.flake is not None else None
        return named or self._input("is_nixpkgs", set())

    @property
    def kapack(self) -> Input | None:
        """The input that is kapack."""
        return self._input("is_kapack", set())

    def _input(self, is_it: str, names: set[str]) -> Input | None:
        if self.flake is None:
            return None
        found = self.flake.input_of(is_it)
        if found is not None:
            return found
        return next((i for name, i in self.flake.inputs.items() if name in names), None)


@dataclass(frozen=True)
class Repository:
    """A NUR repository: its layout, and its Nix files as absolute paths."""

    layout: Layout
    files: tuple[Path, ...]
    session: Session

    @property
    def root(self) -> Path:
        """The folder of the repository."""
        return self.layout.root

    def nix_files(self) -> Iterator[NixFile]:
        """Yield the Nix files that can be read as text."""
        for path in self.files:
            file = self.session.nix(path) if path.suffix == ".nix" else None
            if file is not None:
                yield file


@dataclass(frozen=True)
class Other:
    """Something that was looked at and is not checked: ``what`` it is."""

    root: Path
    what: str


@dataclass(frozen=True)
class Survey:
    """All that was found below the paths that were given.

    ``loose`` are Nix files that belong to none of the projects. ``unread`` are repositories with a
    folder of packages whose list could not be understood; ``others`` says why.
    """

    projects: tuple[Project, ...]
    repositories: tuple[Repository, ...]
    others: tuple[Other, ...]
    loose: tuple[Path, ...]
    session: Session
    unread: tuple[Repository, ...] = ()
