"""NUR repositories: package expressions that NUR or a newer nixpkgs refuses, and old habits."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from scaffold.checks.rule import Edit, Hit, Kind, Severity, rule
from scaffold.checks.target import Target, release_of
from scaffold.nixlang.nodes import Binding, Node
from scaffold.sources.hashes import sri
from scaffold.survey.flake_file import FlakeFile
from scaffold.survey.nix_file import NixFile, text_of

_NUR = frozenset({Kind.REPOSITORY})
#: The newest release that the rules know; NUR itself evaluates with nixos-unstable.
_UNSTABLE = "26.11"
_BUILDERS = ("buildPythonPackage", "buildPythonApplication")
#: Fetchers of nixpkgs that take ``hash`` and ``sha256``.
_FETCHERS = frozenset(
    {"fetchurl", "fetchzip", "fetchgit", "fetchFromGitHub", "fetchFromGitLab", "fetchPypi",
     "fetchpatch", "fetchFromGitea", "fetchFromBitbucket", "fetchFromSourcehut", "fetchCrate"}
)  # fmt: skip
_META = ("license", "description")


def _release(target: Target) -> str:
    """Return the release that a repository's own flake pins, else that of unstable."""
    file = target.session.nix(target.root / "flake.nix")
    flake = FlakeFile(file) if file is not None else None
    entry = flake.inputs.get("nixpkgs") if flake is not None else None
    reference = entry.reference if entry is not None else None
    if reference is None:
        return _UNSTABLE
    return release_of(reference.ref or reference.parameters.get("tag", "")) or _UNSTABLE


def _since(target: Target, release: str) -> Severity:
    """Return how bad it is what a release refuses: a warning where an older one is pinned."""
    return Severity.ERROR if _release(target) >= release else Severity.WARNING


def _packages(target: Target) -> Iterator[NixFile]:
    """Yield the files below the folder of the packages."""
    folder = target.root / target.repository.layout.folder
    for file in target.parsed:
        if file.path.is_relative_to(folder):
            yield file


def _built(file: NixFile) -> Iterator[tuple[str, Node, Node]]:
    """Yield calls of builders and fetchers with a literal set: name, call, set."""
    for node in file.nodes:
        if node.kind != "apply" or len(node.children) < 2:
            continue
        head, argument = node.children[0], node.children[1]
        name = head.names[-1] if head.kind == "select" and head.names else head.text
        while argument.kind in ("parentheses", "lambda"):
            argument = argument.children[-1]
        if argument.kind == "set" and name:
            yield name, node, argument


def _names(given: Node) -> frozenset[str]:
    return frozenset(given.bound())


def _derivation(name: str) -> bool:
    return name.startswith(("mkDerivation", "build")) and name[-1:] != "_"


@rule(
    "NUR101",
    "python-format",
    "a Python package does not say how it is built",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="From nixpkgs 25.11 on buildPythonPackage and buildPythonApplication refuse a package that "
    "sets neither pyproject nor format; before, setuptools was meant.",
    remedy='Set pyproject = true; and build-system, or format = "setuptools";',
    bad='buildPythonPackage {\n  pname = "procset";\n}',
    good='buildPythonPackage {\n  pname = "procset";\n  pyproject = true;\n'
    "  build-system = [ setuptools ];\n}",
    since="nixpkgs 25.11",
)
def python_format(target: Target) -> Iterator[Hit]:
    """Look for calls of the builders with neither attribute."""
    for file in _packages(target):
        for name, node, given in _built(file):
            if name in _BUILDERS and not _names(given) & {"format", "pyproject", "inherit"}:
                message = f"{name} without pyproject or format"
                yield target.hit(file, node, message, severity=_since(target, "25.11"))


@rule(
    "NUR102",
    "old-hash",
    "a hash is written in the old form",
    severity=Severity.NOTE,
    kinds=_NUR,
    why='nixpkgs writes hash = "sha256-…", which says its own kind; sha256 still works.',
    remedy="Write hash with the SRI form: nix hash to-sri --type sha256 VALUE",
    bad='sha256 = "1dmgjr…";',
    good='hash = "sha256-…";',
    since="nixpkgs 22.05; before, fetchgit does not take hash",
    fixable=True,
)
def old_hash(target: Target) -> Iterator[Hit]:
    """Look for the attribute in calls of the fetchers of pkgs that take both."""
    for file in _packages(target):
        for name, node, given in _built(file):
            binding = given.binding("sha256")
            head = node.children[0]
            base = head.children[0].text if head.kind == "select" else ""
            if name not in _FETCHERS or binding is None or base == "builtins":
                continue
            edits = _as_sri(file, binding) if _release(target) >= "22.05" else ()
            yield target.hit(file, binding.start, f"{name} is given sha256", edits=edits)


