"""The pages of the rules of ``check``: for ``describe``, and as one reference in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from scaffold.checks.rule import Rule
from scaffold.report.pages import Page

_FAMILIES = {
    "NXC0": "Any Nix file",
    "NXC1": "flake.nix",
    "NXC2": "flake.lock",
    "NXC3": "nxc.json, setup.toml and the recorded answers",
    "NXC4": "Compositions and roles",
    "NXC5": "Test scripts",
    "NXC6": "Names of the release",
    "NXC7": "The repository",
    "NXC9": "Evaluation",
    "NUR1": "NUR repositories",
}


def rule_page(rule: Rule) -> Page:
    """Return all there is to know about a rule."""
    page: Page = {
        "kind": "rule",
        "name": rule.code,
        "title": rule.title,
        "called": rule.name,
        "severity": rule.severity.word,
        "level": rule.level.title,
        "looks_at": sorted(kind.value for kind in rule.kinds),
        "why": rule.why,
        "remedy": rule.remedy,
        "before": rule.bad.split("\n") if rule.bad else [],
        "after": rule.good.split("\n") if rule.good else [],
        "since": rule.since,
        "false_alarms": rule.sure,
        "mended_by_fix": rule.fixable,
        "by_default": rule.by_default,
    }
    return {key: value for key, value in page.items() if value not in ("", [])}


def reference(rules: Iterable[Rule]) -> str:
    """Return the reference of all rules in Markdown."""
    parts = [
        "# Rules of `nxc-scaffold check`\n",
        "Written by `make examples` from the rules themselves. `nxc-scaffold describe CODE` "
        "shows a rule in a terminal.\n",
        "A comment `# nxc: ignore[CODE] reason` on the line of a finding, or alone on the line "
        "above it, waives it; `# nxc: ignore-file[CODE] reason` does for the whole file. In Nix, "
        "Python and TOML.\n",
    ]
    for prefix, family in groupby(rules, key=lambda r: r.code[:4]):
        parts.append(f"## {_FAMILIES.get(prefix, prefix)}\n")
        parts += ["\n".join(_section(rule)) for rule in family]
    return "\n".join(parts)


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.code} {rule.name}\n"
    notes = [rule.severity.word, rule.level.title]
    notes += ["mended by `--fix`"] if rule.fixable else []
    notes += [] if rule.by_default else ["only when selected"]
    yield f"{_sentence(rule.title)} ({', '.join(notes)})\n"
    yield f"{rule.why}\n"
    if rule.bad or rule.good:
        yield "```nix" if _is_nix(rule) else "```"
        yield from (line.rstrip() for line in rule.bad.split("\n") if rule.bad)
        if rule.bad and rule.good:
            yield "# better:" if _is_nix(rule) else ""
        yield from (line.rstrip() for line in rule.good.split("\n") if rule.good)
        yield "```\n"
    yield f"**What to do:** {rule.remedy}.\n"
    if rule.since:
        yield f"Holds for: {rule.since}.\n"
    if rule.sure:
        yield f"False alarms: {_sentence(rule.sure).lstrip()}.\n"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_nix(rule: Rule) -> bool:
    return ";" in rule.good and "{" not in rule.good[:1]
