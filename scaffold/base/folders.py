"""Where things lie: the tool's own templates, and the user's folders (XDG base directories).

A user may have no home: unknown to the system and with HOME unset, as in some containers. Then
there is no config, nothing is remembered and nothing is cached; commands work without.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

NAME = "nxc-scaffold"
#: What each folder is by default, below the user's home.
DEFAULTS = {
    "config": ".config",
    "data": ".local/share",
    "state": ".local/state",
    "cache": ".cache",
}
Kind = Literal["config", "data", "state", "cache"]


def templates_folder() -> Path:
    """Return the folder of the tool's own templates, installed or in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def home() -> Path | None:
    """Return the user's home, None when there is none or HOME is no absolute path."""
    if os.environ.get("HOME") == "":
        return None  # which Python takes for the root folder
    try:
        found = Path.home()
    except (RuntimeError, KeyError):
        return None
    return found if found.is_absolute() else None


def xdg_folder(kind: Kind) -> Path | None:
    """Return a folder of the XDG base directory specification, None when there is no home.

    As the specification says, a variable that holds a relative path is ignored.
    """
    folder = Path(os.environ.get(f"XDG_{kind.upper()}_HOME", ""))
    if folder.is_absolute():
        return folder
    base = home()
    return None if base is None else base / DEFAULTS[kind]


def own_folder(kind: Kind) -> Path | None:
    """Return the tool's own folder below an XDG folder, None when there is no home."""
    folder = xdg_folder(kind)
    return None if folder is None else folder / NAME


def config_file() -> Path | None:
    """Return where the config is read from, None when there is no home."""
    folder = own_folder("config")
    return None if folder is None else folder / "config.toml"


def expanded(text: str) -> Path:
    """Return a path as it was written, with a leading ``~`` replaced where that is a home."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def write_in_one_step(file: Path, content: bytes) -> None:
    """Write a file so that whoever reads it sees all of it or what was there before.

    Raises:
        OSError: the system refuses.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        part.write_bytes(content)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
