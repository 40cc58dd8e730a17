"""The answers of ``nxc-scaffold package``: from flags and the source alone, or by an interview."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from scaffold.asking.interview import Interview, Progress, hold
from scaffold.asking.layers import Layer, merge
from scaffold.commands.package_options import Options
from scaffold.packages.collect import built, check_given, headless
from scaffold.packages.inspection import Look
from scaffold.packages.package import Package
from scaffold.report.reporter import Reporter


def collect(
    look: Look,
    layers: Sequence[Layer],
    options: Options,
    reporter: Reporter,
    before: Progress | None,
) -> tuple[Package, PurePosixPath]:
    """Return the package that flags, the source and prompts decide, and its file.

    ``before`` is how far an interrupted interview had come, if this one goes on with it.

    Raises:
        InputError: with every problem of the answers.
        Interrupted: the user left.

    """
    found = look.layer()
    if not options.interactive:
        every = [*layers, found]
        return headless(look, every, defaults=options.defaults, offline=options.offline)
    from scaffold.terminal.package_questions import PackagePrompts

    earlier = [Layer("the interrupted run", before.answers)] if before else []
    every = [*layers, *earlier, found]
    raw = merge(every)
    check_given(look, raw, every)
    tell(look, reporter)
    settled = {key for key, value in merge(layers).items() if value is not None}
    interview = Interview(
        look.questions,
        None,
        build=lambda answers: built(look, answers, every, offline=options.offline),
        show=lambda package: show(package[0], look, reporter),
        memory=options.memory,
    )
    frontend = PackagePrompts(look.builders, look.facts)
    return hold(frontend, Progress(raw, settled | (before.settled if before else set())), interview)


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
