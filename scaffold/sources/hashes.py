"""Fetching a source to look at it and to know its hash; without a network both stay unknown."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold.base.errors import ExternalError, Problem
from scaffold.sources.kinds import Source
from scaffold.sources.tags import releases, tag_of
from scaffold.sources.unpack import unpacked
from scaffold.system import process

_DIGITS = "0123456789abcdfghijklmnpqrsvwxyz"  # of Nix: no e, o, t, u
SECONDS = 300.0
LISTING_SECONDS = 30.0


@dataclass(frozen=True)
class Fetched:
    """A source after trying to fetch it: ``reason`` says why something is missing."""

    source: Source
    folder: Path | None = None
    hash: str = ""
    reason: str = ""


def fetch(source: Source, *, offline: bool) -> Fetched:
    """Fetch a source with nix. Nothing is raised: what fails is a reason, and all can be told."""
    if source.kind == "local archive" and source.folder is not None:
        folder, why = unpacked(source.folder)
        return Fetched(source, folder, reason=why)
    if source.folder is not None:
        return Fetched(source, source.folder)
    if offline:
        return Fetched(source, reason="offline: the source was not looked at")
    try:
        source = newest(source) if source.by_ref and not source.ref else source
        return _fetched(source)
    except ExternalError as error:
        return Fetched(source, reason=error.problems[0].what)


def source_hash(source: Source, version: str, *, offline: bool) -> tuple[str, str]:
    """Return the hash of a source whose ref and version are known, or why it is not known."""
    address = source.address(version) if source.ref or not source.by_ref else ""
    if offline or not address:
        return "", "offline" if offline else f"{source.fetcher} is left to the first build"
    try:
        return prefetch(address, unpack=source.unpacked)[0], ""
    except ExternalError as error:
        return "", error.problems[0].what


def _fetched(source: Source) -> Fetched:
    address = source.address(source.version) if source.ref or source.version else ""
    if not address or (not source.by_ref and not source.version and "{version}" in source.archive):
        return Fetched(source, reason="its version is not known")
    found, folder = prefetch(address, unpack=True)
    if not source.unpacked:
        found = prefetch(address, unpack=False)[0]
    return Fetched(source, folder, found)


def newest(source: Source) -> Source:
    """Return the source at the tag of its version, else at its newest release tag or its head.

    Tags are as the server lists them. At its head it has no version.

    Raises:
        ExternalError: git is missing, or cannot list the tags.

    """
    tags = listed_tags(source)
    if source.version:
        tag = tag_of(source.version, tags, (source.name,))
        if not tag:
            what = f"none of its {len(tags)} tags is of {source.version}"
            raise ExternalError(Problem("ref", what, "Give the tag or commit with --ref"))
        return replace(source, ref=tag)
    if found := releases(tags, source.name):
        _, version, tag = found[-1]
        return replace(source, ref=tag, version=version)
    env = {"GIT_TERMINAL_PROMPT": "0"}
    head = process.run(["git", "ls-remote", source.clone, "HEAD"], timeout=LISTING_SECONDS, env=env)
    return replace(source, ref=head.stdout.split("\t")[0].strip(), version="")


def listed_tags(source: Source) -> tuple[str, ...]:
    """Return the tags of a source, as the server lists them.

    Raises:
        ExternalError: git is missing, or cannot list the tags.

    """
    argv = ["git", "ls-remote", "--tags", "--refs", source.clone]
    env = {"GIT_TERMINAL_PROMPT": "0"}
    done = process.run(argv, timeout=LISTING_SECONDS, env=env)
    if done.returncode:
        raise ExternalError(_problem("git", done.stderr))
    return tuple(re.findall(r"refs/tags/(\S+)", done.stdout))


def prefetch(address: str, *, unpack: bool) -> tuple[str, Path]:
    """Fetch an archive into the store; return the hash as SRI and the path.

    Raises:
        ExternalError: nix is missing, or cannot fetch it.

    """
    argv = ["nix-prefetch-url", "--type", "sha256", "--print-path", *(["--unpack"] * unpack)]
    name = re.sub(r"[^\w.-]", "-", address.rpartition("/")[2])[:60] or "source"
    done = process.run([*argv, "--name", name, address], timeout=SECONDS)
    lines = done.stdout.split()
    if done.returncode or len(lines) != 2:
        raise ExternalError(_problem("nix-prefetch-url", done.stderr))
    return sri(lines[0]), Path(lines[1])


def _problem(program: str, stderr: str) -> Problem:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return Problem(program, lines[-1] if lines else "it failed", "Give what is missing by flags")


def sri(text: str) -> str:
    """Return a sha256 in Nix's base 32 as SRI (``sha256-…=``)."""
    number = 0
    for char in text:
        number = number * 32 + _DIGITS.index(char)
    return "sha256-" + base64.b64encode(number.to_bytes(32, "little")).decode()
