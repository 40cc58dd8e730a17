"""Where a source comes from: every form of address, as the fetcher of nixpkgs that takes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scaffold.base.errors import InputError, Problem, show
from scaffold.base.folders import expanded
from scaffold.sources.kinds import (
    ARCHIVE,
    Source,
    crate,
    gem,
    gitea,
    github,
    gitlab,
    plain_git,
    pypi,
    sourcehut,
    tarball,
)

_GITLAB = """
    framagit.org salsa.debian.org invent.kde.org 0xacab.org code.videolan.org git.unistra.fr
    forgemia.inra.fr
"""
#: GitLab servers whose names do not say so; other addresses are told by ``gitlab`` or ``/-/``.
GITLAB_HOSTS = frozenset(_GITLAB.split())
GITEA_HOSTS = frozenset({"codeberg.org", "gitea.com", "git.lix.systems", "gitea.codi.coop"})
#: Characters that a part of a repository's path may have on every forge.
_PART = re.compile(r"[\w.+~-]+")


def parse_source(text: str) -> Source:
    """Return the source that an address or a path means.

    Raises:
        InputError: it is no repository, archive, package or folder.

    """
    given = text.strip()
    return replace(_short(given) or _long(given), written=given)


def _long(given: str) -> Source:
    """Read a path, or an address with a scheme or as ssh has it (``git@host:owner/name``)."""
    scp = re.fullmatch(r"(?:[\w.-]+@)?([\w.-]+\.[\w.-]+):(?!//)([\w./~+-]+)", given)
    if scp and not _is(Path.exists, given):
        given = f"https://{scp[1]}/{scp[2]}"
    try:
        parts = urlsplit(given)
    except ValueError as error:  # such as a half of an IPv6 address
        raise _no_source(given, "it is no address of a repository or an archive") from error
    if not parts.scheme:
        return _local(given)
    scheme = parts.scheme.removeprefix("git+")
    if scheme == "file":
        return _local(unquote(parts.path))
    if scheme not in ("http", "https", "git", "ssh") or not parts.hostname:
        raise _no_source(given, "it is no address of a repository or an archive")
    if scheme != "ssh" and parts.username is not None:
        what = f"an address on {parts.hostname} holds a user or a password, and would be written"
        raise InputError(Problem("--from", what, "Leave out what stands before the @"))
    names = [unquote(p) for p in parts.path.split("/") if p]
    return _of_host(given, parts.hostname.removeprefix("www."), names, parts.scheme)


def _no_source(given: str, why: str) -> InputError:
    remedy = (
        "Give a repository (https://github.com/owner/name), an archive, a package of PyPI, "
        "crates.io or RubyGems, or a folder"
    )
    return InputError(Problem("--from", f"{show(given)}: {why}", remedy))


def _short(given: str) -> Source | None:
    """Read a short form, such as ``github:owner/name`` or ``pypi:name``; a ref may follow."""
    head, colon, rest = given.partition(":")
    names = rest.split("/")
    hosts = {
        "github": "github.com",
        "gitlab": "gitlab.com",
        "codeberg": "codeberg.org",
        "sourcehut": "git.sr.ht",
    }
    if not colon or rest.startswith("//") or not all(_PART.fullmatch(n) for n in names):
        return None
    if head in hosts and len(names) >= 2:
        base, ref = names, ""
        if head != "gitlab" and len(names) > 2:
            base, ref = names[:2], "/".join(names[2:])
        return replace(_of_host(given, hosts[head], base, "https"), ref=ref)
    makers = {"pypi": pypi, "crates": crate, "gem": gem}
    if head in makers and len(names) <= 2:
        return makers[head](names[0], names[1] if len(names) == 2 else "")
    return None


def _of_host(given: str, host: str, names: list[str], scheme: str) -> Source:
    if not all(_PART.fullmatch(n) or n == "-" for n in names):
        raise _no_source(given, "its path has characters that no repository has")
    if registry := _registry(host, names):
        return registry
    is_archive = bool(names) and ARCHIVE.search(names[-1]) is not None
    forge = _forge(host, names)
    if forge and _is_asset(names):
        return tarball(given)
    if forge:
        owner, repo, ref, inner = _split(names, forge)
        if {".", ".."} & set(names):
            raise _no_source(given, "its path goes up")
        if owner and repo:
            found = forge(host, owner, repo.removesuffix(".git"), ref)
            return replace(found, inner=inner)
        if not is_archive:
            raise _no_source(given, "it names no repository, which has an owner and a name")
    if is_archive:
        return tarball(given)
    is_git = scheme.startswith(("git", "ssh")) or (names and names[-1].endswith(".git"))
    if is_git and names:
        return plain_git(given.removeprefix("git+"))
    raise _no_source(given, "it is no repository that is known")


def _forge(host: str, names: list[str]) -> Callable[[str, str, str, str], Source] | None:
    labels = host.split(".")
    if host == "github.com":
        return github
    if host in GITLAB_HOSTS or "-" in names or any("gitlab" in label for label in labels):
        return gitlab
    if host in GITEA_HOSTS or any(w in label for label in labels for w in ("gitea", "forgejo")):
        return gitea
    return sourcehut if host in ("git.sr.ht", "sr.ht") else None


def _is_asset(names: list[str]) -> bool:
    """Say whether an address is of a file that belongs to a release, not of the repository."""
    words = names[2:]
    return any(
        words[at : at + 2] in (["releases", "download"], ["-", "releases"]) and len(words) > at + 3
        for at in range(len(words))
    ) or any(word in ("uploads", "package_files", "attachments") for word in words[:-1])


def _split(names: list[str], forge: Callable[..., Source]) -> tuple[str, str, str, str]:
    """Return owner, name, ref and folder of a page or archive of a forge."""
    if forge is gitlab:
        cut = names.index("-") if "-" in names else len(names)
        base, rest = names[:cut], names[cut + 1 :]
        ref, inner = _page_ref(rest)
        return "/".join(base[:-1]), base[-1] if base else "", ref, inner
    if len(names) < 2:
        return "", "", "", ""
    ref, inner = _page_ref(names[2:])
    return names[0], names[1], ref, inner


#: What stands before a ref in the path of a page, and whether a folder may follow the ref.
_PAGES: tuple[tuple[list[str], bool], ...] = (
    (["releases", "tag"], False),
    (["archive", "refs", "tags"], False),
    (["archive", "refs", "heads"], False),
    (["src", "tag"], True),
    (["src", "commit"], True),
    (["src", "branch"], True),
    (["tree"], True),
    (["blob"], True),
    (["commit"], False),
    (["tags"], False),
    (["refs"], False),
    (["releases"], False),
    (["archive"], False),
)


def _page_ref(rest: list[str]) -> tuple[str, str]:
    """Return the ref that a page of a tree, tag, commit or archive is about, and the folder.

    Of a tree, what follows the first part is the folder: a branch with a slash is told by --ref.
    """
    for words, has_folder in _PAGES:
        if rest[: len(words)] == words and len(rest) > len(words):
            parts = rest[len(words) :]
            if has_folder:
                folder = parts[1:-1] if words == ["blob"] else parts[1:]
                return parts[0], "/".join(folder)
            return ARCHIVE.sub("", "/".join(parts)), ""
    return "", ""


def _registry(host: str, names: list[str]) -> Source | None:
    if host == "pypi.org" and len(names) >= 2 and names[0] == "project":
        return pypi(names[1], names[2] if len(names) > 2 else "")
    if host in ("files.pythonhosted.org",) and names:
        match = re.fullmatch(r"(.+)-(\d[^-]*)\.(tar\.gz|zip)", names[-1])
        return pypi(match[1], match[2]) if match else None
    if host == "crates.io" and len(names) >= 2 and names[0] == "crates":
        return crate(names[1], names[2] if len(names) > 2 else "")
    if host == "rubygems.org" and len(names) >= 2 and names[0] == "gems":
        return gem(names[1], names[3] if len(names) > 3 and names[2] == "versions" else "")
    return None


def _local(given: str) -> Source:
    if given and _is(Path.is_dir, given):
        folder = expanded(given)
        return Source("folder", "", folder.resolve().name, folder=folder)
    is_file = given and _is(Path.is_file, given)
    if is_file and ARCHIVE.search(given):
        path = Path(given).expanduser().resolve()
        return replace(tarball(path.as_uri()), kind="local archive", folder=path)
    raise _no_source(given, "it is no archive" if is_file else "there is no such folder")


def _is(what: Callable[[Path], bool], given: str) -> bool:
    """Ask about a path; one that cannot be, such as the home of nobody, is nothing."""
    try:
        return what(expanded(given))
    except (OSError, ValueError):
        return False
