"""``nxc-scaffold package``: find the layout, look at the source, ask, write once, check, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.answers.document import load_file
from scaffold.asking.interview import resumed, written_or_resumed
from scaffold.asking.layers import Layer, merge
from scaffold.checks import Result
from scaffold.checks import repository as checks
from scaffold.commands.next_steps import in_folder
from scaffold.commands.package_collect import collect, show
from scaffold.commands.package_options import Options
from scaffold.commands.package_update import Update, update
from scaffold.commands.pipeline import Job, carry_out
from scaffold.commands.writing import interrupted_before_writing, reporter_of
from scaffold.packages.assemble import package_tree
from scaffold.packages.inspection import inspect_source
from scaffold.packages.package import Package
from scaffold.report.reporter import Reporter
from scaffold.report.sentences import wanted
from scaffold.repository.layout import Layout
from scaffold.repository.layouts import find_layout
from scaffold.repository.proof import Proof, prove
from scaffold.system import git
from scaffold.system.nix_config import as_typed
from scaffold.writer.plan import Plan
from scaffold.writer.steps import Verb
from scaffold.writer.tree import Policy, Tree


@interrupted_before_writing("nxc-scaffold")
def run(options: Options) -> int:
    """Run the command and return its exit code."""
    reporter = reporter_of(options, plain=wanted(flag=options.plain))
    layout = find_layout(options.repo, options.name or "NAME")
    reporter.field("layout", f"{layout.title}: {layout.evidence}")
    if options.update:
        done = update(options, layout, reporter)
        return _carried_out(done, options.update, layout, {}, options, reporter)
    package, path = _collected(options, layout, reporter)
    kept = written_or_resumed(options.memory) if options.interactive else nullcontext()
    with kept:
        tree, layout, proof = _proved(package, path, layout, options, reporter)
        document = {"proof": proof.document()}
        return _carried_out(Update(tree), package.name, layout, document, options, reporter)


def _carried_out(
    done: Update,
    name: str,
    layout: Layout,
    document: Mapping[str, object],
    options: Options,
    reporter: Reporter,
) -> int:
    """Write, check and report; return the exit code."""

    def written() -> Sequence[str]:
        if options.interactive:
            options.memory.forget()
        return ()

    steps = [
        *done.steps,
        (as_typed(layout.build_command(name)), "build it"),
        (layout.phases_command(name), "run its phases one by one"),
    ]
    job = Job(
        done.tree,
        layout.root,
        str(options.repo),
        check=lambda plan: _checked(options, layout, name, plan, reporter),
        written=written,
        document={"layout": layout.kind, "package": name, **document},
        next_steps=in_folder(options.repo, steps),
    )
    return carry_out(job, options, reporter)


def _collected(
    options: Options, layout: Layout, reporter: Reporter
) -> tuple[Package, PurePosixPath]:
    """Return the package that is wanted, and its file.

    Raises:
        InputError: with every problem of the answers.
        Interrupted: the user left.

    """
    file = [load_file(options.answers_file)] if options.answers_file else []
    flags = options.layers()
    before = resumed(options.memory) if options.resume else None
    given = merge([*flags, *file, *([Layer("", before.answers)] if before else [])])
    context = inspect_source(layout, given, offline=options.offline)
    if context.inspected.reason:
        reporter.field("source", context.inspected.reason)
    package, path, inspected = collect(context, [*flags, *file], options, reporter, before)
    show(package, inspected, reporter)
    return package, path


def _proved(
    package: Package, path: PurePosixPath, layout: Layout, options: Options, reporter: Reporter
) -> tuple[Tree, Layout, Proof]:
    """Return the files of a new package, the layout with the way to build it, and the proof.

    Raises:
        InputError: it cannot be registered, or evaluation shows that it would not be.

    """
    tree = package_tree(package, path, layout, module=options.module)
    if options.no_check or options.no_evaluation:
        flag = "--no-check" if options.no_check else "--no-evaluation"
        return tree, layout, Proof(reason=f"{flag} was given")
    proof = prove(layout, package.name, tree, options.nix_words, module=options.module)
    reporter.field("registered", proof.sentence(layout.attribute(package.name)))
    if told := proof.module_sentence(package.name):
        reporter.field("module", told)
    if proof.entry is not None and proof.entry != layout.entry:
        layout = layout.through(proof.entry)  # the commands told are those that were seen to work
        package = replace(package, fill=f"`{layout.build_command(package.name)}`")
        tree = package_tree(package, path, layout, module=options.module)
    return tree, layout, proof


def _checked(
    options: Options, layout: Layout, name: str, plan: Plan, reporter: Reporter
) -> list[Result]:
    """Make new files known to git, check the package and return the results."""
    new = [
        s.path for s in plan.steps if s.file.policy is not Policy.EDIT and s.verb is not Verb.KEEP
    ]
    if not options.no_git and new:
        known = git.intent_to_add(plan.target, new)
        reason = known.reason if git.in_work_tree(plan.target) else "the folder is in no repository"
        if reason:
            reporter.field("git", reason)
    if options.no_check:
        return []
    written = checks.Written(
        layout,
        name,
        tuple(path for path in new if path.suffix == ".nix"),
        tuple(s.path for s in plan.steps if s.path not in new),
        options.offline,
        options.nix_words,
    )
    return checks.run(
        written, reporter.check_started, reporter.check_done, evaluate=not options.no_evaluation
    )
