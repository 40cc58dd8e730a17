"""Collects the answers about a project: from flags and files alone, or from a user who is asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from scaffold.answers import layers
from scaffold.answers.document import FILE_NAME, KEY, document, load_file
from scaffold.answers.project import (
    QUESTIONS_OF_SEVERAL,
    build,
    complete,
    missing,
    parse,
    questions_about,
    together,
    with_recommended,
)
from scaffold.asking.interview import (
    Frontend,
    Interview,
    Progress,
    Start,
    hold,
    kept_for_resume,
    resumed,
)
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
    stack: Any = None
    dropped: tuple[str, ...] = ()
    project: Layer | None = None
    resume: bool = False

    @property
    def given(self) -> dict[str, Any]:
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
    project = complete(merged, catalog, every, defaults=defaults)
    return Collected(_checked(project, merged, catalog, every), bool(start))


@dataclasses.dataclass
class Draft(Progress):
    """The answers so far, and what they are worth.

    ``strong`` are those of flags and files, which another stack does not replace. ``fill`` gives
    open answers their recommended values, ``build`` raises ``InputError`` for answers that do not
    go together. ``here`` are the answers of the project in the target folder, if there is one, and
    ``last`` those of the project written last.
    """

    strong: Mapping[str, Any]
    fill: Callable[[dict[str, Any]], dict[str, Any]]
    build: Callable[[Mapping[str, Any]], Collected]
    here: Mapping[str, Any]
    last: Mapping[str, Any]


class Starter(Protocol):
    """Asks what to start from."""

    def start(self, catalog: Catalog, previous: Answers, here: Answers) -> Start:
        """Return the start; ``previous`` and ``here`` are earlier answers, if any."""


class Hub(Starter, Protocol):
    """The screen on which the user decides; it is a terminal's."""

    def settle(self, draft: Draft, catalog: Catalog) -> Collected:
        """Return what is to be written; ``draft.answers`` are kept up to date meanwhile.

        Raises:
            Interrupted: the user left.
        """


def asked(hub: Hub, sources: Sources, catalog: Catalog) -> Collected:
    """Let the user decide until the answers go together and are to be written.

    Whatever ends it before that, the answers given so far are kept for ``--resume``.

    Raises:
        InputError: a flag or file cannot be used; told before anything is asked.
        Interrupted: the user left.
    """
    last = sources.memory.remembered()
    every, progress, in_place = _begin(hub, sources, catalog, last)
    layers.check_names(every)
    parse(progress.answers, catalog, every)
    draft = Draft(
        progress.answers,
        progress.settled,
        sources.given,
        lambda raw: with_recommended(raw, catalog, all_of_them=True),
        lambda raw: _decided(raw, catalog, in_place=in_place),
        sources.project.answers if sources.project else {},
        last,
    )
    with kept_for_resume(sources.memory, draft):
        found = hub.settle(draft, catalog)
    sources.memory.remember(document(found.project))
    return found


class SeveralFrontend(Frontend[Catalog], Starter, Protocol):
    """Asks about several compositions, one question after the other."""


def asked_about_several(
    frontend: SeveralFrontend,
    sources: Sources,
    catalog: Catalog,
    show: Callable[[Collected], None],
) -> Collected:
    """Interview the user about several compositions until the answers are to be written.

    ``show`` is called with each project that could be written. Whatever ends the interview before
    that, the answers given so far are kept for ``--resume``.

    Raises:
        InputError: a flag or a file cannot be used; told before the first question.
        Interrupted: the user left.
    """
    strong = layers.with_stacks(sources.strong, catalog)
    parse({KEY: {}, **merge(strong)}, catalog, strong)
    last = sources.memory.remembered()
    every, progress, in_place = _begin(frontend, sources, catalog, last, KEY)
    if sources.resume:  # with the roles of all of them, which the shared questions look at
        progress.answers.pop("roles", None)
    layers.check_names(every)
    parse({KEY: {}, **progress.answers}, catalog, every)
    progress.answers = together({KEY: {}, **progress.answers})

    def made(raw: Answers) -> Collected:
        answers = {key: value for key, value in raw.items() if key != "roles"}
        if problems := missing(answers):
            raise InputError(*problems)
        return Collected(_checked(build(answers, catalog), answers, catalog, ()), in_place)

    interview = Interview(QUESTIONS_OF_SEVERAL, catalog, made, show, sources.memory)
    found = hold(frontend, progress, interview)
    sources.memory.remember(document(found.project))
    return found


def _decided(raw: Mapping[str, Any], catalog: Catalog, *, in_place: bool) -> Collected:
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
    starter: Starter, sources: Sources, catalog: Catalog, last: Answers, main_key: str = "roles"
) -> tuple[list[Layer], Progress, bool]:
    """Return the layers that messages name as sources, the interview's first state, and the place.

    Flags and files that decide something start from the project that is there; without them, and
    without an answer to the main question, the user is asked what to start from.
    """
    settled = {key for key, value in sources.given.items() if value is not None}
    if sources.resume:
        before = resumed(sources.memory)
        every = [*sources.strong, Layer("the interrupted run", before.answers)]
        return every, Progress(merge(every), settled | before.settled), bool(sources.project)
    project = sources.project.answers if sources.project else {}
    start = Start(stack=sources.stack)
    if sources.stack is None and project and settled - {"name"}:
        every_key = frozenset(question.key for question in questions_about(project))
        start = Start(answers=project, settled=every_key, in_place=True)
    elif sources.stack is None and main_key not in settled:
        start = starter.start(catalog, last, project)
    found = [*sources.strong, Layer("earlier answers", start.answers), sources.config]
    every = layers.with_stacks([*found, *layers.stack_layers(start.stack, catalog)], catalog)
    raw = layers.without_roles(merge(every), sources.dropped)
    settled |= start.settled
    decided = len(raw.get(main_key) or ()) > (1 if main_key == KEY else 0)
    return every, Progress(raw, settled if decided else settled - {main_key}), start.in_place


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
