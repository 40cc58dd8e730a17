"""``nxc-scaffold package``: find the layout, look at the source, ask, write once, check, report."""

from __future__ import annotations

import sys
from pathlib import PurePosixPath

from scaffold import answers, git, process
from scaffold.checks import Result
from scaffold.commands.package_collect import collect, show
from scaffold.commands.package_options import Options
from scaffold.confirm import formatted
from scaffold.errors import Exit, InputError, Problem
from scaffold.nur import checks
from scaffold.nur.assemble import package_tree, registered_file
from scaffold.nur.builders import load_builders
from scaffold.nur.detect.facts import Facts
from scaffold.nur.layouts import Layout, find_layout, read_text, syntax_problems
from scaffold.nur.look import look_at
from scaffold.nur.questions import NOTHING, questions_for
from scaffold.nur.update import bump
from scaffold.parsers import Context
from scaffold.plain import reporter as plain_or_not
from scaffold.plain import wanted
from scaffold.report import Reporter, check_document, print_json
from scaffold.writer.apply import apply
from scaffold.writer.plan import (
    Decision,
    Plan,
    Verb,
    make_plan,
    require_settled,
    resolve,
    unified_diff,
)
from scaffold.writer.tree import File, Policy, Tree


def run(options: Options) -> int:
    """Run the command and return its exit code."""
    plain = wanted(flag=options.plain)
    reporter = plain_or_not(quiet=options.quiet or options.as_json, plain=plain)
    if options.interactive:
        from scaffold.terminal import looks

        looks.speak_plainly(wanted=plain)
    if options.verbose:
        process.observe(reporter.command)
    layout = find_layout(options.repo)
    reporter.field("layout", f"{layout.title}: {layout.evidence}")
    if options.update:
        tree, name = _updated(options, layout, reporter), options.update
    else:
        tree, name = _written(options, layout, reporter)
    tree = _formatted(tree, reporter)
    plan = _settled(make_plan(tree, layout.root), options)
    if options.diff and not options.as_json:
        sys.stdout.write(unified_diff(plan))
    if options.dry_run:
        reporter.plan(plan, shown_as=str(options.repo))
        reporter.line("  nothing was written (--dry-run)")
        return _finish(options, layout, name, plan, [])
    apply(plan)
    reporter.plan(plan, shown_as=str(options.repo))
    return _after_writing(options, layout, name, plan, reporter)


def _formatted(tree: Tree, reporter: Reporter) -> Tree:
    """Format new files only: those that are edited keep every other byte."""
    new = formatted(Tree(f for f in tree.values() if f.policy is not Policy.EDIT), reporter)
    return Tree([*new.values(), *(f for f in tree.values() if f.policy is Policy.EDIT)])


def _written(options: Options, layout: Layout, reporter: Reporter) -> tuple[Tree, str]:
    """Return the files of a new package and its name."""
    file = [answers.load_file(options.answers_file)] if options.answers_file else []
    flags = options.layers()
    given = answers.merge([*flags, *file])
    look = look_at(layout, given, offline=options.offline)
    if look.reason:
        reporter.field("source", look.reason)
    package, path = collect(look, [*flags, *file, look.layer()], options, reporter)
    show(package, look, reporter)
    return package_tree(package, path, layout, module=options.module), package.name


def _updated(options: Options, layout: Layout, reporter: Reporter) -> Tree:
    """Return the edit that bumps a package.

    Raises:
        InputError: there is no such package, or it does not say its version in one place.

    """
    flags = answers.merge(options.layers())
    name = str(options.update)
    file = registered_file(name, layout)
    version = flags.get("version")
    if not version:
        raise InputError(Problem("version", "is not answered", "Give --version VERSION"))
    questions = questions_for(layout, load_builders(), Facts(), None)
    ctx = Context(NOTHING)
    for question in questions:
        if question.key in ("version", "ref"):
            question.parse(flags.get(question.key, version), ctx)
    if ctx.problems:
        raise InputError(*ctx.problems)
    text = read_text(layout.root, file)
    with syntax_problems(file):
        done = bump(text, str(version), ref=flags.get("ref"), file=str(file))
    reporter.field("package", f"{name}   {done.old} → {version}")
    if done.reset:
        command = checks.by_hand(layout, name)
        reporter.field("reset", f"{', '.join(done.reset)}: {command} tells each in turn")
    return Tree([_edit(file, text, done.text)])


def _edit(file: PurePosixPath, old: str, new: str) -> File:
    content = new.encode()
    return File(
        file,
        content,
        policy=Policy.EDIT,
        merge=lambda found: content if found == old.encode() else None,
    )


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


def _after_writing(
    options: Options, layout: Layout, name: str, plan: Plan, reporter: Reporter
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
        own = new or [s.path for s in plan.steps]
        edited = [s.path for s in plan.steps if s.path not in own]
        written = checks.Written(
            layout,
            name,
            tuple(p for p in own if p.suffix == ".nix"),
            tuple(edited),
            options.offline,
            options.nix_words,
        )
        results = checks.run(
            written, reporter.check_started, reporter.check_done, evaluate=not options.no_evaluation
        )
    reporter.next_steps(
        [
            (checks.by_hand(layout, name), "build it"),
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
