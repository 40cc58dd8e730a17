"""Where things lie: the tool's own templates and the user's config. Costs no import to speak of."""

from __future__ import annotations

import os
from pathlib import Path


def templates_folder() -> Path:
    """Return the folder of the tool's own templates, installed or in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def config_file() -> Path:
    """Return where the config is read from."""
    return xdg_folder("XDG_CONFIG_HOME", ".config") / "nxc-scaffold" / "config.toml"


def xdg_folder(variable: str, otherwise: str) -> Path:
    """Return a folder of the XDG base directory specification, which ignores relative paths."""
    folder = Path(os.environ.get(variable, ""))
    if folder.is_absolute():
        return folder
    # Path.expanduser fails where a user has no home, as in some containers
    return Path(os.path.expanduser(f"~/{otherwise}"))  # noqa: PTH111
