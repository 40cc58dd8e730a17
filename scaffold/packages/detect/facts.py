"""What detection finds: facts with where they were seen, and a source folder read with care."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST = 400_000  # bytes of a file that are read; project files are far smaller
#: Files that somebody has to compile.
COMPILED = re.compile(
    r"\.(c|cc|cpp|cxx|rs|go|hs|java|f90|f|zig|nim|ml|swift|kt|cs|pyx|scala|ex|erl)$"
)
#: Folders of bundled libraries and of what a build makes.
SKIPPED = {
    ".git",
    ".hg",
    "node_modules",
    "target",
    "vendor",
    "third_party",
    "third-party",
    "deps",
    "extern",
    "external",
    "subprojects",
    ".direnv",
    "build",
    "dist",
}


@dataclass(frozen=True)
class Fact:
    """One thing that is certain of a source: its value, and the file or command that says so."""

    value: str | bool
    seen: str


class Folder:
    """A source folder: reads files without ever failing on what a stranger's project holds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: Files that the user may not read, each with the reason.
        self.unreadable: dict[str, str] = {}
        self._texts: dict[str, str] = {}

    def text(self, name: str) -> str:
        """Return the start of a text file, empty when there is none; symlinks out are not read."""
        if name not in self._texts:
            self._texts[name] = self._read(name)
        return self._texts[name]

    def _read(self, name: str) -> str:
        path = self.path / name
        try:
            if not path.is_file() or not path.resolve().is_relative_to(self.path.resolve()):
                return ""
            with path.open("rb") as stream:
                text = stream.read(LARGEST).decode("utf-8-sig", errors="replace")
                return text.replace("\r\n", "\n")
        except OSError as error:
            self.unreadable[name] = error.strerror or str(error)
            return ""

    def has(self, name: str) -> bool:
        """Say whether there is such a file."""
        return (self.path / name).is_file()

    def names(self) -> list[str]:
        """Return the names in the root, sorted; folders end with a slash."""
        try:
            entries = sorted(os.scandir(self.path), key=lambda e: e.name)
        except OSError:
            return []
        return [e.name + ("/" if e.is_dir(follow_symlinks=False) else "") for e in entries]

    def walk(self, deepest: int = 3, most: int = 3000) -> Iterator[str]:
        """Yield relative paths of files, those of bundled libraries left out."""
        count = 0
        for here, folders, files in os.walk(self.path):
            relative = Path(here).relative_to(self.path)
            folders[:] = sorted(set(folders) - SKIPPED) if len(relative.parts) < deepest else []
            for name in sorted(files):
                count += 1
                if count > most:
                    return
                yield (relative / name).as_posix()

    def toml(self, name: str) -> dict[str, object]:
        """Return a TOML file, empty when it is missing or no TOML."""
        try:
            return tomllib.loads(self.text(name))
        except (tomllib.TOMLDecodeError, RecursionError):
            return {}

    def json(self, name: str) -> dict[str, object]:
        """Return a JSON object, empty when it is missing or none."""
        try:
            found = json.loads(self.text(name))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def table(value: object, *keys: str) -> dict[str, object]:
    """Return the table below some keys of a document, empty when it is missing or no table."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """Return a text value on one line, empty for anything else."""
    return " ".join(value.split()) if isinstance(value, str) else ""
