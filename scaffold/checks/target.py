"""What rules look at: one project, repository or heap of files, with what is known of its pins."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from scaffold.catalogue.reading import load_catalog
from scaffold.checks.rule import Edit, Hit, Severity
from scaffold.checks.scripts import Script, located
from scaffold.nixlang.nodes import Node
from scaffold.survey.found import Project, Repository
from scaffold.survey.nix_file import NixFile
from scaffold.survey.session import Session
from scaffold.survey.stub import Reader
from scaffold.survey.views import Called, Place, View
from scaffold.system import git

_REF = re.compile(r"(?:(?:nixos|release|nixpkgs)-)?(\d\d)[.-]?(\d\d)(?:-(?:small|darwin|pre))?")
#: From when on a branch of nxc got no more commits that a rule asks about; 25.05 moves on.
_LAST_OF_BRANCH = {
    "22.05": date(2022, 12, 1),
    "22.11": date(2023, 6, 1),
    "23.05": date(2023, 12, 1),
    "23.11": date(2024, 11, 1),
    "24.11": date(2025, 5, 1),
}


class Target:
    """One thing to check. ``today`` is the day that support of releases is compared with.

    ``nix_options`` are words of the nix command, such as those that allow a feature of Nix.
    """

    def __init__(
        self,
        root: Path,
        files: tuple[Path, ...],
        session: Session,
        *,
        of: Project | Repository | None = None,
        today: date | None = None,
        nix_options: tuple[str, ...] = (),
    ) -> None:
        self.root = root
        self.files = files
        self.session = session
        self.of = of
        self.today = today or date.today()
        self.nix_options = nix_options

    # --- what it is ------------------------------------------------------------------------------

    @property
    def project(self) -> Project:
        """The project of NixOS Compose; a rule of that kind is only run on one."""
        if not isinstance(self.of, Project):
            raise TypeError("the rule looks at projects only")
        return self.of

    @property
    def repository(self) -> Repository:
        """The NUR repository; a rule of that kind is only run on one."""
        if not isinstance(self.of, Repository):
            raise TypeError("the rule looks at repositories only")
        return self.of

    @cached_property
    def nix_files(self) -> tuple[NixFile, ...]:
        """The Nix files that could be read as text."""
        found = [self.session.nix(path) for path in self.files if path.suffix == ".nix"]
        return tuple(file for file in found if file is not None)

    @cached_property
    def parsed(self) -> tuple[NixFile, ...]:
        """The Nix files that could be parsed."""
        return tuple(file for file in self.nix_files if file.tree is not None)

    # --- findings --------------------------------------------------------------------------------

    def hit(
        self,
        file: NixFile,
        at: Node | int,
        message: str,
        remedy: str = "",
        *,
        severity: Severity | None = None,
        edits: tuple[Edit, ...] = (),
    ) -> Hit:
        """Return a finding at a node or offset of a Nix file."""
        line, column = file.place(at if isinstance(at, int) else at.start)
        return Hit(file.path, line, message, column, remedy, severity, edits)

    def hit_at(self, place: Place | None, path: Path, message: str, remedy: str = "") -> Hit:
        """Return a finding where nix says that something is set, else in ``path``."""
        if place is None:
            return Hit(path, None, message, None, remedy)
        return Hit(place.file, place.line, message, place.column, remedy)

    # --- git -------------------------------------------------------------------------------------

    @cached_property
    def _tracked(self) -> frozenset[str] | None:
        """What git knows below the root, relative to it; None where there is no repository."""
        return git.tracked(self.root)

    @cached_property
    def untracked(self) -> frozenset[Path]:
        """The files of the target that git does not know, empty where there is no repository."""
        known = self._tracked
        if known is None:
            return frozenset()
        return frozenset(p for p in self.files if str(p.relative_to(self.root)) not in known)

    def tracked_below(self, folder: str) -> Iterator[str]:
        """Yield what git knows at a path or below it, relative to the root."""
        for name in sorted(self._tracked or ()):
            if name == folder or name.startswith(f"{folder}/"):
                yield name

    def is_committed(self, path: Path) -> bool:
        """Say whether the last commit has a file."""
        return git.committed(self.root, path)

    # --- pins ------------------------------------------------------------------------------------

    @cached_property
    def release(self) -> str | None:
        """The release of nixpkgs that the project is built with, as ``25.05``; None if unknown."""
        entry = self.project.nixpkgs
        if entry is None or entry.reference is None:
            return None
        found = release_of(entry.reference.ref)
        lock = self.project.lock
        locked = lock.input(entry.name) if found is None and lock is not None else None
        if locked is not None and locked.original is not None:
            found = release_of(locked.original.ref)
        return found

    def release_at_least(self, wanted: str) -> bool | None:
        """Say whether the release is that new; None when it is not known."""
        return None if self.release is None else self.release >= wanted

    @cached_property
    def nxc_locked(self) -> date | None:
        """The day of the locked commit of NixOS Compose, or None."""
        entry, lock = self.project.nxc, self.project.lock
        if entry is None or lock is None:
            return None
        locked = lock.input(entry.name)
        return locked.modified if locked is not None else None

    def nxc_since(self, day: date) -> bool | None:
        """Say whether the locked NixOS Compose is of that day or newer; None when unknown.

        Without a lock file it is the branch: one that has ended is as old as its last commit, and
        the default branch, or 25.05, as new as it gets.
        """
        if self.nxc_locked is not None:
            return self.nxc_locked >= day
        entry = self.project.nxc
        if entry is None or entry.reference is None or entry.reference.rev:
            return None
        ref = entry.reference.ref
        if not ref:
            return True
        branch = release_of(ref)
        if branch in _LAST_OF_BRANCH:
            return None if _LAST_OF_BRANCH[branch] >= day else False
        return True if branch is not None else None

    # --- compositions ----------------------------------------------------------------------------

    @cached_property
    def reader(self) -> Reader:
        """What calls the compositions with stand-ins."""
        return Reader(self.project)

    @property
    def called(self) -> tuple[Called, ...]:
        """What the compositions give, see :class:`Reader`."""
        return self.reader.called

    def views(self) -> Iterator[tuple[Path, View]]:
        """Yield each composition once, with the file it is written in, as one flavour sees it."""
        for called in self.called:
            for name, views in called.views.items():
                yield self.file_of(name, called), next(iter(views.values()))

    def file_of(self, name: str, called: Called) -> Path:
        """Return the file in which a composition is written, as well as it is known."""
        for entry in self.project.compositions:
            if entry.name == name and entry.file is not None and entry.file.is_file():
                return entry.file
        views = called.views.get(name)
        view = next(iter(views.values())) if views else None
        place = next(iter(view.places.values()), None) if view is not None else None
        if place is not None:
            return place.file
        return called.call.file.path if called.call is not None else self.root / "flake.nix"

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """The test scripts of the compositions, each once."""
        found: dict[tuple[str, Path, str], Script] = {}
        for called in self.called:
            for name, views in called.views.items():
                path = self.file_of(name, called)
                for view in views.values():
                    if view.test_script is None:
                        continue
                    script = located(self.session, name, path, view)
                    key = (name, script.path, script.text)
                    hosts = {**(found[key].hosts if key in found else {}), view.flavour: view.hosts}
                    found[key] = Script(name, script.path, script.text, script.lines, hosts)
        return tuple(found.values())


def release_of(ref: str) -> str | None:
    """Return the release that a branch or tag is named after, as ``25.05``."""
    found = _REF.fullmatch(ref)
    return f"{found[1]}.{found[2]}" if found else None


@cache
def nixpkgs_ends() -> Mapping[str, date]:
    """Return until when each release of nixpkgs gets fixes: rows of the catalogue, and others."""
    text = Path(__file__).with_name("nixpkgs_ends.toml").read_text(encoding="utf-8")
    rows = load_catalog().releases.values()
    told = {row.name: row.end_of_support for row in rows if row.end_of_support is not None}
    return {**tomllib.loads(text)["end_of_life"], **told}
