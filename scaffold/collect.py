"""Collects the answers of ``new``: from flags and files alone, or by an interview."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffold import answers, drafts, layers, rules
from scaffold.answers import FILE_NAME, Layer
from scaffold.errors import InputError, Interrupted, Problem
from scaffold.frontend import (
    BackError,
    Choice,
    Frontend,
    Progress,
    Start,
    interview,
    without_asking,
)
from scaffold.model import Catalog, Composition
from scaffold.questions import QUESTIONS

Show = Callable[[Composition], None]


@dataclasses.dataclass(frozen=True)
class Sources:
    """Where answers come from before anybody is asked.

    ``strong`` layers settle their questions; the stack and what an interview starts from do not.
    """

    strong: Sequence[Layer]
    config: Layer
    stack: Any = None
    dropped: tuple[str, ...] = ()
    directory: Path | None = None
    resume: bool = False

    @property
    def given(self) -> dict[str, Any]:
        """The settled answers."""
        return answers.merge(self.strong)


def headless(sources: Sources, catalog: Catalog, *, defaults: bool) -> Composition:
    """Return the composition that flags and files decide.

    Raises:
        InputError: with every problem; a missing answer names its flag.
    """
    every = [*sources.strong, sources.config, *layers.stack_layers(sources.stack, catalog)]
    merged = layers.without_roles(answers.merge(every), sources.dropped)
    return _built(without_asking(merged, catalog, every, defaults=defaults), catalog, every)


def asked(frontend: Frontend, sources: Sources, catalog: Catalog, show: Show) -> Composition:
    """Interview the user until the answers go together and are to be written.

    ``show`` is called with each composition that could be written. An interrupted interview is
    kept for ``--resume``.

    Raises:
        InputError: a flag or file cannot be used; told before the first question.
        Interrupted: the user left.
    """
    every, progress = _begin(frontend, sources, catalog)
    answers.parse(progress.answers, catalog, every)
    try:
        raw = interview(frontend, progress, catalog)
        composition = _agreed(frontend, raw, progress, catalog, every, show)
    except Interrupted:
        drafts.save("draft", {"settled": sorted(progress.settled), "answers": progress.answers})
        raise
    drafts.forget("draft")
    drafts.save("last", answers.document(composition))
    return composition


def _begin(frontend: Frontend, sources: Sources, catalog: Catalog) -> tuple[list[Layer], Progress]:
    """Return the layers that messages name as sources, and the interview's first state."""
    settled = {key for key, value in sources.given.items() if value is not None}
    if sources.resume:
        draft = _draft()
        every = [*sources.strong, Layer("the interrupted run", draft["answers"])]
        return every, Progress(answers.merge(every), settled | set(draft["settled"]))
    start = Start(stack=sources.stack)
    if sources.stack is None and "roles" not in settled:
        start = frontend.start(catalog, drafts.load("last"), _here(sources.directory))
    every = [
        *sources.strong,
        Layer("earlier answers", start.answers),
        sources.config,
        *layers.stack_layers(start.stack, catalog),
    ]
    raw = layers.without_roles(answers.merge(every), sources.dropped)
    return every, Progress(raw, settled | start.settled)


def _draft() -> dict[str, Any]:
    draft = drafts.load("draft")
    if not isinstance(draft.get("answers"), Mapping) or not isinstance(draft.get("settled"), list):
        remedy = "Run it without --resume"
        raise InputError(Problem("--resume", "there is no interrupted run to go on with", remedy))
    return draft


def _here(directory: Path | None) -> Mapping[str, Any]:
    """The answers of the project that is in the target already, if any."""
    file = (directory or Path()) / FILE_NAME
    return answers.load_file(file).answers if file.is_file() else {}


def _agreed(
    frontend: Frontend,
    raw: dict[str, Any],
    progress: Progress,
    catalog: Catalog,
    every: list[Layer],
    show: Show,
) -> Composition:
    while True:
        composition, problems = _try(raw, catalog, every)
        if composition:
            show(composition)
        match frontend.decide(problems=problems):
            case Choice.WRITE if composition:
                return composition
            case Choice.CHANGE:
                question = frontend.pick(QUESTIONS, raw)
                progress.answers = {**raw, **_again(frontend, question, raw, catalog)}
                raw = dict(progress.answers)
            case _:
                problem = Problem("new", "you left, nothing was written", "Go on with --resume")
                raise Interrupted(problem)


def _again(
    frontend: Frontend, question: Any, raw: dict[str, Any], catalog: Catalog
) -> dict[str, Any]:
    try:
        return frontend.ask(question, raw, catalog)
    except BackError:
        return {}


def _try(
    raw: Mapping[str, Any], catalog: Catalog, every: list[Layer]
) -> tuple[Composition | None, tuple[Problem, ...]]:
    try:
        return _built(raw, catalog, every), ()
    except InputError as error:
        return None, tuple(error.problems)


def _built(raw: Mapping[str, Any], catalog: Catalog, every: Sequence[Layer]) -> Composition:
    composition = answers.build(raw, catalog, every)
    try:
        rules.check(composition, catalog)
    except InputError as error:
        raise InputError(*(answers.with_source(p, raw, every) for p in error.problems)) from error
    return composition
