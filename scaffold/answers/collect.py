"""Collects the answers about a project: from flags and files alone, or from a user who is asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from scaffold.answers import layers
from scaffold.answers.document import FILE_NAME, KEY, load_file
from scaffold.answers.project import (
    WISHES,
    build,
    complete,
    missing,
    parse,
    tables,
    with_recommended,
)
from scaffold.answers.shared import of_one_and_shared
from scaffold.asking.interview import Progress, Start, kept_for_resume, resumed
from scaffold.asking.layers import Answers, Layer, merge, with_source
from scaffold.asking.memory import Memory
from scaffold.base.errors import InputError
from scaffold.catalogue.catalog import Catalog
from scaffold.composition import rules
from scaffold.composition.model import Project
from scaffold.composition.topology import ProjectTopology


@dataclasses.dataclass(frozen=True)
class Sources:
    """Where answers come from before anybody is asked.

    ``strong`` layers settle their questions; the stack and what an interview starts from do not.
    ``project`` holds the answers that the project in the target folder was made from.
    """

    strong: Sequence[Layer]
    config: Layer
    memory: Memory
    stack: object = None
    dropped: tuple[str, ...] = ()
    project: Layer | None = None
    resume: bool = False

    @property
    def given(self) -> dict[str, object]:
        """The settled answers."""
        return merge(self.strong)


@dataclasses.dataclass(frozen=True)
class Collected:
    """A project that keeps the rules, and whether it is that of the target folder, changed."""

    whole: ProjectTopology
    in_place: bool

    @property
    def project(self) -> Project:
        """What was decided."""
        return self.whole.project


def headless(sources: Sources, catalog: Catalog, *, defaults: bool) -> Collected:
    """Return the project that flags and files decide, and the project that is there already.

    Raises:
        InputError: with every problem; a missing answer names its flag.
    """
    start = [sources.project] if sources.project and sources.stack is None else []
    stack = layers.stack_layers(sources.stack, catalog)
    every = layers.with_stacks([*sources.strong, *start, sources.config, *stack], catalog)
    layers.check_names(every)
    merged = layers.without_roles(merge(every), sources.dropped)
    if "default_flavour" not in sources.given and "flavours" in sources.given:
        merged = _default_among_chosen(merged)
    project = complete(merged, catalog, every, defaults=defaults)
    return Collected(_checked(project, merged, catalog, every), bool(start))


def _default_among_chosen(answers: Answers) -> dict[str, object]:
    """Return answers without a default flavour that is not among the flavours: the first is then.

    Who chooses other flavours has not said so of the default that was there before.
    """
    chosen = answers.get("flavours")
    kept = not isinstance(chosen, list) or answers.get("default_flavour") in chosen
    return {k: v for k, v in answers.items() if kept or k != "default_flavour"}


@dataclasses.dataclass
class Draft(Progress):
    """The answers so far, and what they are worth.

    ``strong`` are those of flags and files, which another stack does not replace. ``fill`` gives
    open answers their recommended values, ``build`` raises ``InputError`` for answers that do not
    go together. ``here`` are the answers of the project in the target folder, if there is one, and
    ``last`` those of the project written last.
    """

    strong: Mapping[str, object]
    fill: Callable[[dict[str, object]], dict[str, object]]
    build: Callable[[Mapping[str, object]], Collected]
    here: Mapping[str, object]
    last: Mapping[str, object]


class Hub(Protocol):
    """The screen on which the user decides; it is a terminal's."""

    def start(self, catalog: Catalog, last: Answers) -> Start:
        """Ask what to start from; ``last`` are the answers of the project written last, if any."""

    def settle(self, draft: Draft, catalog: Catalog) -> Collected:
        """Return what is to be written; ``draft.answers`` are kept up to date meanwhile.

        Raises:
            Interrupted: the user left.
        """


