"""Editors of answers that are tables: packages of the project's own, and variants of setup.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from scaffold.answers.parsers import MAX_COUNT
from scaffold.answers.questions import chosen_inputs
from scaffold.asking.interview import BackError
from scaffold.base import values
from scaffold.base.errors import InputError, Problem
from scaffold.composition.variants import check_name
from scaffold.terminal.growing import Growing
from scaffold.terminal.menu import BACK, Item, Key, Menu
from scaffold.terminal.project_editors import ADD, HELP, Editing, fits, valid
from scaffold.terminal.project_options import table
from scaffold.terminal.project_rows import together
from scaffold.terminal.screen import Text
from scaffold.writer.plan import Plan

DELETE = Key("x", "delete")


# --- packages -------------------------------------------------------------------------------------


def packages_from(editing: Editing, *, offline: bool) -> None:
    """Show the packages that the project carries itself, until the user goes back."""
    state, cursor = editing.state, ""
    told: tuple[str, ...] = ()
    while True:
        found = table(state.raw.get("packages_from"))
        items = [Item(f"={n}", _source_of(found[n]), n, keys=(DELETE,)) for n in found]
        items.append(Item(ADD, "+ a package that nixpkgs lacks, from its source"))
        title = "Packages of the project's own; roles name them as any other"
        answer = editing.screen.choose(
            Menu(title, tuple(items), cursor=cursor, intro=(HELP["packages_from"],), told=told)
        )
        cursor, told = answer.id, ()
        if answer.key == BACK:
            return
        name = answer.id.removeprefix("=") if answer.id != ADD else ""
        if answer.key == "x":
            del found[name]
        else:
            try:
                name, record = _package(editing, name, frozenset(found), offline=offline)
            except BackError:
                continue
            except InputError as error:
                told = tuple(map(str, error.problems))
                continue
            found[name] = record
            cursor = f"={name}"
        state.give(packages_from=found or None)


def _source_of(record: object) -> str:
    found = table(record)
    return " ".join(str(found[key]) for key in ("source", "version") if found.get(key))


def _package(
    editing: Editing, name: str, others: frozenset[str], *, offline: bool
) -> tuple[str, Mapping[str, Any]]:
    """Ask for name and source of a package, and for what the source does not say of itself."""
    if not name:
        name = editing.screen.line(
            Text("Name of the package", "", _package_name, "Roles name it as pkgs.NAME.")
        )
    from scaffold.packages.inspection import inspect_source
    from scaffold.packages.recording import record
    from scaffold.packages.records import LAYOUT
    from scaffold.terminal import package_hub

    typed = package_hub.ask_source(editing.screen)
    if not typed:
        raise BackError
    answers: dict[str, Any] = {"from": typed, "name": name}
    inspect = partial(inspect_source, LAYOUT, offline=offline)
    source = package_hub.Source(inspect(answers), inspect)
    state = Growing(answers)
    subject = package_hub.subject(f"The package {name}", source, _no_plan, lambda _: None)
    package_hub.InnerPackageHub(editing.screen, state, subject, source).run()
    found = str(state.raw.get("name") or name)
    kept = others - {name, found}
    return found, record(found, state.raw, source.context, kept, defaults=True, offline=offline)


def _no_plan(_: object) -> Plan:
    """Return nothing: the files of the project show the package."""
    raise InputError(Problem("preview", "is that of the project", "Go back to it"))


def _package_name(typed: str) -> bool | str:
    from scaffold.packages.records import check_name as check

    fault = check(typed)
    return True if fault is None else f"{typed!r} {fault}"


# --- variants -------------------------------------------------------------------------------------


def variants(editing: Editing) -> None:
    """Show the variants of setup.toml, until the user goes back."""
    state, cursor = editing.state, ""
    while True:
        found = table(state.raw.get("variants"))
        items = [
            Item(f"={name}", _differences(found[name]), name, keys=(DELETE,)) for name in found
        ]
        items.append(Item(ADD, "+ a variant: nxc build --setup NAME"))
        title = "Variants of setup.toml: other counts, refs and sources"
        answer = editing.screen.choose(
            Menu(title, tuple(items), cursor=cursor, intro=(HELP["variants"],))
        )
        if answer.key == BACK:
            return
        cursor = answer.id
        if answer.key == "x":
            del found[answer.id.removeprefix("=")]
            state.give(variants=found or None)
            continue
        try:
            name = answer.id.removeprefix("=") if answer.id != ADD else _variant_name(editing)
        except BackError:
            continue
        cursor = f"={name}"
        _variant(editing, name)


def _differences(variant: object) -> str:
    found = table(variant)
    told = [
        f"{key} {value}"
        for name in ("counts", "pins")
        for key, value in table(found.get(name)).items()
    ]
    told += [
        f"{where}.{name}"
        for where, given in table(found.get("sources")).items()
        for name in table(given)
    ]
    return ", ".join(told) or "nothing differs yet"


def _variant_name(editing: Editing) -> str:
    def check(typed: str) -> bool | str:
        fault = check_name(typed)
        return True if fault is None else f"{typed!r} {fault}"

    return editing.screen.line(Text("Name of the variant", "", check, HELP["variants"]))


def _variant(editing: Editing, name: str) -> None:
    """Show what may differ in a variant; what is as usual is not kept."""
    state, cursor = editing.state, ""
    while True:
        whole = table(state.raw.get("variants"))
        variant = table(whole.get(name))
        rows = _rows(editing, variant)
        items = tuple(
            Item("/".join(path), text, head, keys=(DELETE,) if len(path) == 3 else ())
            for path, head, text in rows
        )
        items = (*items, Item(ADD, "+ a package from another source"))
        answer = editing.screen.choose(Menu(f"Variant {name}", items, cursor=cursor))
        if answer.key == BACK:
            return
        cursor = answer.id
        try:
            path = tuple(answer.id.split("/")) if answer.id != ADD else _package_path(editing)
            value = "" if answer.key == "x" else _asked(editing, name, path, variant)
        except BackError:
            continue
        variant = _changed(variant, path, value)
        kept = {key: v for key, v in {**whole, name: variant}.items() if v}
        state.give(variants=kept or None)


Path = tuple[str, ...]


def _usual(editing: Editing) -> dict[Path, str]:
    """Return what a variant may change, with its value outside of the variant."""
    state = editing.state
    counts = {r: state.count(r, member) for member in state.members for r in state.roles(member)}
    inputs = chosen_inputs(together(editing.filled, editing.parts), editing.catalog)
    pinned = table(editing.filled.get("pins"))
    found: dict[Path, str] = {("counts", r): str(n) for r, n in counts.items() if n > 1}
    return found | {("pins", n): str(pinned.get(n, pin.ref)) for n, pin in inputs.items()}


def _rows(editing: Editing, variant: Mapping[str, Any]) -> list[tuple[Path, str, str]]:
    found = [
        (path, f"{'hosts' if path[0] == 'counts' else 'ref'} of {path[1]}",
         str(table(variant.get(path[0])).get(path[1], f"{usual}  (as usual)")))
        for path, usual in _usual(editing).items()
    ]  # fmt: skip
    for where, packages in table(variant.get("sources")).items():
        for package, origin in table(packages).items():
            text = str(table(origin).get("origin", origin))
            found.append((("sources", where, package), f"{where}.{package}", text))
    return found


def _asked(editing: Editing, name: str, path: Path, variant: Mapping[str, Any]) -> str:
    """Ask for one value of a variant; empty where it is as outside of it."""
    usual = _usual(editing).get(path, "")
    if path[0] == "counts":
        message = f"Hosts of {path[1]} in {name}"
    else:
        message = f"Ref of {path[1]}" if path[0] == "pins" else f"Address and revision of {path[2]}"

    def check(typed: str) -> bool | str:
        if path[0] == "counts":
            return valid(partial(values.integer, typed, int(usual), MAX_COUNT))
        return fits("variants", {name: _changed({}, path, typed)}, editing.catalog)

    old: Any = variant
    for key in path:
        old = table(old).get(key)
    shown = str(table(old).get("origin") or old or usual or "github:")
    typed = editing.screen.line(Text(message, shown, check, HELP["variants"]))
    return "" if typed == usual else typed


def _package_path(editing: Editing) -> Path:
    """Ask for a package set and the name of a package in it."""

    def check(typed: str) -> bool | str:
        where, dot, package = typed.partition(".")
        if not dot or not package:
            return "Write it as SET.NAME, such as nixpkgs.hello."
        wanted = {"large": {"sources": {where: {package: f"github:a/b/{'0' * 40}"}}}}
        return fits("variants", wanted, editing.catalog)

    hint = "The package set and the package, such as nixpkgs.hello."
    where, _, package = editing.screen.line(Text("Package", "", check, hint)).partition(".")
    return ("sources", where, package)


def _changed(tables: Mapping[str, Any], path: Path, value: str) -> dict[str, Any]:
    """Return tables with a value at a path, or without it where it is empty."""
    found = dict(tables)
    below: Any = value
    if path[1:]:
        below = _changed(table(found.get(path[0])), path[1:], value)
    elif path[0].isidentifier() and value.isdecimal():
        below = int(value)
    if below in ("", {}):
        found.pop(path[0], None)
    else:
        found[path[0]] = below
    return found
