"""What the shell completes: stacks, parts, flavours, releases, extras and roles.

A completion runs at each press of the key, so the few names that are needed are read from the files
of the catalogue, which is loaded only for flavours and releases, once parts are chosen that exclude
some. Whatever is wrong with it completes to nothing: ``new`` and ``config`` tell what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from scaffold.base.errors import ScaffoldError
from scaffold.base.folders import config_file, expanded, templates_folder
from scaffold.base.tool_version import ANSWERS_FILE

if TYPE_CHECKING:  # loaded by click when a shell asks, and not at each start
    from click.shell_completion import CompletionItem

    from scaffold.catalogue.catalog import Catalog


#: What may be completed, and what is said beside it where the shell can.
Names = Mapping[str, str]
Item: TypeAlias = "CompletionItem[str]"
Callback = Callable[[click.Context, click.Parameter, str], list[Item]]


def _read(file: Path) -> dict[str, object]:
    """Return what a file holds; one that cannot be read holds nothing."""
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}


def _folders(ctx: click.Context) -> Iterator[Path]:
    """Yield the catalogue folders: the tool's own, the user's, and those of this command line."""
    yield templates_folder()
    if config := config_file():
        named = _read(config).get("catalogues", [])
        for text in named if isinstance(named, list) else []:
            yield config.parent / expanded(str(text))
    for given in ctx.params.get("catalogues") or ():
        yield Path(given)


def _tables(ctx: click.Context, file: str) -> dict[str, str]:
    return {
        name: _about(table)
        for folder in _folders(ctx)
        for name, table in _read(folder / file).items()
    }


def _table(value: object) -> Mapping[str, object]:
    """Return a table of a file; anything else holds nothing."""
    return value if isinstance(value, Mapping) else {}


def _about(table: object) -> str:
    found = _table(table)
    return str(found.get("description") or found.get("title") or "")


def _stack_files(ctx: click.Context) -> dict[str, Path]:
    return {
        file.stem: file for folder in _folders(ctx) for file in sorted(folder.glob("stacks/*.toml"))
    }


def _stacks(ctx: click.Context) -> Names:
    return {name: _about(_read(file)) for name, file in sorted(_stack_files(ctx).items())}


def _parts(ctx: click.Context) -> Names:
    return {
        f"{file.parent.name}.{name}": _about(part)
        for folder in _folders(ctx)
        for file in sorted(folder.glob("services/*/service.toml"))
        for name, part in _table(_read(file).get("parts")).items()
        if not _table(part).get("hidden")
    }


def _roles(ctx: click.Context) -> Names:
    """Return the roles of the stack on the command line."""
    return _roles_of(str(ctx.params.get("stack")), ctx)


def _roles_of(stack: str, ctx: click.Context) -> dict[str, str]:
    """Return the roles of a stack, each with its parts."""
    file = _stack_files(ctx).get(stack)
    answers = _table(_read(file).get("answers")) if file else {}
    found: dict[str, str] = {}
    for name, role in _table(answers.get("roles")).items():
        parts = _table(role).get("parts")
        found[name] = " ".join(map(str, parts)) if isinstance(parts, list) else ""
    return found


def _project(ctx: click.Context) -> dict[str, object]:
    """Return the recorded answers of the project that the command line or the folder is in."""
    start = Path(ctx.params.get("directory") or ".").resolve()
    for folder in (start, *start.parents):
        if (folder / ANSWERS_FILE).is_file():
            return _read(folder / ANSWERS_FILE)
    return {}


def _own_roles(ctx: click.Context) -> dict[str, str]:
    """Return the roles of the project; of several compositions, as COMPOSITION.ROLE."""
    answers = _project(ctx)
    found: dict[str, str] = {}
    for composition, table in _table(answers.get("compositions") or {"": answers}).items():
        for name, role in _table(_table(table).get("roles")).items():
            parts = _table(role).get("parts")
            text = " ".join(map(str, parts)) if isinstance(parts, list) else ""
            found[f"{composition}.{name}" if composition else name] = text
    return found


def _own_parts(ctx: click.Context) -> Names:
    """Return the parts that roles of the project were given."""
    about = _parts(ctx)
    named = [name for parts in _own_roles(ctx).values() for name in parts.split()]
    return {name: about.get(name, "") for name in sorted(set(named))}


def _chosen_parts(ctx: click.Context) -> list[str]:
    """Return the parts of the roles that the command line names, or else the project has."""
    members = [str(text).rpartition("=")[2] for text in ctx.params.get("compositions") or ()]
    stacks = [*members, *([str(ctx.params["stack"])] if ctx.params.get("stack") else [])]
    found = [parts for stack in stacks for parts in _roles_of(stack, ctx).values()]
    found += [str(text).partition("=")[2] for text in ctx.params.get("roles") or ()]
    found = found or [*_own_roles(ctx).values()]
    return [part for parts in found for part in re.split(r"[ ,]+", parts) if part]


def _catalog(ctx: click.Context) -> Catalog:
    from scaffold.catalogue.reading import load_catalog

    return load_catalog([*_folders(ctx)][1:])


def _flavours(ctx: click.Context) -> Names:
    """Return the flavours that the chosen parts can run."""
    known, parts = _tables(ctx, "flavours.toml"), _chosen_parts(ctx)
    if not parts:
        return known
    from scaffold.catalogue.choices import flavours_to_avoid

    avoided = flavours_to_avoid(parts, _catalog(ctx))
    return {name: text for name, text in known.items() if name not in avoided}


def _releases(ctx: click.Context) -> Names:
    """Return the releases that have the chosen parts and flavours."""
    known, parts = _tables(ctx, "releases.toml"), _chosen_parts(ctx)
    flavours = [f for text in ctx.params.get("flavours") or () for f in str(text).split(",") if f]
    if not parts and not flavours:
        return dict.fromkeys(known, "")
    from scaffold.catalogue.choices import releases_to_avoid

    avoided = releases_to_avoid(parts, flavours, _catalog(ctx))
    return {name: "" for name in known if name not in avoided}


def _entries(ctx: click.Context) -> Names:
    """Return everything that has a page."""
    services = {
        file.parent.name: _about(_read(file))
        for folder in _folders(ctx)
        for file in sorted(folder.glob("services/*/service.toml"))
    }
    flavours = _tables(ctx, "flavours.toml")
    releases = dict.fromkeys(_tables(ctx, "releases.toml"), "")
    return {**_stacks(ctx), **services, **_parts(ctx), **flavours, **releases}


def _rules() -> Names:
    """Return the codes of the rules of ``check``."""
    from scaffold.checks.registry import all_rules

    return {rule.code: rule.title for rule in all_rules()}


def _item(value: str, about: str = "", kind: str = "plain") -> Item:
    from click.shell_completion import CompletionItem

    return CompletionItem(value, kind, about or None)


def _matching(found: Names, incomplete: str, *, before: str = "") -> list[Item]:
    return [
        _item(before + name, about) for name, about in found.items() if name.startswith(incomplete)
    ]


def _listed(found: Names, incomplete: str, *, before: str = "") -> list[Item]:
    """Complete the last item of a list separated by commas, leaving out those already there."""
    head, comma, last = incomplete.rpartition(",")
    rest = {name: about for name, about in found.items() if name not in head.split(",")}
    return _matching(rest, last, before=before + head + comma)


def one_of(names: Callable[[click.Context], Names]) -> Callback:
    """Return a callback that completes one name."""
    return _quiet(lambda ctx, incomplete: _matching(names(ctx), incomplete))


def some_of(names: Callable[[click.Context], Names]) -> Callback:
    """Return a callback that completes names separated by commas."""
    return _quiet(lambda ctx, incomplete: _listed(names(ctx), incomplete))


def _role(ctx: click.Context, incomplete: str) -> list[Item]:
    """Complete ``NAME[:COUNT][=PART,…]``: the roles of the stack, then parts."""
    head, equals, parts = incomplete.partition("=")
    if not equals:
        return _matching(_roles(ctx), incomplete)
    return _listed(_parts(ctx), parts, before=head + equals)


def _composition(ctx: click.Context, incomplete: str) -> list[Item]:
    """Complete ``NAME=STACK``, or a stack whose name is that of the composition."""
    head, equals, stack = incomplete.partition("=")
    if equals:
        return _matching(_stacks(ctx), stack, before=head + equals)
    return _matching({n: text for n, text in _stacks(ctx).items() if n.isalnum()}, incomplete)


def _quiet(complete: Callable[[click.Context, str], list[Item]]) -> Callback:
    """Complete to nothing when a file of the catalogue is not of its form."""

    def callback(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Item]:
        try:
            return complete(ctx, incomplete)
        except (AttributeError, TypeError, ValueError, OSError, ScaffoldError):
            return []

    return callback


stacks = one_of(_stacks)
folder = _quiet(lambda _, incomplete: [_item(incomplete, kind="dir")])
roles = one_of(_roles)
compositions = _quiet(_composition)
entries = one_of(_entries)
rules = one_of(lambda _: _rules())
own_roles = one_of(_own_roles)
parts_and_stacks = some_of(lambda ctx: {**_parts(ctx), **_stacks(ctx)})
own_parts_and_roles = some_of(lambda ctx: {**_own_parts(ctx), **_own_roles(ctx)})
#: By the key of the question.
QUESTIONS: Mapping[str, Callback] = {
    "roles": _quiet(_role),
    "flavours": some_of(_flavours),
    "default_flavour": one_of(_flavours),
    "release": one_of(_releases),
    "extras": some_of(lambda ctx: {**_tables(ctx, "extras.toml"), "none": "no optional files"}),
}
