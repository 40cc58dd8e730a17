"""The password of root, which NixOS Compose sets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scaffold.checks.role_options import each_role, once, option_hit
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.views import Option

_EMPTY_PASSWORD_SURELY = date(2025, 6, 1)


@rule(
    "NXC422",
    "root-password",
    "a role gives root a password, and NixOS Compose gives another",
    severity=Severity.ERROR,
    level=Level.DEEP,
    why="Two definitions of one option conflict, and nothing evaluates. Root's password is empty "
    "from the 24.11 releases of NixOS Compose on (0.7.3), and nixos before.",
    remedy="Remove the line, or use lib.mkForce",
    bad='users.users.root.password = "nixos";',
    good="# root has an empty password",
    since="NixOS Compose 0.7.3",
)
def root_password(target: Target) -> Iterator[Hit]:
    """Look for the option, with another value than the locked library has."""
    new = target.nxc_since(_EMPTY_PASSWORD_SURELY)
    if not new:
        return

    def found() -> Iterator[Hit]:
        for called, name, role, options in each_role(target):
            for option in options.options:
                if option.name == "users.users.root.password" and option.value != "":
                    forced = _is_forced(target, option)
                    if not forced:
                        message = f"role {role} sets root's password, which NixOS Compose sets too"
                        yield option_hit(target, called, name, option, message)

    yield from once(found())


def _is_forced(target: Target, option: Option) -> bool:
    """Say whether mkForce or another override stands on the line of an option."""
    text = target.session.text(option.place.file) if option.place is not None else None
    if text is None or option.place is None:
        return True  # not known where it is written
    line = text.split("\n")[option.place.line - 1]
    return "mkForce" in line or "mkOverride" in line or "mkVMOverride" in line
