"""What a package's file fetches, read back from its text: the source of its version and its hash.

Only what is plain text, the package's own name and its version are followed. Whatever else a
fetcher is given may change the hash, and then the source is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from scaffold.nixlang.parser import Binding, Node, walk
from scaffold.sources.kinds import Source, gem, gitea, github, gitlab, plain_git, sourcehut, tarball

#: Attributes that name a hash, and those that change nothing of what is fetched.
HASHES = frozenset({"hash", "sha256"})
_HARMLESS = frozenset({"name", "meta", "passthru"})
#: nixpkgs' pkgs/build-support/fetchurl/mirrors.nix: one server of each mirror that is wanted often.
_MIRRORS = {
    "mirror://gnu/": "https://ftpmirror.gnu.org/",
    "mirror://hackage/": "https://hackage.haskell.org/package/",
    "mirror://pypi/": "https://files.pythonhosted.org/packages/source/",
    "mirror://sourceforge/": "https://downloads.sourceforge.net/",
}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DEEPEST = 10
#: What a package calls its own attributes.
SELF = frozenset({"finalAttrs", "self", "final", "f", "attrs", "oldAttrs"})


@dataclass(frozen=True)
class Fetch:
    """What a package fetches, and the value that holds its hash; ``reason``: why it is unknown."""

    source: Source | None = None
    hash: Node | None = None
    reason: str = ""


class _UnknownError(Exception):
    """An expression that is not followed, or an attribute that is not known."""


def read_back(text: str, root: Node) -> Fetch:
    """Return what the one source of a package is, with every name of its file replaced."""
    reader = _Reader(text, root)
    try:
        return reader.fetch()
    except _UnknownError as error:
        return Fetch(reason=str(error))


def main_bindings(root: Node) -> tuple[Binding, ...]:
    """Return the bindings beside the version: those of the package's own set."""
    for node in walk(root):
        if any(b.path == ("version",) for b in node.bindings):
            return node.bindings
    return ()


def sources(root: Node) -> Iterator[Node]:
    """Yield what the attribute ``src`` is bound to, anywhere in a file."""
    for node in walk(root):
        for binding in node.bindings:
            if binding.path[-1:] == ("src",) and binding.value is not None:
                yield binding.value


class _Reader:
    def __init__(self, text: str, root: Node) -> None:
        self.text, self.root = text, root
        self.names: dict[str, Node] = {}
        for node in walk(root):
            if node.kind == "let" or node.bindings is main_bindings(root):
                self.names |= {
                    str(b.path[0]): b.value
                    for b in node.bindings
                    if len(b.path) == 1 and b.value is not None
                }

    def fetch(self) -> Fetch:
        found = list(sources(self.root))
        if len(found) > 1:
            raise _UnknownError("there are several sources")
        if found:
            return self._of_call(found[0])
        return self._of_registry()

    def _of_registry(self) -> Fetch:
        """Read a gem or a package of Hackage, whose builders fetch it by name and version."""
        for binding in main_bindings(self.root):
            if binding.path in (("source", "sha256"), ("sha256",)) and binding.value is not None:
                version = self.name("version")
                if binding.path[0] == "source":
                    name = self.name("gemName" if "gemName" in self.names else "pname")
                    return Fetch(gem(name, version), binding.value)
                full = f"{self.name('pname')}-{version}"
                page = f"https://hackage.haskell.org/package/{full}"
                return Fetch(tarball(f"{page}/{full}.tar.gz"), binding.value)
        raise _UnknownError("it has no src")

    def _of_call(self, node: Node) -> Fetch:
        if node.kind != "apply" or len(node.children) != 2 or node.children[1].kind != "set":
            raise _UnknownError("its src is no call of a fetcher")
        function, given = node.children
        fetcher = (function.names or (function.text,))[-1]
        if fetcher not in _FETCHERS:
            raise _UnknownError(f"{fetcher} is left to the first build")
        make, allowed = _FETCHERS[fetcher]
        values: dict[str, str] = {}
        place = None
        for binding in given.bindings:
            for name, value in self._attributes(binding):
                if name in HASHES:
                    place = value
                elif name in allowed:
                    values[name] = self.value(value)
                elif name not in _HARMLESS:
                    raise _UnknownError(f"{fetcher} is given {name}: the first build tells it")
        if fetcher.startswith("fetchFrom") and any("{" in value for value in values.values()):
            raise _UnknownError("its address holds a brace")
        try:
            version = self.name("version") if "version" in self.names else ""
            return Fetch(replace(make(values), version=version), place)
        except KeyError as error:
            raise _UnknownError(f"{fetcher} is given no {error.args[0]}") from error

    def _attributes(self, binding: Binding) -> Iterator[tuple[str, Node]]:
        if len(binding.path) == 1 and binding.value is not None:
            yield str(binding.path[0]), binding.value
        elif binding.path:
            raise _UnknownError("it is given an attribute with dots")
        for name in binding.names:
            if name not in self.names:
                raise _UnknownError(f"{name} is bound elsewhere")
            yield str(name), self.names[str(name)]

    def name(self, name: str) -> str:
        """Return the text that a name of the package means."""
        if name not in self.names:
            raise _UnknownError(f"{name} is bound elsewhere")
        return self.value(self.names[name])

    def value(self, node: Node, depth: int = 0) -> str:
        """Return the text that an expression means."""
        if depth > _DEEPEST:
            raise _UnknownError("it names itself")
        match node.kind:
            case "string":
                return self._string(node, depth)
            case "name" if node.text in self.names:
                return self.value(self.names[node.text], depth + 1)
            case "select" if node.children[0].text in SELF and node.text in self.names:
                return self.value(self.names[node.text], depth + 1)
            case "parentheses":
                return self.value(node.children[0], depth)
            case "apply" if len(node.children) == 2:
                shorten = _VERSIONS.get(node.children[0].names[-1:] or ("",))
                if shorten is not None:
                    return shorten(self.value(node.children[1], depth + 1))
        raise _UnknownError(f"{self.text[node.start : node.end][:60]} is not followed")

    def _string(self, node: Node, depth: int) -> str:
        parts, at = [], node.start + 1
        for child in node.children:
            parts.append(_plain(self.text[at : self.text.rindex("${", at, child.start)]))
            parts.append(self.value(child, depth + 1))
            at = self.text.index("}", child.end) + 1
        return "".join([*parts, _plain(self.text[at : node.end - 1])])


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), text)


