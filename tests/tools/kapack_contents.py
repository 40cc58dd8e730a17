"""What one revision of nur-kapack holds, read from its files: names, broken and private packages.

``moves.py`` writes it for the revisions that rows of releases.toml pin. Names are told by nix from
the files' own sets, nothing of nixpkgs is needed; a package is broken or private when the file that
makes it says so.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scaffold.migrate.scopes import definitions
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile

#: Names at the top that are no packages.
_SPECIAL = {"lib", "modules", "overlays", "pkgs"}
_BROKEN = re.compile(r"^[^#\n]*\bbroken\s*=\s*true", re.MULTILINE)
_PRIVATE = re.compile(r"^[^#\n]*(ssh://|git@)", re.MULTILINE)
_FILE = re.compile(r"\./(pkgs/[\w./+-]+)")


def held(repo: Path, revision: str) -> dict[str, object]:
    """Return what a revision of the repository at a git directory holds, as kapack.json has it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        archive = _run("git", "-C", str(repo), "archive", revision)
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(root, filter="data")
        entry = root / ("nur.nix" if (root / "nur.nix").is_file() else "default.nix")
        file = NixFile(entry, entry.read_text(encoding="utf-8"))
        top = next(node for node in file.nodes if node.kind == "set" and node.text == "rec")
        formals = {name for node in file.nodes if node.formals for name in node.formals.names}
        nothing = " ".join(f"{name} = {{ }};" for name in sorted(formals) if "pkgs" in name)
        date = _run("git", "-C", str(repo), "log", "-1", "--format=%ad", "--date=short", revision)
        return {
            "commit": revision,
            "date": date.decode().strip(),
            "packages": sorted(set(_names(f"import {entry} {{ {nothing} }}")) - _SPECIAL),
            "modules": sorted(_names(f"import {root}/modules")),
            "broken": sorted(_marked(root, file, top, _BROKEN)),
            "private": sorted(_marked(root, file, top, _PRIVATE)),
            "options": {
                service: sorted(set(_options(root, service))) for service in ("ear", "oar")
            },
        }


def _run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout


def _names(expression: str) -> list[str]:
    asked = f"builtins.attrNames ({expression})"
    command = ("nix-instantiate", "--eval", "--strict", "--json", "-E", asked)
    return [str(name) for name in json.loads(_run(*command))]


def _marked(root: Path, file: NixFile, top: Node, mark: re.Pattern[str]) -> set[str]:
    """Return the packages whose definition, or whose file, has a mark; other names for them too."""
    found: set[str] = set()
    aliases: dict[str, str] = {}
    for binding in top.bindings:
        if len(binding.path) != 1 or binding.value is None or binding.path[0] is None:
            continue
        name, text = binding.path[0], file.source(binding.value)
        if binding.value.kind == "name":
            aliases[name] = binding.value.text
        paths = [root / path for path in _FILE.findall(text)]
        paths = [path / "default.nix" if path.is_dir() else path for path in paths]
        texts = [text, *(path.read_text(encoding="utf-8") for path in paths if path.is_file())]
        if any(mark.search(each) for each in texts):
            found.add(name)
    for _ in aliases:  # a name may stand for a name
        found |= {name for name, other in aliases.items() if other in found}
    return found


def _options(root: Path, service: str) -> Iterator[str]:
    path = root / "modules" / "services" / f"{service}.nix"
    tree = NixFile(path, path.read_text(encoding="utf-8")).tree if path.is_file() else None
    for found in definitions(tree) if tree is not None else ():
        if found.path[:3] == ("options", "services", service) and len(found.path) > 3:
            yield found.path[3]
