"""Collects the answers of ``new``: from flags and files alone, or by an interview."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from scaffold.answers import answers, layers
from scaffold.answers.answers import FILE_NAME
from scaffold.answers.questions import QUESTIONS
from scaffold.asking.interview import Progress, Start, kept_for_resume, resumed
from scaffold.asking.layers import Answers, Layer, merge, with_source
from scaffold.asking.memory import Memory
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.composition import rules
from scaffold.composition.model import Composition


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
    merged = layers.without_roles(merge(every), sources.dropped)
    composition = answers.complete(merged, catalog, every, defaults=defaults)
    return Collected(_checked(composition, merged, catalog, every), bool(start))


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
    last = sources.memory.remembered()
    every, progress, in_place = _begin(hub, sources, catalog, last)
    layers.check_roles(every)
    answers.parse(progress.answers, catalog, every)
    draft = Draft(
        progress.answers,
        progress.settled,
        sources.given,
        lambda raw: answers.with_recommended(raw, catalog, all_of_them=True),
        lambda raw: _decided(raw, catalog, in_place=in_place),
        sources.project.answers if sources.project else {},
        last,
    )
    with kept_for_resume(sources.memory, draft):
        found = hub.settle(draft, catalog)
    sources.memory.remember(answers.document(found.composition))
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
            named = {"name": "unnamed", **raw}
            found = _checked(answers.build(named, catalog), named, catalog, ())
        else:
            answers.parse(raw, catalog)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(*problems)
    return Collected(found, in_place)


def _begin(
    hub: Hub, sources: Sources, catalog: Catalog, last: Answers
) -> tuple[list[Layer], Progress, bool]:
    """Return the layers that messages name as sources, the interview's first state, and the place.

    Flags and files that decide something start from the project that is there; without them, the
    user is asked what to start from.
    """
    settled = {key for key, value in sources.given.items() if value is not None}
    if sources.resume:
        before = resumed(sources.memory)
        every = [*sources.strong, Layer("the interrupted run", before.answers)]
        return every, Progress(merge(every), settled | before.settled), bool(sources.project)
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
    raw = layers.without_roles(merge(every), sources.dropped)
    settled |= start.settled
    settled = settled if raw.get("roles") else settled - {"roles"}
    return every, Progress(raw, settled), start.in_place


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


def _checked(
    composition: Composition, raw: Answers, catalog: Catalog, every: Sequence[Layer]
) -> Composition:
    """Return the composition when no rule is broken; problems name the source of the answer."""
    try:
        rules.check(composition, catalog)
    except InputError as error:
        raise InputError(*(with_source(p, raw, every) for p in error.problems)) from error
    return composition
