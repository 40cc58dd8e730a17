"""The version of a source: its newest release tag, else what its files say.

A tag decides over a file, because a file in a branch often has the number of the next release, and
because the source is fetched by the tag.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.base.errors import ExternalError
from scaffold.sources.tags import (
    PREVIEW,
    TAG,
    is_open,
    is_prefixed,
    of_project,
    order,
    releases,
    skips,
    version_of,
)
from scaffold.system import process

#: A maintained old branch gets tags later than the newest release; by this much it is no branch.
YEARS_APART = 2 * 365 * 86400
#: A project whose previews go on for this long after its newest release has left that behind.
PREVIEWS_APART = 365 * 86400
SEVERAL = 3
#: What a file says between two releases.
_NOT_RELEASED = re.compile(r"(?i)dev|alpha|beta|rc|pre|snapshot|\d[ab]\d")
_GIT_SECONDS = 30.0
NOTHING = "neither a tag nor a project file tells it"


@dataclass(frozen=True)
class Release:
    """A release of a repository: its version, and the tag or commit it is fetched by."""

    version: str
    ref: str
    seen: str


def _newest_tag(tags: Mapping[str, int], names: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Return version and tag of the newest release, and what the dates of the tags object.

    A tag that is later by far, or later and of a form that is not understood, may be the release.
    """
    found = releases(tags, *names)
    if not found:
        return None
    _, version, chosen = found[-1]
    known = {tag for *_, tag in found}
    for tag, date in sorted(tags.items(), key=lambda item: -item[1]):
        match = of_project(tag, names)
        strange = match is not None and tag not in known and not PREVIEW.match(match["rest"])
        later = date - tags[chosen]
        if (strange and later > 0) or (tag in known and later > YEARS_APART):
            return version, chosen, f"the tag {tag} is later"
    return version, chosen, ""


def newest(
    folder: Path, names: tuple[str, ...], said: str, file: str, published: str = ""
) -> tuple[Release | None, str]:
    """Return the release to package, or why nothing is certain.

    ``said`` is the version of the project ``file``, ``published`` the newest one that the
    changelog tells as published. Without tags it is the commit that is checked out, versioned as
    nixpkgs does: ``0-unstable-YYYY-MM-DD``, with the number of the project's file in front.
    """
    tags = _tags(folder)
    if tags is None:
        return (Release(said, "", file) if said else None), NOTHING
    here = (_git(folder, "tag", "--points-at", "HEAD") or "").split("\n")
    if now := releases(here, *names):
        return Release(now[-1][1], now[-1][2], f"the tag {now[-1][2]}"), ""
    if found := _newest_tag(tags, names):
        version, tag, doubt = found
        doubt = doubt or _preview(tags, names, tag) or _untagged(version, said, published, file)
        if doubt:
            return None, f"the newest release tag is {tag}, but {doubt}"
        return Release(version, tag, f"the tag {tag}"), ""
    if last := _as_said(tags, said):
        return Release(said, last, f"the tag {last}, as {file} says"), ""
    for tag in tags:
        if (match := TAG.fullmatch(tag)) and is_open(match, names):
            return None, f"whether the tag {tag} is a release is not certain"
    return at_commit(folder, said, file), NOTHING


def at_commit(folder: Path, said: str, file: str) -> Release | None:
    """Return the commit that is checked out as a version, None when there is no commit."""
    commit = _git(folder, "log", "-1", "--format=%H %cs")
    if not commit:
        return None
    revision, _, date = commit.strip().partition(" ")
    number = re.sub(r"(?i)[-._+]?(dev|alpha|beta|rc|pre).*$", "", said) or "0"
    seen = f"no release tag; {file}" if said else "no release tag"
    return Release(f"{number}-unstable-{date}", revision, seen)


def within(folder: Path, name: str, said: str, file: str) -> tuple[Release | None, str]:
    """Return the release of one project of several in a repository, or why it is not certain.

    Its tags are those with its name, or plain ones of the very version that its file says.
    """
    tags = _tags(folder) or {}
    own = releases((tag for tag in tags if is_prefixed(tag, name)), name)
    same = [entry for entry in releases(tags, name) if entry[1] == said]
    for _, version, tag in [*own[-1:], *same[-1:]]:
        return Release(version, tag, f"the tag {tag}"), ""
    commit = at_commit(folder, said, file)
    if _NOT_RELEASED.search(said):
        return None, f"{file} says {said}, which is no release, and no tag has the name {name}"
    if said and commit:
        return Release(said, commit.ref, file), ""
    return None, "the repository holds several projects, and no tag has the name of this one"


def _as_said(tags: Mapping[str, int], said: str) -> str:
    """Return the latest tag when it is the very version of the project file, such as a date."""
    last = max(tags, key=lambda tag: tags[tag], default="")
    return last if said and last in (said, f"v{said}") else ""


def tagged(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Return the tag of every release, by version."""
    return {version: tag for _, version, tag in releases(_tags(folder) or {}, *names)}


def _preview(tags: Mapping[str, int], names: tuple[str, ...], tag: str) -> str:
    """Say that previews of a later release go on for so long that they may be what is used."""
    released = order(version_of(tag, names))
    later = [
        (date, other)
        for other, date in tags.items()
        if (match := of_project(other, names))
        and PREVIEW.match(match["rest"])
        and order(version_of(other, names)) > released
    ]
    date, other = max(later, default=(0, ""))
    if len(later) >= SEVERAL and date - tags[tag] > PREVIEWS_APART:
        return f"{other} and {len(later) - 1} more previews are later, by more than a year"
    return ""


def _untagged(version: str, said: str, published: str, file: str) -> str:
    """Say that a version was published without a tag.

    The file and the changelog both have it, or the file's is beyond the next after the tag's.
    """
    if order(said) >= order(published) > order(version) > ():
        return f"{file} says {said} and the changelog {published}"
    if skips(said, version) and order(version):
        return f"{file} says {said}: of what is between, nothing has a tag"
    return ""


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


def place(folder: Path) -> str | None:
    """Return the folder's path within its repository (``.`` is the top), None outside of one.

    A folder that the repository does not track is somebody else's.
    """
    top = (_git(folder, "rev-parse", "--show-toplevel") or "").strip()
    if not top or not Path(top).is_dir():
        return None
    inner = folder.resolve().relative_to(Path(top).resolve()).as_posix()
    tracked = inner == "." or bool(_git(folder, "ls-files", "--", "."))
    return inner if tracked else None


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git says, or None when it fails or is not there."""
    try:
        done = process.run(["git", "-C", str(folder), *arguments], timeout=_GIT_SECONDS)
    except ExternalError:
        return None
    return None if done.returncode else done.stdout
