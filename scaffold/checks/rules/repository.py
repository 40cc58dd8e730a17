"""The folder itself: what lies in it that should not, and what git does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import Hit, Kind, Severity, rule
from scaffold.checks.target import Target

_KEY = re.compile(r"^\s*-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----", re.MULTILINE)
_TEXTS = frozenset({".nix", ".py", ".sh", ".key", ".pem", ".toml", ".json", ".yaml", ".yml", ""})
_LEFTOVER = re.compile(r"(?:\.bak|~|\.swp|\.swo|\.orig|\.rej)$|^#.*#$")
_LARGEST = 200_000  # bytes; a key is in no larger file


@rule(
    "NXC701",
    "private-key",
    "a private key lies in the project",
    severity=Severity.WARNING,
    kinds=frozenset({Kind.PROJECT}),
    why="Who can read the repository has the key, and the world-readable store has it too. For a "
    "throw-away key of a test bed that is wanted: waive the rule, and say so.",
    remedy="Keep it in a folder that git ignores and Nix does not read, or make it on the hosts",
)
def private_key(target: Target) -> Iterator[Hit]:
    """Look for the first line of a key in the files that are text."""
    for path in target.files:
        if path.suffix not in _TEXTS or "secrets" in path.relative_to(target.root).parts:
            continue
        if not path.is_file() or path.stat().st_size > _LARGEST:
            continue
        text = target.session.text(path) or ""
        match = _KEY.search(text)
        if match is not None:
            line = text.count("\n", 0, match.start()) + text[match.start() :].startswith("\n") + 1
            yield Hit(path, line, "it has a private key")


@rule(
    "NXC702",
    "build-link",
    "a link to a build is in the repository",
    severity=Severity.WARNING,
    why="`nxc build` leaves links into the store of one machine, which lead nowhere on another.",
    remedy="Remove it from git, and add build/ and deploy/ to .gitignore",
)
def build_link(target: Target) -> Iterator[Hit]:
    """Look for what git knows of build/ and deploy/."""
    for folder in ("build", "deploy", "result"):
        for name in target.tracked_below(folder):
            if "::" in name or name == "result":
                yield Hit(target.root / name, None, "git has a link to a build")


@rule(
    "NXC703",
    "editor-leftover",
    "a file that an editor left lies in the repository",
    severity=Severity.NOTE,
    why="It is no part of the project, and soon differs from what is.",
    remedy="Remove it",
)
def editor_leftover(target: Target) -> Iterator[Hit]:
    """Look at the names."""
    for path in target.files:
        if _LEFTOVER.search(path.name):
            yield Hit(path, None, "an editor left it")


@rule(
    "NXC704",
    "untracked-file",
    "Nix will not see a file that the project uses",
    severity=Severity.ERROR,
    why="In a git repository a flake is what git knows: a new file is not there for Nix before "
    "`git add` (NixOS/nix#7107).",
    remedy="Run git add --intent-to-add on it",
)
def untracked_file(target: Target) -> Iterator[Hit]:
    """Look for files that literal paths name and that git does not know."""
    unknown = target.untracked
    if not unknown:
        return
    told = set()
    for file in target.parsed:
        for node in file.nodes:
            path = file.linked(node) if node.kind == "path" else None
            path = path.resolve() if path is not None else None
            if path in unknown and path not in told:
                told.add(path)
                yield target.hit(file, node, f"git does not know {path.name}")
