"""The settings beside a composition: nxc.json and setup.toml, as they are on disk."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path


class NxcJson:
    """An nxc.json; ``fault`` says why it cannot be used, with the line (from 1)."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.fault: tuple[int, str] | None = None
        self.values: Mapping[str, object] = {}
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            self.fault = (error.lineno, f"it is not JSON: {error.msg}")
            return
        except RecursionError:
            self.fault = (1, "it is nested too deeply")
            return
        if isinstance(found, dict):
            self.values = found
        else:
            self.fault = (1, "it is JSON, but no object")

    @property
    def is_ours(self) -> bool:
        """Whether it is NixOS Compose's: other programs have a file of this name too."""
        return (
            self.fault is not None
            or "composition" in self.values
            or "default_flavour" in (self.values)
        )

    def text_value(self, key: str) -> str | None:
        """Return a value that is text, or None."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def line_of(self, key: str) -> int:
        """Return the line on which a key stands."""
        place = self.text.find(json.dumps(key))
        return self.text.count("\n", 0, place) + 1 if place >= 0 else 1


class SetupToml:
    """A setup.toml; ``fault`` says why it cannot be used, with the line (from 1)."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.fault: tuple[int, str] | None = None
        self.values: Mapping[str, object] = {}
        try:
            self.values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            told = re.search(r"at line (\d+)", str(error))
            line = int(told[1]) if told else max(1, len(text.splitlines()))
            self.fault = (line, f"it is not TOML: {error}")
        except RecursionError:
            self.fault = (1, "it is nested too deeply")

    @cached_property
    def variants(self) -> Mapping[str, Mapping[str, object]]:
        """The variants: every table of the top level but those that the library reserves."""
        return {
            name: table
            for name, table in self.values.items()
            if isinstance(table, dict) and name not in RESERVED
        }

    @property
    def selected(self) -> str | None:
        """The variant that is chosen in the file, or None."""
        project = self.values.get("project")
        chosen = project.get("selected") if isinstance(project, dict) else None
        return chosen if isinstance(chosen, str) else None

    def line_of(self, pattern: str) -> int:
        """Return the first line that a regular expression finds, comments left out, else 1."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if not line.lstrip().startswith("#") and re.search(pattern, line):
                return number
        return 1


#: Tables of setup.toml that are no variant (nix/setup.nix and nixos_compose/setup.py, 0.7.11).
RESERVED = frozenset({"project", "options", "params", "overrides", "override-params", "build"})
