"""``nxc-scaffold new`` and ``multi``: collect answers, render, and hand over to the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.answers import layers
from scaffold.answers.collect import (
    Collected,
    Sources,
    asked,
    headless,
    recorded,
)
from scaffold.answers.document import KEY, document, load_file
from scaffold.answers.project import NO_TEMPLATE
from scaffold.asking.interview import written_or_resumed
from scaffold.asking.layers import Layer, merge
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.commands.after_writing import check
from scaffold.commands.formatting import formatted
from scaffold.commands.next_steps import next_steps
from scaffold.commands.options import Common, Options
from scaffold.commands.past import merging, planned
from scaffold.commands.pipeline import Job, carry_out
from scaffold.commands.project_folder import tell_version
from scaffold.commands.secret_files import create_secrets
from scaffold.commands.session import Session, begin
from scaffold.commands.template import user_template
from scaffold.commands.writing import interrupted_before_writing, wishes
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from scaffold.report.reporter import Reporter, project_document
from scaffold.writer.plan import Plan
from scaffold.writer.tree import File, Tree

if TYPE_CHECKING:  # loaded when a template is named
    from scaffold.render.user_template import UserTemplate


@interrupted_before_writing("nxc-scaffold")
def run(options: Options) -> int:
    """Run the command and return its exit code.

    Raises:
        InputError: with every problem of flags and answers.
        Interrupted: the user left; the message says whether files were written.

    """
    session = begin(options)
    reporter = session.reporter
    project = _project(options)
    if project is not None:
        tell_version(project, reporter)
    chosen = user_template(options, session.config.author, project, session.config.template)
    if chosen is not None and options.dry_run:
        chosen = chosen.without_hooks()
    if chosen is not None:
        reporter.field("template", str(chosen))
    found = collect(options, session, project, chosen)
    if chosen is not None and found.project.several:
        remedy = "Make each composition by `new --template`, or leave it out"
        raise InputError(Problem("--template", NO_TEMPLATE, remedy))
    return write_decided(found, _target(found, options), chosen, options, session)


def write_decided(
    found: Collected,
    target: Path,
    template: UserTemplate | None,
    options: Options,
    session: Session,
    edited_files: Sequence[File] = (),
) -> int:
    """Write what was decided, on a screen or without one; return the exit code.

    What was decided on a screen is kept for ``--resume`` until it is written.
    """
    if not options.interactive:
        return write(found.whole, target, template, options, session, edited_files=edited_files)
    memory = options.memory

    def written() -> None:
        memory.forget()
        memory.remember(document(found.project))

    with written_or_resumed(memory):
        return write(
            found.whole, target, template, options, session, written, edited_files=edited_files
        )


def _nothing() -> None:
    """Do nothing."""


def write(
    whole: ProjectTopology,
    target: Path,
    template: UserTemplate | None,
    options: Common,
    session: Session,
    written: Callable[[], None] = _nothing,
    edited_files: Sequence[File] = (),
) -> int:
    """Write a project to its folder, check it and report; return the exit code.

    ``written`` is called as soon as the files are there. ``edited_files`` are files of the
    user's that are edited in the same run.
    """

    def then() -> Sequence[str]:
        written()
        return create_secrets(whole, target)

    reporter = session.reporter
    whole = _with_hashes(whole, options, reporter)
    edited = {file.path for file in edited_files}
    rendered = render(whole, template)
    job = Job(
        Tree([*(file for path, file in rendered.items() if path not in edited), *edited_files]),
        target,
        str(target),
        check=lambda plan: check(whole, plan, wishes(options), reporter),
        summary=lambda: reporter.summary(whole),
        written=then,
        document=project_document(whole),
        next_steps=next_steps(whole, str(target)),
        plan=merging(whole.catalog),
    )
    return carry_out(job, options, reporter)


def _with_hashes(whole: ProjectTopology, options: Common, reporter: Reporter) -> ProjectTopology:
    """Return the project with the hashes of the sources that its variants name."""
    if not any(variant.sources for variant in whole.project.variants.values()):
        return whole
    from scaffold.sources.variant_hashes import with_hashes  # it loads all about sources

    hashed = with_hashes(whole.project, reporter.field, offline=options.offline)
    return ProjectTopology(hashed, whole.catalog)


def collect(
    options: Options, session: Session, project: Layer | None, template: UserTemplate | None = None
) -> Collected:
    """Return the project that flags, files, the user's config and prompts decide.

    Raises:
        InputError: with every problem of the answers.
        Interrupted: the user left.

    """
    catalog, reporter = session.catalog, session.reporter
    sources = _sources(options, catalog, project, reporter, session.config.layer())
    several = _check_several(options, sources)
    if not options.interactive:
        return headless(sources, catalog, defaults=options.defaults)
    from scaffold.terminal.hub import TerminalHub

    def compared(found: Collected) -> Plan:
        tree = formatted(render(found.whole, template and template.without_hooks()), reporter)
        return planned(tree, _target(found, options), catalog, to_be_applied=False)

    folder = options.directory or (Path() if project else None)
    hub = TerminalHub(compared, folder, offline=options.offline)
    return asked(hub, sources, catalog, several=several)


def _sources(
    options: Options, catalog: Catalog, project: Layer | None, reporter: Reporter, config: Layer
) -> Sources:
    """Return the layers of answers that there are before anybody is asked.

    Raises:
        InputError: a flag or a file cannot be used.

    """
    named = [text.partition("=")[0] for text in options.compositions]
    flags = [
        *layers.from_flags(options.given, catalog),
        *layers.composition_layers(options.compositions, catalog),
    ]
    files = [load_file(options.answers_file)] if options.answers_file else []
    files = [layers.without_compositions(file, named) for file in files]
    given = with_source_facts(flags, files, options, reporter)
    folder = options.directory
    target = [Layer("the folder", {"name": folder.resolve().name})] if folder else []
    strong = given if project else [*given, *target]
    return Sources(
        strong=strong,
        stack=options.stack or merge(strong).get("stack"),
        dropped=options.drop_role,
        project=project and layers.without_compositions(project, named),
        config=config,
        memory=options.memory,
        resume=options.resume,
    )


def _check_several(options: Options, sources: Sources) -> bool:
    """Return whether several compositions are asked about, as ``multi`` always does.

    Raises:
        InputError: ``multi`` is run for a project of one composition, or is told of none.

    """
    if options.command != "multi":
        return KEY in sources.given or KEY in (sources.project.answers if sources.project else {})
    if sources.project is not None and KEY not in sources.project.answers:
        what, remedy = "the project holds one composition", "Run nxc-scaffold new"
        remedy += ", or choose another folder"
        raise InputError(Problem(sources.project.source, what, remedy))
    there = KEY in sources.given or sources.project is not None
    if not there and not options.interactive:
        remedy = "Give --composition NAME=STACK for each of two or more, or an answers file"
        raise InputError(Problem(KEY, "is not answered", remedy))
    return True


def _project(options: Options) -> Layer | None:
    """Return the answers of the project in the target folder, unless another start is named.

    Without DIR the target is the current folder, unless a name asks for a new one.
    """
    elsewhere = options.directory is None and options.given.get("name") is not None
    if options.stack or options.answers_file or elsewhere:
        return None
    return recorded(options.directory or Path())


def _target(found: Collected, options: Options) -> Path:
    if options.directory is not None:
        return options.directory
    return Path() if found.in_place else Path(found.project.name)


def with_source_facts(
    flags: list[Layer], files: list[Layer], options: Options, reporter: Reporter
) -> list[Layer]:
    """Return the layers with what the sources of the user's own packages say of themselves."""
    if not any("packages_from" in layer.answers for layer in (*flags, *files)):
        return [*flags, *files]
    from scaffold.packages.recording import with_records  # it loads all about packages

    return with_records(
        flags, files, reporter.field, defaults=options.defaults, offline=options.offline
    )
