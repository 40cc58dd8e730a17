"""The answers of ``nxc-scaffold multi``: from flags and a file alone, or by an interview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from scaffold.answers import answers
from scaffold.answers.answers import Layer
from scaffold.answers.collect import recorded
from scaffold.answers.multi import Project, build, document, of_answers
from scaffold.answers.multianswers import KEY, MULTI_QUESTIONS, SHARED, of_composition, together
from scaffold.answers.multisources import Given, check, given, overruled
from scaffold.asking.interview import Frontend, Interview, Progress, Start, hold, resumed
from scaffold.asking.layers import Answers
from scaffold.asking.memory import Memory
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.commands.options import MultiOptions
from scaffold.report.reporter import Reporter


class ProjectFrontend(Frontend[Catalog], Protocol):
    """Asks about a project, and what to start from."""

    def start(self, catalog: Catalog, previous: Answers, here: Answers) -> Start:
        """Ask what to start from; ``previous`` and ``here`` are earlier answers, if any."""


def collect(
    options: MultiOptions,
    catalog: Catalog,
    reporter: Reporter,
    config: Layer,
    show: Callable[[Project], None],
) -> Project:
    """Return the project that flags, a file, the user's ``config`` and prompts decide.

    ``show`` is called with each project that could be written.

    Raises:
        InputError: with every problem of the answers.
        Interrupted: the user left.

    """
    file = answers.load_file(options.answers_file) if options.answers_file else None
    project = project_of(options)
    told = any(options.given.values()) or options.compositions
    if project and (told or not options.interactive):
        file = Layer(project.source, _known(project.answers))
    found = given(options.given, options.compositions, file, catalog)
    found = _looked_at(found, options, reporter)
    folder = options.directory
    named = [Layer("the folder", {"name": folder.resolve().name})] if folder else []
    found = replace(found, shared=[*found.shared, *named])
    if not options.interactive:
        return _headless(found, config, catalog)
    from scaffold.terminal.multi_prompts import MultiPrompts

    return _asked(MultiPrompts(offline=options.offline), found, config, catalog, options, show)


def _looked_at(found: Given, options: MultiOptions, reporter: Reporter) -> Given:
    """Return the layers with what the sources of packages say of themselves."""
    if not any("packages_from" in one.answers for own in found.members.values() for one in own):
        return found
    from scaffold.packages.carry import with_records  # it loads all about packages

    problems: list[Problem] = []
    members = dict(found.members)
    for name, own in found.members.items():
        flags = [layer for layer in own if layer.source.startswith("--")]
        rest = [layer for layer in own if layer not in flags]
        try:
            members[name] = with_records(
                flags, rest, reporter.field, defaults=options.defaults, offline=options.offline
            )
        except InputError as error:
            problems += (_of_package(problem, name) for problem in error.problems)
    if problems:
        raise InputError(*problems)
    return replace(found, members=members)


def _of_package(problem: Problem, name: str) -> Problem:
    """Return a problem of a package; the flag that `new` has for one is an answer here."""
    flag, _, package = problem.where.partition(" ")
    if flag == "--package-from":
        problem = replace(problem, where=f"packages_from.{package}.from")
    return of_composition(problem, name)


def _headless(found: Given, config: Layer, catalog: Catalog) -> Project:
    """Return what flags and file decide; the compositions are all that has to be given.

    Raises:
        InputError: with every problem.

    """
    raw = answers.merge([*found.shared, config])
    if raw.get("name") is None:
        remedy = "Give the folder to create, or --name NAME"
        raise InputError(Problem("name", "is not answered", remedy))
    check({**raw, KEY: found.raw().get(KEY)}, catalog, found)
    shared = Layer("the shared answers", {key: raw[key] for key in SHARED if key in raw})
    text = str(raw.get("description") or "")
    project = build(str(raw["name"]), found.members, shared, catalog, text)
    if faults := list(overruled(project.first, found, catalog)):
        raise InputError(*faults)
    return project


def _asked(
    frontend: ProjectFrontend,
    found: Given,
    config: Layer,
    catalog: Catalog,
    options: MultiOptions,
    show: Callable[[Project], None],
) -> Project:
    """Interview the user; what flags and file decide is not asked.

    Raises:
        InputError: a flag or the file cannot be used; told before the first question.
        Interrupted: the user left.

    """
    check(found.raw(), catalog, found)
    progress = _begin(frontend, found, config, catalog, options)
    check(progress.answers, catalog, found)
    progress.answers = together(progress.answers)
    memory = Memory.of("multi", options.directory)
    one = Interview(MULTI_QUESTIONS, catalog, lambda raw: of_answers(raw, catalog), show, memory)
    project = hold(frontend, progress, one)
    memory.remember(document(project))
    return project


def _begin(
    frontend: ProjectFrontend, found: Given, config: Layer, catalog: Catalog, options: MultiOptions
) -> Progress:
    strong = found.raw()
    settled = {key for key, value in strong.items() if value is not None}
    if len(strong.get(KEY, {})) < 2:  # one alone is a start: the others are asked
        settled.discard(KEY)
    layers = [Layer("", strong)]
    if options.resume:
        before = resumed(Memory.of("multi", options.directory))
        raw = answers.merge([*layers, Layer("the interrupted run", before.answers)])
        return Progress(raw, settled | before.settled)
    if KEY not in strong:
        project = project_of(options)
        memory = Memory.of("multi", options.directory)
        here = project.answers if project else {}
        start = frontend.start(catalog, memory.remembered(), here)
        layers.append(Layer("earlier answers", start.answers))
        settled |= start.settled
    return Progress(_known(answers.merge([*layers, config])), settled)


def project_of(options: MultiOptions) -> Layer | None:
    """Return the answers of the project in the target folder, unless another start is named."""
    elsewhere = options.directory is None and options.given.get("name") is not None
    if options.answers_file or elsewhere:
        return None
    return recorded(options.directory or Path(), several=True)


def _known(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what an earlier answers file says of itself."""
    return {key: value for key, value in raw.items() if key not in answers.META}


def target_of(options: MultiOptions, found: Project) -> Path:
    """Return the folder to write to: DIR, that of the project that is changed, or a new one."""
    if options.directory is not None:
        return options.directory
    project = project_of(options)
    same = project is not None and project.answers.get("name") == found.name
    return Path() if same else Path(found.name)
