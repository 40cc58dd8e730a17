"""Runs the hooks of a trusted template, as cookiecutter does, in a folder that is thrown away.

The tree is written there, the hooks change what they like, and what they leave is the tree: so
plan, conflicts and the all-or-nothing write hold for their work too.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from scaffold.answers.document import FILE_NAME
from scaffold.base.errors import ExternalError, InputError, Problem
from scaffold.render.sandbox import Sandbox
from scaffold.render.user_template_files import HOOKS, Source
from scaffold.system import process
from scaffold.writer.tree import File, Tree, path_fault


def with_hooks(tree: Tree, sandbox: Sandbox) -> Tree:
    """Return the tree as the hooks leave it; the answers file is not theirs to see.

    Raises:
        ExternalError: a hook failed.
        InputError: a hook left what no tree may hold.

    """
    state = PurePosixPath(FILE_NAME)
    before, after = HOOKS
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-hooks-") as name:
        project = Path(name).resolve() / "project"
        project.mkdir()
        _run(before, sandbox, project)
        for file in tree.values():
            if file.path != state:
                _write(file, project)
        _run(after, sandbox, project)
        found = [_kept(file, tree) for file in _read(project, project, sandbox.template.where)]
    return Tree([*found, *(file for file in tree.values() if file.path == state)])


def _run(name: str, sandbox: Sandbox, project: Path) -> None:
    for hook in sandbox.template.hooks:
        if Path(hook.path).stem == name:
            _run_one(hook, sandbox, project)


def _run_one(hook: Source, sandbox: Sandbox, project: Path) -> None:
    place = f"hooks/{hook.path}"
    script = project.parent / Path(hook.path).name
    script.write_text(sandbox.text(hook.content.decode(errors="replace"), place), encoding="utf-8")
    script.chmod(0o700)
    argv = [sys.executable, str(script)] if script.suffix == ".py" else [str(script)]
    done = process.run(argv, cwd=project)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        what = f"ended with {done.returncode}" + (f": {lines[-1]}" if lines else "")
        where = f"{sandbox.template.where}: {place}"
        raise ExternalError(Problem(where, what, "Correct the hook, or do without --trust"))


def _write(file: File, project: Path) -> None:
    path = project / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    path.chmod(file.mode)


def _read(folder: Path, project: Path, where: str) -> Iterator[File]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = PurePosixPath(Path(entry.path).relative_to(project))
        mode = entry.stat(follow_symlinks=False).st_mode
        if fault := path_fault(path):
            remedy = "Correct the hook: nxc-scaffold makes the repository itself"
            raise InputError(Problem(where, f"a hook made {path}, which {fault}", remedy))
        if stat.S_ISDIR(mode):
            yield from _read(Path(entry.path), project, where)
        elif stat.S_ISREG(mode):
            executable = bool(mode & stat.S_IXUSR)
            yield File(path, Path(entry.path).read_bytes(), 0o755 if executable else 0o644)
        else:
            what = f"a hook made {path}, which is no file"
            raise InputError(Problem(where, what, "Correct the hook, or do without --trust"))


def _kept(found: File, tree: Tree) -> File:
    """Return a file with the policy it had before the hooks."""
    if found.path not in tree:
        return found
    before = tree[found.path]
    same = bool(before.mode & 0o100) == bool(found.mode & 0o100)
    return replace(before, content=found.content, mode=before.mode if same else found.mode)
