"""What Nix's configuration says, read from where Nix reads it: no program is started."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from scaffold.base.folders import xdg_folder

_SETTING = re.compile(r"^\s*(?:extra-)?experimental-features\s*=\s*(.*)$", re.MULTILINE)


def flakes_are_on() -> bool:
    """Whether ``nix develop`` works without a flag; False where that is not known.

    Reads NIX_CONFIG and the files of the Nix manual, "nix.conf"; what they include is not read.
    """
    features = {
        feature
        for text in _texts()
        for setting in _SETTING.findall(text)
        for feature in setting.partition("#")[0].split()
    }
    return {"nix-command", "flakes"} <= features


def nix_words() -> list[str]:
    """Return the start of a command that a user types: ``nix``, with the flag that it needs."""
    features = [] if flakes_are_on() else ["--extra-experimental-features", "nix-command flakes"]
    return ["nix", *features]


def as_typed(command: str) -> str:
    """Return a command with the flag that ``nix`` needs, where it is one of ``nix``."""
    return f"{shlex.join(nix_words())} {command[4:]}" if command.startswith("nix ") else command


def _texts() -> Iterator[str]:
    yield os.environ.get("NIX_CONFIG", "")
    files = [Path(os.environ.get("NIX_CONF_DIR", "/etc/nix")) / "nix.conf"]
    if named := os.environ.get("NIX_USER_CONF_FILES"):
        files += [Path(name) for name in named.split(":") if name]
    elif folder := xdg_folder("config"):
        files.append(folder / "nix" / "nix.conf")
    for file in files:
        try:
            yield file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
