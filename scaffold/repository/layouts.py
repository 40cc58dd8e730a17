"""Which layout a repository has, found by looking: where its packages and modules go.

The layouts are those of NUR repositories in the wild; each is recognised by what makes Nix find
the packages, not by names alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from scaffold.base.errors import InputError, Problem
from scaffold.nixlang.parser import NixSyntaxError, parse, walk
from scaffold.repository.places import SetPlace, attribute_places, result_place

Kind = Literal["kapack", "nur", "auto", "by-name", "flake"]
TITLES: dict[Kind, str] = {
    "kapack": "kapack (nur.nix)",
    "nur": "NUR template (default.nix)",
    "auto": "folders loaded by themselves",
    "by-name": "by-name folders, loaded by themselves",
    "flake": "plain flake",
}
_RESERVED = """
    lib modules overlays overlay nixosModules homeModules darwinModules flakeModules pkgs
    default
"""
#: What a NUR set keeps for other things (facts of nix-community/NUR), and what a flake's sets do.
RESERVED = frozenset(_RESERVED.split())
_BY_NAME = ("pkgs/by-name", "by-name")
_LOADERS = re.compile(
    r"builtins\.readDir|\breadDir\b|packagesFromDirectoryRecursive|mkDynamicAttrs|pkgsDirectory"
    r"|\bimportDir|haumea|\bmapDir"
)
#: What loads folders with each other's packages as arguments, not only with those of nixpkgs.
_SCOPE = re.compile(r"\bmakeScope\b|\bnewScope\b|\bcallPackagesWith\b|\bself\.callPackage\b")
_PKGS_FOLDER = re.compile(r"(?:\./|\.\./)+pkgs\b|\bpkgs/\.|/pkgs\"")
_SKIPPED = {".git", "result", "node_modules", ".direnv"}
_MODULES = ("modules/default.nix", "nixos-modules/default.nix", "modules/flake/modules.nix")


@dataclass(frozen=True)
class Layout:
    """A repository: its root, its kind, what it was recognised by, and the files to register in.

    ``register`` is the file with the packages' set, None where folders are loaded. ``folder`` is
    where packages lie. ``modules`` and ``table`` are None when there are none. ``shares`` says that
    folders which are loaded get each other's packages as arguments.
    """

    root: Path
    kind: Kind
    evidence: str
    folder: PurePosixPath
    register: PurePosixPath | None = None
    modules: PurePosixPath | None = None
    table: PurePosixPath | None = None
    shares: bool = True

    @property
    def title(self) -> str:
        """The name of the layout, for people."""
        return TITLES[self.kind]

    @property
    def is_flake(self) -> bool:
        """Whether the repository is a flake."""
        return (self.root / "flake.nix").is_file()

    def build_command(self, name: str) -> str:
        """Return the command that builds a package of the repository."""
        return f"nix build .#{name}" if self.is_flake else f"nix-build -A {name}"

    def evaluate_command(self) -> str:
        """Return the command that evaluates every package of the repository."""
        return "nix flake check" if self.is_flake else "nix-env -f . -qa --drv-path"

    def package_file(self, name: str) -> PurePosixPath:
        """Return where the file of a package goes, relative to the root."""
        if self.kind == "by-name":
            return self.folder / name[:2].lower() / name / "package.nix"
        return self.folder / name / "default.nix"

    def place(self) -> SetPlace | None:
        """Return the set in which packages are registered, or None where none are.

        Raises:
            InputError: the file is no Nix, or has no such set.

        """
        if self.register is None:
            return None
        text = read_text(self.root, self.register)
        place = self._place(text)
        if place is None:
            what = "no set of packages was found in it"
            raise InputError(Problem(str(self.register), what, "Give the file with --file"))
        return place

    def _place(self, text: str) -> SetPlace | None:
        with syntax_problems(self.register):
            if self.kind != "flake":
                return result_place(text)
            found = attribute_places(text, "packages") or attribute_places(text, "legacyPackages")
            return max(found, key=lambda p: (len(p.packages), len(p.entries)), default=None)


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
    try:
        return (root / file).read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(str(file), f"it cannot be read: {error}", "Mend the file first")
        raise InputError(problem) from error


def find_layout(root: Path) -> Layout:
    """Return the layout of the repository at ``root``.

    Raises:
        InputError: the folder is no NUR repository, or the file that tells has a syntax error.

    """
    if not root.is_dir():
        problem = Problem(f"--repo {root}", "there is no such folder", "Give a repository's folder")
        raise InputError(problem)
    root = root.resolve()
    _refuse_a_composition(root)
    for look in (_kapack, _by_name, _template, _auto, _flake):
        if found := look(root):
            return found
    what = "it is no NUR repository: no nur.nix, default.nix or flake.nix with packages"
    remedy = (
        "Give a repository with --repo DIR, such as a copy of nix-community/nur-packages-template"
    )
    raise InputError(Problem(str(root), what, remedy))


def _refuse_a_composition(root: Path) -> None:
    """Refuse a project of NixOS Compose: its flake's ``packages`` are flavours, made by nxc.

    Raises:
        InputError: the folder holds such a project.

    """
    told = next(
        (name for name in (".nxc-scaffold.toml", "nxc.json") if (root / name).is_file()), ""
    )
    if not told and _calls_compose(root):
        told = "flake.nix, which calls nxc's compose,"
    if told:
        what = f"it is a NixOS Compose project ({told} says so), not a repository of packages"
        remedy = (
            "To give a composition a package, start it with "
            "nxc-scaffold new NAME --package-from PACKAGE=SOURCE"
        )
        raise InputError(Problem(str(root), what, remedy))


def _calls_compose(root: Path) -> bool:
    file = PurePosixPath("flake.nix")
    if not (root / file).is_file():
        return False
    with syntax_problems(file):
        tree = parse(read_text(root, file))
    return any(
        node.kind == "select" and node.names[-2:] == ("lib", "compose") for node in walk(tree)
    )


def _kapack(root: Path) -> Layout | None:
    if not (root / "nur.nix").is_file():
        return None
    return _listed(root, "kapack", PurePosixPath("nur.nix"), "nur.nix lists the packages")


def _by_name(root: Path) -> Layout | None:
    for folder in _BY_NAME:
        if (root / folder).is_dir():
            path = PurePosixPath(folder)
            evidence = f"there is {folder}/"
            shares = _shares(root)
            return Layout(root, "by-name", evidence, path, None, *_others(root), shares)
    return None


def _template(root: Path) -> Layout | None:
    """Recognise a default.nix that is a function of ``pkgs`` to a set with packages or modules."""
    file = PurePosixPath("default.nix")
    if not (root / file).is_file():
        return None
    text = read_text(root, file)
    with syntax_problems(file):
        place = result_place(text)
    if place is None or not (place.packages or (place.names & RESERVED and "pkgs" in place.scope)):
        return None
    if not place.packages and _loader(root, [file]):
        return None
    return _listed(root, "nur", file, "default.nix lists the packages")


def _auto(root: Path) -> Layout | None:
    folder = root / "pkgs"
    if not folder.is_dir():
        return None
    loader = _loader(root, _nix_files(root))
    if loader is None:
        return None
    evidence = f"{loader} loads the folders of pkgs/"
    shares = _shares(root)
    return Layout(root, "auto", evidence, PurePosixPath("pkgs"), None, *_others(root), shares)


def _flake(root: Path) -> Layout | None:
    file = PurePosixPath("flake.nix")
    if not (root / file).is_file():
        return None
    text = read_text(root, file)
    with syntax_problems(file):
        found = attribute_places(text, "packages") or attribute_places(text, "legacyPackages")
    if not found:
        return None
    return _listed(root, "flake", file, "flake.nix has packages")


def _listed(root: Path, kind: Kind, file: PurePosixPath, evidence: str) -> Layout:
    layout = Layout(root, kind, evidence, PurePosixPath("pkgs"), file, *_others(root))
    layout.place()
    return layout


def _others(root: Path) -> tuple[PurePosixPath | None, PurePosixPath | None]:
    """Return the file that lists the modules, and the table of packages."""
    modules = next((PurePosixPath(m) for m in _MODULES if (root / m).is_file()), None)
    table = PurePosixPath("packages.md")
    return modules, table if (root / table).is_file() else None


def _loader(root: Path, files: Iterable[PurePosixPath]) -> PurePosixPath | None:
    """Return a file that loads all folders of pkgs/, or None."""
    for file in files:
        text = (root / file).read_text(encoding="utf-8", errors="replace")
        if _LOADERS.search(text) and _PKGS_FOLDER.search(text):
            return file
    return None


def _shares(root: Path) -> bool:
    """Say whether a file outside the packages makes a scope of them."""
    files = [*_nix_files(root), PurePosixPath("pkgs/default.nix")]
    return any(
        _SCOPE.search((root / file).read_text(encoding="utf-8", errors="replace"))
        for file in files
        if (root / file).is_file()
    )


def _nix_files(root: Path) -> list[PurePosixPath]:
    """Return the Nix files outside pkgs/, near ones first; a NUR repository has few."""
    found: list[PurePosixPath] = []
    for folder, folders, names in os.walk(root):
        here = PurePosixPath(Path(folder).relative_to(root).as_posix())
        folders[:] = sorted(set(folders) - _SKIPPED - ({"pkgs"} if not here.parts else set()))
        found += [here / name for name in sorted(names) if name.endswith(".nix")]
    return sorted(found, key=lambda f: (len(f.parts), str(f)))