def _as_sri(file: NixFile, binding: Binding) -> tuple[Edit, ...]:
    """Return the edit that writes the same hash in the new form, where it is spelt out."""
    text = text_of(binding.value)
    if binding.value is None or text is None:
        return ()
    if text.startswith("sha256-"):
        new = text
    elif re.fullmatch(r"[01][0-9a-df-np-sv-z]{51}", text):
        new = sri(text)
    elif re.fullmatch(r"[0-9a-f]{64}", text):
        new = "sha256-" + b64encode(bytes.fromhex(text)).decode()
    else:
        return ()
    return (Edit(file.path, binding.start, binding.value.end, f'hash = "{new}"'),)


@rule(
    "NUR103",
    "with-lib-meta",
    "meta stands in a `with lib`",
    severity=Severity.NOTE,
    kinds=_NUR,
    why="Names that are misspelt are then looked for in all of lib, and tools cannot tell where "
    "they come from.",
    remedy="Write lib.licenses.mit",
    bad="meta = with lib; { license = licenses.mit; };",
    good="meta = { license = lib.licenses.mit; };",
)
def with_lib_meta(target: Target) -> Iterator[Hit]:
    """Look for the binding."""
    for file in _packages(target):
        for _, binding in _bindings(file, "meta"):
            if binding.value is not None and binding.value.kind == "with":
                yield target.hit(file, binding.start, "with lib covers the whole meta")


def _bindings(file: NixFile, name: str) -> Iterator[tuple[Node, Binding]]:
    """Yield the bindings of exactly this name, with their sets."""
    if name not in file.text:
        return
    for node in file.nodes:
        for binding in node.bindings if node.kind == "set" else ():
            if binding.path == (name,):
                yield node, binding


@rule(
    "NUR104",
    "meta-incomplete",
    "a package has no licence or no description",
    severity=Severity.NOTE,
    kinds=_NUR,
    why="NUR's page shows both, and Nix refuses unfree packages by their licence.",
    remedy="Set meta.license and meta.description",
)
def meta_incomplete(target: Target) -> Iterator[Hit]:
    """Look for both words in files that call a builder."""
    for file in _packages(target):
        calls = [node for name, node, _ in _built(file) if _derivation(name)]
        lacking = [key for key in _META if key not in file.text]
        if calls and lacking and "inherit (" not in file.text:
            yield target.hit(file, calls[0], f"meta has no {' and no '.join(lacking)}")


@rule(
    "NUR105",
    "name-with-version",
    "a package's name holds its version",
    severity=Severity.NOTE,
    kinds=_NUR,
    why="Tools read pname and version; from a name they have to guess where the version begins.",
    remedy="Write pname and version",
    bad='name = "procset-${version}";',
    good='pname = "procset";\nversion = "1.0";',
)
def name_with_version(target: Target) -> Iterator[Hit]:
    """Look for the binding in calls of builders."""
    for file in _packages(target):
        for name, _, given in _built(file):
            binding = given.binding("name")
            if not _derivation(name) or binding is None or binding.value is None:
                continue
            if "version}" in file.source(binding.value) and "pname" not in _names(given):
                yield target.hit(file, binding.start, "name holds the version")


@rule(
    "NUR106",
    "unquoted-address",
    "an address is not quoted",
    severity=Severity.WARNING,
    kinds=_NUR,
    why="Unquoted addresses are deprecated; a feature of Nix refuses them.",
    remedy="Put it in quotes",
    bad="url = https://example.org/a.tar.gz;",
    good='url = "https://example.org/a.tar.gz";',
    fixable=True,
)
def unquoted_address(target: Target) -> Iterator[Hit]:
    """Look for them."""
    for file in target.parsed:
        for node in file.nodes:
            if node.kind == "uri":
                edit = Edit(file.path, node.start, node.end, f'"{node.text}"')
                yield target.hit(file, node, f"{node.text} is not quoted", edits=(edit,))


@rule(
    "NUR107",
    "stdenv-lib",
    "lib is taken from stdenv",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="nixpkgs 21.11 removed stdenv.lib: the package does not evaluate.",
    remedy="Take lib as an argument of the file",
    bad="{ stdenv }: … stdenv.lib.licenses.mit",
    good="{ lib, stdenv }: … lib.licenses.mit",
    since="nixpkgs 21.11",
)
def stdenv_lib(target: Target) -> Iterator[Hit]:
    """Look for the selection; told once a file."""
    for file in _packages(target):
        for node in file.nodes if "stdenv" in file.text else ():
            base = node.children[0] if node.kind == "select" else None
            if base is not None and base.text == "stdenv" and node.names[:1] == ("lib",):
                yield target.hit(file, node, "stdenv.lib is gone")
                break


