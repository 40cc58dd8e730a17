"""What the tool remembers between two runs, in the user's state folder (XDG).

``draft`` holds the answers of an interview that was interrupted, for ``--resume``; ``last`` those
of the project written last, offered as a place to start from. Each command has its own, and neither
is ever needed: a file that cannot be read or written is as good as none.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from scaffold.nixlang import quote

Kind = Literal["draft", "last"]
Command = Literal["new", "multi", "package"]


def file_of(command: Command, kind: Kind) -> Path:
    """Return where a kind of answers is kept, by the XDG base directory specification."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local/state")
    name = kind if command == "new" else f"{command}-{kind}"
    return Path(base) / "nxc-scaffold" / f"{name}.toml"


def load(command: Command, kind: Kind) -> dict[str, Any]:
    """Return what was kept; empty when there is nothing to read."""
    try:
        return tomllib.loads(file_of(command, kind).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def save(command: Command, kind: Kind, document: Mapping[str, Any]) -> None:
    """Keep answers for a later run, wholly or not at all."""
    file = file_of(command, kind)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_text(quote.toml_document(document), encoding="utf-8")
        part.replace(file)


def forget(command: Command, kind: Kind) -> None:
    """Drop what was kept."""
    with suppress(OSError):
        file_of(command, kind).unlink()
