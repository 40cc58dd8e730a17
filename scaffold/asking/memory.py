"""What the tool remembers between two runs, in the user's state folder (XDG).

``draft`` holds the answers of an interview that was interrupted, for ``--resume``; ``last`` those
of the project written last, offered as a place to start from. Each command has its own, and neither
is ever needed: a file that cannot be read or written is as good as none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from scaffold.base.folders import own_folder, write_in_one_step
from scaffold.nixlang import quote

Kind = Literal["draft", "last"]
Command = Literal["new", "multi", "package"]


def file_of(command: Command, kind: Kind) -> Path | None:
    """Return where a kind of answers is kept, None when the user has no home."""
    folder = own_folder("state")
    name = kind if command == "new" else f"{command}-{kind}"
    return folder and folder / f"{name}.toml"


def load(command: Command, kind: Kind) -> dict[str, Any]:
    """Return what was kept; empty when there is nothing to read."""
    file = file_of(command, kind)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")) if file else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def save(command: Command, kind: Kind, document: Mapping[str, Any]) -> None:
    """Keep answers for a later run, wholly or not at all."""
    if file := file_of(command, kind):
        with suppress(OSError):
            write_in_one_step(file, quote.toml_document(document).encode())


def forget(command: Command, kind: Kind) -> None:
    """Drop what was kept."""
    if file := file_of(command, kind):
        with suppress(OSError):
            file.unlink()