@rule(
    "NUR108",
    "stdenv-platform",
    "the platform is asked of stdenv itself",
    severity=Severity.NOTE,
    kinds=_NUR,
    why="stdenv.isLinux and the like are old names of stdenv.hostPlatform.isLinux.",
    remedy="Write stdenv.hostPlatform.isLinux",
    bad="lib.optional stdenv.isDarwin x",
    good="lib.optional stdenv.hostPlatform.isDarwin x",
    fixable=True,
)
def stdenv_platform(target: Target) -> Iterator[Hit]:
    """Look for the selections."""
    for file in _packages(target):
        for node in file.nodes if "stdenv" in file.text else ():
            if node.kind != "select" or node.children[0].text != "stdenv":
                continue
            name = node.names[0]
            if re.fullmatch(r"is(Linux|Darwin|x86_64|i686|Aarch64|Aarch32|64bit|32bit)", name):
                start = file.text.index(name, node.children[0].end)
                edit = Edit(file.path, start, start, "hostPlatform.")
                message = f"stdenv.{name} is stdenv.hostPlatform.{name}"
                yield target.hit(file, node, message, edits=(edit,))


@rule(
    "NUR109",
    "broken-package",
    "a package is marked as broken",
    severity=Severity.NOTE,
    kinds=_NUR,
    why="Nobody can build it without asking for broken packages.",
    remedy="Mend it, or remove it",
)
def broken_package(target: Target) -> Iterator[Hit]:
    """Look for broken = true."""
    for file in _packages(target):
        for node in file.nodes if "broken" in file.text else ():
            for binding in node.bindings:
                value = binding.value if binding.path[-1:] == ("broken",) else None
                if value is not None and file.source(value) == "true":
                    yield target.hit(file, binding.start, "it is marked as broken")


@rule(
    "NUR110",
    "python-2",
    "a package is built with Python 2",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="nixpkgs has no packages for Python 2 any more.",
    remedy="Build it with python3Packages, or remove it",
    bad="python27Packages.buildPythonPackage { … }",
    good="python3Packages.buildPythonPackage { … }",
    since="nixpkgs 22.05",
)
def python_2(target: Target) -> Iterator[Hit]:
    """Look for the names of its package sets; told once a file."""
    names = frozenset({"python2", "python27", "python2Packages", "python27Packages"})
    for file in _packages(target):
        for node in file.nodes if "python2" in file.text else ():
            used = {node.text} | set(node.names)
            if node.kind in ("name", "select", "lambda") and used & names:
                yield target.hit(file, node, f"{sorted(used & names)[0]} is gone")
                break


@rule(
    "NUR111",
    "unregistered-folder",
    "a package is in no list",
    severity=Severity.WARNING,
    kinds=_NUR,
    why="The folder has a package, and no file of the repository names it: nobody can build it.",
    remedy="List it, or remove the folder",
)
def unregistered_folder(target: Target) -> Iterator[Hit]:
    """Look for folders of packages whose path no other file has."""
    layout = target.repository.layout
    if layout.kind in ("auto", "by-name") or layout.register is None:
        return
    folder = target.root / layout.folder
    texts = [f.text for f in target.nix_files]
    if any(re.search(r"readDir|packagesFromDirectory|import-?dir", t, re.I) for t in texts):
        return
    for file in target.nix_files:
        here = file.path.parent
        if file.path.name != "default.nix" or here.parent != folder:
            continue
        others = [f.text for f in target.nix_files if not f.path.is_relative_to(here)]
        name = re.escape(here.name)
        if not any(re.search(rf"[./]{name}(?![\w-])|/{name}\b", text) for text in others):
            yield Hit(file.path, 1, f"no file of the repository names {here.name}")


@rule(
    "NUR112",
    "http-source",
    "a source is fetched without encryption",
    severity=Severity.NOTE,
    kinds=_NUR,
    why="The hash keeps the content safe; who watches the network sees what is built.",
    remedy="Try https",
)
def http_source(target: Target) -> Iterator[Hit]:
    """Look for addresses in calls of fetchers."""
    for file in _packages(target):
        for name, _, given in _built(file):
            binding = given.binding("url")
            text = text_of(binding.value) if binding is not None else None
            if name.startswith("fetch") and text is not None and text.startswith("http://"):
                yield target.hit(file, binding.start if binding else given.start, text)


