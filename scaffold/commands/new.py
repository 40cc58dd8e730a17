"""``nxc-scaffold new``: collect answers, render, write once, check, report."""

from __future__ import annotations

from pathlib import Path

from scaffold.answers import answers, layers
from scaffold.answers.answers import Layer
from scaffold.answers.collect import Collected, Sources, asked, headless, recorded
from scaffold.asking.memory import Memory
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.commands.after_writing import check
from scaffold.commands.formatting import formatted
from scaffold.commands.next_steps import next_steps
from scaffold.commands.options import Options
from scaffold.commands.past import merging, planned
from scaffold.commands.pipeline import Job, carry_out
from scaffold.commands.project_folder import tell_version
from scaffold.commands.secret_files import create_secrets
from scaffold.commands.session import Session, begin
from scaffold.commands.template import own_template
from scaffold.commands.writing import wishes
from scaffold.composition.model import Composition
from scaffold.composition.topology import Topology
from scaffold.render.own_template import Own
from scaffold.render.project import render
from scaffold.report.reporter import Reporter, topology_document
from scaffold.writer.plan import Plan


def run(options: Options) -> int:
    """Run the command and return its exit code."""
    session = begin(options)
    catalog, reporter = session.catalog, session.reporter
    project = _project(options)
    if project is not None:
        tell_version(project, reporter)
    own = own_template(options, session.config.author, project)
    if own is not None and options.dry_run:
        own = own.without_hooks()
    if own is not None:
        reporter.field("template", str(own))
    composition, target = collect(options, catalog, reporter, session.config.layer(), own)
    return write(composition, target, own, options, session)


def write(
    composition: Composition, target: Path, own: Own | None, options: Options, session: Session
) -> int:
    """Write a composition to its folder, check it and report; return the exit code."""
    catalog, reporter = session.catalog, session.reporter
    if any(variant.sources for variant in composition.variants.values()):
        from scaffold.sources.variant_hashes import with_hashes  # it loads all about sources

        composition = with_hashes(composition, reporter.field, offline=options.offline)
    topology = Topology(composition, catalog)
    job = Job(
        render(composition, catalog, own),
        target,
        str(target),
        check=lambda plan: check(topology, plan, wishes(options), reporter),
        summary=lambda: reporter.summary(topology),
        written=lambda: create_secrets(topology, target),
        document={"roles": topology_document(topology)},
        next_steps=next_steps([topology], str(target)),
        plan=merging(catalog),
    )
    if options.interactive and not options.dry_run:  # the screen on which it was is wiped away
        reporter.summary(topology)
    return carry_out(job, options, reporter)


def collect(
    options: Options, catalog: Catalog, reporter: Reporter, config: Layer, own: Own | None = None
) -> tuple[Composition, Path]:
    """Return the composition that flags, files, the user's ``config`` and prompts decide.

    Its folder is the second value: that of the project it was started from, DIR, or its name.

    Raises:
        InputError: with every problem of the answers.
        Interrupted: the user left.

    """
    flags = layers.from_flags(options.given, catalog)
    files = [answers.load_file(options.answers_file)] if options.answers_file else []
    if files and "compositions" in files[0].answers:
        what = "holds the answers of several compositions"
        remedy = "Give it to nxc-scaffold multi, or another one to --answers"
        raise InputError(Problem(files[0].source, what, remedy))
    given = looked_at(flags, files, options, reporter)
    folder = options.directory
    project = _project(options)
    named = [Layer("the folder", {"name": folder.resolve().name})] if folder else []
    strong = given if project else [*given, *named]
    sources = Sources(
        strong=strong,
        stack=options.stack or answers.merge(strong).get("stack"),
        dropped=options.drop_role,
        project=project,
        config=config,
        memory=Memory.of("new", folder),
        resume=options.resume,
    )
    if not options.interactive:
        found = headless(sources, catalog, defaults=options.defaults)
        return found.composition, _target(found, options)
    from scaffold.terminal.hub import TerminalHub

    def compared(found: Collected) -> Plan:
        tree = formatted(render(found.composition, catalog, own and own.without_hooks()), reporter)
        return planned(tree, _target(found, options), catalog, to_be_applied=False)

    folder = options.directory or (Path() if project else None)
    hub = TerminalHub(compared, folder, offline=options.offline)
    found = asked(hub, sources, catalog)
    return found.composition, _target(found, options)


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
    return Path() if found.in_place else Path(found.composition.name)


def looked_at(
    flags: list[Layer], files: list[Layer], options: Options, reporter: Reporter
) -> list[Layer]:
    """Return the layers with what the sources of the user's own packages say of themselves."""
    if not any("packages_from" in layer.answers for layer in (*flags, *files)):
        return [*flags, *files]
    from scaffold.packages.carry import with_records  # it loads all about packages

    return with_records(
        flags, files, reporter.field, defaults=options.defaults, offline=options.offline
    )
