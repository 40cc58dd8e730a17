"""What enter does on the rows of a project's screen: a list, a line or a table for each answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from scaffold.answers.flags import FLAGS
from scaffold.answers.parsers import Context
from scaffold.answers.questions import QUESTIONS, chosen_inputs
from scaffold.asking.interview import BackError
from scaffold.base import values
from scaffold.base.errors import sentences
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.choices import flavours_to_avoid, releases_to_avoid
from scaffold.catalogue.releases import Release
from scaffold.composition.notices import support_of
from scaffold.terminal.menu import BACK, Item, Key, Menu
from scaffold.terminal.project_options import names_in, table
from scaffold.terminal.project_rows import together
from scaffold.terminal.project_state import ProjectState
from scaffold.terminal.screen import Screen, Text

HELP = {flag.key: flag.help for flag in FLAGS}
BY_KEY = {question.key: question for question in QUESTIONS}
ADD = "+"


@dataclass(frozen=True)
class Editing:
    """What every editor needs: where to show, the answers, and the recommended ones with them."""

    screen: Screen
    state: ProjectState
    filled: Mapping[str, Any]
    member: str = ""

    @property
    def catalog(self) -> Catalog:
        """The catalogue."""
        return self.state.catalog

    @property
    def parts(self) -> list[str]:
        """The parts of all roles of all compositions."""
        every = (self.state.all_parts(member) for member in self.state.members)
        return list(dict.fromkeys(part for parts in every for part in parts))


def first_problem(check: Callable[[Context], object], catalog: Catalog) -> bool | str:
    """Run a parser as the check of a line: True, or the first problem as a sentence."""
    context = Context(catalog)
    check(context)
    if not context.problems:
        return True
    problem = context.problems[0]
    return sentences(problem.what, problem.remedy)


def valid(check: Callable[[], object]) -> bool | str:
    """Run a validator of a single value as the check of a line."""
    try:
        check()
    except values.InvalidError as error:
        return str(error)
    return True


def fits(key: str, value: object, catalog: Catalog) -> bool | str:
    """Check an answer as its question does."""
    return first_problem(lambda context: BY_KEY[key].parse(value, context), catalog)


# --- lines ----------------------------------------------------------------------------------------


def text(editing: Editing, key: str) -> None:
    """Ask for the name or the description."""
    typed = editing.screen.line(
        Text(
            BY_KEY[key].message,
            str(editing.filled.get(key) or ""),
            lambda line: fits(key, line, editing.catalog),
            HELP[key],
        )
    )
    if key == "description" and editing.member:
        editing.state.give_to(editing.member, description=typed)
    else:
        editing.state.give(**{key: typed})


# --- lists ----------------------------------------------------------------------------------------


def ticks(editing: Editing, menu: Menu) -> list[str]:
    """Let the user tick entries.

    Raises:
        BackError: the user went back.
    """
    answer = editing.screen.choose(menu)
    if answer.key == BACK:
        raise BackError
    return list(answer.ticked)


def flavours(editing: Editing) -> None:
    """Ask for the flavours; one that cannot be used is not ticked any more."""
    catalog, state = editing.catalog, editing.state
    excluded = flavours_to_avoid(editing.parts, catalog)
    chosen = [f for f in names_in(editing.filled.get("flavours")) if f not in excluded]
    order = [*chosen, *(f for f in catalog.flavours if f not in chosen)]
    items = tuple(
        Item(
            name,
            catalog.flavours[name].title,
            name,
            refused=brief(excluded.get(name, "")),
            explanation=partial(_flavour_help, name, excluded, catalog),
        )
        for name in order
        if name in catalog.flavours
    )
    title = "Flavours: how the hosts are built and started"
    wanted = ticks(editing, Menu(title, items, ticked=tuple(chosen), least=1, cursor=order[0]))
    state.give(flavours=[name for name in catalog.flavours if name in wanted])


def brief(reason: str) -> str:
    """Return what a list has room for: the part that excludes; the explanation has the reason."""
    part, colon, _ = reason.partition(": ")
    return f"with {part}" if colon else reason


def _flavour_help(name: str, excluded: Mapping[str, str], catalog: Catalog) -> list[str]:
    lines = [f"{name}: {catalog.flavours[name].note}"]
    return lines + ([f"Not with {excluded[name]}."] if name in excluded else [])


def default_flavour(editing: Editing) -> None:
    """Ask which of the chosen flavours is the default."""
    catalog = editing.catalog
    items = tuple(
        Item(name, catalog.flavours[name].title if name in catalog.flavours else "", name)
        for name in names_in(editing.filled.get("flavours"))
    )
    title = "Default flavour: what `nxc build` takes when none is named"
    cursor = str(editing.filled.get("default_flavour") or "")
    answer = editing.screen.choose(Menu(title, items, cursor=cursor))
    if answer.key == "enter":
        editing.state.give(default_flavour=answer.id)


#: Digits of a revision.
_DIGITS = 40


def release(editing: Editing) -> None:
    """Ask for the release; one that the parts or flavours exclude cannot be chosen."""
    catalog = editing.catalog
    wanted = names_in(editing.filled.get("flavours"))
    excluded = releases_to_avoid(editing.parts, wanted, catalog)
    items = tuple(
        Item(
            row.name,
            pins_and_support(row),
            row.name,
            refused=brief(excluded.get(row.name, "")),
            explanation=partial(_release_help, row.name, excluded, catalog),
        )
        for row in catalog.releases.values()
    )
    cursor = str(editing.filled.get("release") or "")
    title = "Release: which versions go together, and until when nixpkgs gets fixes"
    answer = editing.screen.choose(Menu(title, items, cursor=cursor))
    if answer.key == "enter":
        editing.state.give(release=answer.id)


def pins_and_support(row: Release) -> str:
    """Return what a release pins, revisions by their first digits as git has them."""
    pins = (f"{n} {p.ref[:7] if len(p.ref) == _DIGITS else p.ref}" for n, p in row.inputs.items())
    end = [f"until {row.end_of_support}"] if row.end_of_support is not None else []
    return " \u00b7 ".join([*pins, *end])


def _release_help(name: str, excluded: Mapping[str, str], catalog: Catalog) -> list[str]:
    row = catalog.releases[name]
    lines = [f"{name}: {', '.join([row.evidence, *support_of(row)])}."]
    return lines + ([f"Not with {excluded[name]}."] if name in excluded else [])


def extras(editing: Editing) -> None:
    """Ask for optional groups of files."""
    entries = editing.catalog.extras.values()
    items = tuple(
        Item(e.name, e.description, e.name, explanation=partial(_only, e.description))
        for e in entries
    )
    chosen = tuple(names_in(editing.filled.get("extras")))
    found = ticks(editing, Menu("Extras: optional files", items, ticked=chosen))
    editing.state.give(extras=[entry.name for entry in entries if entry.name in found])


def kept(editing: Editing) -> None:
    """Ask which files are the user's alone; one that is taken away is written again."""
    files = tuple(names_in(editing.filled.get("kept")))
    items = tuple(Item(path, "never written, merged or deleted", path) for path in files)
    found = ticks(editing, Menu("Files that are yours alone", items, ticked=files))
    editing.state.give(kept=[path for path in files if path in found])


