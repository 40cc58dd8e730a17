"""A gemset.nix from a Gemfile.lock: names and versions are known, hashes are bundix's to fill."""

from __future__ import annotations

import re

from scaffold.nixvalue import nix_value
from scaffold.quote import nix_raw


def gemset(lock: str) -> str:
    """Return the text of gemset.nix for the gems of a lock file."""
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
                "sha256": sums.get(name, "0" * 64),
                "type": "gem",
            },
            "version": version,
        }
    return nix_value({k: gems[k] for k in sorted(gems)}) + "\n" if gems else str(nix_raw("{ }\n"))
