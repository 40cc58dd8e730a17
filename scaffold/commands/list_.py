"""``nxc-scaffold list``: what a composition can be made of, as text or JSON."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.commands.catalogues import loaded


def run(what: str, *, folders: Sequence[Path] = (), as_json: bool, plain: bool) -> None:
    """Print the entries of one kind: a name and one line each."""
    config = loaded()
    other = OTHERS.get(what)
    rows = other() if other else _of_catalogue(what, [*config.catalogues, *folders])
    if as_json:
        import json

        click.echo(json.dumps([{"name": n, "description": d} for n, d in rows], indent=2))
        return
    if plain or config.plain:
        click.echo("\n".join(f"{name}: {description}" for name, description in rows))
        return
    width = max(len(name) for name, _ in rows) + 3
    for name, description in rows:
        click.echo("\n".join(_wrapped(f"{name:<{width}}{description}", " " * width)))


def _of_catalogue(what: str, folders: Sequence[Path]) -> list[tuple[str, str]]:
    return ROWS[what](load_catalog(folders))


def _rules() -> list[tuple[str, str]]:
    from scaffold.checks.registry import all_rules

    return [(r.code, f"{r.title} ({r.severity.word}, {r.name})") for r in all_rules()]


def _builders() -> list[tuple[str, str]]:
    from scaffold.packages.builders import load_builders

    return [(b.name, b.description) for b in load_builders().values()]


#: What is no entry of the catalogue; each is read only when it is listed.
OTHERS = {"rules": _rules, "builders": _builders}


def _wrapped(line: str, indent: str) -> list[str]:
    """Return a line that fits the terminal; a pipe gets one line for each entry."""
    if not sys.stdout.isatty():
        return [line]
    width = max(shutil.get_terminal_size().columns, len(indent) + 20)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False)


def _releases(catalog: Catalog) -> list[tuple[str, str]]:
    from scaffold.composition.notices import support_of

    return [
        (r.name, " · ".join([*(f"{n} {pin.ref}" for n, pin in r.inputs.items()), *support_of(r)]))
        for r in catalog.releases.values()
    ]


ROWS: dict[str, Callable[[Catalog], list[tuple[str, str]]]] = {
    "stacks": lambda c: [(s.name, s.description) for s in c.stacks.values()],
    "services": lambda c: [(s.name, f"{s.title}: {s.description}") for s in c.services.values()],
    "parts": lambda c: [(p.id, p.description) for p in c.parts.values() if not p.hidden],
    "flavours": lambda c: [(f.name, f.title) for f in c.flavours.values()],
    "releases": _releases,
    "extras": lambda c: [(e.name, e.description) for e in c.extras.values()],
}
