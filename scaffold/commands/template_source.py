"""Gets a template of the user's own: from a folder, or from a git repository."""

from __future__ import annotations

import importlib
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from scaffold.base.errors import ExternalError, InputError, Problem, show
from scaffold.base.git_address import git_url
from scaffold.base.names import check_ref
from scaffold.render.user_template_files import EXTENSIONS, UserTemplateFiles, load
from scaffold.system import process


def get(text: str, *, ref: str | None, trust: bool, values: Mapping[str, str]) -> UserTemplateFiles:
    """Return the template that ``text`` names, read whole; a clone is gone afterwards.

    Raises:
        InputError: it is no template that can be used.
        ExternalError: git is missing or failed.

    """
    with _folder(text, ref) as folder:
        # a folder is kept as a full path: the answers file lies elsewhere
        where = text if _url(text) else str(folder.resolve())
        _refuse_submodules(folder, text)
        template = load(folder, where, trust=trust)
        extensions = _extensions(template, folder) if trust else ()
        return replace(template, values=values, extensions=extensions, ref=ref or "")


def _refuse_submodules(folder: Path, text: str) -> None:
    """Refuse a template with a submodule that was not fetched: it would be an empty folder.

    Raises:
        InputError: naming the submodule.

    """
    listing = folder / ".gitmodules"
    if not listing.is_file():
        return
    paths = re.findall(r"(?m)^\s*path\s*=\s*(.+?)\s*$", listing.read_text("utf-8", "replace"))
    for path in paths:
        inner = folder / path
        within = inner.resolve().is_relative_to(folder.resolve()) and inner.is_dir()
        if "{{" in path and within and not any(inner.iterdir()):
            what = f"{show(text)}: its folder {show(path)} is a git submodule, which is not fetched"
            remedy = "Clone it with --recurse-submodules, and give the folder"
            raise InputError(Problem("--template", what, remedy))


@contextmanager
def _folder(text: str, ref: str | None) -> Iterator[Path]:
    url = _url(text)
    if url is None:
        if ref is not None:
            what = f"goes with a git repository, and {show(text)} is a folder"
            raise InputError(Problem("--template-ref", what, "Check it out there, or give the URL"))
        if not Path(text).is_dir():
            what = f"{show(text)} is neither a folder nor the URL of a git repository"
            raise InputError(Problem("--template", what, "Give one of them"))
        yield Path(text)
        return
    if ref is not None and (why := check_ref(ref)):
        remedy = "Give a branch, a tag or a full revision"
        raise InputError(Problem("--template-ref", f"{show(ref)} {why}", remedy))
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-template-") as name:
        where = f"--template {url}"
        clone(url, ref or "HEAD", Path(name), where=where, ref_flag="--template-ref")
        yield Path(name)


def _url(text: str) -> str | None:
    """Return the URL that git takes, or None when the text is a folder.

    Raises:
        InputError: cookiecutter would take it, this does not.

    """
    if text.startswith("hg+"):
        raise InputError(Problem("--template", "Mercurial is not supported", "Give a folder"))
    if text.endswith(".zip"):
        what = f"{show(text)} is an archive, which is not supported"
        raise InputError(Problem("--template", what, "Unpack it and give the folder"))
    return git_url(text)


def clone(url: str, ref: str, folder: Path, *, where: str, ref_flag: str) -> None:
    """Fetch one commit, which may be a branch, a tag or a revision, and nothing of its history.

    ``where`` and ``ref_flag`` name the address and the ref in messages.

    Raises:
        ExternalError: git is missing or failed.

    """
    environment = {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
        # set inside hooks and by dotfile managers: it would be their repository
        "GIT_DIR": str(folder / ".git"),
        "GIT_WORK_TREE": str(folder),
        "GIT_INDEX_FILE": str(folder / ".git" / "index"),
    }
    for arguments in (
        ("init", "--quiet", "--template="),
        ("fetch", "--quiet", "--depth", "1", "--no-tags", "--", url, ref),
        ("-c", "core.autocrlf=false", "checkout", "--quiet", "--detach", "FETCH_HEAD"),
    ):
        done = process.run(["git", *arguments], cwd=folder, env=environment)
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [f"git ended with {done.returncode}"]
            remedy = f"Check the URL and {ref_flag}; try `git ls-remote` by hand"
            raise ExternalError(Problem(where, lines[0], remedy))


def _extensions(template: UserTemplateFiles, folder: Path) -> tuple[object, ...]:
    """Load the Jinja extensions of a trusted template, which may bring their own modules.

    Raises:
        InputError: one cannot be loaded.

    """
    sys.path.append(str(folder.resolve()))
    try:
        return tuple(_extension(name, template.where) for name in template.extension_names)
    finally:
        sys.path.remove(str(folder.resolve()))


def _extension(name: str, where: str) -> object:
    module, _, attribute = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), attribute)
    except Exception as error:  # importing runs code that can fail in any way
        what = f"{EXTENSIONS}: {name} cannot be loaded: {error}"
        remedy = "Install it beside nxc-scaffold, or remove it"
        raise InputError(Problem(f"{where}: cookiecutter.json", what, remedy)) from error
