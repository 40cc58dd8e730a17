"""Run rules on files written for a test."""

from datetime import date
from pathlib import Path

from scaffold.checks import engine
from scaffold.checks.registry import matching
from scaffold.survey.discovery import survey
from tests.checks.rules.samples import LIST
from tests.survey.projects import project, write

#: A day on which nixpkgs 25.05 still gets fixes.
TODAY = date(2025, 7, 1)


def found(root: Path, *codes: str, today: date = TODAY) -> list[tuple[str, str, int | None]]:
    """Return code, file and line of what the rules find below a folder; all rules without codes."""
    select = matching(codes, "the test") if codes else None
    run = engine.run(survey([root]), lambda _: engine.Wanted(select), today=today)
    return [(f.rule.code, str(f.path.relative_to(root)), f.line) for f in run.findings]


def lines_hit(tmp_path: Path, code: str, files: dict[str, str], **changes: str) -> list[int | None]:
    """Write the small project with changes and more files; return the lines that a rule hits."""
    project(tmp_path, **changes)
    write(tmp_path, files)
    return [line for _, _, line in found(tmp_path, code)]


def package_lines(tmp_path: Path, code: str, text: str, **more: str) -> list[int | None]:
    """Write a repository with one package and more files; return the lines that a rule hits."""
    write(tmp_path, {"default.nix": LIST, "pkgs/a/default.nix": text, **more})
    return [line for _, _, line in found(tmp_path, code)]
