"""Collects answers: those of ``new`` from flags and files alone, or by an interview.

``Interview`` and ``held`` are the way of every command that asks for a project.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from scaffold.answers import answers, layers
from scaffold.answers.answers import FILE_NAME, Layer
from scaffold.answers.parsers import Answers
from scaffold.answers.questions import QUESTIONS, Question
from scaffold.asking import memory
from scaffold.asking.frontend import (
    BackError,
    Choice,
    Frontend,
    Progress,
    Start,
    interview,
    without_asking,
)
from scaffold.base.errors import InputError, Interrupted, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.composition import rules
from scaffold.composition.model import Composition

T = TypeVar("T")
Show = Callable[[T], None]


@dataclasses.dataclass(frozen=True)
class Interview(Generic[T]):
    """What a command asks, and what the answers become.

    ``build`` raises ``InputError`` for answers that do not go together, ``show`` tells what could
    be written, and ``document`` are the answers to remember.
    """

    command: memory.Command
    questions: tuple[Question, ...]
    build: Callable[[Mapping[str, Any]], T]
    show: Show[T]
    document: Callable[[T], Mapping[str, Any]]


@dataclasses.dataclass(frozen=True)
class Sources:
    """Where answers come from before anybody is asked.

    ``strong`` layers settle their questions; the stack and what an interview starts from do not.
    ``project`` holds the answers that the project in the target folder was made from.
    """

    strong: Sequence[Layer]
    config: Layer
    stack: Any = None
    dropped: tuple[str, ...] = ()
    project: Layer | None = None
    resume: bool = False

    @property
    def given(self) -> dict[str, Any]:
        """The settled answers."""
        return answers.merge(self.strong)


@dataclasses.dataclass(frozen=True)
class Collected:
    """A composition, and whether it is the project of the target folder with other answers."""

    composition: Composition
    in_place: bool


def headless(sources: Sources, catalog: Catalog, *, defaults: bool) -> Collected:
    """Return the composition that flags and files decide, and the project that is there already.

    Raises:
        InputError: with every problem; a missing answer names its flag.
    """
    start = [sources.project] if sources.project and sources.stack is None else []
    stack = layers.stack_layers(sources.stack, catalog)
    every = [*sources.strong, *start, sources.config, *stack]
    layers.check_roles(every)
    merged = layers.without_roles(answers.merge(every), sources.dropped)
    complete = without_asking(merged, catalog, every, defaults=defaults)
    return Collected(_built(complete, catalog, every), bool(start))


@dataclasses.dataclass
class Draft:
    """The answers so far, and what they are worth.

    ``strong`` are those of flags and files, which another stack does not replace. ``fill`` gives
    open answers their recommended values, ``build`` raises ``InputError`` for answers that do not
    go together. ``here`` are the answers of the project in the target folder, if there is one, and
    ``last`` those of the project written last.
    """

    answers: dict[str, Any]
    strong: Mapping[str, Any]
    fill: Callable[[dict[str, Any]], dict[str, Any]]
    build: Callable[[Mapping[str, Any]], Collected]
    here: Mapping[str, Any]
    last: Mapping[str, Any]


class Hub(Protocol):
    """The screen on which the user decides; it is a terminal's."""

    def start(self, catalog: Catalog, previous: Answers, here: Answers) -> Start:
        """Ask what to start from; ``previous`` and ``here`` are earlier answers, if any."""

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
    last = memory.load("new", "last")
    every, progress, in_place = _begin(hub, sources, catalog, last)
    layers.check_roles(every)
    answers.parse(progress.answers, catalog, every)
    draft = Draft(
        progress.answers,
        sources.given,
        lambda raw: answers.with_recommended(raw, catalog, all_of_them=True),
        lambda raw: _decided(raw, catalog, in_place=in_place),
        sources.project.answers if sources.project else {},
        last,
    )
    try:
        found = hub.settle(draft, catalog)
    except BaseException as error:
        keep("new", Progress(draft.answers, progress.settled))
        if isinstance(error, Interrupted):
            problem = Problem("new", error.problems[0].what, "Go on with --resume")
            raise Interrupted(problem) from error
        raise
    memory.forget("new", "draft")
    memory.save("new", "last", answers.document(found.composition))
    return found


def _decided(raw: Mapping[str, Any], catalog: Catalog, *, in_place: bool) -> Collected:
    """Return what complete answers make.

    Raises:
        InputError: with every problem; a required answer that is missing is one of them. What is
            wrong with the others is told also when the project has no name yet.
    """
    problems = answers.missing(raw)
    try:
        if all(problem.where == "name" for problem in problems):
            found = _built({"name": "unnamed", **raw}, catalog, ())
        else:
            answers.parse(raw, catalog)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(*problems)
    return Collected(found, in_place)


