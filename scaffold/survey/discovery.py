"""Which projects lie below a path, found by looking and without writing anything."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from scaffold.base.errors import InputError, Problem, ScaffoldError
from scaffold.repository.layout import Layout
from scaffold.repository.layouts import find_layout
from scaffold.survey.found import Other, Project, Repository, Survey
from scaffold.survey.session import Session

#: Folders that hold no source of the project: what tools write, and what they keep.
SKIPPED = frozenset(
    {".git", ".hg", ".direnv", ".venv", "node_modules", "__pycache__", ".nxc-scaffold-work",
     ".tox", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
)  # fmt: skip
_GARNIX = "garnix-io's nixos-compose, another tool of the same name: not checked"


def survey(paths: Sequence[Path], session: Session | None = None) -> Survey:
    """Return what lies below the paths; a folder inside a project means that project.

    Raises:
        InputError: a path is not there, or cannot be read.

    """
    session = session or Session()
    tops = [_top(path) for path in paths]
    files = tuple(dict.fromkeys(file for top in tops for file in files_below(top)))
    flakes = {path.parent for path in files if path.name == "flake.nix"}
    owned: dict[Path, list[Path]] = {root: [] for root in flakes}
    loose: list[Path] = []
    for path in files:
        root = next((p for p in path.parents if p in flakes), None)
        owned[root].append(path) if root is not None else loose.append(path)
    projects: list[Project] = []
    others: list[Other] = []
    for root in sorted(flakes):
        project = Project(root, tuple(owned[root]), session)
        if project.calls or any(entry.is_ours for entry in project.nxc_json):
            projects.append(project)
        else:
            loose += owned[root]
            others += _named(project)
    found, loose = _without_flake(loose, session)
    repositories, unread, unclear = _repositories(tops, files, projects, session)
    others += unclear
    claimed = {file for found in (*repositories, *unread) for file in found.files}
    return Survey(
        (*projects, *found),
        repositories,
        tuple(others),
        tuple(path for path in loose if path.suffix == ".nix" and path not in claimed),
        session,
        unread,
    )


def _top(path: Path) -> Path:
    """Return the folder to look below: that of a file, the project around a folder inside one."""
    if not os.path.lexists(path):
        problem = Problem(str(path), "there is no such file or folder", "Give a path that exists")
        raise InputError(problem)
    here = path.resolve()
    here = here if here.is_dir() else here.parent
    if any(name in ("flake.nix", "nur.nix") for _, _, names in _walk(here) for name in names):
        return here
    for folder in (here, *here.parents):
        if (folder / "flake.nix").is_file():
            return folder
        if (folder / ".git").exists():
            break
    return here


def _walk(top: Path) -> Iterable[tuple[str, list[str], list[str]]]:
    def refused(error: OSError) -> None:
        if Path(str(error.filename)) == top:
            what = f"it cannot be read: {error.strerror}"
            raise InputError(Problem(str(top), what, "Make it readable, or leave it out"))

    for folder, folders, names in os.walk(top, onerror=refused):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        yield folder, folders, sorted(names)


def files_below(top: Path) -> Iterable[Path]:
    """Yield the files below a folder in order; links, and what tools write, are left out."""
    for folder, _, names in _walk(top):
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                yield path


def _named(project: Project) -> Iterable[Other]:
    """Say what a flake is that calls no ``lib.compose``, where that may surprise."""
    flake = project.flake
    if flake is None:
        return
    if not flake.readable:
        yield Other(project.root, "a flake.nix that cannot be read: not checked")
        return
    garnix = flake.input_of("is_garnix") is not None
    if garnix or (project.root / "nixos-compose.cabal").is_file():
        yield Other(project.root, _GARNIX)
    elif flake.input_of("is_nxc") is not None:
        what = "a flake with NixOS Compose as an input, and no call of its lib.compose: not checked"
        yield Other(project.root, what)


def _without_flake(
    loose: Iterable[Path], session: Session
) -> tuple[tuple[Project, ...], list[Path]]:
    """Return the projects that are only an nxc.json, and the files that are left."""
    files = list(loose)
    found: list[Project] = []
    for path in [path for path in files if path.name == "nxc.json"]:
        mine = _below(path.parent, files)
        project = Project(path.parent, mine, session)
        if project.nxc_json and any(c.file and c.file.is_file() for c in project.compositions):
            found.append(project)
    inside = {file for project in found for file in project.files}
    return tuple(found), [file for file in files if file not in inside]


def _repositories(
    tops: Sequence[Path], files: Sequence[Path], projects: Sequence[Project], session: Session
) -> tuple[tuple[Repository, ...], tuple[Repository, ...], list[Other]]:
    """Return the NUR repositories among the folders with a list, and those not understood.

    Of those, the ones with a folder of packages are returned as repositories too.
    """
    marks = {"nur.nix", "default.nix", "flake.nix"}
    candidates = sorted({p.parent for p in files if p.name in marks and _lists(p, tops)})
    taken = [project.root for project in projects]
    found: list[Repository] = []
    unread: list[Repository] = []
    unclear: list[Other] = []
    for root in candidates:
        inside = any(root.is_relative_to(other.root) for other in (*found, *unread))
        if inside or any(root == project for project in taken):
            continue
        try:
            layout = find_layout(root)
        except ScaffoldError as error:
            if (root / "pkgs").is_dir():
                why = error.problems[0].what
                unclear.append(Other(root, f"packages that could not be read: {why}"))
                mine = _below(root, files)
                if not any(root.is_relative_to(project) for project in taken):
                    layout = Layout(root, "other", why, PurePosixPath("pkgs"))
                    unread.append(Repository(layout, mine, session))
            continue
        if layout.kind in ("flake", "kapack") and not (root / layout.folder).is_dir():
            continue
        mine = _below(root, files)
        found.append(Repository(layout, mine, session))
    return tuple(found), tuple(unread), unclear


def _below(root: Path, files: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files below a folder; texts are compared, as there may be thousands of each."""
    start = f"{str(root).rstrip(os.sep)}{os.sep}"
    return tuple(file for file in files if str(file).startswith(start))


def _lists(path: Path, tops: Sequence[Path]) -> bool:
    """Say whether a file can be the list of a repository: at its top, or beside its packages."""
    if path.name == "nur.nix":
        return True
    return path.parent in tops or (path.parent / "pkgs").is_dir()
