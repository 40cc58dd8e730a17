"""The Jinja environment that every template is rendered with.

It is cookiecutter's own strict environment (an undefined name is an error, never an empty text),
with blocks that leave no blank lines and the filters of ``scaffold.quote``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cookiecutter.environment import StrictEnvironment
from jinja2 import FileSystemLoader, Template

from scaffold import quote


class Engine:
    """Renders the templates of the catalogue folders; each is compiled once."""

    def __init__(self) -> None:
        self._environment = StrictEnvironment(
            context={},
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
        )
        self._environment.filters.update(quote.jinja_filters())
        self._loaded: dict[Path, Template] = {}

    def render(self, file: Path, names: Mapping[str, Any]) -> str:
        """Render a template file with the given names."""
        if file not in self._loaded:
            loader = FileSystemLoader(file.parent)
            self._environment.loader = loader
            self._loaded[file] = loader.load(
                self._environment, file.name, self._environment.globals
            )
        return self._loaded[file].render(names)