@rule(
    "NUR113",
    "phases",
    "a package lists its phases",
    severity=Severity.NOTE,
    kinds=_NUR,
    why="A list leaves out phases that nixpkgs adds, such as the one that fixes paths.",
    remedy="Turn off single phases: dontBuild = true;",
    bad='phases = [ "installPhase" ];',
    good="dontUnpack = true;\ndontBuild = true;",
)
def phases(target: Target) -> Iterator[Hit]:
    """Look for the attribute."""
    for file in _packages(target):
        for _, binding in _bindings(file, "phases"):
            yield target.hit(file, binding.start, "phases leaves out what nixpkgs adds")


def _attribute(target: Target, name: str, since: str, message: str) -> Iterator[Hit]:
    for file in _packages(target):
        for _, binding in _bindings(file, name):
            yield target.hit(file, binding.start, message, severity=_since(target, since))


@rule(
    "NUR114",
    "cargo-sha256",
    "a Rust package has a hash that nixpkgs does not read any more",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="nixpkgs 25.05 fetches crates in another form: cargoSha256 is an error, and its value is "
    "not that of cargoHash.",
    remedy="Set cargoHash = lib.fakeHash;, and take the hash that the build tells",
    bad='cargoSha256 = "…";',
    good='cargoHash = "sha256-…";',
    since="nixpkgs 25.05",
)
def cargo_sha256(target: Target) -> Iterator[Hit]:
    """Look for the attribute."""
    yield from _attribute(target, "cargoSha256", "25.05", "cargoSha256 is gone in nixpkgs 25.05")


@rule(
    "NUR115",
    "vendor-sha256",
    "a Go package has a hash that nixpkgs does not read any more",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="nixpkgs 24.05 refuses vendorSha256; vendorHash takes the same value.",
    remedy="Rename it to vendorHash",
    bad='vendorSha256 = "…";',
    good='vendorHash = "…";',
    since="nixpkgs 24.05",
    fixable=True,
)
def vendor_sha256(target: Target) -> Iterator[Hit]:
    """Look for the attribute."""
    for file in _packages(target):
        for _, binding in _bindings(file, "vendorSha256"):
            end = binding.start + len("vendorSha256")
            edit = Edit(file.path, binding.start, end, "vendorHash")
            severity = _since(target, "24.05")
            message = "vendorSha256 is gone in nixpkgs 24.05"
            yield target.hit(file, binding.start, message, severity=severity, edits=(edit,))


@rule(
    "NUR116",
    "go-package",
    "a Go package uses a builder that is gone",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="nixpkgs 25.05 removed buildGoPackage.",
    remedy="Use buildGoModule with vendorHash",
    since="nixpkgs 25.05",
)
def go_package(target: Target) -> Iterator[Hit]:
    """Look for the name; told once a file."""
    for file in _packages(target):
        for name, node, _ in _built(file) if "buildGoPackage" in file.text else ():
            if name == "buildGoPackage":
                severity = _since(target, "25.05")
                message = "buildGoPackage is gone in nixpkgs 25.05"
                yield target.hit(file, node, message, severity=severity)
                break


@rule(
    "NUR117",
    "private-source",
    "a source is fetched with an ssh key",
    severity=Severity.NOTE,
    kinds=_NUR,
    why="Only who has access can build the package; NUR's cache cannot.",
    remedy="Name a public address, if there is one",
)
def private_source(target: Target) -> Iterator[Hit]:
    """Look for ssh among the addresses."""
    for file in _packages(target):
        for node in file.nodes if "ssh://" in file.text or "git@" in file.text else ():
            text = text_of(node) if node.kind in ("string", "uri") else None
            if text is not None and re.match(r"(git\+)?ssh://|git@[\w.-]+:", text):
                yield target.hit(file, node, f"{text} needs an ssh key")


@rule(
    "NUR118",
    "same-hash",
    "two versions have one hash",
    severity=Severity.WARNING,
    kinds=_NUR,
    why="Nix takes the source that it has for the hash: the package is built from the old one.",
    remedy="Take the hash that the build tells",
    sure="A source that did not change between two versions",
)
def same_hash(target: Target) -> Iterator[Hit]:
    """Compare hashes with what is fetched by them, over the whole repository."""
    seen: dict[str, tuple[str, str]] = {}
    for file in _packages(target):
        for name, _, given in _built(file):
            if not name.startswith("fetch"):
                continue
            for key in ("hash", "sha256"):
                binding = given.binding(key)
                value = text_of(binding.value) if binding is not None else None
                if binding is None or value is None or not value or "AAAAAAAAAA" in value:
                    continue
                what = _fetched(file, given)
                if what is None or (value in seen and seen[value][0] == what):
                    continue
                if value in seen:
                    other = seen[value][1]
                    yield target.hit(file, binding.start, f"{other} has the same hash")
                else:
                    seen[value] = (what, file.path.relative_to(target.root).as_posix())


