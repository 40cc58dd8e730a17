"""``nxc-scaffold multi``: several compositions in one flake."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scaffold.answers.multi import Project
from scaffold.catalogue.catalog import Catalog
from scaffold.commands.after_writing import check_several
from scaffold.commands.multi_collect import collect, target_of
from scaffold.commands.next_steps import next_steps
from scaffold.commands.options import Common, MultiOptions
from scaffold.commands.past import merging
from scaffold.commands.pipeline import Job, carry_out
from scaffold.commands.secret_files import create_secrets
from scaffold.commands.session import Session, begin
from scaffold.commands.writing import preview, wishes
from scaffold.composition.topology import Topology
from scaffold.render.multirender import render_all
from scaffold.report.reporter import Reporter, topology_document


def run(options: MultiOptions) -> int:
    """Run the command and return its exit code."""
    session = begin(options)
    catalog, reporter = session.catalog, session.reporter
    project = collect(
        options,
        catalog,
        reporter,
        session.config.layer(),
        lambda found: _last_screen(found, catalog, options, reporter),
    )
    return write(project, target_of(options, project), options, session)


def write(project: Project, target: Path, options: Common, session: Session) -> int:
    """Write a project of several compositions, check it and report; return the exit code."""
    catalog, reporter = session.catalog, session.reporter
    topologies = _topologies(project, catalog)
    job = Job(
        render_all(project, catalog),
        target,
        str(target),
        check=lambda plan: check_several(topologies, plan, wishes(options), reporter),
        summary=lambda: reporter.compositions(topologies, Topology(project.together(), catalog)),
        written=lambda: _secrets(topologies, target),
        document={
            "compositions": {one.composition.name: topology_document(one) for one in topologies}
        },
        next_steps=next_steps(topologies, str(target)),
        plan=merging(catalog),
    )
    return carry_out(job, options, reporter)


def _secrets(topologies: Sequence[Topology], target: Path) -> list[str]:
    created = [path for topology in topologies for path in create_secrets(topology, target)]
    return list(dict.fromkeys(created))


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
