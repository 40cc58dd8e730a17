"""The kinds of sources: each as the fetcher of nixpkgs that takes it, with its attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

#: How archives are called.
ARCHIVE = re.compile(r"\.(tar(\.\w+)?|tgz|tbz2?|txz|zip|gem|crate)$")
_NUMBER = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True)
class Source:
    """A source: the fetcher and its attributes, in the order in which they are written.

    ``ref`` is a tag or commit (empty where the version says all). ``archive`` is the address to
    fetch by hand, with ``{ref}`` and ``{version}``; ``unpacked`` says that the hash is that of the
    contents. ``inner`` is the folder within the source that is meant, empty for the whole.
    ``clone`` is the address for git. ``folder`` is a local path: of a folder, or of an archive.
    ``page`` is the homepage when nothing better is known. ``written`` is the address or path as it
    was given, where the source was read from one.
    """

    kind: str
    fetcher: str
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    ref: str = ""
    version: str = ""
    archive: str = ""
    unpacked: bool = True
    clone: str = ""
    folder: Path | None = None
    page: str = ""
    inner: str = ""
    written: str = field(default="", compare=False)

    @property
    def by_ref(self) -> bool:
        """Whether the source is fetched by a tag or commit, and not by the version alone."""
        return self.kind in ("github", "gitlab", "gitea", "sourcehut", "git")

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine alone, so that a package cannot fetch it."""
        return self.kind in ("folder", "local archive")

    def address(self, version: str) -> str:
        """Return the address of the archive of a version, empty when only git has it."""
        return self.archive.format(ref=quote(self.ref, safe=""), version=version)


def _forge(
    kind: str, fetcher: str, page: str, attributes: dict[str, str], ref: str, *, clone: str = ""
) -> Source:
    """Return a source of a server whose pages of projects lead to their archives."""
    return Source(
        kind,
        fetcher,
        attributes["repo"],
        attributes,
        ref,
        archive=f"{page}/archive/{{ref}}.tar.gz",
        clone=clone or page,
        page=page,
    )


def github(host: str, owner: str, repo: str, ref: str) -> Source:
    """Return a source on GitHub."""
    page = f"https://{host}/{owner}/{repo}"
    return _forge("github", "fetchFromGitHub", page, {"owner": owner, "repo": repo}, ref)


def gitlab(host: str, owner: str, repo: str, ref: str) -> Source:
    """Return a source on a GitLab server; groups may be nested."""
    page = f"https://{host}/{owner}/{repo}"
    domain = {} if host == "gitlab.com" else {"domain": host}
    attributes = {**domain, "owner": owner, "repo": repo}
    slug = quote(f"{owner}/{repo}", safe="").replace(".", "%2E")
    archive = f"https://{host}/api/v4/projects/{slug}/repository/archive.tar.gz?sha={{ref}}"
    found = _forge("gitlab", "fetchFromGitLab", page, attributes, ref, clone=f"{page}.git")
    return replace(found, archive=archive)


def gitea(host: str, owner: str, repo: str, ref: str) -> Source:
    """Return a source on a Gitea or Forgejo server, such as Codeberg."""
    page = f"https://{host}/{owner}/{repo}"
    attributes = {"domain": host, "owner": owner, "repo": repo}
    return _forge("gitea", "fetchFromGitea", page, attributes, ref, clone=f"{page}.git")


def sourcehut(host: str, owner: str, repo: str, ref: str) -> Source:
    """Return a source on SourceHut; owners start with ``~``."""
    owner = owner if owner.startswith("~") else f"~{owner}"
    page = f"https://git.sr.ht/{owner}/{repo}"
    return _forge("sourcehut", "fetchFromSourcehut", page, {"owner": owner, "repo": repo}, ref)


def plain_git(url: str) -> Source:
    """Return a source that only git can fetch."""
    name = url.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return Source("git", "fetchgit", name, {"url": url}, clone=url)


def tarball(url: str) -> Source:
    """Return an archive; a version in its name, when there is one, is part of the address."""
    file = urlsplit(url).path.rpartition("/")[2]
    stem = ARCHIVE.sub("", ARCHIVE.sub("", file))
    match = _NUMBER.search(stem)
    name = re.sub(r"[-_.]?v?$", "", stem[: match.start()]) if match else stem
    fetcher = "fetchzip" if file.endswith(".zip") else "fetchurl"
    return Source(
        "tarball",
        fetcher,
        name or stem,
        {"url": url},
        version=match[0] if match else "",
        archive=url.replace("{", "{{").replace("}", "}}"),
        unpacked=fetcher == "fetchzip",
    )


def _released(
    kind: str, fetcher: str, name: str, version: str, archive: str, page: str, **attributes: str
) -> Source:
    """Return what a registry has of a project; ``archive`` is its address, with ``{version}``.

    What fetchurl and fetchPypi take is the hash of the archive itself.
    """
    return Source(
        kind,
        fetcher,
        name,
        attributes,
        version=version,
        archive=archive,
        unpacked=fetcher not in ("fetchurl", "fetchPypi"),
        page=page,
    )


def pypi(name: str, version: str = "") -> Source:
    """Return a source distribution of PyPI."""
    file = re.sub(r"[-.]+", "_", name)
    archive = f"https://pypi.org/packages/source/{name[0]}/{name}/{file}-{{version}}.tar.gz"
    page = f"https://pypi.org/project/{name}"
    return _released("pypi", "fetchPypi", name, version, archive, page, pname=file)


def crate(name: str, version: str = "") -> Source:
    """Return a crate of crates.io."""
    archive = f"https://crates.io/api/v1/crates/{name}/{{version}}/download"
    page = f"https://crates.io/crates/{name}"
    return _released("crate", "fetchCrate", name, version, archive, page, pname=name)


def gem(name: str, version: str = "") -> Source:
    """Return a gem of RubyGems."""
    archive = f"https://rubygems.org/gems/{name}-{{version}}.gem"
    page = f"https://rubygems.org/gems/{name}"
    return _released("gem", "fetchurl", name, version, archive, page)
