"""Findings of checks as text, JSON, SARIF and the workflow commands of GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from urllib.parse import quote

from scaffold import __version__
from scaffold.base.errors import printable
from scaffold.checks.engine import Checked, Finding, Run
from scaffold.checks.levels import LevelDone
from scaffold.checks.rule import Rule, Severity

#: JSON as the standard library takes it.
Json = dict[str, "Json"] | list["Json"] | str | int | bool | None
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def shown(path: Path, base: Path) -> str:
    """Return a path as it is printed: relative to the current folder where it lies in it."""
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)


def place(finding: Finding) -> str:
    """Return line and column as compilers write them."""
    if finding.line is None:
        return ""
    return f"{finding.line}" if finding.column is None else f"{finding.line}:{finding.column}"


def text_lines(
    run: Run, base: Path, *, quiet: bool = False, width: int = 0
) -> Iterator[tuple[str, str]]:
    """Yield the report as lines with a style: files with a line for each finding, what was done.

    With a ``width``, in characters, no finding is longer: its remedy is left out where it does not
    fit, and what is left is cut. One more line then says how to see it.
    """
    short = False
    for checked in run.checked:
        if not quiet or checked.findings:
            yield f"{shown(checked.root, base)}  ({checked.title})", "bold"
        for path, found in groupby(checked.findings, key=lambda f: f.path):
            yield f"  {printable(shown(path, base))}", ""
            for finding in found:
                line = _line(finding)
                fits = not width or len(line) <= width
                short = short or not fits
                yield line if fits else _short_line(finding, width), _STYLES[finding.severity]
        if not quiet:
            yield from (
                (line, "dim") for told in level_lines(checked) for line in _lines(told, width)
            )
    if not quiet:
        for other in run.others:
            for line in _lines(f"{shown(other.root, base)}  {other.what}", width, indent=""):
                yield line, "dim"
        if short:
            yield "what to do: nxc-scaffold describe CODE, or a wider terminal", "dim"
        yield summary(run), ""


def _line(finding: Finding) -> str:
    fixable = " [--fix]" if finding.edits else ""
    return f"{_head(finding)}. {_one_line(finding.remedy)}{fixable}"


def _head(finding: Finding) -> str:
    told = _one_line(finding.message)
    return f"    {place(finding):<8}{finding.severity.word:<8} {finding.rule.code} {told}"


def _one_line(text: str) -> str:
    return printable(text).replace("\n", " ")


def _short_line(finding: Finding, width: int) -> str:
    """Return place and message in a width; what can be mended keeps its mark."""
    mark = " [--fix]" if finding.edits else ""
    head, room = _head(finding), max(width - len(mark), 30)
    return (head if len(head) <= room else f"{head[: room - 1]}…") + mark


def _lines(text: str, width: int, indent: str = "  ") -> list[str]:
    """Return a sentence in lines of at most ``width``; those behind the first are indented more."""
    if not width:
        return [f"{indent}{text}"]
    return wrap(text, max(width, 30), initial_indent=indent, subsequent_indent=f"{indent}  ")


def level_lines(checked: Checked) -> Iterator[str]:
    """Yield one line for the levels that were done, and one for each that was not, or in part."""
    done = [level.title for level in checked.levels if level.status == "done"]
    if done:
        yield f"checked: {', '.join(done)}"
    for level in checked.levels:
        if level.status != "done":
            yield f"{level.status}: {level.title}: {printable(level.reason)}"
    if checked.waived:
        yield f"waived by comments: {checked.waived}"


def summary(run: Run) -> str:
    """Return the last line: how much was looked at and found."""
    looked = _count(len(run.checked), "project") if run.checked else "nothing to check"
    counts = [
        _count(run.count(severity), severity.word)
        for severity in sorted(Severity, reverse=True)
        if run.count(severity)
    ]
    fixable = sum(1 for finding in run.findings if finding.edits)
    hint = f"; --fix mends {fixable}" if fixable else ""
    return f"{looked}: {', '.join(counts) or 'no findings'}{hint}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def document(run: Run, base: Path, code: int) -> Json:
    """Return the result as JSON."""
    return {
        "exit": code,
        "projects": [
            {
                "root": str(checked.root),
                "title": checked.title,
                "levels": [_level(level) for level in checked.levels],
                "waived": checked.waived,
                "findings": [_finding(finding, base) for finding in checked.findings],
            }
            for checked in run.checked
        ],
        "not_checked": [{"root": str(o.root), "what": o.what} for o in run.others],
        "counts": {s.word: run.count(s) for s in sorted(Severity, reverse=True)},
    }


def _level(done: LevelDone) -> Json:
    return {"level": done.level.name.lower(), "status": done.status, "reason": done.reason}


def _finding(finding: Finding, base: Path) -> Json:
    return {
        "rule": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.severity.word,
        "file": shown(finding.path, base),
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "remedy": finding.remedy,
        "fixable": bool(finding.edits),
    }


def github_lines(run: Run, base: Path) -> Iterator[str]:
    """Yield a workflow command for each finding, which GitHub shows beside the line."""
    for finding in run.findings:
        where = f"file={_property(shown(finding.path, base))}"
        where += f",line={finding.line}" if finding.line is not None else ""
        where += f",col={finding.column}" if finding.column is not None else ""
        title = _property(f"{finding.rule.code} {finding.rule.name}")
        text = _escaped(f"{finding.message}. {finding.remedy}")
        yield f"::{_GITHUB[finding.severity]} {where},title={title}::{text}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def sarif(run: Run, base: Path) -> Json:
    """Return the result as a SARIF 2.1.0 log, which code scanning of forges reads."""
    rules: dict[str, Rule] = {f.rule.code: f.rule for f in run.findings}
    codes = sorted(rules)
    driver: Json = {
        "name": "nxc-scaffold",
        "version": __version__,
        "rules": [_sarif_rule(rules[code]) for code in codes],
    }
    results: list[Json] = [_sarif_result(f, base, codes.index(f.rule.code)) for f in run.findings]
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
        ],
    }


def _sarif_rule(rule: Rule) -> Json:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": _SARIF_LEVELS[rule.severity]},
    }


def _uri(path: Path, base: Path) -> str:
    """Return a path as the reference of RFC 3986 that SARIF asks for."""
    if not path.is_relative_to(base):
        return path.as_uri()
    return quote(path.relative_to(base).as_posix())


def _sarif_result(finding: Finding, base: Path, index: int) -> Json:
    region: dict[str, Json] = {}
    if finding.line is not None:
        region["startLine"] = finding.line
        if finding.column is not None:
            region["startColumn"] = finding.column
    physical: dict[str, Json] = {"artifactLocation": {"uri": _uri(finding.path, base)}}
    if region:
        physical["region"] = region
    return {
        "ruleId": finding.rule.code,
        "ruleIndex": index,
        "level": _SARIF_LEVELS[finding.severity],
        "message": {"text": f"{finding.message}. {finding.remedy}"},
        "locations": [{"physicalLocation": physical}],
    }
