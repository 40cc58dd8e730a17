"""Give every package file of real repositories another version, and look for hashes that stayed.

    python tests/tools/update_run.py FOLDER…

Each FOLDER is a checkout. A hash counts as suspicious when it stays although the set or the call
around it names the version, the source or the package's name by a variable, or holds the version
as text; these are judged by reading. Prints one line per file that is refused, and the totals.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from scaffold.base.errors import InputError
from scaffold.nixlang.parser import NixSyntaxError, Node, parse, walk
from scaffold.packages.update.bump import bump

NEW = "987.65.4"
HASH = re.compile(r'"((?:sha(?:1|256|512)|md5)[-:][^"]+|[0-9a-f]{32,128}|[0-9a-z]{52})"')
VARIABLE = re.compile(
    r"\bversion\b|\bsrc\b|\$\{(name|pname)\}|\binherit\b[^;]*\b(name|src|version)"
)


def around(root: Node, place: int) -> Node | None:
    """Return the innermost set that holds a place."""
    holding = [n for n in walk(root) if n.kind == "set" and n.start <= place < n.end]
    return max(holding, key=lambda n: n.start, default=None)


def suspicious(old: str, before: str, after: str) -> list[str]:
    """Return the hashes that stayed, each with what stands around it, where it may depend."""
    found = []
    root = parse(after)
    for match in HASH.finditer(after):
        if match[0] not in before:
            continue
        near = around(root, match.start())
        text = after[near.start : near.end] if near else after
        text = re.sub(r"\bmeta\s*=.*", "", text, flags=re.DOTALL)
        if VARIABLE.search(text) or re.search(rf"(?<![\d.]){re.escape(old)}(?![\d])", text):
            line = after.count("\n", 0, match.start()) + 1
            found.append(f"line {line}: {' '.join(text.split())[:150]}")
    return found


def main() -> int:
    """Print what was seen of every file with a version."""
    totals: Counter[str] = Counter()
    for folder in map(Path, sys.argv[1:]):
        here: Counter[str] = Counter()
        for file in sorted(folder.rglob("*.nix")):
            text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
            if not re.search(r'\bversion\s*=\s*"', text) or not HASH.search(text):
                continue
            here["files"] += 1
            try:
                done = bump(text, NEW, file=str(file.relative_to(folder)))
            except InputError as error:
                here["refused"] += 1
                print(f"  {folder.name}: {error.problems[0]}")
                continue
            except NixSyntaxError:
                here["no Nix"] += 1
                continue
            here["updated"] += 1
            for line in suspicious(done.old, text, done.text):
                here["suspicious"] += 1
                print(f"  LOOK {folder.name}/{file.relative_to(folder)} {line}")
        print(folder.name, dict(here))
        totals += here
    print(dict(totals))
    return int(totals["suspicious"] > 0)


if __name__ == "__main__":
    sys.exit(main())
