"""``nxc-scaffold multi``: several compositions in one flake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaffold.answers import user_config
from scaffold.answers.multi import Project
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.commands.after_writing import confirm_several, formatted
from scaffold.commands.multi_collect import collect, target_of
from scaffold.commands.options import MultiOptions
from scaffold.commands.secret_files import create_secrets
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
from scaffold.composition.topology import Topology
from scaffold.render.multirender import render_all
from scaffold.report.reporter import Reporter, topology_document
from scaffold.writer.apply import apply
from scaffold.writer.plan import Plan, make_plan
from scaffold.writer.target import check_target


def run(options: MultiOptions) -> int:
    """Run the command and return its exit code."""
    config = user_config.load()
    reporter = reporter_of(options, plain=options.plain or config.plain)
    if options.directory is not None:
        check_target(options.directory)
    catalog = load_catalog([*config.catalogues, *options.catalogues])
    user_config.check(config, catalog)
    project = collect(
        options,
        catalog,
        reporter,
        config.layer(),
        lambda found: _last_screen(found, catalog, options, reporter),
    )
    topologies = _topologies(project, catalog)
    target = target_of(options, project)
    tree = formatted(render_all(project, catalog), reporter)
    plan = settled(make_plan(tree, target, to_be_applied=not options.dry_run), options)
    show_diff(plan, options)
    if options.dry_run or not options.interactive:
        reporter.compositions(topologies, Topology(project.together(), catalog))
    if options.dry_run:
        reporter.plan(plan, shown_as=str(target))
        tell_dry_run(plan, reporter)
        return _finish(options, topologies, plan, [])
    apply(plan)
    with interrupted_after_writing(plan):
        created = [path for topology in topologies for path in create_secrets(topology, target)]
        reporter.plan(plan, shown_as=str(target))
        reporter.secrets([str(path) for path in dict.fromkeys(created)], shown_as=str(target))
        results = confirm_several(topologies, plan, wishes(options), reporter)
    reporter.next_steps(_next(project, str(target)))
    return _finish(options, topologies, plan, results)


def _topologies(project: Project, catalog: Catalog) -> list[Topology]:
    return [Topology(one, catalog) for one in project.compositions]


def _last_screen(
    project: Project, catalog: Catalog, options: MultiOptions, reporter: Reporter
) -> None:
    """Show the compositions, the files and what will be checked."""
    paths = [str(path) for path in render_all(project, catalog)]
    reporter.line()
    together = Topology(project.together(), catalog)
    reporter.compositions(_topologies(project, catalog), together)
    preview(paths, target_of(options, project), options, reporter)


def _next(project: Project, shown_as: str) -> list[tuple[str, str]]:
    one, flavour = project.first.name, project.first.default_flavour
    return [
        (entering(shown_as), "a shell with nxc"),
        (f"nxc build -C {one} -f {flavour}", "build one of the compositions"),
        (f"nxc start -C {one}::{flavour}", "start it"),
        ("nxc driver -t", "run its test, in another terminal"),
    ]


def _finish(
    options: MultiOptions, topologies: Sequence[Topology], plan: Plan, results: Sequence[Any]
) -> int:
    found = {one.composition.name: topology_document(one) for one in topologies}
    return finish(options, {"compositions": found}, plan, results)
