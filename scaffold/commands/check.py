"""``nxc-scaffold check``: find what is wrong below some paths, and mend what is certain."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from scaffold.answers import user_config
from scaffold.base.errors import Exit
from scaffold.checks import engine, settings
from scaffold.checks.engine import Run, Wanted
from scaffold.checks.fixes import Fixed, fixed
from scaffold.checks.registry import matching
from scaffold.checks.rule import Severity
from scaffold.checks.settings import Table
from scaffold.report import findings, sentences
from scaffold.report.finding_sentences import sentence_lines
from scaffold.survey.discovery import survey
from scaffold.survey.session import Session
from scaffold.writer.apply import apply
from scaffold.writer.plan import Plan, make_plan, require_settled, unified_diff


@dataclass(frozen=True)
class Options:
    """The flags of the command."""

    paths: tuple[Path, ...]
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False
    fix: bool = False
    diff: bool = False
    evaluate: bool = False
    form: str = "text"
    quiet: bool = False
    plain: bool = False


#: How often edits are applied: one may make room for another, no rule undoes what another did.
_ROUNDS = 4


def run(options: Options) -> int:
    """Run the command and return its exit code."""
    config = user_config.load()
    below = settings.table_of(config.check, str(config.file)) if config.check else Table()
    flags = Table(
        matching(_listed(options.select), "--select") if options.select else None,
        matching(_listed(options.ignore), "--ignore"),
        options.strict,
    )
    strict = flags.strict or below.strict

    def wanted(root: Path) -> Wanted:
        nonlocal strict
        table = settings.project_table(root)
        strict = strict or table.strict
        return flags.over(table).over(below).wanted(evaluate=options.evaluate)

    result, written = _checked(options, wanted)
    code = _exit(result, strict=strict)
    _tell(options, result, written, code)
    return int(code)


def _listed(given: Sequence[str]) -> list[str]:
    """Return what flags say, each once or several with commas."""
    return [word.strip() for words in given for word in words.split(",")]


def _checked(options: Options, wanted: Callable[[Path], Wanted]) -> tuple[Run, tuple[Plan, ...]]:
    """Check, and mend as often as there is something to mend."""
    written: list[Plan] = []
    for _ in range(_ROUNDS if options.fix else 1):
        session = Session()
        found = survey(options.paths or (Path(),), session)
        result = engine.run(found, wanted)
        edits = fixed(result.findings, session) if options.fix or options.diff else None
        if edits is None:
            break
        plan = _plan(edits, to_be_applied=options.fix and not options.diff)
        written.append(plan)
        if options.diff or not options.fix:
            break
        apply(plan)
    return result, tuple(written)


def _plan(edits: Fixed, *, to_be_applied: bool) -> Plan:
    """Return the plan for the edits; a file that changed meanwhile is a conflict."""
    plan = make_plan(edits.tree, edits.root, to_be_applied=to_be_applied)
    require_settled(plan)
    return plan


def _exit(result: Run, *, strict: bool) -> Exit:
    least = Severity.WARNING if strict else Severity.ERROR
    bad = any(finding.severity >= least for finding in result.findings)
    return Exit.CHECK_FAILED if bad else Exit.OK


def _tell(options: Options, result: Run, written: tuple[Plan, ...], code: Exit) -> None:
    base = Path.cwd()
    if options.form == "json":
        told = findings.document(result, base, int(code))
        if isinstance(told, dict) and (options.fix or options.diff):
            told["diff"] = "".join(unified_diff(plan) for plan in written)
            told["written"] = options.fix and not options.diff and bool(written)
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    if options.form == "sarif":
        click.echo(json.dumps(findings.sarif(result, base), indent=2, ensure_ascii=False))
        return
    if options.form == "github":
        for line in findings.github_lines(result, base):
            click.echo(line)
        return
    if options.diff:
        for plan in written:
            click.echo(unified_diff(plan).encode("utf-8", "surrogateescape"), nl=False)
        return
    if sentences.wanted(flag=options.plain):
        for sentence in sentence_lines(result, base, quiet=options.quiet):
            click.echo(sentence)
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
        for line, style in findings.text_lines(result, base, quiet=options.quiet, width=width):
            click.echo(_styled(line, style) if style else line)
    if written and not options.quiet:
        files = sorted({str(plan.target / step.path) for plan in written for step in plan.writes})
        click.echo(f"mended: {', '.join(findings.shown(Path(name), base) for name in files)}")


def _styled(line: str, style: str) -> str:
    if style == "bold":
        return click.style(line, bold=True)
    return click.style(line, dim=True) if style == "dim" else _coloured(line, style)


def _coloured(line: str, colour: str) -> str:
    """Colour the word of the severity only, so that the text stays readable on any background."""
    for severity in Severity:
        if f" {severity.word} " in line[:24]:
            return line.replace(severity.word, click.style(severity.word, fg=colour), 1)
    return line
