"""Writes docs/rules.md, and the generated sections of the README and of other pages.

A section is a table whose two head lines are kept; it lies between ``<!-- NAME: generated … -->``
and ``<!-- end -->``. Run by ``make examples``; ``tests/test_readme.py`` compares without writing.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from scaffold.answers.flags import FLAGS
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.evidence import stack_evidence
from scaffold.catalogue.reading import load_catalog
from scaffold.catalogue.releases import Release
from scaffold.catalogue.services import Part
from scaffold.checks.registry import all_rules
from scaffold.report.rules import reference

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PAGES = (
    README,
    CONTRIBUTING,
    *(ROOT / "docs" / f"{n}.md" for n in ("answers", "catalogue", "evidence")),
)
CLAIMS = ROOT / "tests" / "tools" / "broken_claims.toml"
RULES = ROOT / "docs/rules.md"
SECTION = re.compile(r"(<!-- (\w+): generated [^>]*-->\n)(.*?)(<!-- end -->)", re.DOTALL)


def questions(_: Catalog) -> list[list[str]]:
    return [[f.help, f"`{f.flag} {f.metavar}`", f"`{f.key}`"] for f in FLAGS]


def stacks(catalog: Catalog) -> list[list[str]]:
    return [
        [
            f"[{s.name}](generated_examples/{s.name})",
            s.description,
            stack_evidence(s.name, catalog),
        ]
        for s in catalog.stacks.values()
    ]


def trials(catalog: Catalog) -> list[list[str]]:
    """Return a row for each boot: how many subtests passed, and which did not."""
    rows = []
    for trial in catalog.trials.values():
        if trial.subtests:
            seen = trial.subtests.values()
            failed, hidden = (
                [
                    f"{n} ({s.partition(': ')[2]})"
                    for n, s in trial.subtests.items()
                    if s.startswith(k)
                ]
                for k in ("failed", "not shown")
            )
            passed = f"{sum(s == 'passed' for s in seen)} of {len(trial.subtests)}"
            answers = trial.answers or "its own"
            answers += f", flavour {trial.flavour}" if trial.flavour != "vm" else ""
            when = trial.nixpkgs + ("; its files have changed since" if trial.changed else "")
            cells = [answers, when, str(trial.seconds), passed]
            rows.append([trial.stack, *cells, "; ".join(failed), "; ".join(hidden)])
    return rows


def claims(_: Catalog) -> list[list[str]]:
    """Return a row for each subtest that was made to fail."""
    found = tomllib.loads(CLAIMS.read_text(encoding="utf-8"))["claim"]
    return [
        [c["stack"], c["subtest"], f"`{c['break']}` on {c['on']}", c.get("seen", "")] for c in found
    ]


def parts(catalog: Catalog) -> list[list[str]]:
    return [
        [f"`{p.id}`", p.description, _excluded(p)] for p in catalog.parts.values() if not p.hidden
    ]


def _excluded(part: Part) -> str:
    limits = [
        " ".join(limit.flavours or limit.releases)
        + (
            f" ({limit.releases[-1]}-{limit.releases[0]})"
            if limit.flavours and limit.releases
            else ""
        )
        for limit in part.limits
    ]
    return ", ".join(limits)


def releases(catalog: Catalog) -> list[list[str]]:
    return [
        [
            r.name,
            *(_ref(r, name) for name in ("nixpkgs", "nxc", "kapack")),
            str(r.end_of_support or ""),
            r.evidence,
        ]
        for r in catalog.releases.values()
    ]


def _ref(release: Release, name: str) -> str:
    return f"`{release.inputs[name].ref[:12]}`" if name in release.inputs else ""


def layers() -> list[list[str]]:
    """Return the packages that the contract of import-linter names, a list for each layer."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    rows = next(c["layers"] for c in contracts if c["type"] == "layers")
    return [re.findall(r"\w+", row) for row in rows]


def layout(_: Catalog) -> list[list[str]]:
    """Return a row for each package that is there, with the first line of its docstring."""
    rows = []
    for names in layers():
        for name in names:
            file = ROOT / "scaffold" / name / "__init__.py"
            if file.is_file():
                told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
                rows.append([f"`{name}/`", told.partition("\n")[0]])
    return rows


SECTIONS: dict[str, Callable[[Catalog], list[list[str]]]] = {
    "questions": questions,
    "stacks": stacks,
    "trials": trials,
    "claims": claims,
    "parts": parts,
    "releases": releases,
    "layout": layout,
}


def _row(cells: list[str]) -> str:
    escaped = [cell.replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(escaped)} |\n"


def with_sections(text: str) -> str:
    """Return a page with every generated section as it should be today."""
    catalog = load_catalog()

    def fill(match: re.Match[str]) -> str:
        head = match[3].splitlines(keepends=True)[:2]
        rows = [_row(cells) for cells in SECTIONS[match[2]](catalog)]
        return "".join([match[1], *head, *rows, match[4]])

    return SECTION.sub(fill, text)


def rules() -> str:
    """Return the page of the rules of ``check`` as it should be today."""
    return reference(all_rules())


if __name__ == "__main__":
    RULES.write_text(rules(), encoding="utf-8")
    for page in PAGES:
        page.write_text(with_sections(page.read_text(encoding="utf-8")), encoding="utf-8")