_VERSIONS: Mapping[tuple[str, ...], Callable[[str], str]] = {
    ("major",): lambda text: text.split(".")[0],
    ("majorMinor",): lambda text: ".".join(text.split(".")[:2]),
}


def _github(given: Mapping[str, str]) -> Source:
    return github("github.com", given["owner"], given["repo"], _ref(given))


def _gitlab(given: Mapping[str, str]) -> Source:
    owner = "/".join(given[n] for n in ("group", "owner") if n in given)
    return gitlab(given.get("domain", "gitlab.com"), owner, given["repo"], _ref(given))


def _gitea(given: Mapping[str, str]) -> Source:
    domain = given.get("domain", "codeberg.org")
    return gitea(domain, given["owner"], given["repo"], _ref(given))


def _sourcehut(given: Mapping[str, str]) -> Source:
    return sourcehut("git.sr.ht", given["owner"], given["repo"], _ref(given))


def _ref(given: Mapping[str, str]) -> str:
    return given.get("tag") or given["rev"]


def _pypi(given: Mapping[str, str]) -> Source:
    name, ending = given["pname"], given.get("extension", "tar.gz")
    return _url({"url": f"mirror://pypi/{name[0]}/{name}/{name}-{given['version']}.{ending}"})


def _crate(given: Mapping[str, str]) -> Source:
    page = f"https://crates.io/api/v1/crates/{given['pname']}/{given['version']}/download"
    return _url({"url": page}, unpacked=True)


def _url(given: Mapping[str, str], *, unpacked: bool = False) -> Source:
    url = given["url"]
    for mirror, server in _MIRRORS.items():
        url = server + url.removeprefix(mirror) if url.startswith(mirror) else url
    archive = url.replace("{", "{{").replace("}", "}}")
    return Source("tarball", "fetchurl", "source", archive=archive, unpacked=unpacked)


_BY_REF = frozenset({"owner", "repo", "rev", "tag"})
#: Fetchers of nixpkgs: the source that one means, and the attributes that are understood.
_FETCHERS: Mapping[str, tuple[Callable[[Mapping[str, str]], Source], frozenset[str]]] = {
    "fetchFromGitHub": (_github, _BY_REF),
    "fetchFromGitLab": (_gitlab, _BY_REF | {"domain", "group"}),
    "fetchFromGitea": (_gitea, _BY_REF | {"domain"}),
    "fetchFromForgejo": (_gitea, _BY_REF | {"domain"}),
    "fetchFromCodeberg": (_gitea, _BY_REF),
    "fetchFromSourcehut": (_sourcehut, _BY_REF),
    "fetchPypi": (_pypi, frozenset({"pname", "version", "extension"})),
    "fetchCrate": (_crate, frozenset({"pname", "version"})),
    "fetchurl": (_url, frozenset({"url"})),
    "fetchzip": (lambda given: _url(given, unpacked=True), frozenset({"url"})),
    "fetchTarball": (lambda given: _url(given, unpacked=True), frozenset({"url"})),
    "fetchgit": (lambda given: plain_git(given["url"]), frozenset({"url", "rev", "tag"})),
}
