"""Measure detection on real sources: right, wrong or unknown for builder, version and licence.

    python tests/tools/detection.py FOLDER [TABLE]

FOLDER holds git checkouts called OWNER+NAME; TABLE says what is right (detection.toml beside this
file). Exits 1 when more than 1 % of the answers are wrong: unknown is allowed, wrong is not.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

from scaffold.packages.builders import load_builders
from scaffold.packages.detect.needs import inputs
from scaffold.packages.detect.source import detect
from scaffold.packages.inspected import InspectedSource
from scaffold.packages.licences import names

ALLOWED = 0.01
KEYS = ("builder", "version", "licence", "needs")
#: What every build has, or what a builder brings by itself.
GIVEN = frozenset({"pkg-config", "autoconf-archive", "pytest"})


def verdict(key: str, found: str | None, wanted: str | list[str]) -> str:
    """Compare one answer with what is right; "none" is right where nothing may be answered."""
    if found is None:
        return "right" if "none" in wanted and key == "builder" else "unknown"
    if key == "builder":
        fits = found in wanted
    elif key == "licence":
        fits = found == wanted if isinstance(wanted, str) else set(names(found)) == set(wanted)
    elif wanted == "unstable":
        fits = bool(re.fullmatch(r"[\d.]+(-\d+)?-unstable-\d{4}-\d\d-\d\d", found))
    else:
        fits = found in wanted if isinstance(wanted, list) else found == wanted
    return "right" if fits else "WRONG"


def needs_verdict(facts: InspectedSource, wanted: dict[str, list[str]]) -> tuple[str, str]:
    """Compare the inputs: wrong is one too many, or one that is lacking without a word of it.

    What is named as not mapped, optional or not understood is unknown.
    """
    found = inputs(facts.needs)
    used = {*found.native, *found.build, *found.propagated, *found.backend}
    extra = used - {*wanted["needs"], *wanted.get("may", []), *GIVEN}
    lacking = set(wanted["needs"]) - used
    told = [*found.unknown, *found.optional, *facts.unread]
    if extra or (lacking and not told):
        return "WRONG", f"too many: {' '.join(extra)}; lacking: {' '.join(lacking)}"
    if lacking:
        return "unknown", f"lacking: {' '.join(lacking)}; told: {', '.join(told)[:60]}"
    return "right", " ".join(sorted(used))


def main() -> int:
    """Print the table and the totals."""
    folder = Path(sys.argv[1])
    table = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).with_suffix(".toml")
    right = tomllib.loads(table.read_text(encoding="utf-8"))
    builders = load_builders()
    totals: Counter[tuple[str, str]] = Counter()
    print(f"{'source':38}{'builder':22}{'version':36}licence")
    for owner, projects in right.items():
        for name, wanted in projects.items():
            project, _, inner = name.partition("/")
            path = folder / f"{owner}+{project}" / inner
            if not path.is_dir():
                print(f"{owner}/{name}: not there")
                continue
            facts = detect(path, builders)
            cells = []
            for key in KEYS:
                if key == "needs":
                    if "needs" not in wanted or facts.value("builder") is None:
                        continue
                    told, shown = needs_verdict(facts, wanted)
                else:
                    found = facts.value(key)
                    told = verdict(key, found, wanted[key])
                    shown = str(found) if found else ""
                totals[key, told] += 1
                cells.append(f"{told} {shown}".strip())
            rest = "".join(f"{cell:36}" for cell in cells[1:])
            print(f"{owner + '/' + name:38}{cells[0]:22}{rest}".rstrip())
    for key in KEYS:
        print(key, {told: totals[key, told] for told in ("right", "WRONG", "unknown")})
    wrong = sum(n for (_, told), n in totals.items() if told == "WRONG")
    share = wrong / max(1, sum(totals.values()))
    print(f"wrong: {wrong} of {sum(totals.values())} ({share:.1%})")
    return int(share > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
