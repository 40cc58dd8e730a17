"""Editors of roles: name, count, parts, packages and options, and a part that others miss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from scaffold.answers.parsers import MAX_COUNT
from scaffold.asking.interview import BackError
from scaffold.base import values
from scaffold.report import help_texts
from scaffold.terminal import packages
from scaffold.terminal.menu import BACK, Item, Menu
from scaffold.terminal.option_editors import option
from scaffold.terminal.project_editors import ADD, Editing, fits, ticks, valid
from scaffold.terminal.project_options import Option, names_in, shown
from scaffold.terminal.project_rows import option_row
from scaffold.terminal.project_state import ProjectState
from scaffold.terminal.screen import Text


def parts(editing: Editing, role: str, chosen: Sequence[str]) -> list[str]:
    """Ask for the parts of a role; those that were chosen stay in their order.

    Raises:
        BackError: the user went back.
    """
    items = parts_menu(editing.state, role, editing.member)
    title = f"Parts of {role}: what its hosts run" if role else "Parts: what its hosts run"
    found = ticks(editing, Menu(title, items, ticked=tuple(chosen), filters=True))
    order = list(editing.catalog.parts)
    return [p for p in chosen if p in found] + sorted(set(found) - set(chosen), key=order.index)


def role_name(editing: Editing, old: str = "") -> str:
    """Ask for a role's name; it is a host name and a Python name, and no other role has it."""
    roles = editing.state.roles(editing.member)
    taken = [name for name in roles if name != old]

    def check(typed: str) -> bool | str:
        if not typed:
            return "Give a name."
        if typed in taken:
            return f"There is a role {typed!r} already. Choose another name."
        return fits("roles", {typed: {}}, editing.catalog)

    hint = "Its hosts have this name, and a number when there are several: lower-case letters and "
    return editing.screen.line(Text("Name of the role", old, check, f"{hint}digits."))


def add_role(editing: Editing) -> str:
    """Ask for a new role: its name and its parts."""
    name = role_name(editing)
    try:
        found = parts(editing, name, [])
    except BackError:
        return add_role(editing)
    editing.state.set_role(name, editing.member, count=1, parts=found)
    return name


def count(editing: Editing, role: str, first: str = "") -> None:
    """Ask how many hosts a role has; ``first`` is a digit that is typed already."""
    typed = editing.screen.line(
        Text(
            f"Hosts of {role}",
            first or str(editing.state.count(role, editing.member)),
            lambda line: valid(partial(values.integer, line, 1, MAX_COUNT)),
            f"How many hosts the role has, 1 to {MAX_COUNT}. They are {role}1, {role}2 …",
            typed=bool(first),
        )
    )
    editing.state.set_role(role, editing.member, count=int(typed))


def role_packages(editing: Editing, role: str) -> None:
    """Ask for packages of nixpkgs that a role's hosts have beside its parts."""
    typed = editing.screen.line(
        Text(
            f"Packages of {role}",
            ", ".join(names_in(editing.state.roles(editing.member)[role].get("packages"))),
            lambda line: valid(partial(values.packages, line)),
            "Names under pkgs, separated by commas; may be empty. Tab completes them.",
            completer=packages.completer(),
        )
    )
    editing.state.set_role(role, editing.member, packages=values.packages(typed))


def role(editing: Editing, name: str) -> str:
    """Show a role's answers; the chosen one is asked for, until the user goes back.

    Returns the role's name, which may have changed.
    """
    state, member, cursor = editing.state, editing.member, "parts"
    while True:
        answers = [
            o for o in state.options(member) if o.role in ("", name) and _of(o, editing, name)
        ]
        width = max((len(one.key) for one in answers), default=0)
        items = (
            Item("name", name, label="name"),
            Item("count", str(state.count(name, member)), label="hosts"),
            Item("parts", " ".join(state.parts(name, member)) or "(nothing)", label="parts"),
            Item("packages", shown(names_in(state.roles(member)[name].get("packages"))),
                 label="packages"),
            *_own_rows(state.roles(member)[name]),
            *(option_row(one, member, width) for one in answers),
        )  # fmt: skip
        answer = editing.screen.choose(Menu(f"Role {name}", items, cursor=cursor, wraps=True))
        if answer.key == BACK:
            return name
        cursor = answer.id
        try:
            if answer.id == "name":
                new = role_name(editing, name)
                state.rename_role(name, new, member)
                name = new
            elif answer.id == "count":
                count(editing, name)
            elif answer.id == "parts":
                found = parts(editing, name, state.parts(name, member))
                state.set_role(name, member, parts=found)
            elif answer.id == "packages":
                role_packages(editing, name)
            elif answer.id in ("modules", "docker_ports"):
                continue  # shown only: they are given by --set, or in the answers file
            else:
                option(editing, next(o for o in answers if option_row(o, member).id == answer.id))
        except BackError:
            continue


def _own_rows(answers: Mapping[str, object]) -> list[Item]:
    """Return rows of what was given otherwise: files of the user's own, ports of docker."""
    given = answers.get("modules")
    files = [
        str(one.get("file", "")) if isinstance(one, Mapping) else str(one)
        for one in (given if isinstance(given, list | tuple) else ())
    ]
    rows = {"modules": files, "docker_ports": names_in(answers.get("docker_ports"))}
    labels = {"modules": "modules", "docker_ports": "ports"}
    return [Item(key, ", ".join(row), label=labels[key]) for key, row in rows.items() if row]


def _of(one: Option, editing: Editing, role: str) -> bool:
    """Say whether a role runs what an option belongs to."""
    ran = editing.state.running(role, editing.member)
    owner = one.key.rpartition(".")[0]
    return owner in ran or owner in {part.partition(".")[0] for part in ran}


def mend_missing(editing: Editing, missing: Mapping[str, Sequence[str]]) -> str:
    """Ask which role is to run a part that others need; return the role's name.

    Raises:
        BackError: the user went back.
    """
    part, wanting = next(iter(missing.items()))
    state, member = editing.state, editing.member
    elsewhere = any(
        need.elsewhere
        for role in wanting
        for answers in state.running(role, member)
        for need in editing.catalog.parts[answers].needs
        if need.part == part
    )
    new = _free_name(part, state.roles(member))
    told = partial(help_texts.part, editing.catalog.parts[part])
    items = [Item(ADD, f"a new role {new}", explanation=told)]
    items += [
        Item(name, " ".join(state.parts(name, member)), name)
        for name in state.roles(member)
        if not (elsewhere and name in wanting)
    ]
    title = f"{', '.join(wanting)} needs {part}: which role is to run it?"
    answer = editing.screen.choose(Menu(title, tuple(items)))
    if answer.key == BACK:
        raise BackError
    name = new if answer.id == ADD else answer.id
    state.set_role(name, member, parts=[*state.parts(name, member), part])
    return name


def _free_name(part: str, taken: Mapping[str, object]) -> str:
    """Return a name for a role that runs a part: that of the part, or of service and part."""
    service, _, short = part.partition(".")
    words = (
        "".join(c for c in word if c.isascii() and c.isalnum()) for word in (short, service + short)
    )
    names = [word.lower() for word in words]
    letters = (f"{names[-1]}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")
    return next(name for name in (*names, *letters) if name not in taken)


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
