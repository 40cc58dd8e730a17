"""The answers of ``nxc-scaffold package``: from flags and the source alone, or by an interview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

from scaffold.asking.interview import Progress, kept_for_resume
from scaffold.asking.layers import Layer, merge
from scaffold.commands.formatting import formatted
from scaffold.commands.package_options import Options
from scaffold.commands.pipeline import against_the_disk
from scaffold.packages.assemble import package_tree
from scaffold.packages.collect import check_given, headless, with_hash
from scaffold.packages.flags import LABELS
from scaffold.packages.inspected import InspectedSource
from scaffold.packages.inspection import PackageContext, inspect_source
from scaffold.packages.package import Package
from scaffold.report.help_texts import value
from scaffold.report.reporter import Reporter
from scaffold.writer.plan import Plan


def collect(
    context: PackageContext,
    layers: Sequence[Layer],
    options: Options,
    reporter: Reporter,
    before: Progress | None,
) -> tuple[Package, PurePosixPath, InspectedSource]:
    """Return the package that flags, the source and the user decide, its file, and the source.

    ``before`` is how far an interrupted run had come, if this one goes on with it.

    Raises:
        InputError: with every problem of the answers.
        Interrupted: the user left.

    """
    if options.interactive:
        return _on_the_screen(context, layers, options, reporter, before)
    tell(context.inspected, merge(layers), reporter)
    every = [*layers, context.layer()]
    found = headless(context, every, defaults=options.defaults, offline=options.offline)
    return *found, context.inspected


def _on_the_screen(
    context: PackageContext,
    layers: Sequence[Layer],
    options: Options,
    reporter: Reporter,
    before: Progress | None,
) -> tuple[Package, PurePosixPath, InspectedSource]:
    """Let the user decide: the source first, then one screen with what it says of itself."""
    from scaffold.terminal import package_hub
    from scaffold.terminal.growing import Growing
    from scaffold.terminal.screens import screen

    earlier = [Layer("the interrupted run", before.answers)] if before else []
    raw = merge([*layers, *earlier])
    every = [*layers, *earlier, context.layer()]
    check_given(context, merge(every), every)
    shown = screen()
    progress = Progress(raw)
    with kept_for_resume(options.memory, progress):
        if before is None and raw.get("from") is None and raw.get("source") is None:
            raw, context = package_hub.first_source(shown, raw, context, offline=options.offline)
            progress.answers = raw
        source = package_hub.Source(
            context, partial(inspect_source, context.layout, offline=options.offline)
        )

        def plan(made: tuple[Package, PurePosixPath]) -> Plan:
            tree = package_tree(*made, context.layout, module=options.module)
            return against_the_disk(formatted(tree, reporter), context.layout.root, False)

        def changed(answers: dict[str, object]) -> None:
            progress.answers = answers

        where = "this repository" if str(options.repo) == "." else options.repo
        title = f"A package for {where}: every answer, to change or to write"
        subject = package_hub.subject(title, source, plan, changed)
        hub = package_hub.PackageHub(shown, Growing(raw), subject, source)
        package, path = hub.run()
    return with_hash(package, offline=options.offline), path, source.context.inspected


#: What every package needs to be known; what is not found of it is told as such.
_WANTED = ("builder", "version", "licence", "description")
_LONGEST_COLUMN = 40


def tell(inspected: InspectedSource, given: Mapping[str, object], reporter: Reporter) -> None:
    """Print what was found in the source with where it was read, and what is not known.

    What the user gave needs to be known no more.
    """
    found, notes = inspected.found, inspected.notes
    if not (found or notes):
        return
    shown = {key: value(fact.value) for key, fact in found.items()}
    width = max([len(text) for text in shown.values() if len(text) <= _LONGEST_COLUMN], default=0)
    for key, fact in found.items():
        reporter.field(LABELS.get(key, key), f"{shown[key]:<{width}}   {fact.seen}")
    for key, note in notes.items():
        if note and key not in given:
            unsure = "" if key in found or key not in LABELS else "not certain: "
            reporter.field(LABELS.get(key, key), f"{unsure}{note}")
    for key in _WANTED:
        if key not in found and key not in given and not notes.get(key):
            reporter.field(LABELS.get(key, key), "not known: the source does not say it")


def show(package: Package, inspected: InspectedSource, reporter: Reporter) -> None:
    """Print what the package will be, as far as the facts did not say so."""
    reporter.field("package", f"{package.name}   {package.pname} {package.version}")
    if inspected.value("builder") != package.builder.name:
        reporter.field("builder", package.builder.title)
        doubt = inspected.notes.get("builder", "")
        if doubt and "builder" not in inspected.found:
            reporter.field("", f"not certain: {doubt} (--builder)")
    if inspected.value("licence") != package.licence.expression:
        reporter.field("licence", package.licence.expression)
    inputs = package.inputs
    used = [*inputs.native, *inputs.build, *inputs.propagated, *inputs.backend]
    if used:
        reporter.field("inputs", " ".join(dict.fromkeys(used)))
    if inputs.unknown:
        reporter.field("not mapped", " ".join(inputs.unknown))
    if inputs.unread:
        reporter.field("incomplete?", f"not understood: {', '.join(inputs.unread)}")
    if not package.hash and not package.source.is_local:
        reporter.field("hash", f"not known: {package.fill} tells it")
