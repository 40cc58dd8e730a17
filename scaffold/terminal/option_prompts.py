"""Prompts for the options of the chosen parts."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import Any

import questionary

from scaffold.answers.parsers import Answers
from scaffold.answers.questions import Question, chosen_parts
from scaffold.base import values
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.entries import OptionSpec
from scaffold.catalogue.limits import expand, parts_of
from scaffold.catalogue.values import of_option
from scaffold.report import help_texts
from scaffold.terminal import asking, looks
from scaffold.terminal.role_prompts import valid


def options(_: Question, answers: Answers, catalog: Catalog) -> dict[str, Any]:
    """Ask for the options of the chosen parts; one that must differ is asked for each role."""
    found: dict[str, Any] = copy.deepcopy(dict(answers.get("options") or {}))
    roles: dict[str, Any] = copy.deepcopy(dict(answers["roles"]))
    parts = parts_of(chosen_parts(answers), catalog)
    for service_name in dict.fromkeys(part.service for part in parts):
        service = catalog.services[service_name]
        table = found.setdefault(service_name, {})
        for spec in service.options.values():
            if _matters(spec, service.options, table):
                _ask(f"{service_name}.{spec.key}", spec, table)
        for part in (p for p in parts if p.service == service_name):
            owners = [r for r in roles.values() if part.id in _all_parts(r, catalog)]
            for spec in part.options.values():
                own = table.setdefault(part.name, {})
                if spec.unique and len(owners) > 1:
                    _ask_each_role(part.id, spec, roles, catalog)
                elif _matters(spec, part.options, own):
                    _ask(f"{part.id}.{spec.key}", spec, own)
    return {"options": _without_empty(found), "roles": roles}


def _matters(spec: OptionSpec, specs: Mapping[str, OptionSpec], table: dict[str, Any]) -> bool:
    """Say whether an option has a meaning beside the answers so far; forget it when not."""
    if spec.matters({key: table.get(key, other.default) for key, other in specs.items()}):
        return True
    table.pop(spec.key, None)
    return False


def _all_parts(role: Mapping[str, Any], catalog: Catalog) -> tuple[str, ...]:
    return expand(tuple(values.listed(role.get("parts", []))), catalog)


def _ask_each_role(part: str, spec: OptionSpec, roles: dict[str, Any], catalog: Catalog) -> None:
    service, _, name = part.partition(".")
    for role_name, role in roles.items():
        if part in _all_parts(role, catalog):
            table = role.setdefault("options", {}).setdefault(service, {}).setdefault(name, {})
            _ask(f"{part}.{spec.key} of {role_name}", spec, table)


def _ask(label: str, spec: OptionSpec, table: dict[str, Any]) -> None:
    """Ask for one option and keep the answer when it is not the default."""
    if spec.consent:
        looks.tell(f"  {spec.consent}", "fg:ansiyellow")
    value = _value(f"  {label}", spec, table.get(spec.key, spec.default))
    table.pop(spec.key, None)
    if value != spec.default:
        table[spec.key] = value


def _value(message: str, spec: OptionSpec, current: Any) -> Any:
    explained = partial(help_texts.option, spec)
    if spec.type == "choice":
        choices = list(spec.choices)
        return asking.listed(
            lambda: questionary.select(message, choices, default=current), explained
        )
    if spec.type == "bool":
        return asking.confirm(message, default=bool(current), explain=explained)
    asking.note([spec.help], indent=4)
    shown = ", ".join(current) if isinstance(current, (list, tuple)) else str(current)
    typed = asking.line(message, shown, lambda v: valid(partial(of_option, spec, v)), explained)
    return of_option(spec, typed)


def _without_empty(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Drop tables that hold nothing, so that the answers file stays short."""
    kept = {k: _without_empty(v) if isinstance(v, Mapping) else v for k, v in tables.items()}
    return {k: v for k, v in kept.items() if v != {}}
