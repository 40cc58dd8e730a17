"""``nxc-scaffold new``: collect answers, render, write once, check, report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scaffold import answers, layers, process, userconfig
from scaffold.answers import Layer
from scaffold.catalog import load_catalog
from scaffold.collect import Sources, asked, headless
from scaffold.commands.options import Options
from scaffold.commands.template import own_template
from scaffold.confirm import Wishes, confirm, formatted
from scaffold.errors import Exit
from scaffold.model import Catalog, Composition
from scaffold.owntemplates.own import Own
from scaffold.plain import reporter as plain_or_not
from scaffold.render import render
from scaffold.report import Reporter, check_document, print_json, topology_document
from scaffold.secretfiles import create_secrets
from scaffold.topology import Topology
from scaffold.writer.apply import apply
from scaffold.writer.plan import Decision, Plan, make_plan, require_settled, resolve, unified_diff
from scaffold.writer.target import check_target


def run(options: Options) -> int:
    """Run the command and return its exit code."""
    config = userconfig.load()
    plain = options.plain or config.plain
    reporter = plain_or_not(quiet=options.quiet or options.as_json, plain=plain)
    if options.interactive:
        from scaffold.terminal import looks

        looks.speak_plainly(wanted=plain)
    if options.verbose:
        process.observe(reporter.command)
    if options.directory is not None:
        check_target(options.directory)
    catalog = load_catalog([*config.catalogues, *options.catalogues])
    userconfig.check(config, catalog)
    own = own_template(options, config.author)
    if own is not None and options.dry_run:
        own = own.without_hooks()
    if own is not None:
        reporter.field("template", str(own))
    composition = collect(options, catalog, reporter, config.layer(), own)
    if any(variant.sources for variant in composition.variants.values()):
        from scaffold.nur.variant_sources import with_hashes  # it loads all about sources

        composition = with_hashes(composition, reporter.field, offline=options.offline)
    topology = Topology(composition, catalog)
    target = options.directory or Path(composition.name)
    tree = formatted(render(composition, catalog, own), reporter)
    plan = _settled(make_plan(tree, target), options)
    shown_as = str(target)
    if options.diff and not options.as_json:
        # Bytes, for `git apply`: what a terminal shows of them is another matter.
        click.echo(unified_diff(plan).encode("utf-8", "surrogateescape"), nl=False)
    if options.dry_run:
        reporter.summary(topology)
        reporter.plan(plan, shown_as=shown_as)
        reporter.line("  nothing was written (--dry-run)")
        return _finish(options, topology, plan, [])
    apply(plan)
    created = create_secrets(topology, target)
    if not options.interactive:
        reporter.summary(topology)
    reporter.plan(plan, shown_as=shown_as)
    reporter.secrets([str(path) for path in created], shown_as=shown_as)
    return _after_writing(options, topology, plan, reporter, shown_as)


def _after_writing(
    options: Options, topology: Topology, plan: Plan, reporter: Reporter, shown_as: str
) -> int:
    wishes = Wishes(
        git=not options.no_git,
        check=not options.no_check,
        flake=not options.no_flake_check,
        offline=options.offline,
        override_inputs=options.override_inputs,
        nix_options=options.nix_options,
    )
    results = confirm(topology, plan, wishes, reporter)
    reporter.next_steps(_next(shown_as, topology))
    return _finish(options, topology, plan, results)


def _next(shown_as: str, topology: Topology) -> list[tuple[str, str]]:
    flavour = topology.composition.default_flavour
    enter = [] if shown_as == "." else [f"cd {shown_as}"]
    return [
        (" && ".join([*enter, "nix develop"]), "a shell with nxc"),
        (f"nxc build -f {flavour} && nxc start", "build and start the hosts"),
        ("nxc driver -t", "run the test, in another terminal"),
    ]


def _finish(options: Options, topology: Topology, plan: Plan, results: list[Any]) -> int:
    failed = any(result.status == "failed" for result in results)
    code = Exit.CHECK_FAILED if failed else Exit.OK
    if options.as_json:
        print_json(
            {
                "exit": int(code),
                "target": str(plan.target),
                "written": not options.dry_run,
                "roles": topology_document(topology),
                **({"diff": unified_diff(plan)} if options.diff else {}),
                "files": [{"path": str(s.path), "verb": s.verb.value} for s in plan.steps],
                "checks": [check_document(result) for result in results],
            }
        )
    return int(code)


def collect(
    options: Options, catalog: Catalog, reporter: Reporter, config: Layer, own: Own | None = None
) -> Composition:
    """Return the composition that flags, files, the user's ``config`` and prompts decide.

    Raises:
        InputError: with every problem of the answers.
        Interrupted: the user left.

    """
    flags = layers.from_flags(options.given, catalog)
    files = [answers.load_file(options.answers_file)] if options.answers_file else []
    given = looked_at(flags, files, options, reporter)
    folder = options.directory
    named = [Layer("the folder", {"name": folder.resolve().name})] if folder else []
    strong = [*given, *named]
    sources = Sources(
        strong=strong,
        stack=options.stack or answers.merge(strong).get("stack"),
        dropped=options.drop_role,
        directory=folder,
        config=config,
        resume=options.resume,
    )
    if not options.interactive:
        return headless(sources, catalog, defaults=options.defaults)
    from scaffold.terminal.prompts import Prompts

    return asked(
        Prompts(),
        sources,
        catalog,
        lambda found: _last_screen(found, catalog, options, reporter, own),
    )


def looked_at(
    flags: list[Layer], files: list[Layer], options: Options, reporter: Reporter
) -> list[Layer]:
    """Return the layers with what the sources of the user's own packages say of themselves."""
    if not any("packages_from" in layer.answers for layer in (*flags, *files)):
        return [*flags, *files]
    from scaffold.nur.carrying import with_records  # it loads all about packages

    return with_records(
        flags, files, reporter.field, defaults=options.defaults, offline=options.offline
    )


def _last_screen(
    composition: Composition,
    catalog: Catalog,
    options: Options,
    reporter: Reporter,
    own: Own | None,
) -> None:
    """Show the topology, the files and what will be checked."""
    tree = render(composition, catalog, own and own.without_hooks())
    target = options.directory or Path(composition.name)
    reporter.line()
    reporter.summary(Topology(composition, catalog))
    reporter.files(sorted(str(path) for path in tree), shown_as=str(target))
    checks = "nothing" if options.no_check else "syntax, format, composition, test script"
    if not (options.no_check or options.no_flake_check):
        checks += ", nix flake check, each flavour"
    reporter.field("checks", checks)


def _settled(plan: Plan, options: Options) -> Plan:
    """Decide conflicts by flag or by asking; a dry run only shows them.

    Raises:
        ConflictError: there are conflicts and nobody to ask.

    """
    if options.force or options.keep:
        decision = Decision.OVERWRITE if options.force else Decision.KEEP
        return resolve(plan, lambda _: decision)
    if plan.conflicts and options.interactive and not options.dry_run:
        from scaffold.terminal.prompts import decide_conflicts

        return decide_conflicts(plan)
    if not options.dry_run:
        require_settled(plan)
    return plan
