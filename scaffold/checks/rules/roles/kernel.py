"""Settings of the kernel that never reach it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scaffold.checks.role_options import each_role, once, option_hit
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target

_KEXEC_SURELY = date(2026, 3, 1)


_KEXEC_NOT_BEFORE = date(2025, 5, 1)


_KERNEL = ("boot.kernelPackages", "boot.kernelParams", "boot.initrd", "boot.kernelPatches")


@rule(
    "NXC421",
    "kernel-in-role",
    "a role sets the kernel, its parameters or its initrd",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="Kernel, parameters and initrd of vm and Grid'5000 come from a configuration without "
    "roles. From 0.7.9 on stage 1 boots again into the role's own kernel and initrd, but not with "
    "its parameters. Containers (docker, nspawn) have the kernel of their host.",
    remedy="Put it into a module that extraConfigurations lists",
    bad="roles.node = { pkgs, ... }: { boot.kernelPackages = pkgs.linuxPackages_6_6; };",
    good="extraConfigurations = [ ({ pkgs, ... }: { boot.kernelPackages = … }) ];",
)
def kernel_in_role(target: Target) -> Iterator[Hit]:
    """Look for the options, and word the finding by the locked library."""
    new = target.nxc_since(_KEXEC_SURELY)
    old = target.nxc_since(_KEXEC_NOT_BEFORE) is False

    def found() -> Iterator[Hit]:
        for called, name, role, options in each_role(target):
            flavours = called.call.flavours if called.call is not None else None
            if flavours is not None and set(flavours) <= {"docker", "nspawn"}:
                continue
            for option in options.options:
                if not option.name.startswith(_KERNEL) or option.value in ([], ""):
                    continue
                params = option.name.startswith("boot.kernelParams")
                if new and not params:
                    continue
                if not new and not old and not params:
                    continue
                what = "does not reach the kernel that boots"
                yield option_hit(
                    target, called, name, option, f"{option.name} of role {role} {what}"
                )

    yield from once(found())
