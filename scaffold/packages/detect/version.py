"""The version of a source: its newest release tag, else what its files say.

A tag decides over a file, because a file in a branch often has the number of the next release, and
because the source is fetched by the tag.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scaffold.packages.detect.history import History
from scaffold.sources.tags import (
    PREVIEW,
    TAG,
    is_open,
    is_prefixed,
    of_project,
    order,
    releases,
    skips,
    tag_of,
    version_of,
)

#: A maintained old branch gets tags later than the newest release; by this much it is no branch.
YEARS_APART = 2 * 365 * 86400
#: A project whose previews go on for this long after its newest release has left that behind.
PREVIEWS_APART = 365 * 86400
SEVERAL = 3
#: What a file says between two releases.
_NOT_RELEASED = re.compile(r"(?i)dev|alpha|beta|rc|pre|snapshot|\d[ab]\d")
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
    numbers = {tag: order(said) for _, said, tag in found}
    for tag, date in tags.items():
        if date > tags[chosen] and _goes_on(tag, numbers, chosen, tags):
            return version, chosen, f"the tag {tag} is later"
    return version, chosen, ""


def _goes_on(
    tag: str, numbers: Mapping[str, tuple[int, ...]], chosen: str, tags: Mapping[str, int]
) -> bool:
    """Say whether a later tag goes on with what the newest release is of, in another way.

    Either its numbers start anew (``0.7`` after ``1.0``: nothing before had that first number), or
    they go on behind a prefix that is no name of the project (``parent-3.17``).
    """
    last = numbers[chosen]
    if tag in numbers:
        first = numbers[tag][:1]
        before = (t for t, n in numbers.items() if n[:1] == first and tags[t] <= tags[chosen])
        return bool(first) and first < last[:1] and not any(before)
    match = TAG.fullmatch(tag)
    found = order(match["version"]) if match and not match["rest"] else ()
    return len(found) > 1 and found > last > () and found[0] == last[0]


def newest(
    history: History, names: tuple[str, ...], said: str, file: str, published: str = ""
) -> tuple[Release | None, str]:
    """Return the release to package, or why nothing is certain.

    ``said`` is the version of the project ``file``, ``published`` the newest one that the
    changelog tells as published. Without tags it is the commit that is checked out, versioned as
    nixpkgs does: ``0-unstable-YYYY-MM-DD``, with the number of the project's file in front unless
    only previews of that were published.
    """
    tags = history.tags
    if tags is None:
        return (Release(said, "", file) if said else None), NOTHING
    if now := releases(history.here, *names):
        return Release(now[-1][1], now[-1][2], f"the tag {now[-1][2]}"), ""
    if found := _newest_tag(tags, names):
        version, tag, doubt = found
        doubt = doubt or _preview(tags, names, tag) or _untagged(version, said, published, file)
        doubt = doubt or older_line(tags, releases(tags, *names), said, file)
        if doubt:
            return None, f"the newest release tag is {tag}, but {doubt}"
        return Release(version, tag, f"the tag {tag}"), ""
    if last := _as_said(tags, said):
        return Release(said, last, f"the tag {last}, as {file} says"), ""
    for tag in tags:
        if (match := TAG.fullmatch(tag)) and is_open(match, names):
            return None, f"whether the tag {tag} is a release is not certain"
    announced = any(
        match and PREVIEW.match(match["rest"]) and version_of(tag, names) == said
        for tag in tags
        if (match := of_project(tag, names))
    )
    return at_commit(history, "" if announced else said, file), NOTHING


def at_commit(history: History, said: str, file: str) -> Release | None:
    """Return the commit that is checked out as a version, None when there is no commit."""
    if history.commit is None:
        return None
    revision, date = history.commit
    number = re.sub(r"(?i)[-._+]?(dev|alpha|beta|rc|pre).*$", "", said) or "0"
    seen = f"no release tag; {file}" if said else "no release tag"
    return Release(f"{number}-unstable-{date}", revision, seen)


def within(history: History, name: str, said: str, file: str) -> tuple[Release | None, str]:
    """Return the release of one project of several in a repository, or why it is not certain.

    Its tags are those with its name, or plain ones of the very version that its file says.
    """
    tags = history.tags or {}
    prefixed = releases((tag for tag in tags if is_prefixed(tag, name)), name)
    if prefixed and (doubt := older_line(tags, prefixed, said, file)):
        return None, f"the newest release tag is {prefixed[-1][2]}, but {doubt}"
    same = [entry for entry in releases(tags, name) if entry[1] == said]
    for _, version, tag in [*prefixed[-1:], *same[-1:]]:
        return Release(version, tag, f"the tag {tag}"), ""
    commit = at_commit(history, said, file)
    if _NOT_RELEASED.search(said):
        return None, f"{file} says {said}, which is no release, and no tag has the name {name}"
    if said and commit:
        return Release(said, commit.ref, file), ""
    return None, "the repository holds several projects, and no tag has the name of this one"


def older_line(
    tags: Mapping[str, int], found: list[tuple[tuple[object, ...], str, str]], said: str, file: str
) -> str:
    """Say that the project goes on with smaller numbers than those of its newest release.

    A later tag has one, and what is checked out too: the newest number was a slip, or is that of
    another branch.
    """
    _, version, chosen = found[-1]
    if not () < order(said) < order(version):
        return ""
    for _, other, tag in reversed(found):
        if tags[tag] > tags[chosen] and order(other) < order(version):
            return f"the tag {tag} is later, and {file} says {said}"
    return ""


def _as_said(tags: Mapping[str, int], said: str) -> str:
    """Return the latest tag when it is the very version of the project file, such as a date."""
    last = max(tags, key=lambda tag: tags[tag], default="")
    return last if said and last in (said, f"v{said}") else ""


def asked_for(
    history: History, names: tuple[str, ...], version: str, ref: str
) -> tuple[Release | None, str]:
    """Return the release of a version or a tag that the user gives, or why it is not known."""
    tags = history.tags or {}
    if ref:
        said = version or version_of(ref, names)
        return (Release(said, ref, "--ref") if said else None), f"{ref} holds no version"
    if tag := tag_of(version, tags, names):
        return Release(version, tag, f"the tag {tag}"), ""
    last = releases(tags, *names)[-1:]
    newest_tag = f"; the newest is {last[0][2]}" if last else ""
    return None, f"none of its {len(tags)} tags is of {version}{newest_tag}"


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
