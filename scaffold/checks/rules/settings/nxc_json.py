"""nxc.json: whether it is one, and its keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scaffold.base.values import did_you_mean
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target

_KEYS = frozenset({"composition", "default_flavour"})


@rule(
    "NXC301",
    "nxc-json-invalid",
    "nxc.json is not JSON",
    severity=Severity.ERROR,
    why="`nxc` ends with a traceback when it cannot read the file.",
    remedy="Mend it; a JSON object has double quotes and no comma after the last entry",
)
def nxc_json_invalid(target: Target) -> Iterator[Hit]:
    """Read every nxc.json of the project."""
    for entry in target.project.nxc_json:
        if entry.fault is not None:
            yield Hit(entry.path, *entry.fault)


@rule(
    "NXC305",
    "composition-missing",
    "nxc.json names a composition that is not there",
    severity=Severity.ERROR,
    why="`nxc` looks for the file beside nxc.json.",
    remedy="Name the file of the composition",
    bad='{"composition": "compositon.nix"}',
    good='{"composition": "composition.nix"}',
)
def composition_missing(target: Target) -> Iterator[Hit]:
    """Look for the file beside nxc.json and beside flake.nix."""
    for entry in target.project.nxc_json:
        name = entry.text_value("composition")
        if not name or "\0" in name:
            continue
        folders: tuple[Path, ...] = (entry.path.parent, target.root)
        if not any((folder / name).exists() for folder in folders):
            yield Hit(entry.path, entry.line_of("composition"), f"there is no {name}")


@rule(
    "NXC306",
    "nxc-json-key",
    "nxc.json has a key that nothing reads",
    severity=Severity.NOTE,
    why="NixOS Compose reads composition and default_flavour, and nothing else.",
    remedy="Remove it, or mend its spelling",
    bad='{"composition": "composition.nix", "default_flavor": "vm"}',
    good='{"composition": "composition.nix", "default_flavour": "vm"}',
)
def nxc_json_key(target: Target) -> Iterator[Hit]:
    """Compare the keys."""
    for entry in target.project.nxc_json:
        for key in entry.values.keys() - _KEYS:
            remedy = did_you_mean(key, _KEYS, "")
            yield Hit(entry.path, entry.line_of(key), f"nothing reads {key}", None, remedy)


@rule(
    "NXC307",
    "no-nxc-json",
    "there is no nxc.json",
    severity=Severity.NOTE,
    why="`nxc` looks for it to know the composition and the flavour. Without one both have to be "
    "given to each command: nxc -d . build -C composition::vm flake.nix.",
    remedy='Add nxc.json: {"composition": "composition.nix", "default_flavour": "vm"}',
)
def no_nxc_json(target: Target) -> Iterator[Hit]:
    """Look for it beside a flake that calls the library itself, and one folder up."""
    calls = [c for c in target.project.calls if c.file.path == target.root / "flake.nix"]
    if calls and not target.project.nxc_json and not (target.root.parent / "nxc.json").is_file():
        yield target.hit(calls[0].file, calls[0].node, "there is no nxc.json")
