"""Writes templates/moves/: which options and packages nixpkgs moved or dropped, what kapack holds.

    python -m tests.tools.moves FOLDER KAPACK

FOLDER holds renames.json, aliases.json and gone.json (what the modules and the alias files of a
nixpkgs say, and what an old nixpkgs has that it lacks) and kapack-inventory.json (what the branches
of nur-kapack hold). KAPACK is a git directory of nur-kapack, with the revisions that rows of
releases.toml pin. Only names, releases and dates are taken, one entry a line, in order.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from scaffold.catalogue.reading import load_catalog
from tests.tools.kapack_contents import held

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "templates" / "moves"
Json = dict[str, object]
#: An attribute path; alias files also have whole expressions, which say nothing to a reader.
NAME = re.compile(r"[A-Za-z_][\w'-]*(\.[A-Za-z_\"][\w'\"-]*)*")
RELEASE = re.compile(r"\d\d\.\d\d")
REVISION = re.compile(r"[0-9a-f]{40}")


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


def pinned() -> list[str]:
    """Return the revisions of kapack that rows of releases.toml pin."""
    pins = [row.inputs["kapack"].ref for row in load_catalog().releases.values()]
    return sorted({ref for ref in pins if REVISION.fullmatch(ref)})


def kapack(inventory: dict[str, Json], repo: Path) -> Json:
    """Return what each branch of nur-kapack holds, and each revision that a row pins."""
    kept = ("commit", "date", "packages", "modules", "broken", "private")
    branches = {
        name: {
            **{key: row[key] for key in kept},
            "options": {service: row[f"{service}_options"] for service in ("ear", "oar")},
        }
        for name, row in inventory.items()
    }
    return {"revisions": {ref: held(repo, ref) for ref in pinned()}, "branches": branches}


def dumped(document: Json, depth: int = 1) -> str:
    """Return JSON with one entry a line down to a depth."""
    if depth == 0 or not isinstance(document, dict):
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    inner = [
        f"{json.dumps(key)}:{dumped(value, depth - 1)}"  # type: ignore[arg-type]
        for key, value in sorted(document.items())
    ]
    return "{\n" + ",\n".join(inner) + "\n}"


def main(folder: Path, repo: Path) -> None:
    """Write the three files."""

    def read(name: str) -> object:
        return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

    TARGET.mkdir(exist_ok=True)
    moved = options(read("renames"))  # type: ignore[arg-type]
    named = packages(read("aliases"), read("gone"))  # type: ignore[arg-type]
    held = kapack(read("kapack-inventory"), repo)  # type: ignore[arg-type]
    for name, document, depth in (
        ("options", moved, 1),
        ("packages", named, 2),
        ("kapack", held, 2),
    ):
        text = dumped(document, depth) + "\n"
        (TARGET / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
