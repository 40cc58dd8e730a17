"""Checks real repositories and prints a table: rule × hits, and how long each project took.

Usage: ``python -m tests.tools.corpus_check [--hits] FOLDER…``. ``--hits`` prints every error and
warning, to be read and judged one by one.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

from scaffold.checks import engine
from scaffold.checks.engine import Finding
from scaffold.checks.registry import all_rules
from scaffold.checks.rule import Level, Severity
from scaffold.survey.discovery import survey


def table(found: list[Finding]) -> list[str]:
    """Return a line for each rule that hit."""
    counts = Counter((f.rule.code, f.rule.name, f.severity.word) for f in found)
    return [
        f"{code} {name:<26} {word:<8} {n:>5}" for (code, name, word), n in sorted(counts.items())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="projects are looked for below them")
    parser.add_argument("--hits", action="store_true")
    given = parser.parse_args()
    found: list[Finding] = []
    projects, seconds = 0, 0.0
    slowest: list[tuple[float, str]] = []
    for folder in given.folders:
        start = time.monotonic()
        run = engine.run(survey([folder]), lambda _: engine.Wanted())
        took = time.monotonic() - start
        seconds += took
        projects += len(run.checked)
        slowest.append((took / max(1, len(run.checked)), str(folder)))
        found += run.findings
        for other in run.others:
            print(f"{other.root}: {other.what}")
        for checked in run.checked:
            for level in checked.levels:
                if level.status != "done":
                    print(f"{checked.root}: {level.status}: {level.level.title}: {level.reason}")
    if given.hits:
        for f in found:
            if f.severity >= Severity.WARNING:
                print(f"{f.path}:{f.line}: {f.severity.word} {f.rule.code} {f.message}")
    print("\n".join(table(found)))
    print(f"{projects} projects, {len(found)} findings, {seconds:.1f} s")
    for took, name in sorted(slowest, reverse=True)[:5]:
        print(f"  {took:.2f} s a project in {name}")
    static = frozenset(r.code for r in all_rules() if r.level is Level.TEXT)
    start = time.monotonic()
    files = survey(given.folders)
    engine.run(files, lambda _: engine.Wanted(static))
    count = sum(len(p.nix_files) for p in files.projects) + len(files.loose)
    count += sum(1 for r in files.repositories for _ in r.nix_files())
    print(f"text and syntax alone: {count} Nix files in {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    main()
