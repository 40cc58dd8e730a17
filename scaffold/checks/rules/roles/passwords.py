"""Passwords that end in the store."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Binding, Node
from scaffold.survey.nix_file import NixFile, text_of

#: Attributes that hold a secret, or name the file of one.
_SECRET = re.compile(r"(?i)(?:password|passwd|secret|token)$")
_SECRET_FILE = re.compile(r"(?i)(?:password|passwd|secret|token|key)file$")
#: A line of a settings file that sets one: DB_BASE_PASSWD="oar".
_LINE = re.compile(r"(?im)^\s*\w*(?:PASSWORD|PASSWD|SECRET|TOKEN)\w*\s*[=:]\s*[\"']?[^\s\"'$<]")
_WRITERS = ("writeText", "toFile")
_SAID = re.compile(r"(?i)throw-?away|password|credential")


@rule(
    "NXC433",
    "password-in-store",
    "a password is written to the Nix store",
    severity=Severity.NOTE,
    why="Every user of every host can read the store, and so can who has the repository. For a "
    "test bed that is what one wants: then the README says so, and nothing is told.",
    remedy="Read it from a file outside of the store, or say in the README that it is throw-away",
    bad='services.k3s.tokenFile = pkgs.writeText "token" "p4ssw0rd";',
    good='services.k3s.tokenFile = "/run/secrets/token";',
    sure="Only values that are spelt out; told once a file",
)
def password_in_store(target: Target) -> Iterator[Hit]:
    """Look for secrets that are spelt out, in projects whose README says nothing of them."""
    if any(_SAID.search(target.session.text(p) or "") for p in target.files if _is_readme(p.name)):
        return
    for file in target.parsed:
        first = next(_secrets(file), None)
        if first is not None:
            yield target.hit(file, *first)


def _is_readme(name: str) -> bool:
    return name.lower().startswith("readme")


def _secrets(file: NixFile) -> Iterator[tuple[int, str]]:
    """Yield place and message of the secrets that a file spells out."""
    for node in file.nodes:
        for binding in node.bindings:
            name = binding.path[-1] if binding.path else None
            value = file.resolve(binding.value) if binding.value is not None else None
            if name is None or value is None:
                continue
            if _SECRET.search(name) and (text_of(value) or "").strip():
                yield binding.start, f"{name} is spelt out"
            elif _SECRET_FILE.search(name) and _written(value):
                yield binding.start, f"{name} is a file in the store"
            elif name == "text" and _LINE.search(file.source(value)):
                yield _at_line(file, binding, value), "the text of a file sets a password"


def _written(value: Node) -> bool:
    """Say whether a value is a file that Nix writes from a text."""
    head = value.children[0] if value.kind == "apply" else None
    return head is not None and (head.names[-1:] or (head.text,))[0] in _WRITERS


def _at_line(file: NixFile, binding: Binding, value: Node) -> int:
    match = _LINE.search(file.source(value))
    return value.start + match.end() - 1 if match is not None else binding.start
