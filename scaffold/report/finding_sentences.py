"""Findings of ``check`` for screen readers: one sentence a line, nothing told by its position."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scaffold.base.errors import printable, sentences
from scaffold.checks.engine import Finding, Run
from scaffold.report.findings import level_lines, shown, summary


def sentence_lines(run: Run, base: Path, *, quiet: bool = False) -> Iterator[str]:
    """Yield the report: what each project is, its findings, what was looked at, and a summary."""
    for checked in run.checked:
        if not quiet:
            yield f"project in {shown(checked.root, base)}: {checked.title}."
        for finding in checked.findings:
            yield _sentence(finding, base)
        if not quiet:
            yield from (f"{line}." for line in level_lines(checked))
    if not quiet:
        yield from (f"{shown(other.root, base)}: {other.what}." for other in run.others)
        yield f"{summary(run)}."


def _sentence(finding: Finding, base: Path) -> str:
    where = printable(shown(finding.path, base))
    if finding.line is not None:
        where += f", line {finding.line}"
    if finding.column is not None:
        where += f", column {finding.column}"
    told = printable(sentences(finding.message, finding.remedy)).replace("\n", " ")
    mended = " --fix mends it." if finding.edits else ""
    return f"{finding.severity.word} {finding.rule.code} in {where}: {told}{mended}"
