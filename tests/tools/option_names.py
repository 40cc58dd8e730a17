"""Writes templates/moves/option_names.json: the names of all options of two releases of NixOS.

    python -m tests.tools.option_names --old FILE… --new FILE…

The files of ``--old`` are of 20.09, those of ``--new`` of 26.11: what option_names.nix gives for a
nixpkgs, also with modules of NixOS Compose and kapack. Each holds the path of every option (such as
``systemd.services.<name>.wantedBy``) with its type, as text or as ``{"type": …}``. Of the types
only one thing is taken: whether other keys than the listed ones may stand below an option. Where
they may, nothing below it is kept.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scaffold.catalogue.option_names import ANY_NAME

TARGET = Path(__file__).resolve().parents[2] / "templates" / "moves" / "option_names.json"
#: Types below which only the listed options may stand, as 26.11 and as 20.09 describe them.
CLOSED = re.compile(
    r"(null or )?\(?(lazy )?(attribute set of )?\(?submodules?\)*"
    r"|list or attribute set of submodules"
)
_PART = re.compile(r'"[^"]*"|<[^>]*>|[^."]+')
Path_ = tuple[str, ...]
Json = dict[str, "Json | str"]


def parts(name: str) -> Path_:
    """Return the parts of a path; a name of the user's is the same everywhere."""
    return tuple(ANY_NAME if part[0] == "<" else part.strip('"') for part in _PART.findall(name))


def types(entries: Mapping[str, object]) -> dict[Path_, str]:
    """Return the type of each option by its path."""
    return {
        parts(name): str(given.get("type", "") if isinstance(given, dict) else given)
        for name, given in entries.items()
        if "._module." not in name and name != "_module.check"
    }


def kept(old: Mapping[Path_, str], new: Mapping[Path_, str]) -> Iterator[tuple[Path_, str]]:
    """Yield the options to list, each with ``""`` (in both), ``+`` (new) or ``-`` (old)."""
    for path in sorted({*old, *new}):
        above = [path[:length] for length in range(1, len(path))]
        if "*" in path or any(_is_open(place, old, new) for place in above):
            continue
        yield path, "" if path in old and path in new else "+" if path in new else "-"


def _is_open(place: Path_, old: Mapping[Path_, str], new: Mapping[Path_, str]) -> bool:
    """Say whether any key may stand below a place.

    20.09 calls a submodule that takes other keys like one that does not: what only it has is open.
    """
    if place not in old and place not in new:
        return False
    if place not in new:
        return True
    return any(not CLOSED.fullmatch(of[place]) for of in (old, new) if place in of)


def tree(options: Iterable[tuple[Path_, str]]) -> Json:
    """Return the options by place: a dot and a name for what has others below it."""
    listed = list(options)
    inner = {path[:length] for path, _ in listed for length in range(len(path))}
    document: Json = {}
    for path, mark in listed:
        if path in inner:
            continue
        node = document
        for part in path[:-1]:
            below = node.setdefault(f".{part}", {})
            assert isinstance(below, dict)
            node = below
        node[mark] = f"{node[mark]} {path[-1]}" if mark in node else path[-1]
    return document


def dumped(document: Json, depth: int) -> str:
    """Return JSON with one entry a line down to a depth."""
    inner = []
    for key, value in sorted(document.items()):
        plain = depth == 0 or isinstance(value, str)
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        inner.append(f"{json.dumps(key)}:{text if plain else dumped(value, depth - 1)}")  # type: ignore[arg-type]
    return "{\n" + ",\n".join(inner) + "\n}"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--old", nargs="+", type=Path, required=True)
    parser.add_argument("--new", nargs="+", type=Path, required=True)
    given = parser.parse_args()

    def read(files: list[Path]) -> dict[Path_, str]:
        found: dict[Path_, str] = {}
        for file in files:
            found |= types(json.loads(file.read_text(encoding="utf-8")))
        return found

    text = dumped(tree(kept(read(given.old), read(given.new))), 1) + "\n"
    TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