def _fetched(file: NixFile, given: Node) -> str | None:
    """Return repository and revision of a source, literal ones only."""
    parts = []
    for key in ("owner", "repo", "rev", "tag", "url"):
        binding = given.binding(key)
        if binding is None:
            continue
        text = text_of(binding.value)
        if text is None:
            return None  # made from the version: of no use without an evaluation
        parts.append(text)
    return " ".join(parts) or None


@rule(
    "NUR119",
    "fake-hash",
    "a hash is a place-holder",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="The build ends by telling the right one.",
    remedy="Take the hash that the build tells",
    bad="hash = lib.fakeHash;",
    good='hash = "sha256-…";',
)
def fake_hash(target: Target) -> Iterator[Hit]:
    """Look for the names, and for the hash of zeros."""
    for file in _packages(target):
        for node in file.nodes:
            for binding in node.bindings if node.kind == "set" else ():
                value = binding.value
                if value is None or not binding.path or not _is_hash(binding.path[-1] or ""):
                    continue
                text = text_of(value) or ""
                fake = value.kind in ("select", "name") and "fake" in file.source(value)
                if fake or re.fullmatch(r"(sha256-A{43}=|0{52}|0{64})", text):
                    yield target.hit(file, binding.start, "the hash is a place-holder")


def _is_hash(name: str) -> bool:
    return name in ("hash", "sha256", "sha512") or name.endswith(("Hash", "Sha256"))


@rule(
    "NUR120",
    "source-at-home",
    "a source lies on somebody's disk",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="Nobody else can build the package.",
    remedy="Fetch it",
)
def source_at_home(target: Target) -> Iterator[Hit]:
    """Look for paths below /home."""
    for file in _packages(target):
        for node in file.nodes:
            if node.kind == "path" and re.match(r"(/home|/Users|/root|~)/", node.text):
                yield target.hit(file, node, f"{node.text} is on one machine only")


@rule(
    "NUR121",
    "builtin-fetcher",
    "something is fetched while Nix evaluates",
    severity=Severity.WARNING,
    kinds=_NUR,
    why="NUR evaluates with restrictions that refuse builtins.fetchGit and its like: the package, "
    "or the whole repository, is left out.",
    remedy="Use the fetchers of pkgs",
    bad='src = builtins.fetchGit { url = "…"; };',
    good="src = pkgs.fetchgit { … };",
)
def builtin_fetcher(target: Target) -> Iterator[Hit]:
    """Look for them in the files of packages."""
    for file in _packages(target):
        for name, node, _ in _built(file) if "builtins." in file.text else ():
            head = node.children[0]
            base = head.children[0].text if head.kind == "select" else ""
            if base == "builtins" and name.startswith("fetch"):
                yield target.hit(file, node, f"builtins.{name} is refused by NUR")


@rule(
    "NUR122",
    "pytest-flags-array",
    "flags of pytest are given in a form that is gone",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="nixpkgs 26.05 refuses pytestFlagsArray.",
    remedy="Use pytestFlags, enabledTests, disabledTests or disabledTestPaths",
    since="nixpkgs 26.05",
)
def pytest_flags_array(target: Target) -> Iterator[Hit]:
    """Look for the attribute."""
    message = "pytestFlagsArray is gone in nixpkgs 26.05"
    yield from _attribute(target, "pytestFlagsArray", "26.05", message)


@rule(
    "NUR123",
    "missing-package-file",
    "a listed package is not there",
    severity=Severity.ERROR,
    kinds=_NUR,
    why="The whole repository does not evaluate when the attribute is read.",
    remedy="Mend the path, or remove the line",
)
def missing_package_file(target: Target) -> Iterator[Hit]:
    """Look for literal paths of callPackage and import that lead nowhere."""
    for file in target.parsed:
        for node in file.nodes:
            if node.kind != "apply" or len(node.children) < 2:
                continue
            head = node.children[0]
            name = head.names[-1] if head.kind == "select" and head.names else head.text
            path = node.children[1]
            if not name.startswith(("callPackage", "import")) or path.kind != "path":
                continue
            if path.children or path.text.startswith(("~", "/")):
                continue
            found: Path = file.path.parent / path.text
            if not found.exists():
                yield target.hit(file, path, f"there is no {path.text}")
