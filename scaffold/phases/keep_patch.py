"""Writes the user's edits of an unpacked source as a patch into the package, and registers it.

Both files are written, then the package is evaluated: when its derivation does not use the patch,
everything is put back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from scaffold.base.errors import ConflictError, InputError, Problem, ScaffoldError
from scaffold.nixlang.nodes import Place
from scaffold.phases.derivation import Derivation
from scaffold.phases.history import SourceHistory
from scaffold.phases.patches import RefusedError, with_patch
from scaffold.phases.scratch import Scratch
from scaffold.phases.state import Patch, State
from scaffold.repository.find import Repository
from scaffold.system import git

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@dataclass(frozen=True)
class Written:
    """What ``--patch`` did: the files in the repository, and what the user should look at."""

    patch: Path
    package: Path
    files: tuple[str, ...]
    also_changed: tuple[str, ...]


def file_name(text: str) -> str:
    """Return the name of the patch file. Raises InputError for what is no plain name."""
    name = text.removesuffix(".patch")
    if not _NAME.fullmatch(name):
        what = "it is no plain file name"
        raise InputError(Problem(f"--patch {text}", what, "Give one such as fix-build"))
    return f"{name}.patch"


def write_patch(
    scratch: Scratch, state: State, name: str, repository: Repository,
    places: tuple[Place, ...], evaluate: Callable[[], Derivation],
) -> tuple[State, Written]:  # fmt: skip
    """Write the edits since the last patch as the file ``name`` and add it to the package.

    The same name again replaces the patch that was written last.

    Raises:
        InputError: there is nothing to write.
        ConflictError: it cannot be done safely; the repository is as it was.

    """
    history = scratch.history(state)
    if history is None:
        problem = Problem("--patch", "no source is unpacked, or there is no git",
                          "Run unpackPhase first, with git on PATH")  # fmt: skip
        raise InputError(problem)
    again = bool(state.patches) and state.patches[-1].name == name
    base = state.patches[-1].base if again else _tip(state)
    tip = history.keep_edits()
    files = _edited(history, base)
    draft = scratch.root / name
    history.write_patch(base, files, draft)
    place, package = _package(repository, places, draft)
    target = package.parent / name
    if target.exists() and not again and target.read_bytes() != draft.read_bytes():
        what = "it is there and holds something else"
        raise ConflictError(Problem(str(target), what, "Choose another name"))
    _register(package, place, target, draft, evaluate)
    changed = history.also_changed_by_phases(base, files)
    patches = state.patches[:-1] if again else state.patches
    state = replace(state, patches=(*patches, Patch(name, base, tip)))
    return scratch.save(state), Written(target, package, files, changed)


def _tip(state: State) -> str:
    return state.patches[-1].tip if state.patches else state.base


def _edited(history: SourceHistory, base: str) -> tuple[str, ...]:
    files = history.edited(base)
    if not files:
        where = f"--patch: {history.source}"
        raise InputError(Problem(where, "nothing was edited there", "Edit the source first"))
    binary = history.binary(base, files)
    if binary:
        what = f"{', '.join(binary)} is not text, and `patch` applies only text"
        raise InputError(Problem("--patch", what, "Undo that change, or do it in a phase"))
    return files


def _package(
    repository: Repository, places: tuple[Place, ...], draft: Path
) -> tuple[Place, Path]:  # fmt: skip
    """Return a place of the package's own attributes and the file that it is in."""
    for place in places:
        path = _in_repository(repository.root, place.file)
        if path is not None:
            return place, path
    raise _by_hand(draft, "the file of the package", "the package is not defined in this one")


def _in_repository(root: Path, file: str) -> Path | None:
    """Return the file of the repository that nix read, perhaps as a copy in the store."""
    read = Path(file)
    if read.is_relative_to(root):
        return read
    match = re.search(r"/[0-9a-z]{32}-[^/]+/(.+)$", file)
    for top in (root, *root.parents) if match and read.is_file() else ():
        path = top / match[1] if match else top
        if path.is_file() and path.read_bytes() == read.read_bytes():
            return path.resolve()
        if (top / ".git").exists():
            break
    return None


def _register(
    package: Path, place: Place, target: Path, draft: Path, evaluate: Callable[[], Derivation]
) -> None:
    """Write patch and package, and put both back when the derivation does not use the patch."""
    before = package.read_bytes()
    patch_before = target.read_bytes() if target.exists() else None
    try:
        after = with_patch(before, place, f"./{target.name}")
    except RefusedError as error:
        raise _by_hand(draft, str(package), str(error)) from error
    try:
        _write(target, draft.read_bytes())
        _write(package, after)
        git.intent_to_add(package.parent, [PurePosixPath(target.name)])
        used = evaluate().variables.get("patches", "").split()
        if not any(each.endswith(f"{target.name}") for each in used):
            raise _by_hand(draft, str(package), "its derivation did not use the added patch")
    except BaseException as error:
        _write(package, before)
        if patch_before is None:
            target.unlink(missing_ok=True)
            git.forget(package.parent, PurePosixPath(target.name))
        else:
            _write(target, patch_before)
        if isinstance(error, ScaffoldError) and not isinstance(error, ConflictError):
            what = f"with the patch it does not evaluate: {error.problems[0].what}"
            raise _by_hand(draft, str(package), what) from error
        raise


def _by_hand(draft: Path, where: str, why: str) -> ConflictError:
    remedy = f"Copy {draft} beside the package's file and add to it: patches = [ ./{draft.name} ];"
    return ConflictError(Problem(where, why, remedy))


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step, keeping its permissions; the same content is not written."""
    if path.exists() and path.read_bytes() == content:
        return
    new = path.with_name(f".{path.name}.nxc-scaffold")
    new.write_bytes(content)
    if path.exists():
        new.chmod(path.stat().st_mode & 0o7777)
    new.replace(path)
