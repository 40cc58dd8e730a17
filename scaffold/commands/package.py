"""``nxc-scaffold package``: find the layout, look at the source, ask, write once, check, report."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from scaffold import answers, git, process
from scaffold.answers import Layer
from scaffold.apply import apply
from scaffold.checks import Result
from scaffold.commands.package_options import Options
from scaffold.confirm import formatted
from scaffold.errors import Exit, InputError, Interrupted, Problem
from scaffold.frontend import BackError, Choice, Frontend, Progress, interview
from scaffold.nur import checks
from scaffold.nur.assemble import Choices, assemble, package_tree, registered_file
from scaffold.nur.builders import Builder, load_builders
from scaffold.nur.detect.facts import Facts
from scaffold.nur.detect.source import detect
from scaffold.nur.hashes import Fetched, fetch, source_hash
from scaffold.nur.layouts import Layout, find_layout, read_text, syntax_problems
from scaffold.nur.origins import Source
from scaffold.nur.package import Package, folder_name
from scaffold.nur.questions import NOTHING, answers_of, questions_for
from scaffold.nur.sources import parse_source
from scaffold.nur.update import bump
from scaffold.parsers import Context
from scaffold.plain import reporter as plain_or_not
from scaffold.plain import wanted
from scaffold.plan import Decision, Plan, Verb, make_plan, require_settled, resolve, unified_diff
from scaffold.questions import Question
from scaffold.report import Reporter, check_document, print_json
from scaffold.tree import File, Policy, Tree
from scaffold.values import did_you_mean


@dataclass(frozen=True)
class Look:
    """What is known before the first question: repository, builders, source, and its facts."""

    layout: Layout
    builders: Mapping[str, Builder]
    source: Source | None
    facts: Facts
    hash: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions for this repository and source."""
        return questions_for(self.layout, self.builders, self.facts, self.source)


def run(options: Options) -> int:
    """Run the command and return its exit code."""
    plain = wanted(flag=options.plain)
    reporter = plain_or_not(quiet=options.quiet or options.as_json, plain=plain)
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
    look = _look(layout, given, options, reporter)
    strong = [*flags, *file, *_named(options, look)]
    package, path = _collect(look, strong, options, reporter)
    _show(package, look, reporter)
    return package_tree(package, path, layout, module=options.module), package.name


def _look(layout: Layout, given: Mapping[str, Any], options: Options, reporter: Reporter) -> Look:
    builders = load_builders()
    text = given.get("from")
    if not text:
        return Look(layout, builders, None, Facts())
    source = parse_source(str(text))
    if given.get("ref") and source.by_ref:
        source = replace(source, ref=str(given["ref"]))
    if given.get("version") and not source.version:
        source = replace(source, version=str(given["version"]))
    fetched = fetch(source, offline=options.offline)
    if fetched.reason:
        reporter.field("source", fetched.reason)
    return Look(layout, builders, fetched.source, _facts(fetched, given, builders), fetched.hash)


def _facts(fetched: Fetched, given: Mapping[str, Any], builders: Mapping[str, Builder]) -> Facts:
    if fetched.folder is None:
        return Facts()
    wanted = given.get("builder")
    return detect(fetched.folder, builders, wanted if isinstance(wanted, str) else None)


def _named(options: Options, look: Look) -> list[Layer]:
    """Return the weaker layers: what the address says, and what the source says of itself."""
    found = answers_of(look.facts)
    name = look.facts.extra.get("name") or (look.source.name if look.source else "")
    if look.source is not None and look.source.version:
        found["version"] = look.source.version
    if look.source is not None and look.source.ref:
        found["ref"] = look.source.ref
    guess = {"name": folder_name(str(name))} if name else {}
    return [Layer("the source", {**guess, **found})]


def _collect(
    look: Look, layers: list[Layer], options: Options, reporter: Reporter
) -> tuple[Package, PurePosixPath]:
    if not options.interactive:
        asked = _asked(look, layers)
        _parsed(look, answers.merge(layers), layers)
        raw = answers.with_recommended(
            answers.merge(layers), NOTHING, all_of_them=options.defaults, questions=asked
        )
        if problems := [_missing(q, look) for q in asked if q.required and raw.get(q.key) is None]:
            raise InputError(*problems)
        return _built(look, raw, layers, options)
    from scaffold.nur.prompts import PackagePrompts

    return _ask(PackagePrompts(look.builders, look.facts), look, layers, options, reporter)


