"""Writes templates/moves/: which options and packages nixpkgs moved or dropped, what kapack holds.

    python tests/tools/moves.py FOLDER

FOLDER holds renames.json, aliases.json and gone.json (what the modules and the alias files of a
nixpkgs say, and what an old nixpkgs has that it lacks) and kapack-inventory.json (what the branches
of nur-kapack hold). Only names, releases and dates are taken, one entry a line, in order.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "templates" / "moves"
Json = dict[str, object]
#: An attribute path; alias files also have whole expressions, which say nothing to a reader.
NAME = re.compile(r"[A-Za-z_][\w'-]*(\.[A-Za-z_\"][\w'\"-]*)*")
RELEASE = re.compile(r"\d\d\.\d\d")
#: Revisions that rows of releases.toml pin, and the branch of the inventory that they lie on.
REVISIONS = {
    "a63383492540952a9f0cf5149676f2a4d45e257d": "25.05",
    "a1178c50d9991a29996a3b4f3552f53dd9e47e75": "regale",
    "c979f6673b4e1fc4a816252490a748a8a075adf3": "nixpkgs-22.05",
}


def options(entries: list[Json]) -> Json:
    """Return each moved option with what became of it: [new name or "", first release or ""]."""
    found: Json = {}
    for entry in entries:
        olds = entry["old"] if isinstance(entry["old"], list) else [entry["old"]]
        new = str(entry.get("final") or entry.get("new") or "")
        # A list or a changed type cannot be moved by its name alone.
        new = new if entry["kind"] in ("renamed", "alias") else ""
        since = RELEASE.search(str(entry.get("since_release", "")).replace("<=", ""))
        for old in olds:
            if "." not in str(old):
                continue  # an option of a submodule: its path does not tell of what
            found[str(old)] = [new, since[0] if since else "", bool(entry["existed_20.09"])]
    return found


def packages(aliases: list[Json], gone: Json) -> Json:
    """Return by set of packages what each name became: [kind, new name or "", date or ""]."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, names in gone.items():
        if isinstance(names, list):
            found[name] = {str(old): ["gone", "", ""] for old in names}
        if isinstance(names, dict):
            found[name] = {
                old: ["gone", new if new and NAME.fullmatch(new) else "", ""]
                for old, new in names.items()
            }
    for entry in aliases:
        new = str(entry.get("new", ""))
        row = [str(entry["kind"]), new if NAME.fullmatch(new) else "", str(entry.get("date", ""))]
        found.setdefault(str(entry["set"]), {})[str(entry["old"])] = row
    return dict(found)


def kapack(inventory: dict[str, Json]) -> Json:
    """Return what each branch of nur-kapack holds, and on which branch pinned revisions lie."""
    kept = ("commit", "date", "packages", "modules", "broken", "private")
    branches = {
        name: {
            **{key: row[key] for key in kept},
            "options": {service: row[f"{service}_options"] for service in ("ear", "oar")},
        }
        for name, row in inventory.items()
    }
    return {"revisions": REVISIONS, "branches": branches}


def dumped(document: Json, depth: int = 1) -> str:
    """Return JSON with one entry a line down to a depth."""
    if depth == 0 or not isinstance(document, dict):
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    inner = [
        f"{json.dumps(key)}:{dumped(value, depth - 1)}"  # type: ignore[arg-type]
        for key, value in sorted(document.items())
    ]
    return "{\n" + ",\n".join(inner) + "\n}"


def main(folder: Path) -> None:
    """Write the three files."""

    def read(name: str) -> object:
        return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

    TARGET.mkdir(exist_ok=True)
    moved = options(read("renames"))  # type: ignore[arg-type]
    named = packages(read("aliases"), read("gone"))  # type: ignore[arg-type]
    held = kapack(read("kapack-inventory"))  # type: ignore[arg-type]
    for name, document, depth in (
        ("options", moved, 1),
        ("packages", named, 2),
        ("kapack", held, 2),
    ):
        text = dumped(document, depth) + "\n"
        (TARGET / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
