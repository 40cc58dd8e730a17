"""``nxc-scaffold new``: collect answers, render, write once, check, report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scaffold.answers import answers, layers, user_config
from scaffold.answers.answers import Layer
from scaffold.answers.collect import Collected, Sources, asked, headless, recorded
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.commands.after_writing import confirm, formatted
from scaffold.commands.options import Options
from scaffold.commands.secret_files import create_secrets
from scaffold.commands.template import own_template
from scaffold.commands.writing import (
    entering,
    finish,
    interrupted_after_writing,
    preview,
    reporter_of,
    settled,
    show_diff,
    tell_dry_run,
    wishes,
)
from scaffold.composition.model import Composition
from scaffold.composition.topology import Topology
from scaffold.render.own_template import Own
from scaffold.render.project import render
from scaffold.report.reporter import Reporter, topology_document
from scaffold.writer.apply import apply
from scaffold.writer.plan import Plan, make_plan
from scaffold.writer.target import check_target


def run(options: Options) -> int:
    """Run the command and return its exit code."""
    config = user_config.load()
    reporter = reporter_of(options, plain=options.plain or config.plain)
    if options.directory is not None:
        check_target(options.directory)
    catalog = load_catalog([*config.catalogues, *options.catalogues])
    user_config.check(config, catalog)
    own = own_template(options, config.author, _project(options))
    if own is not None and options.dry_run:
        own = own.without_hooks()
    if own is not None:
        reporter.field("template", str(own))
    composition, target = collect(options, catalog, reporter, config.layer(), own)
    if any(variant.sources for variant in composition.variants.values()):
        from scaffold.sources.variant_hashes import with_hashes  # it loads all about sources

        composition = with_hashes(composition, reporter.field, offline=options.offline)
    topology = Topology(composition, catalog)
    tree = formatted(render(composition, catalog, own), reporter)
    plan = settled(make_plan(tree, target, to_be_applied=not options.dry_run), options)
    shown_as = str(target)
    show_diff(plan, options)
    if options.dry_run:
        reporter.summary(topology)
        reporter.plan(plan, shown_as=shown_as)
        tell_dry_run(plan, reporter)
        return _finish(options, topology, plan, [])
    apply(plan)
    with interrupted_after_writing(plan):
        created = create_secrets(topology, target)
        if not options.interactive:
            reporter.summary(topology)
        reporter.plan(plan, shown_as=shown_as)
        reporter.secrets([str(path) for path in created], shown_as=shown_as)
        results = confirm(topology, plan, wishes(options), reporter)
    reporter.next_steps(_next(shown_as, topology))
    return _finish(options, topology, plan, results)


def _next(shown_as: str, topology: Topology) -> list[tuple[str, str]]:
    flavour = topology.composition.default_flavour
    return [
        (entering(shown_as), "a shell with nxc"),
        (f"nxc build -f {flavour} && nxc start", "build and start the hosts"),
        ("nxc driver -t", "run the test, in another terminal"),
    ]


def _finish(options: Options, topology: Topology, plan: Plan, results: list[Any]) -> int:
    return finish(options, {"roles": topology_document(topology)}, plan, results)


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
        resume=options.resume,
    )
    if not options.interactive:
        found = headless(sources, catalog, defaults=options.defaults)
        return found.composition, _target(found, options)
    from scaffold.terminal.prompts import Prompts

    found = asked(
        Prompts(offline=options.offline),
        sources,
        catalog,
        lambda found: _last_screen(found, catalog, options, reporter, own),
    )
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


def _last_screen(
    found: Collected,
    catalog: Catalog,
    options: Options,
    reporter: Reporter,
    own: Own | None,
) -> None:
    """Show the topology, the files and what will be checked."""
    tree = render(found.composition, catalog, own and own.without_hooks())
    reporter.line()
    reporter.summary(Topology(found.composition, catalog))
    preview([str(path) for path in tree], _target(found, options), options, reporter)
