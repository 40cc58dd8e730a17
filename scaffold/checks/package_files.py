"""The package expressions of a NUR repository, as rules of them see them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache

from scaffold.checks.rule import Hit, Kind, Severity
from scaffold.checks.target import Target, release_of
from scaffold.nixlang.nodes import Binding, Node
from scaffold.survey.flake_file import FlakeFile
from scaffold.survey.nix_file import NixFile

#: What these rules look at.
NUR = frozenset({Kind.REPOSITORY})
#: The newest release that the rules know; NUR itself evaluates with nixos-unstable.
NEWEST = "26.11"


def pinned_release(target: Target) -> str:
    """Return the release that a repository's own flake pins, else that of unstable.

    It is empty, which is older than any, for a fork of nixpkgs: nobody knows what that one has.
    """
    file = target.session.nix(target.root / "flake.nix")
    flake = FlakeFile(file) if file is not None else None
    entry = flake.inputs.get("nixpkgs") if flake is not None else None
    reference = entry.reference if entry is not None else None
    if reference is None:
        return NEWEST
    if reference.repository and not reference.is_nixpkgs:
        return ""
    return release_of(reference.ref or reference.parameters.get("tag", "")) or NEWEST


def refused_since(target: Target, release: str) -> Severity:
    """Return how bad it is what a release refuses: a warning where an older one is pinned."""
    return Severity.ERROR if pinned_release(target) >= release else Severity.WARNING


def package_files(target: Target) -> Iterator[NixFile]:
    """Yield the files below the folder of the packages."""
    folder = target.root / target.repository.layout.folder
    for file in target.parsed:
        if file.path.is_relative_to(folder):
            yield file


def is_listed(target: Target, file: NixFile) -> bool:
    """Say whether NUR evaluates a file of a package, as far as the text of the list tells it.

    Folders that are loaded by themselves have one file that is; a list names the others. A file
    that neither names, such as one for the head of a branch, is evaluated by who asks for it.
    """
    layout = target.repository.layout
    if layout.kind in ("auto", "by-name"):
        return file.path.name in ("default.nix", "package.nix")
    listed = (target.root / "nur.nix", target.root / (layout.register or "default.nix"))
    found = ((path, text) for path in listed if (text := target.session.text(path)) is not None)
    path, text = next(found, (target.root, ""))
    if not re.search(r"callPackage \.{1,2}/", text):
        return True
    name = os.path.relpath(file.path, path.parent).removesuffix("/default.nix")
    if name.startswith("..") or not _PATH.fullmatch(name):
        return re.search(rf"{re.escape(name)}(?:/default\.nix)?(?![\w/.-])", text) is not None
    whole, below = _paths_in(text)
    # A path that holds a slash is one without ./ too: callPackage pkgs/pulse { }.
    return name in below or ("/" in name and name in whole)


#: A path as it is written in Nix, without quotes.
_PATH = re.compile(r"[\w/.-]+")


@cache
def _paths_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of a text that may be paths, and what follows each slash in them."""
    words = {word.removesuffix("/default.nix") for word in _PATH.findall(text)}
    parts = ((word, at.end()) for word in words for at in re.finditer("/", word))
    return frozenset(words), frozenset(word[start:] for word, start in parts)


def is_asked_for(target: Target, name: str) -> bool:
    """Say whether a file of the repository asks if nixpkgs still has a name."""
    word = re.escape(name)
    pattern = re.compile(rf"tryEval[^;]*[. ]{word}\b|pkgs'?\s*\?\s*{word}\b|\.{word}\s+or\b")
    return any(name in file.text and pattern.search(file.text) for file in target.nix_files)


def calls_in(file: NixFile) -> Iterator[tuple[str, Node, Node]]:
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


def names_of(given: Node) -> frozenset[str]:
    """Return the attributes that a set binds."""
    return frozenset(given.bound())


def makes_derivation(name: str) -> bool:
    """Say whether a function that is called so makes a package."""
    return name.startswith(("mkDerivation", "build")) and name[-1:] != "_"


def bindings_of(file: NixFile, name: str) -> Iterator[tuple[Node, Binding]]:
    """Yield the bindings of exactly this name, with their sets."""
    if name not in file.text:
        return
    for node in file.nodes:
        for binding in node.bindings if node.kind == "set" else ():
            if binding.path == (name,):
                yield node, binding


def attribute_hits(target: Target, name: str, since: str, message: str) -> Iterator[Hit]:
    """Yield a finding for each attribute of a name that nixpkgs refuses from a release on."""
    for file in package_files(target):
        for _, binding in bindings_of(file, name):
            yield target.hit(file, binding.start, message, severity=refused_since(target, since))
