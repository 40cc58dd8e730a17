"""``nxc-scaffold multi``: several compositions in one flake."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffold import answers, layers, userconfig
from scaffold.answers import Layer
from scaffold.catalog import load_catalog
from scaffold.confirm import Wishes, confirm_several, formatted
from scaffold.errors import Exit, InputError, Problem
from scaffold.model import Catalog
from scaffold.multi import SHARED, Project, build, layers_of, render_all
from scaffold.plain import reporter as plain_or_not
from scaffold.plain import wanted
from scaffold.report import Reporter, check_document, print_json, topology_document
from scaffold.secretfiles import create_secrets
from scaffold.topology import Topology
from scaffold.writer.apply import apply
from scaffold.writer.plan import Decision, Plan, make_plan, require_settled, resolve, unified_diff
from scaffold.writer.target import check_target

Flags = Mapping[str, Any]


def run(directory: Path, flags: Flags) -> int:
    """Run the command and return its exit code."""
    plain = wanted(flag=flags["plain"])
    reporter = plain_or_not(quiet=flags["quiet"] or flags["as_json"], plain=plain)
    check_target(directory)
    config = userconfig.load()
    catalog = load_catalog([*config.catalogues, *flags["catalogues"]])
    project = _project(directory, flags, config.layer(), catalog)
    topologies = [Topology(one, catalog) for one in project.compositions]
    plan = make_plan(formatted(render_all(project, catalog), reporter), directory)
    plan = _settled(plan, flags)
    for topology in topologies:
        reporter.line(f"  {topology.composition.name}", style="bold")
        reporter.summary(topology)
    if flags["diff"] and not flags["as_json"]:
        sys.stdout.write(unified_diff(plan))
    if not flags["dry_run"]:
        apply(plan)
        for topology in topologies:
            create_secrets(topology, directory)
    reporter.plan(plan, shown_as=str(directory))
    results = [] if flags["dry_run"] else _confirmed(topologies, plan, flags, reporter)
    reporter.next_steps(_next(project, directory))
    return _finish(topologies, plan, results, flags)


def _project(directory: Path, flags: Flags, config: Layer, catalog: Catalog) -> Project:
    """Return what flags, an answers file and the user's config decide.

    Raises:
        InputError: with every problem of the answers.

    """
    file = answers.load_file(flags["answers_file"]) if flags["answers_file"] else Layer("", {})
    sources: dict[str, Any] = {}
    told = file.answers.get("compositions", {})
    if not isinstance(told, Mapping):
        raise InputError(Problem("compositions", "is not a table", "Write [compositions.NAME]"))
    sources.update(told)
    sources.update(_pairs(flags["compositions"]))
    own = layers.from_flags({key: flags[key] for key in SHARED}, catalog)
    in_file = Layer(file.source, {k: v for k, v in file.answers.items() if k in SHARED})
    shared = Layer("the shared answers", answers.merge([*own, in_file, config]))
    name = str(file.answers.get("name") or directory.resolve().name)
    text = flags["description"] or str(file.answers.get("description") or "")
    return build(name, layers_of(sources, catalog), shared, catalog, text)


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    return {name: stack or name for name, _, stack in pairs}


def _settled(plan: Plan, flags: Flags) -> Plan:
    if flags["force"] or flags["keep"]:
        decision = Decision.OVERWRITE if flags["force"] else Decision.KEEP
        return resolve(plan, lambda _: decision)
    if not flags["dry_run"]:
        require_settled(plan)
    return plan


def _confirmed(
    topologies: Sequence[Topology], plan: Plan, flags: Flags, reporter: Reporter
) -> list[Any]:
    wishes = Wishes(
        git=not flags["no_git"],
        check=not flags["no_check"],
        flake=not flags["no_flake_check"],
        offline=flags["offline"],
        override_inputs=flags["override_inputs"],
        nix_options=flags["nix_options"],
    )
    return confirm_several(topologies, plan, wishes, reporter)


def _next(project: Project, directory: Path) -> list[tuple[str, str]]:
    one, flavour = project.first.name, project.first.default_flavour
    return [
        (f"cd {directory} && nix develop", "a shell with nxc"),
        (f"nxc build -C {one} -f {flavour}", "build one of the compositions"),
        (f"nxc start -C {one}::{flavour}", "start it"),
        ("nxc driver -t", "run its test, in another terminal"),
    ]


def _finish(
    topologies: Sequence[Topology], plan: Plan, results: Sequence[Any], flags: Flags
) -> int:
    failed = any(result.status == "failed" for result in results)
    code = Exit.CHECK_FAILED if failed else Exit.OK
    if flags["as_json"]:
        print_json(
            {
                "exit": int(code),
                "target": str(plan.target),
                "written": not flags["dry_run"],
                "compositions": {t.composition.name: topology_document(t) for t in topologies},
                "files": [{"path": str(s.path), "verb": s.verb.value} for s in plan.steps],
                "checks": [check_document(result) for result in results],
            }
        )
    return int(code)
