"""The version of a source: its newest release tag, else what its files say.

A tag decides over a file, because a file in a branch often has the number of the next release, and
because the source is fetched by the tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold import process
from scaffold.errors import ExternalError

_TAG = re.compile(r"(?P<prefix>.*?)(?P<version>\d+(?:[._]\d+)*)(?P<rest>.*)")
_PRE = re.compile(r"(?i)^[-._]?(a|b|alpha|beta|rc|pre|dev|preview|snapshot)\W*\d*")
#: What may follow the number of a release: nothing, a letter (tmux 3.7c), or a word that says so.
_REST = re.compile(r"|[a-z]|[-._](stable|final|release)")
#: A maintained old branch gets tags later than the newest release; by this much it is no branch.
YEARS_APART = 2 * 365 * 86400
_PLAIN_PREFIXES = ("", "v", "V", "r", "release-", "version-", "rel-", "release/", "ver")
_GIT_SECONDS = 30.0


@dataclass(frozen=True)
class Release:
    """A release of a repository: its version, and the tag or commit it is fetched by."""

    version: str
    ref: str
    is_tag: bool
    seen: str


def releases(tags: Iterable[str], *names: str) -> list[tuple[tuple[object, ...], str, str]]:
    """Return (order, version, tag) of the tags that are releases of this project, newest last.

    ``names`` are what the project is called: by its own files, and as a repository.
    """
    found = []
    for tag in tags:
        match = _of_project(tag, names)
        rest = match["rest"] if match else ""
        if match is None or not _REST.fullmatch(rest) or _is_date(match["version"]):
            continue
        letter = rest if len(rest) == 1 else ""
        version = match["version"].replace("_", ".")
        if version.isdigit() and len(version) > 4:  # a date, or a build number
            continue
        numbers = tuple(int(part) for part in version.split("."))
        found.append(((numbers, letter), version + letter, tag))
    dotted = [entry for entry in found if "." in entry[1]]
    return sorted(dotted or found)  # r131 is older than 1.0 where a project has both


def _of_project(tag: str, names: Iterable[str]) -> re.Match[str] | None:
    """Return the parts of a tag with digits, when its prefix is plain or a name of the project."""
    own = {
        f"{_folded(name)}{sign}{v}" for name in names if name for sign in "-/" for v in ("", "v")
    }
    match = _TAG.fullmatch(tag)
    if match and (match["prefix"] in _PLAIN_PREFIXES or _folded(match["prefix"]) in own):
        return match
    return None


def _folded(name: str) -> str:
    """Return a name in the one spelling that is compared: ``YAML_CPP`` is ``yaml-cpp``."""
    return name.lower().replace("_", "-")


def _agreed(tags: Mapping[str, int], names: tuple[str, ...]) -> tuple[str, str] | None:
    """Return version and tag of the newest release, when the dates of the tags do not object.

    A tag that is later by far, or later and of a form that is not understood, may be the release.
    """
    found = releases(tags, *names)
    if not found:
        return None
    _, version, chosen = found[-1]
    known = {tag for *_, tag in found}
    for tag, date in tags.items():
        match = _of_project(tag, names)
        strange = match is not None and tag not in known and not _PRE.match(match["rest"])
        later = date - tags[chosen]
        if (strange and later > 0) or (tag in known and later > YEARS_APART):
            return None
    return version, chosen


def _open(match: re.Match[str], names: tuple[str, ...]) -> bool:
    """Say whether a tag that is not understood may yet be a release: of whatever, with a number."""
    known = _of_project(match[0], names) is not None
    return (known or "." in match["version"]) and not _PRE.match(match["rest"])


def _is_date(version: str) -> bool:
    return bool(re.fullmatch(r"(19|20)\d\d[._]?[01]\d[._]?[0-3]\d", version))


def newest(folder: Path, names: tuple[str, ...], file_version: str, file: str) -> Release | None:
    """Return the release to package, or None when nothing is certain.

    Without tags it is the commit that is checked out, versioned as nixpkgs does:
    ``0-unstable-YYYY-MM-DD``, with the number of the project's files in front when they have one.
    """
    tags = _tags(folder)
    if tags is None:
        return Release(file_version, "", False, file) if file_version else None
    here = (_git(folder, "tag", "--points-at", "HEAD") or "").split("\n")
    if now := releases(here, *names):
        return Release(now[-1][1], now[-1][2], True, f"the tag {now[-1][2]}")
    if agreed := _agreed(tags, names):
        return Release(agreed[0], agreed[1], True, f"the tag {agreed[1]}")
    if any((m := _TAG.fullmatch(tag)) and _open(m, names) for tag in tags):
        return None
    commit = _git(folder, "log", "-1", "--format=%H %cs")
    if not commit:
        return None
    revision, _, date = commit.strip().partition(" ")
    number = re.sub(r"(?i)[-._+]?(dev|alpha|beta|rc|pre).*$", "", file_version) or "0"
    seen = f"no release tag; {file}" if file_version else "no release tag"
    return Release(f"{number}-unstable-{date}", revision, False, seen)


def _tags(folder: Path) -> dict[str, int] | None:
    """Return the tags and their dates in seconds, or None without a repository."""
    form = "--format=%(refname:strip=2) %(creatordate:unix)"
    listed = _git(folder, "for-each-ref", "refs/tags", form)
    if listed is None:
        return None
    pairs = (line.rpartition(" ") for line in listed.splitlines())
    return {tag: int(date or 0) for tag, _, date in pairs if tag}


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
