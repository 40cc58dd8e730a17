"""``nxc-scaffold package``: find the layout, look at the source, ask, write once, check, report."""

from __future__ import annotations

from scaffold.answers import answers
from scaffold.answers.answers import Layer
from scaffold.answers.collect import interrupted
from scaffold.base.errors import Exit
from scaffold.checks import Result
from scaffold.checks import repository as checks
from scaffold.commands.after_writing import formatted
from scaffold.commands.package_collect import collect, show
from scaffold.commands.package_options import Options
from scaffold.commands.package_update import Update, update
from scaffold.commands.writing import (
    interrupted_after_writing,
    reporter_of,
    settled,
    show_diff,
    tell_dry_run,
)
from scaffold.packages.assemble import package_tree
from scaffold.packages.inspection import look_at
from scaffold.report.reporter import Reporter, check_document, print_json
from scaffold.report.sentences import wanted
from scaffold.repository.layouts import Layout, find_layout
from scaffold.system import git
from scaffold.writer.apply import apply
from scaffold.writer.plan import (
    Plan,
    Verb,
    make_plan,
)
from scaffold.writer.tree import Policy, Tree


def run(options: Options) -> int:
    """Run the command and return its exit code."""
    plain = wanted(flag=options.plain)
    reporter = reporter_of(options, plain=plain)
    layout = find_layout(options.repo)
    reporter.field("layout", f"{layout.title}: {layout.evidence}")
    if options.update:
        done, name = update(options, layout, reporter), options.update
    else:
        tree, name = _written(options, layout, reporter)
        done = Update(tree)
    plan = settled(
        make_plan(_formatted(done.tree, reporter), layout.root, to_be_applied=not options.dry_run),
        options,
    )
    show_diff(plan, options)
    if options.dry_run:
        reporter.plan(plan, shown_as=str(options.repo))
        tell_dry_run(plan, reporter)
        return _finish(options, layout, name, plan, [])
    apply(plan)
    with interrupted_after_writing(plan):
        reporter.plan(plan, shown_as=str(options.repo))
        return _after_writing(options, layout, name, plan, reporter, done.steps)


def _formatted(tree: Tree, reporter: Reporter) -> Tree:
    """Format new files only: those that are edited keep every other byte."""
    new = formatted(Tree(f for f in tree.values() if f.policy is not Policy.EDIT), reporter)
    return Tree([*new.values(), *(f for f in tree.values() if f.policy is Policy.EDIT)])


def _written(options: Options, layout: Layout, reporter: Reporter) -> tuple[Tree, str]:
    """Return the files of a new package and its name."""
    file = [answers.load_file(options.answers_file)] if options.answers_file else []
    flags = options.layers()
    if options.resume:
        file.append(Layer("the interrupted run", interrupted("package").answers))
    given = answers.merge([*flags, *file])
    look = look_at(layout, given, offline=options.offline)
    if look.reason:
        reporter.field("source", look.reason)
    package, path = collect(look, [*flags, *file, look.layer()], options, reporter)
    show(package, look, reporter)
    return package_tree(package, path, layout, module=options.module), package.name


def _after_writing(
    options: Options,
    layout: Layout,
    name: str,
    plan: Plan,
    reporter: Reporter,
    steps: tuple[tuple[str, str], ...],
) -> int:
    new = [
        s.path for s in plan.steps if s.file.policy is not Policy.EDIT and s.verb is not Verb.KEEP
    ]
    if not options.no_git and new:
        known = git.intent_to_add(plan.target, new)
        if known.reason:
            reporter.field("git", known.reason)
    results: list[Result] = []
    if not options.no_check:
        edited = [s.path for s in plan.steps if s.path not in new]
        written = checks.Written(
            layout,
            name,
            tuple(p for p in new if p.suffix == ".nix"),
            tuple(edited),
            options.offline,
            options.nix_words,
        )
        results = checks.run(
            written, reporter.check_started, reporter.check_done, evaluate=not options.no_evaluation
        )
    reporter.next_steps(
        [
            *steps,
            (layout.build_command(name), "build it"),
            (f"nxc-scaffold phases {name}", "run its phases one by one"),
        ]
    )
    return _finish(options, layout, name, plan, results)


def _finish(options: Options, layout: Layout, name: str, plan: Plan, results: list[Result]) -> int:
    code = Exit.CHECK_FAILED if any(r.status == "failed" for r in results) else Exit.OK
    if options.as_json:
        print_json(
            {
                "exit": int(code),
                "target": str(plan.target),
                "written": not options.dry_run,
                "layout": layout.kind,
                "package": name,
                "files": [{"path": str(s.path), "verb": s.verb.value} for s in plan.steps],
                "checks": [check_document(result) for result in results],
            }
        )
    return int(code)
