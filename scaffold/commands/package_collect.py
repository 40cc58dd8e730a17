"""The answers of ``nxc-scaffold package``: from flags and the source alone, or by an interview."""

from __future__ import annotations

from pathlib import PurePosixPath

from scaffold.answers import answers
from scaffold.answers.answers import Layer
from scaffold.answers.collect import changed, interrupted, keep
from scaffold.asking import memory
from scaffold.asking.frontend import Choice, Frontend, Progress, interview
from scaffold.base.errors import InputError, Interrupted, Problem
from scaffold.commands.package_options import Options
from scaffold.packages.collect import built, headless
from scaffold.packages.inspection import Look
from scaffold.packages.package import Package
from scaffold.packages.questions import NOTHING
from scaffold.report.reporter import Reporter


def collect(
    look: Look, layers: list[Layer], options: Options, reporter: Reporter
) -> tuple[Package, PurePosixPath]:
    """Return the package that flags, the source and prompts decide, and its file.

    Raises:
        InputError: with every problem of the answers.
        Interrupted: the user left.

    """
    if not options.interactive:
        return headless(look, layers, defaults=options.defaults, offline=options.offline)
    from scaffold.terminal.package_questions import PackagePrompts

    return _ask(PackagePrompts(look.builders, look.facts), look, layers, options, reporter)


def _ask(
    frontend: Frontend, look: Look, layers: list[Layer], options: Options, reporter: Reporter
) -> tuple[Package, PurePosixPath]:
    """Interview the user until the answers go together and are to be written.

    Whatever ends the interview before that, the answers given so far are kept for ``--resume``.
    """
    tell(look, reporter)
    weak = 2 if options.resume else 1  # what was offered by the source, also in the run before
    given = answers.merge(layers[:-weak])
    settled = {k for k, v in given.items() if v is not None}
    if options.resume:
        settled |= interrupted("package").settled
    progress = Progress(answers.merge(layers), settled)
    try:
        found = _agreed(frontend, look, layers, progress, options, reporter)
    except BaseException as error:
        keep("package", progress)
        if isinstance(error, Interrupted):
            problem = Problem("package", error.problems[0].what, "Go on with --resume")
            raise Interrupted(problem) from error
        raise
    memory.forget("package", "draft")
    return found


def _agreed(
    frontend: Frontend,
    look: Look,
    layers: list[Layer],
    progress: Progress,
    options: Options,
    reporter: Reporter,
) -> tuple[Package, PurePosixPath]:
    raw = interview(frontend, progress, NOTHING, look.questions)
    while True:
        problems: tuple[Problem, ...] = ()
        done = None
        try:
            done = built(look, raw, layers, offline=options.offline)
            show(done[0], look, reporter)
        except InputError as error:
            problems = tuple(error.problems)
        match frontend.decide(problems=problems):
            case Choice.WRITE if done:
                return done
            case Choice.CHANGE:
                raw = changed(frontend, look.questions, raw, NOTHING)
                progress.answers = dict(raw)
            case _:
                what = "you left, nothing was written"
                raise Interrupted(Problem("package", what, "Run it again when you like"))


def tell(look: Look, reporter: Reporter) -> None:
    """Print what was found in the source, and what could not be decided."""
    for key, fact in look.facts.found.items():
        shown = ", ".join(fact.value) if isinstance(fact.value, list) else str(fact.value)
        reporter.field(key.replace("_", " "), f"{shown}   {fact.seen}")
    for key, note in look.facts.notes.items():
        if note:
            reporter.field(key, f"not certain: {note}" if key not in look.facts.found else note)


def show(package: Package, look: Look, reporter: Reporter) -> None:
    """Print what the package will be."""
    reporter.field("package", f"{package.name}   {package.pname} {package.version}")
    reporter.field("builder", package.builder.title)
    doubt = look.facts.notes.get("builder", "")
    if doubt and "builder" not in look.facts.found:
        reporter.field("", f"not certain: {doubt} (--builder)")
    reporter.field("licence", package.licence.expression)
    inputs = package.inputs
    used = [*inputs.native, *inputs.build, *inputs.propagated, *inputs.backend]
    if used:
        reporter.field("inputs", " ".join(used))
    if inputs.unknown:
        reporter.field("not mapped", " ".join(inputs.unknown))
    if inputs.unread:
        reporter.field("incomplete?", f"not understood: {', '.join(inputs.unread)}")
    if not package.hash and package.source.kind != "folder":
        reporter.field("hash", f"not known: {package.fill} tells it")
