"""What roles set, read by calling them with stand-ins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.stub import Called, Option, RoleOptions

_KEXEC_SURELY = date(2026, 3, 1)
_KEXEC_NOT_BEFORE = date(2025, 5, 1)
_EMPTY_PASSWORD_SURELY = date(2025, 6, 1)
_KERNEL = ("boot.kernelPackages", "boot.kernelParams", "boot.initrd", "boot.kernelPatches")
#: Modules of kapack and the options that only they declare.
_KAPACK_MODULES = {
    "oar": "services.oar",
    "cigri": "services.cigri",
    "ear": "services.ear",
    "bdpo": "services.bdpo",
    "batsky": "services.batsky",
    "examon": "services.examon",
}
_RANGE = re.compile(r"([A-Za-z][A-Za-z0-9_-]*?)\[1-(\d+)\]")


def _roles(target: Target) -> Iterator[tuple[Called, str, str, RoleOptions]]:
    """Yield call, composition, role and what it sets; a role is told once for one composition."""
    for called in target.reader.deeply:
        for name, roles in called.options.items():
            for role, options in roles.items():
                yield called, name, role, options


def _once(hits: Iterator[Hit]) -> Iterator[Hit]:
    """Yield each finding once: a module that several roles import sets the same for all."""
    seen: set[tuple[object, ...]] = set()
    for hit in hits:
        key = (hit.path, hit.line, hit.column, hit.message if hit.line is None else "")
        if key not in seen:
            seen.add(key)
            yield hit


def _hit(target: Target, called: Called, name: str, option: Option, message: str) -> Hit:
    return target.hit_at(option.place, target.file_of(name, called), message)


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
        for called, name, role, options in _roles(target):
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
                yield _hit(target, called, name, option, f"{option.name} of role {role} {what}")

    yield from _once(found())


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
        for called, name, role, options in _roles(target):
            for option in options.options:
                if option.name == "users.users.root.password" and option.value != "":
                    forced = _is_forced(target, option)
                    if not forced:
                        message = f"role {role} sets root's password, which NixOS Compose sets too"
                        yield _hit(target, called, name, option, message)

    yield from _once(found())


def _is_forced(target: Target, option: Option) -> bool:
    """Say whether mkForce or another override stands on the line of an option."""
    text = target.session.text(option.place.file) if option.place is not None else None
    if text is None or option.place is None:
        return True  # not known where it is written
    line = text.split("\n")[option.place.line - 1]
    return "mkForce" in line or "mkOverride" in line or "mkVMOverride" in line


@rule(
    "NXC423",
    "two-exports",
    "a role exports two shared folders",
    severity=Severity.ERROR,
    level=Level.DEEP,
    why="nxc.sharedDirs sets the NFS exports of a role as one text: on flavours that share by NFS "
    "two definitions conflict.",
    remedy="Export one folder, or write services.nfs.server.exports by hand",
    bad='nxc.sharedDirs."/a".export = true;\nnxc.sharedDirs."/b".export = true;',
    good='nxc.sharedDirs."/shared".export = true;',
)
def two_exports(target: Target) -> Iterator[Hit]:
    """Count the folders with export, where a flavour shares by NFS."""

    def found() -> Iterator[Hit]:
        for called, name, role, options in _roles(target):
            flavours = called.call.flavours if called.call is not None else None
            if flavours is not None and set(flavours) <= {"docker", "nspawn"}:
                continue
            exports = [
                option
                for option in options.below("nxc.sharedDirs")
                if option.path[-1] == "export" and option.value is True
            ]
            if len({o.path for o in exports}) > 1:
                folders = ", ".join(sorted({o.path[2] for o in exports}))
                message = f"role {role} exports {folders}: only one works by NFS"
                yield _hit(target, called, name, exports[1], message)

    yield from _once(found())


@rule(
    "NXC424",
    "monika",
    "monika is on, and the release runs CGI programs in another way",
    severity=Severity.ERROR,
    level=Level.DEEP,
    why="kapack's module sets services.fcgiwrap.enable, which became services.fcgiwrap.instances "
    "in NixOS 24.11.",
    remedy="Set services.oar.web.monika.enable = false;",
    bad="services.oar.web.monika.enable = true;",
    good="services.oar.web.monika.enable = false;",
    since="nixpkgs 24.11",
)
def monika(target: Target) -> Iterator[Hit]:
    """Look for the option."""
    if not target.release_at_least("24.11"):
        return

    def found() -> Iterator[Hit]:
        for called, name, role, options in _roles(target):
            for option in options.options:
                if option.name == "services.oar.web.monika.enable" and option.value is True:
                    message = f"role {role} has monika, which NixOS {target.release} cannot run"
                    yield _hit(target, called, name, option, message)

    yield from _once(found())


@rule(
    "NXC425",
    "module-not-imported",
    "a role sets options of a module that nothing imports",
    severity=Severity.ERROR,
    level=Level.DEEP,
    why="Options of kapack exist only where its module is imported: without it they are unknown.",
    remedy="Add nur.repos.kapack.modules.<name> to imports, or kapack's module to "
    "extraConfigurations",
    bad="roles.a = { ... }: { services.oar.node.enable = true; };",
    good="roles.a = { ... }: {\n  imports = [ nur.repos.kapack.modules.oar ];\n"
    "  services.oar.node.enable = true;\n};",
    sure="Silent where a module of an input is imported of which nothing is known",
)
def module_not_imported(target: Target) -> Iterator[Hit]:
    """Compare the options with the modules that were reached."""

    def found() -> Iterator[Hit]:
        for called, name, role, options in _roles(target):
            if called.call is None or "extraConfigurations" in called.call.arguments:
                continue
            if not called.call.readable:
                continue
            for module, prefix in _KAPACK_MODULES.items():
                first = next(options.below(prefix), None)
                if first is None or any(
                    u == f"kapack.modules.{module}" or "modules." not in u for u in options.unknown
                ):
                    continue
                message = (
                    f"role {role} sets {first.name}, and kapack's module {module} is not there"
                )
                yield _hit(target, called, name, first, message)

    yield from _once(found())


@rule(
    "NXC426",
    "counts-disagree",
    "a number of hosts in a text is not that of rolesDistribution",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="Slurm, EAR and others are told the names of hosts as a text such as node[1-4]. Hosts "
    "that are not in it are not used, and one that is too many is waited for.",
    remedy="Make the text from the number, or give both the same",
    bad='rolesDistribution.node = 2;\nservices.slurm.nodeName = [ "node[1-4]" ];',
    good='rolesDistribution.node = 4;\nservices.slurm.nodeName = [ "node[1-4]" ];',
)
def counts_disagree(target: Target) -> Iterator[Hit]:
    """Look for ranges of a role's hosts in the texts of options."""

    def found() -> Iterator[Hit]:
        for called, name, role, options in _roles(target):
            views = called.views.get(name, {})
            view = next(iter(views.values()), None)
            if view is None:
                continue
            for option in options.options:
                for text in _texts(option):
                    for match in _RANGE.finditer(text):
                        count = _count(view.roles, view.hosts, match[1])
                        if count and count != int(match[2]):
                            message = (
                                f"{option.name} of role {role} says {match[0]}, and there are "
                                f"{count} hosts {match[1]}"
                            )
                            yield _hit(target, called, name, option, message)

    yield from _once(found())


def _texts(option: Option) -> Iterator[str]:
    """Yield the texts of an option's value."""
    if isinstance(option.value, str):
        yield option.value
    elif isinstance(option.value, list):
        yield from (item for item in option.value if isinstance(item, str))


def _count(roles: object, hosts: tuple[str, ...], base: str) -> int:
    """Return how many hosts are called ``base`` and a number."""
    return sum(1 for host in hosts if re.fullmatch(rf"{re.escape(base)}\d+", host))
