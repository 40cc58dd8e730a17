"""The first list: what a project starts from. A stack, earlier answers, a file, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scaffold.answers.document import FILE_NAME, load_file
from scaffold.answers.project import parse
from scaffold.asking.interview import BackError, Start
from scaffold.asking.layers import Answers
from scaffold.base.errors import InputError
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.limits import private_sources
from scaffold.terminal.menu import BACK, Item, Menu
from scaffold.terminal.project_options import names_in, table
from scaffold.terminal.screen import Screen, Text

HERE, PREVIOUS, FILE, SCRATCH = "this-project", "last-time", "a-file", "from-scratch"
TITLE = "What to start from; every answer of it can be changed afterwards"


def choose_start(
    screen: Screen,
    catalog: Catalog,
    previous: Answers,
    here: Answers = MappingProxyType({}),
    *,
    first: bool = True,
) -> Start:
    """Ask what to start from. Typing narrows the list.

    ``previous`` are the answers of another project, ``here`` those of the one in the folder.

    Raises:
        BackError: the user went back, when this is not the first screen.
        Interrupted: the user left.
    """
    told: tuple[str, ...] = ()
    while True:
        items = _items(catalog, previous, here)
        answer = screen.choose(Menu(TITLE, items, filters=True, told=told))
        if answer.key == BACK and not first:
            raise BackError
        if answer.key == BACK:
            told = ("This is the first screen: Ctrl-C leaves.",)
            continue
        if answer.id == HERE:
            return Start(answers=here, in_place=True)
        if answer.id == PREVIOUS:
            return Start(answers={k: v for k, v in previous.items() if k != "name"})
        if answer.id == SCRATCH:
            return Start()
        if answer.id == FILE:
            try:
                return Start(answers=_file(screen, catalog))
            except BackError:
                continue
        return Start(stack=answer.id)


def choose_stack(screen: Screen, catalog: Catalog) -> str:
    """Ask for a stack whose roles are added to those that are there.

    Raises:
        BackError: the user went back.
        Interrupted: the user left.
    """
    title = "A stack to add: its roles come along, and add to those of the same name"
    answer = screen.choose(Menu(title, tuple(_stacks(catalog)), filters=True))
    if answer.key == BACK:
        raise BackError
    return answer.id


def _items(catalog: Catalog, previous: Answers, here: Answers) -> tuple[Item, ...]:
    earlier: list[Item] = []
    if here:
        text = f"the answers this project was made from ({here.get('name')})"
        earlier.append(Item(HERE, text, "this project", group="earlier answers"))
    if previous:
        text = f"the answers of last time ({previous.get('name')})"
        earlier.append(Item(PREVIOUS, text, "last time", group="earlier answers"))
    others = (
        Item(SCRATCH, "no roles yet: add them one by one", "from scratch", group="otherwise"),
        Item(FILE, "answers that another project was made from", "an answers file",
             group="otherwise"),
    )  # fmt: skip
    return (*earlier, *_stacks(catalog), *others)


def _stacks(catalog: Catalog) -> list[Item]:
    """Return the stacks, those with private binaries last."""
    public: list[Item] = []
    private: list[Item] = []
    for stack in catalog.stacks.values():
        services = private_sources(_parts(stack.answers), catalog)
        item = Item(
            stack.name,
            stack.description,
            stack.name,
            group="stacks whose binaries are private" if services else "stacks",
            explanation=partial(_stack_help, stack.description, stack.answers, services),
        )
        (private if services else public).append(item)
    return [*public, *private]


def _parts(answers: Mapping[str, Any]) -> list[str]:
    roles = table(answers.get("roles")).values()
    return [part for role in roles for part in names_in(table(role).get("parts"))]


def _stack_help(description: str, answers: Mapping[str, Any], private: list[str]) -> list[str]:
    lines = [f"{description}."]
    for name, role in table(answers.get("roles")).items():
        count = table(role).get("count", 1)
        lines.append(f"{name} \u00d7{count}: {' '.join(names_in(table(role).get('parts')))}")
    return lines + [f"Building takes {text}." for text in private]


def _file(screen: Screen, catalog: Catalog) -> Answers:
    from scaffold.terminal.packages import paths

    hint = f"A TOML file, such as the {FILE_NAME} of an earlier project."
    typed = screen.line(
        Text("Answers file", "", partial(_is_answers_file, catalog), hint, completer=paths())
    )
    return load_file(_path(typed)).answers


def _is_answers_file(catalog: Catalog, name: str) -> bool | str:
    try:
        parse(load_file(_path(name)).answers, catalog)
    except InputError as error:
        problem = error.problems[0]
        return f"{problem.where} {problem.what}"
    return True


def _path(name: str) -> Path:
    """Return a typed path; what starts with the ~ of nobody is taken as it is."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)