def _missing(question: Question, look: Look) -> Problem:
    """Return the problem of an answer that nobody gave, with what was seen of it."""
    note = look.facts.notes.get(question.key, "")
    remedy = f"Give {question.flag.flag} {question.flag.metavar}"
    if question.recommended({}, NOTHING) is not None:
        remedy += ", or --defaults"
    return Problem(question.key, f"is not answered{f': {note}' if note else ''}", remedy)


def _asked(look: Look, layers: list[Layer]) -> tuple[Question, ...]:
    """Return the questions, those that do not apply being optional."""
    raw = answers.merge(layers)
    return tuple(q if q.asked(raw, NOTHING) else replace(q, required=False) for q in look.questions)


def _ask(
    frontend: Frontend, look: Look, layers: list[Layer], options: Options, reporter: Reporter
) -> tuple[Package, PurePosixPath]:
    """Interview the user until the answers go together and are to be written."""
    _tell(look, reporter)
    given = answers.merge(layers[:-1])
    progress = Progress(answers.merge(layers), {k for k, v in given.items() if v is not None})
    raw = interview(frontend, progress, NOTHING, look.questions)
    while True:
        problems: tuple[Problem, ...] = ()
        built = None
        try:
            built = _built(look, raw, layers, options)
            _show(built[0], look, reporter)
        except InputError as error:
            problems = tuple(error.problems)
        match frontend.decide(problems=problems):
            case Choice.WRITE if built:
                return built
            case Choice.CHANGE:
                question = frontend.pick(look.questions, raw)
                with suppress(BackError):
                    raw = {**raw, **frontend.ask(question, raw, NOTHING)}
            case _:
                raise Interrupted(
                    Problem(
                        "package", "you left, nothing was written", "Run it again when you like"
                    )
                )


def _parsed(look: Look, raw: Mapping[str, Any], layers: list[Layer]) -> dict[str, Any]:
    """Validate the answers that are there.

    Raises:
        InputError: with every problem that was found.

    """
    ctx = Context(NOTHING, source=lambda key: answers.source_of(layers, key))
    known = [q.key for q in look.questions]
    for key in raw:
        if key not in (*known, "from", "schema", "tool_version"):
            ctx.reject((str(key),), "there is no such key", did_you_mean(str(key), known))
    parsed = {q.key: q.parse(raw[q.key], ctx) for q in look.questions if raw.get(q.key) is not None}
    if ctx.problems:
        raise InputError(*ctx.problems)
    return parsed


def _built(
    look: Look, raw: Mapping[str, Any], layers: list[Layer], options: Options
) -> tuple[Package, PurePosixPath]:
    """Validate every answer and return the package and its file."""
    parsed = _parsed(look, raw, layers)
    choices = Choices(parsed, raw.get("pname"))
    package, path = assemble(choices, look.layout, look.builders, look.facts, look.source)
    known_hash = parsed.get("hash") or look.hash
    if not known_hash and package.source.kind != "folder":
        known_hash, _ = source_hash(package.source, package.version, offline=options.offline)
    return replace(package, hash=known_hash), path


def _tell(look: Look, reporter: Reporter) -> None:
    """Print what was found in the source, and what could not be decided."""
    for key, fact in look.facts.found.items():
        shown = ", ".join(fact.value) if isinstance(fact.value, list) else str(fact.value)
        reporter.field(key.replace("_", " "), f"{shown}   {fact.seen}")
    for key, note in look.facts.notes.items():
        if note:
            reporter.field(key, f"not certain: {note}" if key not in look.facts.found else note)


def _show(package: Package, look: Look, reporter: Reporter) -> None:
    """Print what the package will be."""
    reporter.field("package", f"{package.name}   {package.pname} {package.version}")
    reporter.field("builder", package.builder.title)
    reporter.field("licence", ", ".join(package.licences))
    inputs = package.inputs
    used = [*inputs.native, *inputs.build, *inputs.propagated, *inputs.backend]
    if used:
        reporter.field("inputs", " ".join(used))
    if inputs.unknown:
        reporter.field("not mapped", " ".join(inputs.unknown))
    if not package.hash and package.source.kind != "folder":
        reporter.field("hash", f"not known: {package.fill} tells it")


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
        from scaffold.prompts import decide_conflicts

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
