"""Flake references as text: which repository, which branch, tag or revision.

The forms are those of the Nix manual, ``nix flake``, "Flake references"; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote

#: Forges whose references are ``forge:owner/repo[/ref]``, with the host they mean by default.
FORGES = {"github": "github.com", "gitlab": "gitlab.com", "sourcehut": "git.sr.ht"}
REVISION = re.compile(r"[0-9a-f]{40}")
#: What each kind takes behind the question mark (Nix 2.28, ``inputSchemes``); others are refused.
PARAMETERS = {
    "forge": frozenset({"ref", "rev", "host", "dir", "narHash", "lastModified"}),
    "git": frozenset({"ref", "rev", "dir", "narHash", "lastModified", "revCount", "shallow",
                      "submodules", "allRefs", "exportIgnore", "lfs", "name", "verifyCommit",
                      "keytype", "publicKey", "publicKeys", "dirtyRev", "dirtyShortRev"}),
}  # fmt: skip
_INDIRECT = re.compile(r"(?:flake:)?([A-Za-z][A-Za-z0-9_-]*)(/[A-Za-z0-9._/-]+)?")


@dataclass(frozen=True)
class FlakeRef:
    """A reference taken apart.

    ``kind`` is one of github, gitlab, sourcehut, git, path, tarball, indirect. ``ref`` is a branch
    or tag and ``rev`` a commit, where one is given. ``path`` is that of a folder on this machine.
    """

    text: str
    kind: str
    host: str = ""
    owner: str = ""
    repo: str = ""
    ref: str = ""
    rev: str = ""
    path: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def repository(self) -> str:
        """The repository as ``host/owner/name`` in lower case; empty for other kinds."""
        return f"{self.host}/{self.owner}/{self.repo}".lower() if self.repo else ""

    @property
    def is_nixpkgs(self) -> bool:
        """Whether it is NixOS's nixpkgs."""
        return self.repository == "github.com/nixos/nixpkgs" or (
            self.kind == "indirect" and self.repo.lower() == "nixpkgs"
        )

    @property
    def is_nxc(self) -> bool:
        """Whether it is the library of NixOS Compose, or a fork or copy of it by that name."""
        return self.repo.lower() == "nixos-compose" and not self.is_garnix

    @property
    def is_garnix(self) -> bool:
        """Whether it is garnix-io's tool, which has the same name."""
        return self.owner.lower() == "garnix-io" and self.repo.lower() == "nixos-compose"

    @property
    def is_kapack(self) -> bool:
        """Whether it is oar-team's nur-kapack or its successor kapack."""
        return self.repo.lower() in ("nur-kapack", "kapack")

    @property
    def is_local(self) -> bool:
        """Whether it lies on the machine of whoever wrote it."""
        return self.kind == "path" or self.host == "localhost"

    @property
    def has_pin(self) -> bool:
        """Whether a branch, tag or commit is named."""
        return bool(self.ref or self.rev)


def parse_flake_ref(text: str) -> FlakeRef:
    """Return the parts of a reference; what is not understood keeps only ``text`` and its kind."""
    body, _, query = text.partition("?")
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    found = _of_kind(text, body)
    found = replace(found, parameters=parameters)
    ref, rev = parameters.get("ref", found.ref), parameters.get("rev", found.rev)
    if REVISION.fullmatch(ref):
        ref, rev = "", ref
    host = parameters.get("host", found.host) if found.kind in FORGES else found.host
    return replace(found, ref=ref, rev=rev, host=host)


def _of_kind(text: str, body: str) -> FlakeRef:
    scheme, colon, rest = body.partition(":")
    if colon and scheme in FORGES:
        owner, _, tail = rest.partition("/")
        repo, _, ref = tail.partition("/")
        return FlakeRef(text, scheme, FORGES[scheme], unquote(owner), repo, unquote(ref))
    if colon and (scheme.startswith("git+") or scheme == "git"):
        return _git(text, scheme, rest)
    if colon and scheme == "path":
        return FlakeRef(text, "path", path=rest)
    if (colon and scheme in ("http", "https", "file")) or scheme.startswith("tarball+"):
        return FlakeRef(text, "tarball", host=rest.removeprefix("//").partition("/")[0])
    if body.startswith(("/", "./", "../", "~", ".")):
        return FlakeRef(text, "path", path=body)
    if indirect := _INDIRECT.fullmatch(body):
        return FlakeRef(text, "indirect", repo=indirect[1], ref=(indirect[2] or "").lstrip("/"))
    return FlakeRef(text, "unknown")


def _git(text: str, scheme: str, rest: str) -> FlakeRef:
    place = rest.removeprefix("//")
    host, _, path = place.partition("/")
    if scheme == "git+file" or not host:
        return FlakeRef(text, "git", host="localhost", path=f"/{path}" if not host else place)
    host = host.rpartition("@")[2].partition(":")[0]
    owner, _, repo = path.removesuffix("/").removesuffix(".git").rpartition("/")
    return FlakeRef(text, "git", host, owner, repo)


def from_attributes(given: Mapping[str, object]) -> FlakeRef:
    """Return the reference that a node of flake.lock, or an input given as a set, means."""
    kind = str(given.get("type", "unknown"))
    ref, rev = str(given.get("ref", "")), str(given.get("rev", ""))
    if kind in FORGES:
        host = str(given.get("host", FORGES[kind]))
        owner, repo = str(given.get("owner", "")), str(given.get("repo", ""))
        text = f"{kind}:{owner}/{repo}" + (f"/{ref or rev}" if ref or rev else "")
        return FlakeRef(text, kind, host, unquote(owner), repo, ref, rev)
    if kind == "git":
        url = str(given.get("url", ""))
        found = parse_flake_ref(url if url.startswith("git") else f"git+{url}")
        return replace(found, ref=ref or found.ref, rev=rev or found.rev)
    if kind == "path":
        return FlakeRef(f"path:{given.get('path', '')}", "path", path=str(given.get("path", "")))
    if kind == "indirect":
        name = str(given.get("id", ""))
        return FlakeRef(name, "indirect", repo=name, ref=ref, rev=rev)
    return FlakeRef(str(given.get("url", kind)), kind)
