"""Forms of a package that are wrong today: each has broken a build or misled a reader.

The list is that of the mistakes found in real NUR repositories.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scaffold.nixlang.parser import Binding, NixSyntaxError, Node, parse, walk

#: Attributes that were renamed when hashes became SRI and Go and Rust builders changed.
_RENAMED = {"cargoSha256": "cargoHash", "vendorSha256": "vendorHash", "modSha256": "vendorHash"}
_BRANCHES = frozenset({"master", "main", "HEAD", "develop", "trunk"})


@dataclass(frozen=True)
class Fault:
    """One wrong form: the line from 1, what is wrong, and what to write instead."""

    line: int
    message: str
    remedy: str


def faults(text: str) -> list[Fault]:
    """Return the wrong forms of a package's file in their order; a file that is no Nix has none."""
    try:
        root = parse(text)
    except NixSyntaxError:
        return []
    found: list[Fault] = []
    for node in walk(root):
        place = text.count("\n", 0, node.start) + 1
        found += [Fault(place, *told) for told in _of_node(node)]
        for binding in node.bindings if node.kind == "set" else ():
            line = text.count("\n", 0, binding.start) + 1
            for rule in _RULES:
                found += [Fault(line, *told) for told in rule(binding, node)]
    return sorted(found, key=lambda fault: fault.line)


def _of_node(node: Node) -> Iterator[tuple[str, str]]:
    if node.kind == "uri":
        yield f"the address {node.text} is not quoted", "Put it in quotes"
    if node.kind == "select" and node.names[:1] == ("lib",) and _name(node.children[0]) == "stdenv":
        yield "stdenv.lib is gone", "Take lib as an argument"
    if node.text == "buildGoPackage" or "buildGoPackage" in node.names:
        yield "buildGoPackage is gone", "Use buildGoModule"
    if node.kind == "path" and re.match(r"(/home|/Users|/root|~)/", node.text):
        yield (
            f"the path {node.text} is on one machine only",
            "Fetch the source, or name it relatively",
        )


def _name(node: Node) -> str:
    return node.text if node.kind == "name" else ""


def _text(binding: Binding) -> str | None:
    value = binding.value
    return value.text[1:-1] if value is not None and value.kind == "string" else None


def _pname(binding: Binding, inside: Node) -> Iterator[tuple[str, str]]:
    if binding.path == ("name",) and "${version}" in (_text(binding) or ""):
        yield "name holds the version", "Write pname and version"


def _with_lib(binding: Binding, inside: Node) -> Iterator[tuple[str, str]]:
    value = binding.value
    if binding.path == ("meta",) and value is not None and value.kind == "with":
        yield (
            f"with {_name(value.children[0]) or '…'} covers the whole meta",
            "Write lib.licenses.x",
        )


def _hashes(binding: Binding, inside: Node) -> Iterator[tuple[str, str]]:
    last = binding.path[-1] if binding.path else None
    if last in _RENAMED:
        yield f"{last} is gone", f"Use {_RENAMED[last]}"
    fetches = any(b.path in (("url",), ("owner",), ("pname",), ("rev",)) for b in inside.bindings)
    if binding.path == ("sha256",) and fetches:
        yield "sha256 is an old form", "Write hash with an SRI hash"


def _format(binding: Binding, inside: Node) -> Iterator[tuple[str, str]]:
    text = _text(binding)
    if binding.path == ("format",) and text in ("setuptools", "pyproject"):
        yield f'format = "{text}" is an old form', "Write pyproject = true and build-system"


def _branch(binding: Binding, inside: Node) -> Iterator[tuple[str, str]]:
    if binding.path in (("rev",), ("tag",)) and _text(binding) in _BRANCHES:
        yield (
            f"{_text(binding)} is a branch: its hash breaks at the next push",
            "Name a tag or commit",
        )


_RULES: tuple[Callable[[Binding, Node], Iterator[tuple[str, str]]], ...] = (
    _pname,
    _with_lib,
    _hashes,
    _format,
    _branch,
)
