"""The rows of a project's screen, and the row that each problem is told at. Knows no terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from scaffold.answers.flags import COMPOSITIONS, FLAGS
from scaffold.answers.questions import chosen_inputs
from scaffold.base.errors import Problem, sentences
from scaffold.base.names import in_short
from scaffold.catalogue.limits import private_sources
from scaffold.composition.hosts import host_names
from scaffold.composition.model import Role
from scaffold.report import help_texts
from scaffold.report.sentences import counted, listed
from scaffold.terminal.menu import DIGIT, Item, Key
from scaffold.terminal.project_state import Option, ProjectState, names_in, shown, table

USERS = "users"  # the service whose options have a row of their own
ROLE_KEYS = (
    Key("+", "one more"),
    Key("-", "one less"),
    Key(DIGIT, "count"),
    Key("d", "duplicate"),
    Key("x", "delete"),
)
LABELS = {
    "stack": "stack",
    "flavours": "flavours",
    "default_flavour": "default",
    "release": "release",
    "pins": "pins",
    "packages_from": "packages",
    "extras": "extras",
    "kept": "kept files",
    "variants": "variants",
    "description": "description",
    "name": "name",
}
_HELP = {flag.key: flag for flag in FLAGS}
_ROLE = re.compile(r"roles\.([^. ]+)")


def row_id(kind: str, name: str = "", member: str = "") -> str:
    """Return the id of a row; ``kinds_of`` takes it apart."""
    return f"{member}/{kind}:{name}" if member else f"{kind}:{name}"


def kinds_of(row: str) -> tuple[str, str, str]:
    """Return kind, name and composition of a row's id."""
    member, slash, rest = row.rpartition("/") if "/" in row.partition(":")[0] else ("", "", row)
    kind, _, name = rest.partition(":")
    return kind, name, member if slash else ""


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


# --- rows -----------------------------------------------------------------------------------------


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

    The users have a row in any case.
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
    return not option.usual or option.key == f"{USERS}.names" or bool(option.spec.consent)


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


# --- problems -------------------------------------------------------------------------------------


def placed(state: ProjectState, problems: Sequence[Problem]) -> dict[str, list[str]]:
    """Return what is wrong by the id of the row where it can be mended."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(place(state, problem), []).append(_told(problem, state))
    return found


def place(state: ProjectState, problem: Problem) -> str:
    """Return the id of the row that a problem belongs to."""
    where, member = problem.where, ""
    if where == COMPOSITIONS.key:
        return row_id("compositions")
    if where.startswith("compositions."):
        member, _, where = where.removeprefix("compositions.").partition(": ")
    if where.startswith("variants"):
        return row_id("variants")
    options = {option.id: option for option in state.options(member)} if _is(member, state) else {}
    key = where.removeprefix("options.")
    if where in options or key in options:
        return row_id("option", where if where in options else key, member)
    role = _ROLE.match(where)
    if role and role[1] in state.roles(member):
        return row_id("role", role[1], member)
    if where.startswith("packages_from"):
        return row_id("packages_from")
    if where.startswith("roles"):
        return _of_roles(state, problem, where, member)
    top = where.partition(".")[0].partition(" ")[0]
    if top in LABELS:
        return row_id(top)
    if top in state.catalog.services or top == "options":
        return row_id("options", "", member)
    if member:
        return row_id("member", member, member)
    return row_id("compositions" if state.several else "name")


def _is(member: str, state: ProjectState) -> bool:
    return member in state.members


def _of_roles(state: ProjectState, problem: Problem, where: str, member: str) -> str:
    """Return the row of the last role that a problem of all roles names, or that has the part."""
    part = where.partition("(")[2].rstrip(")")
    named = [
        role
        for role in state.roles(member)
        if f"{role} \u00d7" in problem.what or (part and part in state.running(role, member))
    ]
    return row_id("role", named[-1], member) if named else row_id("add", "", member)


def _told(problem: Problem, state: ProjectState) -> str:
    """Return what is wrong and what to press: on this screen nobody gives a flag."""
    remedy = problem.remedy
    if problem.where.partition(":")[0].startswith("roles (") and remedy.startswith("Add "):
        return sentences(problem.what, f"{remedy}: m does it")
    if "consent" in problem.what:
        return "needs your consent: press enter to read it"
    if problem.where == COMPOSITIONS.key:
        return sentences(problem.what, "Press enter here to add one; one alone is made by `new`")
    if problem.what == "is not answered":
        return "not answered yet: press enter"
    if "--" in remedy or "Choose another" in remedy:
        remedy = "Press enter to change it"
    return sentences(problem.what, remedy)


def parts_menu(state: ProjectState, role: str, member: str = "") -> tuple[Item, ...]:
    """Return the parts that a role can run: those it has, then by service, private ones last."""
    catalog = state.catalog
    chosen = state.parts(role, member) if role else []
    visible = [part for part in catalog.parts.values() if not part.hidden]
    first = [part for part in visible if part.id in chosen]
    last = [part for part in visible if part.private and part.id not in chosen]
    rest = [part for part in visible if part not in first and part not in last]
    groups = [("chosen", first), ("", rest), ("its binaries are private", last)]
    return tuple(
        Item(
            part.id,
            part.description,
            part.id,
            group=group or catalog.services[part.service].title,
            explanation=partial(help_texts.part, part),
        )
        for group, parts in groups
        for part in parts
    )
