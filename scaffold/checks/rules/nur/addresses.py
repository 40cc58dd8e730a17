"""Addresses of sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.package_files import NUR, calls_in, package_files
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.nix_file import text_of


@rule(
    "NUR106",
    "unquoted-address",
    "an address is not quoted",
    severity=Severity.WARNING,
    kinds=NUR,
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
    "NUR112",
    "http-source",
    "a source is fetched without encryption",
    severity=Severity.NOTE,
    kinds=NUR,
    why="The hash keeps the content safe; who watches the network sees what is built.",
    remedy="Try https",
)
def http_source(target: Target) -> Iterator[Hit]:
    """Look for addresses in calls of fetchers."""
    for file in package_files(target):
        for name, _, given in calls_in(file):
            binding = given.binding("url")
            text = text_of(binding.value) if binding is not None else None
            if name.startswith("fetch") and text is not None and text.startswith("http://"):
                yield target.hit(file, binding.start if binding else given.start, text)


@rule(
    "NUR117",
    "private-source",
    "a source is fetched with an ssh key",
    severity=Severity.NOTE,
    kinds=NUR,
    why="Only who has access can build the package; NUR's cache cannot.",
    remedy="Name a public address, if there is one",
)
def private_source(target: Target) -> Iterator[Hit]:
    """Look for ssh among the addresses."""
    for file in package_files(target):
        for node in file.nodes if "ssh://" in file.text or "git@" in file.text else ():
            text = text_of(node) if node.kind in ("string", "uri") else None
            if text is not None and re.match(r"(git\+)?ssh://|git@[\w.-]+:", text):
                yield target.hit(file, node, f"{text} needs an ssh key")


@rule(
    "NUR120",
    "source-at-home",
    "a source lies on somebody's disk",
    severity=Severity.ERROR,
    kinds=NUR,
    why="Nobody else can build the package.",
    remedy="Fetch it",
)
def source_at_home(target: Target) -> Iterator[Hit]:
    """Look for paths below /home."""
    for file in package_files(target):
        for node in file.nodes:
            if node.kind == "path" and re.match(r"(/home|/Users|/root|~)/", node.text):
                yield target.hit(file, node, f"{node.text} is on one machine only")
