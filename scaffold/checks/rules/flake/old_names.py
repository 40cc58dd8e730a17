"""Names that NixOS Compose has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from scaffold.checks.pins import NIXOS_TEST_REMOVED
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target

_SHELLS_RENAMED = date(2024, 4, 23)


@rule(
    "NXC112",
    "nixos-test",
    "the flavour nixos-test is named",
    severity=Severity.ERROR,
    why="NixOS Compose removed that flavour in November 2022; flavour vm runs the same test.",
    remedy="Name vm in its place",
    bad='self.packages.${system}."composition::nixos-test"',
    good='self.packages.${system}."composition::vm"',
    since="NixOS Compose of December 2022",
    fixable=True,
)
def nixos_test(target: Target) -> Iterator[Hit]:
    """Look for the flavour in names of packages."""
    if target.nxc_since(NIXOS_TEST_REMOVED) is not True:
        return
    for file in target.parsed:
        if "::nixos-test" not in file.text:
            continue
        for match in re.finditer(r"::nixos-test(?=\")", file.text):
            if file.in_comment(match.start()):
                continue
            edit = Edit(file.path, match.start(), match.end(), "::vm")
            message = "the flavour nixos-test is gone since November 2022"
            yield target.hit(file, match.start(), message, edits=(edit,))


@rule(
    "NXC113",
    "nxc-shell",
    "the shell of NixOS Compose has another name in the locked revision",
    severity=Severity.ERROR,
    why="On 23 April 2024 NixOS Compose renamed nxcShellFull to nxcShell, and nxcShell to "
    "nxcShellLite. `nix develop` fails when a flake names the one that the library lacks.",
    remedy="Name nxcShell from May 2024 on, and nxcShellFull before",
    bad="devShells.${system}.default = nxc.devShells.${system}.nxcShellFull;",
    good="devShells.${system}.default = nxc.devShells.${system}.nxcShell;",
    since="NixOS Compose of April 2024",
    fixable=True,
)
def nxc_shell(target: Target) -> Iterator[Hit]:
    """Compare the shell with what the locked commit has."""
    newer = target.nxc_since(_SHELLS_RENAMED)
    wrong = {True: "nxcShellFull", False: "nxcShellLite"}.get(newer) if newer is not None else None
    if wrong is None:
        return
    for file in target.parsed:
        for node in file.nodes if wrong in file.text else ():
            if node.kind == "select" and node.names[-1:] == (wrong,):
                start = file.text.rindex(wrong, node.start, node.end)
                edit = Edit(file.path, start, start + len(wrong), "nxcShell")
                message = f"the locked NixOS Compose has no shell {wrong}"
                edits = (edit,) if newer else ()
                yield target.hit(file, start, message, edits=edits)
