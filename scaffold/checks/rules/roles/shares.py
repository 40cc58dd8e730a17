"""Folders that roles share."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.role_options import each_role, once, option_hit
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target


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
        for called, name, role, options in each_role(target):
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
                yield option_hit(target, called, name, exports[1], message)

    yield from once(found())


@rule(
    "NXC432",
    "shared-twice",
    "two roles export one shared folder",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="Each of the two then has a folder of its own: what one host writes, those that mount the "
    "folder of the other do not see.",
    remedy="Export it on one role, and name that one as server on the others",
    bad='roles.a = _: { nxc.sharedDirs."/x".export = true; };\n'
    'roles.b = _: { nxc.sharedDirs."/x".export = true; };',
    good='roles.a = _: { nxc.sharedDirs."/x".export = true; };\n'
    'roles.b = _: { nxc.sharedDirs."/x".server = "a"; };',
)
def shared_twice(target: Target) -> Iterator[Hit]:
    """Compare the folders that the roles of a composition export."""

    def found() -> Iterator[Hit]:
        exported: dict[tuple[int, str, str], str] = {}
        for called, name, role, options in each_role(target):
            for option in options.below("nxc.sharedDirs"):
                if option.path[-1] != "export" or option.value is not True:
                    continue
                first = exported.setdefault((id(called), name, option.path[2]), role)
                if first != role:
                    message = f"roles {first} and {role} both export {option.path[2]}"
                    yield option_hit(target, called, name, option, message)

    yield from once(found())
