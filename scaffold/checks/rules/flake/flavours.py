"""Flavours that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.base.values import did_you_mean
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.compose_call import FLAVOURS

#: The name of a package of the library, quoted: ``"composition::vm"``.
_PACKAGE = re.compile(r"\"[A-Za-z0-9_.-]*::([A-Za-z0-9-]+)\"")


@rule(
    "NXC117",
    "unknown-flavour",
    "a flavour does not exist",
    severity=Severity.ERROR,
    why="The package of a flavour that NixOS Compose does not have is missing from the flake.",
    remedy=f"Name one of {', '.join(FLAVOURS)}",
    bad='flavours = nixpkgs.lib.getAttrs [ "vms" ] nxc.lib.flavours;',
    good='flavours = nixpkgs.lib.getAttrs [ "vm" ] nxc.lib.flavours;',
)
def unknown_flavour(target: Target) -> Iterator[Hit]:
    """Look at the arguments of the call, and at names of packages in flake.nix."""
    for call in target.project.calls:
        for key in ("flavours", "flavour"):
            argument, value = call.arguments.get(key), call.value(key)
            if argument is None or value is None or value.kind == "set":
                continue
            for name in call.flavours or ():
                if name not in FLAVOURS:
                    remedy = did_you_mean(name, FLAVOURS, "")
                    message = f"there is no flavour {name}"
                    yield target.hit(call.file, argument.start, message, remedy)
    flake = target.project.flake
    for match in _PACKAGE.finditer(flake.file.text) if flake is not None else ():
        name = match[1]
        if flake is None or name in (*FLAVOURS, "nixos-test") or not _offers_all(target):
            continue
        if flake.file.in_comment(match.start()):
            continue
        remedy = did_you_mean(name, FLAVOURS, "")
        yield target.hit(flake.file, match.start(), f"there is no flavour {name}", remedy)


def _offers_all(target: Target) -> bool:
    """Say whether every call has known flavours, so that there are none of the project's own."""
    calls = target.project.calls
    return bool(calls) and all(c.flavours and set(c.flavours) <= set(FLAVOURS) for c in calls)