def _only(line: str) -> Sequence[str]:
    return [line]


def pins(editing: Editing) -> None:
    """Show the inputs with their refs; the chosen one is asked for, until the user goes back."""
    cursor = ""
    while True:
        found = table(editing.state.raw.get("pins"))
        inputs = chosen_inputs(together(editing.filled, editing.parts), editing.catalog)
        usual = {name: pin.ref for name, pin in inputs.items()}
        title = "Pins: a branch, tag or revision in place of the release's"
        items = tuple(
            Item(name, str(found.get(name, ref)) + ("" if name in found else "  (the release's)"),
                 name, explanation=partial(_only, HELP["pins"]))
            for name, ref in {**usual, **found}.items()
        )  # fmt: skip
        answer = editing.screen.choose(
            Menu(title, items, (Key("x", "as the release has it"),), cursor=cursor)
        )
        if answer.key == BACK:
            return
        cursor = answer.id
        if answer.key == "x":
            found.pop(answer.id, None)
        else:
            try:
                typed = editing.screen.line(
                    Text(
                        f"Ref of {answer.id}",
                        str(found.get(answer.id, usual.get(answer.id, ""))),
                        lambda line: fits("pins", {answer.id: line}, editing.catalog),  # noqa: B023
                        HELP["pins"],
                    )
                )
            except BackError:
                continue
            found[answer.id] = typed
            if typed == usual.get(answer.id):
                del found[answer.id]
        editing.state.give(pins=found or None)
