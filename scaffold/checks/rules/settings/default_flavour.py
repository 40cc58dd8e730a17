"""The flavour that nxc.json names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.base.names import closest
from scaffold.checks.pins import NIXOS_TEST_REMOVED
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.compose_call import FLAVOURS
from scaffold.survey.settings import NxcJson


@rule(
    "NXC302",
    "default-flavour-unknown",
    "default_flavour is no flavour",
    severity=Severity.ERROR,
    why="`nxc build` without -f asks for that flavour, and the flake has no such package. "
    "nixos-test was a flavour until November 2022.",
    remedy=f"Name one of {', '.join(FLAVOURS)}",
    bad='{"composition": "composition.nix", "default_flavour": "nixos-test"}',
    good='{"composition": "composition.nix", "default_flavour": "vm"}',
    fixable=True,
)
def default_flavour_unknown(target: Target) -> Iterator[Hit]:
    """Compare the value with the seven flavours."""
    for entry in target.project.nxc_json:
        name = entry.text_value("default_flavour")
        if name in (None, "", *FLAVOURS) or name is None:
            continue
        old = name == "nixos-test"
        if old and target.nxc_since(NIXOS_TEST_REMOVED) is False:
            continue
        near = "vm" if old else closest(name, FLAVOURS)
        remedy = f"Did you mean {near}?" if near and not old else ""
        edits = _value_edit(entry, "default_flavour", name, "vm") if old else ()
        message = f"there is no flavour {name}"
        line = entry.line_of("default_flavour")
        yield Hit(entry.path, line, message, None, remedy, None, edits)


def _value_edit(entry: NxcJson, key: str, old: str, new: str) -> tuple[Edit, ...]:
    match = re.search(rf'"{re.escape(key)}"\s*:\s*"({re.escape(old)})"', entry.text)
    return (Edit(entry.path, match.start(1), match.end(1), new),) if match else ()


@rule(
    "NXC303",
    "default-flavour-empty",
    "default_flavour is empty",
    severity=Severity.WARNING,
    why="`nxc build` then chooses by the machine it runs on: vm on most, another on Grid'5000.",
    remedy="Name the flavour that is meant",
    bad='{"composition": "composition.nix", "default_flavour": ""}',
    good='{"composition": "composition.nix", "default_flavour": "vm"}',
)
def default_flavour_empty(target: Target) -> Iterator[Hit]:
    """Look for an empty text."""
    for entry in target.project.nxc_json:
        if entry.text_value("default_flavour") == "":
            yield Hit(entry.path, entry.line_of("default_flavour"), "default_flavour is empty")


@rule(
    "NXC304",
    "no-default-flavour",
    "nxc.json names no flavour",
    severity=Severity.NOTE,
    why="Without -f `nxc build` asks which flavour is meant, or takes the machine's.",
    remedy='Add "default_flavour": "vm"',
)
def no_default_flavour(target: Target) -> Iterator[Hit]:
    """Look for the key."""
    for entry in target.project.nxc_json:
        if entry.fault is None and "default_flavour" not in entry.values:
            yield Hit(entry.path, 1, "it has no default_flavour")
