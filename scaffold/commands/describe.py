"""``nxc-scaffold describe``: the page of one entry of the catalogue, as text or JSON."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from scaffold.catalogue.reading import load_catalog
from scaffold.commands.catalogues import loaded
from scaffold.report.pages import Page, find

LABEL_WIDTH = 18
WIDTH = 100  # longer lines are hard to read; a narrower terminal gets narrower ones


def run(name: str, *, folders: Sequence[Path] = (), as_json: bool, plain: bool) -> None:
    """Print every page that has the name.

    Raises:
        InputError: no entry has it.

    """
    config = loaded()
    pages = _rule(name) or find(name, load_catalog([*config.catalogues, *folders]))
    if as_json:
        import json

        click.echo(json.dumps(pages, indent=2, ensure_ascii=False))
        return
    if plain or config.plain:
        click.echo("\n".join(line for page in pages for line in sentences(page)))
        return
    click.echo("\n\n".join("\n".join(lines(page)) for page in pages))


def _rule(name: str) -> list[Page]:
    """Return the page of a rule, by its code or by a name that no entry of the catalogue has."""
    if not re.fullmatch(r"[A-Za-z]{3}\d{3}|[a-z0-9]+(?:-[a-z0-9]+)+", name):
        return []
    from scaffold.checks.registry import find as find_rule
    from scaffold.report.rules import rule_page

    rule = find_rule(name)
    return [rule_page(rule)] if rule is not None else []


def lines(page: Page) -> Iterator[str]:
    """Yield a page as lines of text; empty values are left out."""
    yield f"{page['kind']} {page['name']}"
    for key, value in page.items():
        if key in ("kind", "name") or value in ([], {}):
            continue
        for index, line in enumerate(_wrapped(_texts(key, value))):
            label = key.replace("_", " ") if index == 0 else ""
            yield f"  {label:<{LABEL_WIDTH - 2}}{line}".rstrip()


def sentences(page: Page) -> Iterator[str]:
    """Yield a page for a screen reader: each line starts with what it is about."""
    yield f"{page['kind']} {page['name']}"
    for key, value in page.items():
        if key not in ("kind", "name") and value not in ([], {}):
            yield from (f"{key.replace('_', ' ')}: {text}" for text in _texts(key, value))


def _wrapped(texts: Iterator[str]) -> Iterator[str]:
    """Yield lines that fit, continued ones indented."""
    columns = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
    width = max(columns - LABEL_WIDTH, 20)  # a terminal may be narrower than the labels
    for text in texts:
        yield from textwrap.wrap(
            text, width, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
        )


def _held(held: Mapping[str, object]) -> Iterator[str]:
    """Yield what a package set holds, or what is taken from one."""
    for kind, names in held.items():
        if isinstance(names, Mapping):
            yield from (f"package {name}: {why}" for name, why in names.items())
        elif names:
            yield f"{kind}: {' '.join(_words(names))}"


def _texts(key: str, value: object) -> Iterator[str]:
    """Yield what is said of a value, one paragraph each."""
    if key == "memory":
        yield f"{value} MiB"
    elif key == "package_sets" and isinstance(value, Mapping):
        for name, held in value.items():
            yield from (f"{name} {text}" for text in _held(held))
    elif key in _ROWS and isinstance(value, Iterable):
        yield from (_ROWS[key](row) for row in value)
    elif isinstance(value, Mapping) and "usable" in value:
        yield " ".join(_words(value["usable"])) or "none"
        yield from (f"not {text}" for text in _once(value["excluded"]))
    elif isinstance(value, Mapping):
        yield from _once(value)
    elif isinstance(value, list):
        yield from (value if any(" " in str(v) for v in value) else [" ".join(map(str, value))])
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    else:
        yield str(value)


def _once(told: Mapping[str, object]) -> Iterator[str]:
    """Yield what is told of each name; the names of which the same is told share a paragraph."""
    names: dict[str, list[str]] = {}
    for name, text in told.items():
        names.setdefault(str(text), []).append(name)
    yield from (f"{', '.join(those)}: {text}" for text, those in names.items())


def _words(value: object) -> list[str]:
    """Return the words of a list on a page; what is no list has none."""
    return [str(word) for word in value] if isinstance(value, Iterable) else []


def _option(option: Mapping[str, object]) -> str:
    default = option["default"]
    shown = ",".join(_words(default)) if isinstance(default, list) else str(default)
    allowed = [f"{name} {option[name]}" for name in ("minimum", "maximum") if name in option]
    allowed += [f"one of {', '.join(_words(option['choices']))}"] if "choices" in option else []
    kind = ", ".join([str(option["type"]), *allowed])
    return f"{option['key']}={shown}  ({kind}) {option['help']}"


def _need(need: Mapping[str, object]) -> str:
    where = " on another role" if need["elsewhere"] else ""
    parts = " or ".join([str(need["part"]), *_words(need["alternatives"])])
    return f"{parts}{where}: {need['why']}"


def _role(role: Mapping[str, object]) -> str:
    return f"{role['role']} ×{role['count']}  {' '.join(_words(role['parts']))}"


def _combination(limit: Mapping[str, object]) -> str:
    flavours, releases = (", ".join(_words(limit[kind])) for kind in ("flavours", "releases"))
    return f"{flavours} with {releases}: {limit['reason']}"


_ROWS = {"options": _option, "needs": _need, "roles": _role, "not_together": _combination}
