"""Private keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import Hit, Kind, Severity, rule
from scaffold.checks.target import Target

_KEY = re.compile(r"^\s*-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----", re.MULTILINE)


_TEXTS = frozenset({".nix", ".py", ".sh", ".key", ".pem", ".toml", ".json", ".yaml", ".yml", ""})


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
