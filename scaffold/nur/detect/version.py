"""The version of a source: its newest release tag, else what its files say.

A tag decides over a file, because a file in a branch often has the number of the next release, and
because the source is fetched by the tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scaffold import process
from scaffold.errors import ExternalError

_TAG = re.compile(r"(?P<prefix>.*?)(?P<version>\d+(?:[._]\d+)*)(?P<rest>.*)")
_PRE = re.compile(r"(?i)^[-._]?(a|b|alpha|beta|rc|pre|dev|preview|snapshot)\W*\d*")
_PLAIN_PREFIXES = ("", "v", "V", "r", "release-", "version-", "rel-", "release/", "ver")
_GIT_SECONDS = 30.0


@dataclass(frozen=True)
class Release:
    """A release of a repository: its version, and the tag or commit it is fetched by."""

    version: str
    ref: str
    is_tag: bool
    seen: str


def releases(tags: list[str], name: str) -> list[tuple[tuple[int, ...], str, str]]:
    """Return (order, version, tag) of the tags that are releases of this project, newest last."""
    own = {f"{name}{sign}{v}" for sign in "-_/" for v in ("", "v")} if name else set()
    found = []
    for tag in tags:
        match = _TAG.fullmatch(tag)
        if not match or match["rest"] or _is_date(match["version"]):
            continue
        if match["prefix"] in _PLAIN_PREFIXES or match["prefix"].lower() in own:
            version = match["version"].replace("_", ".")
            if match["prefix"] in ("", "r") and version.count(".") == 0 and len(version) > 4:
                continue
            found.append((tuple(int(p) for p in version.split(".")), version, tag))
    return sorted(found)


def _is_date(version: str) -> bool:
    return bool(re.fullmatch(r"(19|20)\d\d[._]?[01]\d[._]?[0-3]\d", version))


def newest(folder: Path, name: str, file_version: str, file: str) -> Release | None:
    """Return the release to package, or None when nothing is certain.

    Without tags it is the commit that is checked out, versioned as nixpkgs does:
    ``0-unstable-YYYY-MM-DD``, with the number of the project's files in front when they have one.
    """
    tags = _git(folder, "tag")
    if tags is None:
        return Release(file_version, "", False, file) if file_version else None
    here = _git(folder, "tag", "--points-at", "HEAD") or ""
    found = releases(here.split("\n"), name) or releases(tags.split("\n"), name)
    if found:
        _, version, tag = found[-1]
        return Release(version, tag, True, f"the tag {tag}")
    commit = _git(folder, "log", "-1", "--format=%H %cs")
    if not commit:
        return None
    revision, _, date = commit.strip().partition(" ")
    number = re.sub(r"(?i)[-._+]?(dev|alpha|beta|rc|pre).*$", "", file_version) or "0"
    seen = f"no release tag; {file}" if file_version else "no release tag"
    return Release(f"{number}-unstable-{date}", revision, False, seen)


def remote(folder: Path) -> str:
    """Return the address of the repository's ``origin``, empty when there is none."""
    return (_git(folder, "remote", "get-url", "origin") or "").strip()


def is_top(folder: Path) -> bool:
    """Say whether the folder is the top of a git work tree, not a folder of somebody else's."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    return bool(top) and Path((top or "").strip()).resolve() == folder.resolve()


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git says, or None when it fails or is not there."""
    try:
        done = process.run(["git", "-C", str(folder), *arguments], timeout=_GIT_SECONDS)
    except ExternalError:
        return None
    return None if done.returncode else done.stdout
