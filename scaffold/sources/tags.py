"""Tags as releases: which of them are of this project, and of which version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import zip_longest

TAG = re.compile(r"(?P<prefix>.*?)(?P<version>\d+(?:[._]\d+)*)(?P<rest>.*)")
PREVIEW = re.compile(r"(?i)^[-._]?([ab](?![a-z])|alpha|beta|rc|pre|dev|preview|snapshot)\W*\d*")
#: What may follow the number of a release: nothing, a letter (tmux 3.7c), or a word that says so.
_REST = re.compile(r"|[a-z]|[-._](stable|final|release)")
#: The fourth number of a version of R in development ("R Packages", chapter "Lifecycle").
_DEVELOPMENT = 9000
_DOTTED_DATE = re.compile(r"(19|20)\d\d\.[01]?\d\.[0-3]?\d")
_PLAIN_PREFIXES = ("", "v", "r", "release-", "release.", "version-", "rel-", "release/", "ver")


def releases(tags: Iterable[str], *names: str) -> list[tuple[tuple[object, ...], str, str]]:
    """Return (order, version, tag) of the tags that are releases of this project, newest last.

    ``names`` are what the project is called: by its own files, and as a repository. A date is a
    version where every release is called by one, such as ``2024.05.01``.
    """
    found = []
    matches = [(tag, match) for tag in tags if (match := of_project(tag, names)) is not None]
    plain = [m["version"] for _, m in matches if _REST.fullmatch(m["rest"])]
    by_date = len(plain) > 1 and all(_DOTTED_DATE.fullmatch(version) for version in plain)
    for tag, match in matches:
        rest = match["rest"]
        if not _REST.fullmatch(rest) or (_is_date(match["version"]) and not by_date):
            continue
        letter = rest if len(rest) == 1 else ""
        version = match["version"].replace("_", ".")
        if version.isdigit() and len(version) > 4:  # a date, or a build number
            continue
        numbers = tuple(int(part) for part in version.split("."))
        if len(numbers) > 3 and numbers[3] >= _DEVELOPMENT:
            continue
        found.append(((numbers, letter), version + letter, tag))
    dotted = [entry for entry in found if "." in entry[1]]
    return sorted(dotted or found)  # r131 is older than 1.0 where a project has both


def of_project(tag: str, names: Iterable[str]) -> re.Match[str] | None:
    """Return the parts of a tag with digits, when its prefix is plain or a name of the project."""
    return _pattern(tuple(names)).fullmatch(tag)


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return what the tags of a project look like; a name may end with digits itself."""
    spelt = {spelling for name in names for spelling in _spellings(name)}
    named = {f"{name}{sign}{v}" for name in spelt for sign in "-/@" for v in ("", "v")}
    longest = sorted({*named, *_PLAIN_PREFIXES}, key=lambda prefix: -len(prefix))
    known = "|".join(re.escape(prefix).replace(r"\-", "[-_]") for prefix in longest)
    return re.compile(rf"(?i)(?P<prefix>{known})(?P<version>\d+(?:[._]\d+)*)(?P<rest>.*)")


def _folded(name: str) -> str:
    """Return a name in the one spelling that is compared: ``YAML_CPP`` is ``yaml-cpp``."""
    return name.lower().replace("_", "-")


def _spellings(name: str) -> set[str]:
    """Return what tags may call a project: ``libfuse3`` is also ``libfuse`` and ``fuse``."""
    plain = re.sub(r"\.(js|py|rs)$", "", _folded(name))
    short = {plain, plain.removeprefix("lib")}
    return ({_folded(name)} | short | {s.rstrip("0123456789") for s in short}) - {""}


def tag_of(version: str, tags: Iterable[str], names: Iterable[str]) -> str:
    """Return the tag of a version, such as ``jq-1.7.1`` or ``2024.05.01``; empty if not certain.

    A release tag of the very version counts, else the one tag that is the version after a prefix
    that tags have, dots perhaps written as ``_`` or ``-``.
    """
    listed = list(tags)
    found = {tag for _, said, tag in releases(listed, *names) if said == version}
    if not found:
        forms = {version.replace(".", sign) for sign in "._-"}
        known = [*_PLAIN_PREFIXES] + [
            f"{n}{sign}{v}" for n in names if n for sign in "-/@_" for v in ("", "v")
        ]
        spelt = {f"{prefix}{form}".lower() for prefix in known for form in forms}
        found = {tag for tag in listed if tag.lower() in spelt}
    plain = {tag for tag in found if tag in (version, f"v{version}")}
    one = plain if len(found) > 1 else found
    return next(iter(one)) if len(one) == 1 else ""


def is_open(match: re.Match[str], names: tuple[str, ...]) -> bool:
    """Say whether a tag that is not understood may yet be a release: of whatever, with a number."""
    known = of_project(match[0], names) is not None
    several = re.search(r"[._]", match["version"]) is not None
    return (known or several) and not PREVIEW.match(match["rest"])


def _is_date(version: str) -> bool:
    return bool(re.fullmatch(r"(19|20)\d\d[._]?[01]\d[._]?[0-3]\d", version))


def is_prefixed(tag: str, name: str) -> bool:
    """Say whether a tag has the name of the project in front of its number."""
    match = of_project(tag, (name,))
    return match is not None and match["prefix"].lower() not in _PLAIN_PREFIXES


def version_of(tag: str, names: tuple[str, ...]) -> str:
    """Return the number of a tag, empty when it is not of this project."""
    match = of_project(tag, names)
    return match["version"].replace("_", ".") if match else ""


def skips(later: str, version: str) -> bool:
    """Say whether a plain version is later than the next one: the first other number by two."""
    pairs = zip_longest(order(later), order(version), fillvalue=0)
    return next((new > old + 1 for new, old in pairs if new != old), False)


def order(version: str) -> tuple[int, ...]:
    """Return what plain versions are compared by; empty for one that is not all numbers."""
    plain = re.fullmatch(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in version.split(".")) if plain else ()
