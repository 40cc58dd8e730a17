"""setup.toml, nxc.json and flake.lock beside a composition."""

from __future__ import annotations

import re
from pathlib import Path

from scaffold.catalogue.migrations import Migration
from scaffold.migrate.draft import Draft, Note
from scaffold.survey.flake_file import FlakeFile
from scaffold.survey.found import Project
from scaffold.survey.lock import Lock

_OVERRIDE = re.compile(r"""--override-input\s+(\S+)\s+((?:path:|git\+file:|/|~|\.)[^\s"']*)""")
_HOME = re.compile(r"""=\s*["'](?:path:|git\+file:)?(//?(?:home|Users)/[^"']*)["']""")
_OLD_TABLE = re.compile(r"^\s*\[[^\]]*\boverrides\.nur\b")
_OLD_DEFAULT = re.compile(r'("default_flavour"\s*:\s*)"nixos-test"')


def nxc_json(draft: Draft, names: list[str], rule: Migration) -> None:
    """Name a default flavour that is there."""
    for name in names:
        text = draft.text(name)
        found = _OLD_DEFAULT.search(text) if text else None
        if text is not None and found is not None:
            draft.replace(name, _OLD_DEFAULT.sub(rf'\1"{rule.new}"', text))
            line = text.count("\n", 0, found.start()) + 1
            draft.done.append(Note(name, line, f"{rule.old} → {rule.new}", rule.name))


def setup_toml(draft: Draft, names: list[str], rule: Migration) -> None:
    """Name what in setup.toml is for another release, or for one person's computer."""
    for name in names:
        for number, line in enumerate((draft.text(name) or "").splitlines(), 1):
            if line.lstrip().startswith("#"):
                continue
            for entry, where in _OVERRIDE.findall(line):
                what = f"the input {entry} is replaced by {where}, a folder of one computer"
                advice = (
                    "its revision is not moved: bring that folder to the release, or take it out"
                )
                draft.left.append(Note(name, number, what, "setup-override", advice))
            for where in _HOME.findall(line):
                what = f"{where} is a folder of one computer"
                advice = (
                    "what takes it evaluates on that computer alone: leave its variant unselected"
                )
                draft.left.append(Note(name, number, what, "setup-override", advice))
            if _OLD_TABLE.search(line):
                what = f"{rule.old} is read, but to go"
                draft.left.append(Note(name, number, what, rule.name, rule.what))


def stale_entries(draft: Draft, root: Path, text: str | None) -> list[str]:
    """Return the inputs whose address differs from what the text of flake.lock was made for."""
    file = draft.nix("flake.nix")
    if file is None or text is None:
        return []
    lock = Lock(root / "flake.lock", text)
    stale = []
    for entry in FlakeFile(file).inputs.values():
        locked = lock.input(entry.name)
        now = entry.reference
        if now is None or locked is None or locked.original is None or entry.alias is not None:
            stale += [entry.name] if locked is None and entry.alias is None else []
            continue
        was = locked.original
        if (now.repository, now.ref, now.rev) != (was.repository, was.ref, was.rev):
            stale.append(entry.name)
    return stale


def names_of(project: Project, paths: list[Path]) -> list[str]:
    """Return paths relative to the root of a project, those outside left out."""
    return [str(p.relative_to(project.root)) for p in paths if p.is_relative_to(project.root)]