def held(frontend: Frontend, progress: Progress, catalog: Catalog, one: Interview[T]) -> T:
    """Hold an interview until its answers go together and are to be written.

    Whatever ends it before that, the answers given so far are kept for ``--resume``; those of an
    interview that comes to its end are offered the next time.

    Raises:
        Interrupted: the user left.
    """
    try:
        raw = interview(frontend, progress, catalog, one.questions)
        found = _agreed(frontend, raw, progress, catalog, one)
    except BaseException as error:
        keep(one.command, progress)
        if isinstance(error, Interrupted):
            problem = Problem(one.command, error.problems[0].what, "Go on with --resume")
            raise Interrupted(problem) from error
        raise
    memory.forget(one.command, "draft")
    memory.save(one.command, "last", one.document(found))
    return found


def keep(command: memory.Command, progress: Progress) -> None:
    """Keep the answers of an interview that did not come to its end, for ``--resume``."""
    document = {"settled": sorted(progress.settled), "answers": progress.answers}
    memory.save(command, "draft", document)


def _begin(
    hub: Hub, sources: Sources, catalog: Catalog, last: Answers
) -> tuple[list[Layer], Progress, bool]:
    """Return the layers that messages name as sources, the interview's first state, and the place.

    Flags and files that decide something start from the project that is there; without them, the
    user is asked what to start from.
    """
    settled = {key for key, value in sources.given.items() if value is not None}
    if sources.resume:
        draft = interrupted("new")
        every = [*sources.strong, Layer("the interrupted run", draft.answers)]
        return every, Progress(answers.merge(every), settled | draft.settled), bool(sources.project)
    project = sources.project.answers if sources.project else {}
    start = Start(stack=sources.stack)
    if sources.stack is None and project and settled - {"name"}:
        every_key = frozenset(question.key for question in QUESTIONS)
        start = Start(answers=project, settled=every_key, in_place=True)
    elif sources.stack is None and "roles" not in settled:
        start = hub.start(catalog, last, project)
    every = [
        *sources.strong,
        Layer("earlier answers", start.answers),
        sources.config,
        *layers.stack_layers(start.stack, catalog),
    ]
    raw = layers.without_roles(answers.merge(every), sources.dropped)
    settled |= start.settled
    settled = settled if raw.get("roles") else settled - {"roles"}
    return every, Progress(raw, settled), start.in_place


def interrupted(command: memory.Command) -> Progress:
    """Return how far the interrupted interview of a command had come.

    Raises:
        InputError: there is none.
    """
    draft = memory.load(command, "draft")
    found, settled = draft.get("answers"), draft.get("settled")
    if not isinstance(found, Mapping) or not isinstance(settled, list):
        remedy = "Run it without --resume"
        raise InputError(Problem("--resume", "there is no interrupted run to go on with", remedy))
    return Progress(dict(found), {key for key in settled if isinstance(key, str)})


def recorded(folder: Path, *, several: bool = False) -> Layer | None:
    """Return the answers that the project in a folder was made from; None when there is none.

    Raises:
        InputError: they cannot be read, or the project is of the other kind: one composition, or
            several of them.
    """
    file = folder / FILE_NAME
    if not file.is_file():
        return None
    found = answers.load_file(file)
    if ("compositions" in found.answers) is not several:
        what = "the project holds several compositions"
        what = "the project holds one composition" if several else what
        remedy = f"Run nxc-scaffold {'new' if several else 'multi'}, or choose another folder"
        raise InputError(Problem(str(file), what, remedy))
    return found


def _agreed(
    frontend: Frontend,
    raw: dict[str, Any],
    progress: Progress,
    catalog: Catalog,
    one: Interview[T],
) -> T:
    while True:
        found: T | None = None
        problems: tuple[Problem, ...] = ()
        try:
            found = one.build(raw)
        except InputError as error:
            problems = tuple(error.problems)
        if found is not None:
            one.show(found)
        match frontend.decide(problems=problems):
            case Choice.WRITE if found is not None:
                return found
            case Choice.CHANGE:
                raw = changed(frontend, one.questions, raw, catalog)
                progress.answers = dict(raw)
            case _:
                problem = Problem(one.command, "you left, nothing was written", "Run it again")
                raise Interrupted(problem)


def changed(
    frontend: Frontend, questions: tuple[Question, ...], raw: dict[str, Any], catalog: Catalog
) -> dict[str, Any]:
    """Ask which answer to change and then that question; going back from either changes nothing."""
    try:
        question = frontend.pick(questions, raw)
        return {**raw, **frontend.ask(question, raw, catalog)}
    except BackError:
        return raw


def _built(raw: Mapping[str, Any], catalog: Catalog, every: Sequence[Layer]) -> Composition:
    composition = answers.build(raw, catalog, every)
    try:
        rules.check(composition, catalog)
    except InputError as error:
        raise InputError(*(answers.with_source(p, raw, every) for p in error.problems)) from error
    return composition
