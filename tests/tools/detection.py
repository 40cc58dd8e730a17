"""Measure detection on real sources: right, wrong or unknown for builder, version and licence.

    python tests/tools/detection.py FOLDER [TABLE]

FOLDER holds git checkouts called OWNER+NAME; TABLE says what is right (detection.toml beside this
file). Exits 1 when more than 2 % of the answers are wrong: unknown is allowed, wrong is not.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from scaffold.packages.builders import load_builders
from scaffold.packages.detect.source import detect
from scaffold.packages.licences import names

ALLOWED = 0.02
KEYS = ("builder", "version", "licence")


def verdict(key: str, found: Any, wanted: Any) -> str:
    """Compare one answer with what is right."""
    if found is None:
        return "unknown"
    if key == "builder":
        fits = found in wanted
    elif key == "licence":
        fits = found == wanted if isinstance(wanted, str) else set(names(found)) == set(wanted)
    elif wanted == "unstable":
        fits = bool(re.fullmatch(r"[\d.]+-unstable-\d{4}-\d\d-\d\d", found))
    else:
        fits = found == wanted
    return "right" if fits else "WRONG"


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
                found = facts.value(key)
                told = verdict(key, found, wanted[key])
                totals[key, told] += 1
                cells.append(f"{told} {found}" if found else told)
            print(f"{owner + '/' + name:38}{cells[0]:22}{cells[1]:36}{cells[2]}")
    for key in KEYS:
        print(key, {told: totals[key, told] for told in ("right", "WRONG", "unknown")})
    wrong = sum(n for (_, told), n in totals.items() if told == "WRONG")
    share = wrong / max(1, sum(totals.values()))
    print(f"wrong: {wrong} of {sum(totals.values())} ({share:.1%})")
    return int(share > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
