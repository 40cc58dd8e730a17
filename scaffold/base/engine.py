"""The Jinja environment that every template is rendered with.

As in cookiecutter, an undefined name is an error, never an empty text. Cookiecutter's own class is
not used: it brings the time and random numbers, where the same answers must give the same bytes,
and takes longer to load than a whole composition to render. A test keeps the two alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.bccache import Bucket, BytecodeCache

from scaffold import __version__
from scaffold.base.folders import own_folder, write_in_one_step
from scaffold.nixlang import quote

_READS_IN = r"\{%-?\s*(?:include|import|from|extends)\b"


class _Cache(BytecodeCache):
    """Keeps compiled templates in the user's cache (XDG); without one, each run compiles anew.

    Jinja itself notices a template that changed, by its text, and another version of Python. It
    does not notice that a filter has come to take the context, which is compiled into the calls.
    """

    def __init__(self, filters: Mapping[str, Any]) -> None:
        takes = [(name, getattr(found, "jinja_pass_arg", "")) for name, found in filters.items()]
        self.stamp = repr((__version__, takes))
        cache = own_folder("cache")
        self.folder = cache and cache / "templates"

    def get_source_checksum(self, source: str) -> str:
        """Return what tells whether compiled code is that of a template."""
        return super().get_source_checksum(source + self.stamp)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what an earlier run compiled, if it is there."""
        if self.folder is not None:
            with suppress(OSError), (self.folder / bucket.key).open("rb") as file:
                bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; a reader sees all of it or nothing."""
        if self.folder is not None:
            with suppress(OSError):
                write_in_one_step(self.folder / bucket.key, bucket.bytecode_to_string())


class Engine:
    """Renders the templates of the catalogue folders; each is compiled once.

    Every template has the filters that quote; ``more_filters`` come on top of them.
    """

    def __init__(self, more_filters: Mapping[str, Callable[..., str]] | None = None) -> None:
        filters = {**quote.jinja_filters(), **(more_filters or {})}
        self._environment = Environment(
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # noqa: S701 - no HTML; scaffold.nixlang.quote escapes
            bytecode_cache=_Cache(filters),
        )
        self._environment.filters.update(filters)
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

    def mentions(self, file: Path, name: str) -> bool:
        """Say whether a template may read a name: its text has the word, or reads in another."""
        text = file.read_text(encoding="utf-8")
        return bool(re.search(rf"\b{name}\b|{_READS_IN}", text))
