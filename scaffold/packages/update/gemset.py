"""A gemset.nix from a Gemfile.lock: names and versions are known, hashes are bundix's to fill."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scaffold.nixlang.parser import NixSyntaxError, Node, parse
from scaffold.nixlang.quote import nix_raw
from scaffold.nixlang.values import nix_value

#: The file that bundlerEnv reads.
GEMSET = "gemset.nix"
_FAKE = "0" * 64


def gemset(lock: str, known: Mapping[tuple[str, str], str] | None = None) -> str:
    """Return the text of gemset.nix for the gems of a lock file.

    A hash is that of the lock file (Bundler 2.6 keeps them) or, for a gem of the same name and
    version, the one that is ``known``; else zeros.
    """
    section = re.search(r"^GEM\n(.*?)(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    sums = dict(re.findall(r"^  (\S+) \([^)]*\) sha256=([0-9a-f]{64})$", lock, re.MULTILINE))
    text = section[1] if section else ""
    gems: dict[str, object] = {}
    for name, version, rest in re.findall(
        r"^    (\S+) \(([^)\s]+)\)\n((?:      .*\n?)*)", text, re.MULTILINE
    ):
        if re.search(r"-(x86|java|arm|aarch64|universal|x64)", version):
            continue
        wanted = re.findall(r"^      (\S+)", rest, re.MULTILINE)
        gems[name] = {
            **({"dependencies": wanted} if wanted else {}),
            "groups": ["default"],
            "platforms": [],
            "source": {
                "remotes": ["https://rubygems.org"],
                "sha256": sums.get(name) or (known or {}).get((name, version), _FAKE),
                "type": "gem",
            },
            "version": version,
        }
    return nix_value({k: gems[k] for k in sorted(gems)}) + "\n" if gems else str(nix_raw("{ }\n"))


def known_sums(text: str) -> dict[tuple[str, str], str]:
    """Return the hashes of a gemset.nix by name and version, without those that are zeros."""
    try:
        root = parse(text)
    except NixSyntaxError:
        return {}
    found: dict[tuple[str, str], str] = {}
    for binding in root.bindings:
        gem = binding.value
        if gem is None or len(binding.path) != 1:
            continue
        version, source = _text(gem, "version"), gem.binding("source")
        value = _text(source.value, "sha256") if source and source.value else ""
        if version and value and value != _FAKE:
            found[(str(binding.path[0]), version)] = value
    return found


def _text(node: Node, name: str) -> str:
    binding = node.binding(name)
    value = binding.value if binding else None
    return value.text[1:-1] if value is not None and value.kind == "string" else ""
