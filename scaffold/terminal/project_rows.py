"""The rows of a project's screen, each with its value and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from scaffold.answers.flags import COMPOSITIONS, FLAGS
from scaffold.answers.questions import chosen_inputs
from scaffold.base.errors import Problem
from scaffold.base.names import in_short
from scaffold.catalogue.limits import private_sources
from scaffold.composition.hosts import host_names
from scaffold.composition.model import Role
from scaffold.report import help_texts
from scaffold.report.sentences import counted, listed
from scaffold.terminal.menu import DIGIT, Item, Key
from scaffold.terminal.project_options import Option, names_in, shown, table
from scaffold.terminal.project_state import ProjectState
from scaffold.terminal.row_places import LABELS, placed, row_id

ROLE_KEYS = (
    Key("+", "one more"),
    Key("-", "one less"),
    Key(DIGIT, "count"),
    Key("d", "duplicate"),
    Key("x", "delete"),
)
_HELP = {flag.key: flag for flag in FLAGS}


def missing_parts(state: ProjectState, member: str = "") -> dict[str, list[str]]:
    """Return the parts that others need and no role runs, each with the roles that need them."""
    catalog = state.catalog
    there = {part for role in state.roles(member) for part in state.running(role, member)}
    found: dict[str, list[str]] = {}
    for role in state.roles(member):
        for part in state.running(role, member):
            for need in catalog.parts[part].needs:
                if not there & set(need.parts):
                    found.setdefault(need.part, []).append(role)
    return found


def rows(
    state: ProjectState, filled: Mapping[str, Any], problems: Sequence[Problem]
) -> tuple[Item, ...]:
    """Return the rows with the problems that are told there; every problem is on some row."""
    told = placed(state, problems)
    items: list[Item] = [] if state.several else [_stack(state)]
    for member in state.members:
        if member:
            items.append(_member(state, member))
        items += _roles(state, member)
        items += _options(state, member, set(told))
    items += [_add_member()] if state.several else []
    items += _shared(state, filled)
    known = {item.id for item in items}
    rest = [text for row, texts in told.items() if row not in known for text in texts]
    if rest:
        told.setdefault(items[-1].id, []).extend(rest)
    return tuple(replace(i, problems=tuple(dict.fromkeys(told.get(i.id, ())))) for i in items)


def _stack(state: ProjectState) -> Item:
    name = str(state.raw.get("started_from") or state.raw.get("stack") or "")
    stack = state.catalog.stacks.get(name)
    text = f"{name}   {stack.description}" if stack else name or "none"
    told = "What the project started from. Another stack replaces roles, options and flavours; "
    lines = [told + "u takes that back."]
    return Item(row_id("stack"), text, label=LABELS["stack"], explanation=lambda: lines)


def _member(state: ProjectState, member: str) -> Item:
    started = str(state.answers_of(member).get("started_from") or "")
    description = str(state.answers_of(member).get("description") or "")
    text = f"stack {started}   {description}" if started else description
    lines = ["A composition of its own, in a folder of this name: its roles and options follow."]
    keys = (Key("d", "duplicate"), Key("x", "delete"))
    row = row_id("member", member, member)
    return Item(row, text, member, "composition", keys=keys, explanation=lambda: lines)


def _add_member() -> Item:
    lines = [COMPOSITIONS.help, "Each has roles of its own; what follows below is shared."]
    row = row_id("compositions")
    return Item(row, "+ add a composition", label="composition", explanation=lambda: lines)


def _roles(state: ProjectState, member: str) -> list[Item]:
    roles = state.roles(member)
    width = max([12, *map(len, roles)])
    missing = missing_parts(state, member)
    wanted = {role for needed in missing.values() for role in needed}
    items = [
        Item(
            row_id("role", name, member),
            " ".join(state.parts(name, member)) or "(nothing)",
            f"{name:<{width}} \u00d7{state.count(name, member):<3}",
            "roles" if not index else "",
            keys=((Key("m", "adds what is missing"),) if name in wanted else ()) + ROLE_KEYS,
            explanation=partial(_role_help, state, name, member),
            aloud=_role_aloud(state, name, member),
        )
        for index, name in enumerate(roles)
    ]
    lines = [_HELP["roles"].help, "A role needs a name, and parts: what its hosts run."]
    label = "" if roles else "roles"
    add = Item(row_id("add", "", member), "+ add a role", label=label, explanation=lambda: lines)
    return [*items, add]


def _role_aloud(state: ProjectState, name: str, member: str) -> str:
    hosts = counted(state.count(name, member), "host")
    return f"role {name}, {hosts}, runs {listed(state.parts(name, member))}"


def _role_help(state: ProjectState, name: str, member: str) -> list[str]:
    hosts = host_names(Role(name, count=state.count(name, member)))
    lines = [f"Hosts: {', '.join(in_short(hosts))}."]
    for part in state.parts(name, member):
        if part in state.catalog.parts:
            lines += help_texts.part(state.catalog.parts[part])
    return lines


def _options(state: ProjectState, member: str, told: set[str]) -> list[Item]:
    """Return a row for each option that is not as usual or wants a decision, and one for the rest.

    Names of users have a row in any case: most people want their own.
    """
    every = state.options(member)
    listed = [o for o in every if _stands_out(o) or row_id("option", o.id, member) in told]
    width = max((len(_option_name(option)) for option in listed), default=0)
    items = [option_row(option, member, width) for option in listed]
    rest = len(every) - len(listed)
    if every:
        text = f"{rest} {'more' if listed else ''} as usual" if rest else "all are above"
        label = "options" if not listed else ""
        lines = [_HELP["options"].help, "Enter lists every option of the chosen parts."]
        text = " ".join(text.split())
        row = row_id("options", "", member)
        items.append(Item(row, text, label=label, explanation=lambda: lines))
    first = items[0] if items else None
    if first is not None and first.label == "":
        items[0] = replace(first, label="options")
    return items


def _stands_out(option: Option) -> bool:
    return not option.usual or option.spec.type == "users" or bool(option.spec.consent)


def _option_name(option: Option) -> str:
    return f"{option.key} of {option.role}" if option.role else option.key


def option_row(option: Option, member: str = "", width: int = 0) -> Item:
    """Return the row of an option; ``width`` is that of the longest name beside it."""
    return Item(
        row_id("option", option.id, member),
        shown(option.value),
        f"{_option_name(option):<{width}}",
        aloud=f"option {_option_name(option)}: {shown(option.value)}",
        explanation=partial(help_texts.option, option.spec),
    )


def _shared(state: ProjectState, filled: Mapping[str, Any]) -> list[Item]:
    parts = [part for member in state.members for part in state.all_parts(member)]
    flavours = names_in(filled.get("flavours"))
    texts = {
        "flavours": "  ".join(flavours) or "none",
        "release": _release(state, filled, parts),
        "pins": ", ".join(f"{n} {ref}" for n, ref in table(filled.get("pins")).items())
        or "those of the release",
        "packages_from": ", ".join(table(filled.get("packages_from"))) or "none of its own",
        "extras": ", ".join(names_in(filled.get("extras"))) or "none",
        "kept": ", ".join(names_in(filled.get("kept"))),
        "variants": ", ".join(table(filled.get("variants"))) or "none",
        "description": str(filled.get("description") or ""),
        "name": str(filled.get("name") or "(none yet)"),
    }
    if len(flavours) > 1:
        texts["default_flavour"] = str(filled.get("default_flavour") or flavours[0])
    if "setup" not in names_in(filled.get("extras")) and not filled.get("variants"):
        del texts["variants"]
    if not texts["kept"]:
        del texts["kept"]
    return [
        Item(
            row_id(key), texts[key], label=LABELS[key],
            explanation=partial(_shared_help, key, state, parts, flavours),
        )
        for key in LABELS
        if key in texts
    ]  # fmt: skip


def together(filled: Mapping[str, Any], parts: Sequence[str]) -> dict[str, Any]:
    """Return the answers with the parts of all compositions, as one composition has them."""
    return {**filled, "roles": {"all": {"parts": list(parts)}}}


def _release(state: ProjectState, filled: Mapping[str, Any], parts: list[str]) -> str:
    name = str(filled.get("release") or "")
    inputs = (
        chosen_inputs(together(filled, parts), state.catalog)
        if name in state.catalog.releases
        else {}
    )
    pins = " \u00b7 ".join(f"{n} {pin.ref[:14]}" for n, pin in inputs.items())
    private = private_sources(parts, state.catalog)
    return f"{name}   {pins}" + "".join(f" (building takes {text})" for text in private)


def _shared_help(
    key: str, state: ProjectState, parts: Sequence[str], flavours: Sequence[str]
) -> list[str]:
    flag = _HELP[key]
    lines = [flag.help, f"On the command line: {flag.flag} {flag.metavar}"]
    if key == "flavours":
        lines += help_texts.flavours(parts, state.catalog)
    if key == "release":
        lines += help_texts.releases(parts, flavours, state.catalog)
    if key == "extras":
        lines += [f"{e.name}: {e.description}" for e in state.catalog.extras.values()]
    return lines