def asked(hub: Hub, sources: Sources, catalog: Catalog, *, several: bool) -> Collected:
    """Let the user decide until the answers go together and are to be written.

    However it ends, the answers are kept for ``--resume`` until they are written. ``several`` says
    that it is about several compositions, however many there are yet.

    Raises:
        InputError: a flag or file cannot be used; told before anything is asked.
        Interrupted: the user left.
    """
    given = layers.with_stacks(sources.strong, catalog)
    empty: dict[str, object] = {KEY: {}} if several else {}
    _check_beginning({**empty, **merge(given)}, catalog, given)
    last = sources.memory.remembered()
    every, in_place = _begin(hub, sources, catalog, last, several=several)
    layers.check_names(every)
    raw = {**empty, **layers.without_roles(merge(every), sources.dropped)}
    _check_beginning(raw, catalog, every)
    draft = Draft(
        raw,
        sources.given,
        lambda given: _filled(given, catalog),
        lambda given: _decided(given, catalog, in_place=in_place),
        sources.project.answers if sources.project else {},
        last,
    )
    with kept_for_resume(sources.memory, draft):
        return hub.settle(draft, catalog)


def _filled(raw: Answers, catalog: Catalog) -> dict[str, object]:
    """Return complete answers; what compositions wish for was heard when they were recommended."""
    found = with_recommended(raw, catalog, all_of_them=True)
    if KEY in found:
        found[KEY] = {
            name: {key: value for key, value in table.items() if key not in WISHES}
            for name, table in tables(found).items()
        }
    return found


def _check_beginning(raw: Answers, catalog: Catalog, every: Sequence[Layer]) -> None:
    """Check the answers that an interview begins with; there may be too few compositions yet.

    Raises:
        InputError: one of them cannot be used.
    """
    try:
        parse(raw, catalog, every)
    except InputError as error:
        if problems := [p for p in error.problems if p.where.partition(" ")[0] != KEY]:
            raise InputError(*problems) from error


def _decided(raw: Mapping[str, object], catalog: Catalog, *, in_place: bool) -> Collected:
    """Return what complete answers make.

    Raises:
        InputError: with every problem; a required answer that is missing is one of them. What is
            wrong with the others is told also when the project has no name yet.
    """
    problems = missing(raw)
    try:
        if all(problem.where == "name" for problem in problems):
            named = {"name": "unnamed", **raw}
            found = _checked(build(named, catalog), named, catalog, ())
        else:
            parse(raw, catalog)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(*problems)
    return Collected(found, in_place)


def _begin(
    hub: Hub, sources: Sources, catalog: Catalog, last: Answers, *, several: bool
) -> tuple[list[Layer], bool]:
    """Return the layers of the first answers, and whether they are those of the project there.

    A project that is there already is where everything starts; without one, and without a stack,
    roles or compositions from flags and files, the user is asked what to start from.
    """
    if sources.resume:
        before = resumed(sources.memory)
        interrupted = Layer("the interrupted run", before.answers)
        return [*sources.strong, interrupted], bool(sources.project)
    start = Start(stack=sources.stack)
    if sources.stack is None and sources.project:
        start = Start(answers=sources.project.answers, in_place=True)
    elif sources.stack is None and not any(sources.given.get(key) for key in ("roles", KEY)):
        start = hub.start(catalog, last)
    if several:
        start = _of_several(start)
    found = [*sources.strong, Layer("earlier answers", start.answers), sources.config]
    stack = layers.stack_layers(start.stack, catalog)
    return layers.with_stacks([*found, *stack], catalog), start.in_place


def _of_several(start: Start) -> Start:
    """Return a start as that of several compositions, of which it is the first."""
    if KEY in start.answers or not (start.stack or start.answers.get("roles")):
        return start
    wanted = str(start.stack or start.answers.get("name") or "lab")
    name = "".join(c for c in wanted.lower() if c.isalnum())
    table: Answers = {"stack": start.stack}
    if not start.stack:
        table, shared = of_one_and_shared(start.answers)
        return Start(answers={**shared, KEY: {name: table}}, in_place=start.in_place)
    return Start(answers={KEY: {name: table}}, in_place=start.in_place)


def recorded(folder: Path) -> Layer | None:
    """Return the answers that the project in a folder was made from; None when there is none.

    Raises:
        InputError: they cannot be read.
    """
    file = folder / FILE_NAME
    return load_file(file) if file.is_file() else None


def _checked(
    project: Project, raw: Answers, catalog: Catalog, every: Sequence[Layer]
) -> ProjectTopology:
    """Return what follows from a project that keeps all rules.

    Raises:
        InputError: with every rule that is broken; a problem names the source of the answer.
    """
    whole = ProjectTopology(project, catalog)
    try:
        rules.check(whole)
    except InputError as error:
        raise InputError(*(with_source(p, raw, every) for p in error.problems)) from error
    return whole
