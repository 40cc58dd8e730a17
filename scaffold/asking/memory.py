"""What the tool remembers between two runs, in the user's state folder (XDG).

The answers of an interview that did not come to its end are kept for ``--resume``, for each command
and target folder apart. Those of the project written last are offered as a place to start from.
Neither is ever needed: a file that cannot be read or written is as good as none.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.base.folders import own_folder, write_in_one_step
from scaffold.nixlang import quote


@dataclass(frozen=True)
class Memory:
    """What is remembered of a command's runs for one target folder, an absolute path.

    ``shown_as`` is the name of a command that has the memory of another: ``change`` goes on with
    what ``new`` was asked.
    """

    command: str
    target: Path
    shown_as: str = field(default="", compare=False)

    @classmethod
    def of(cls, command: str, directory: Path | None, shown_as: str = "") -> Memory:
        """Return the memory for DIR; without one, for the current folder."""
        return cls(command, (directory or Path()).resolve(), shown_as)

    @property
    def _interrupted(self) -> Path | None:
        """The file for ``--resume``, named after a digest of the target; it names the target."""
        folder = own_folder("state")
        digest = hashlib.sha256(str(self.target).encode(errors="surrogateescape")).hexdigest()[:12]
        return folder and folder / "interrupted" / f"{self.command}-{digest}.toml"

    @property
    def _last(self) -> Path | None:
        folder = own_folder("state")
        return folder and folder / f"{self.command}-last.toml"

    def keep(self, answers: Mapping[str, object]) -> None:
        """Keep the answers of an interview that is broken off."""
        target = str(self.target).encode(errors="replace").decode()
        document = {"target": target, "answers": answers}
        _write(self._interrupted, document)

    def kept(self) -> dict[str, object]:
        """Return what ``keep`` was given; empty when there is nothing to read."""
        return _read(self._interrupted)

    def forget(self) -> None:
        """Drop what ``keep`` was given."""
        if file := self._interrupted:
            with suppress(OSError):
                file.unlink()

    def remember(self, answers: Mapping[str, object]) -> None:
        """Remember the answers of what was written, to be offered the next time, anywhere."""
        _write(self._last, answers)

    def remembered(self) -> dict[str, object]:
        """Return the answers of what the command wrote last; empty when there are none."""
        return _read(self._last)


def _read(file: Path | None) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig")) if file else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _write(file: Path | None, document: Mapping[str, object]) -> None:
    """Write a file, wholly or not at all."""
    if file:
        with suppress(OSError, ValueError):  # of text that no TOML can hold
            write_in_one_step(file, quote.toml_document(document).encode())
