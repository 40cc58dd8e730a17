"""What may go with what: every rule that needs more than one answer.

Each rule yields problems; all of them are told at once. A rule speaks only of catalogue data, so
that a new service brings its own limits without a line of code here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from scaffold.base import names
from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.choices import flavours_to_avoid, releases_to_avoid
from scaffold.composition.hosts import host_names
from scaffold.composition.notices import cautions
from scaffold.composition.option_rules import OPTION_RULES
from scaffold.composition.role_rules import ROLE_RULES
from scaffold.composition.topology import ProjectTopology, Topology
from scaffold.composition.variants import grown, numbers_tell_roles_apart, variants_fit

Rule = Callable[[Topology], Iterator[Problem]]
ProjectRule = Callable[[ProjectTopology], Iterator[Problem]]
MAX_HOSTS = 4000


def check(whole: ProjectTopology) -> None:
    """Check a project against every rule.

    Raises:
        InputError: with every problem that was found.

    """
    problems = [problem for rule in PROJECT_RULES for problem in rule(whole)]
    for topology in whole.each:
        found = [problem for rule in RULES for problem in rule(topology)]
        if whole.project.several:
            found = [of_composition(problem, topology.composition.name) for problem in found]
        problems += found
    if not problems:
        problems = list(_broken_by_variants(whole))
    if problems:
        raise InputError(*problems)


def of_composition(problem: Problem, name: str) -> Problem:
    """Return a problem of one of several compositions as one of the project's."""
    remedy = problem.remedy.replace("--set ", f"--set compositions.{name}.")
    remedy = remedy.replace("--role NAME", f"[compositions.{name}.roles.NAME]")
    return Problem(f"compositions.{name}: {problem.where}", problem.what, remedy)


def _broken_by_variants(whole: ProjectTopology) -> Iterator[Problem]:
    """Check the composition with the counts of each variant."""
    for name, variant in whole.project.variants.items():
        larger = grown(whole.main, variant.counts)
        for problem in (problem for rule in RULES for problem in rule(larger)):
            yield replace(problem, where=f"variants.{name}: {problem.where}")


def needed_parts(topology: Topology) -> Iterator[Problem]:
    """A part's partners are there, on another role where that is needed."""
    for part in topology.used_parts:
        for need in part.needs:
            found = [role for name in need.parts for role in topology.roles_with(name)]
            wanted = " or ".join(need.parts)
            if not found:
                where = f"roles ({part.id})"
                yield Problem(
                    where,
                    f"needs {wanted}, which no role has: {need.why}",
                    f"Add {wanted} to a role",
                )
            elif need.elsewhere:
                for role in topology.roles_with(part.id):
                    if all(other is role for other in found):
                        yield Problem(
                            f"roles.{role.name}",
                            f"{part.id} needs {wanted} on another role: {need.why}",
                            f"Remove {part.id}, or add a role with {wanted}",
                        )


def number_of_hosts(topology: Topology) -> Iterator[Problem]:
    """No part runs on more hosts than it can, and the whole stays deployable."""
    for part in topology.used_parts:
        roles = topology.roles_with(part.id)
        hosts = sum(role.count for role in roles)
        if part.max_hosts is not None and hosts > part.max_hosts:
            listed = ", ".join(f"{role.name} ×{role.count}" for role in roles)
            yield Problem(
                "roles", f"{part.id} is on {hosts} hosts ({listed})", f"Keep it on {part.max_hosts}"
            )
        for role in roles:
            if part.max_per_role is not None and role.count > part.max_per_role:
                yield Problem(
                    f"roles.{role.name}.count",
                    f"{part.id} works with a count of {part.max_per_role}, not {role.count}",
                    f"Use one role per {part.id}",
                )
    if len(topology.hosts) > MAX_HOSTS:
        yield Problem("roles", f"{len(topology.hosts)} hosts in all", f"Keep it to {MAX_HOSTS}")


def host_names_differ(topology: Topology) -> Iterator[Problem]:
    """No two roles produce the same host, and no host has a name of the test driver."""
    roles = topology.composition.roles
    own_script = _script(topology) in topology.project.kept
    owners = Counter(host for role in roles for host in host_names(role))
    for role in roles:
        for host in host_names(role):
            if owners[host] > 1:
                yield Problem(
                    f"roles.{role.name}", f"the host name {host!r} is there twice", "Rename a role"
                )
                break
            if reason := names.check_host(host, own_script=own_script):
                yield Problem(
                    f"roles.{role.name}", f"the host name {host!r} {reason}", "Rename the role"
                )
                break


def _script(topology: Topology) -> str:
    """Return the path of a composition's test script in the project."""
    folder = f"{topology.composition.name}/" if topology.project.several else ""
    return f"{folder}test_script.py"


def flavours_can_run(whole: ProjectTopology) -> Iterator[Problem]:
    """Every chosen flavour can run every part, exists in the release, and one is the default."""
    project = whole.project
    excluded = flavours_to_avoid([p.id for p in whole.used_parts], whole.catalog)
    possible = [f for f in whole.release.flavours if f not in excluded]
    for flavour in project.flavours:
        reason = excluded.get(flavour)
        if flavour not in whole.release.flavours:
            reason = f"NixOS Compose of release {project.release} does not have it"
        if reason:
            yield Problem(
                "flavours",
                f"{flavour!r} cannot be used ({reason})",
                f"Choose from {', '.join(possible) or 'other parts'}",
            )
    if project.default_flavour not in project.flavours:
        yield Problem(
            "default_flavour",
            f"{project.default_flavour!r} is none of the chosen flavours",
            f"Choose from {', '.join(project.flavours)}",
        )


def release_has_parts(whole: ProjectTopology) -> Iterator[Problem]:
    """The release's kapack branch has what the parts need."""
    release = whole.project.release
    flavours = [f for f in whole.project.flavours if f in whole.release.flavours]
    parts = [part.id for part in whole.used_parts]
    excluded = releases_to_avoid(parts, flavours, whole.catalog)
    possible = [name for name in whole.catalog.releases if name not in excluded]
    if release in excluded:
        ways = [f"choose from {', '.join(possible)}"] if possible else []
        if release not in releases_to_avoid(parts, (), whole.catalog):
            alone = ((f, releases_to_avoid(parts, (f,), whole.catalog)) for f in flavours)
            ways.append(f"leave out {', '.join(f for f, out in alone if release in out)}")
        remedy = ", or ".join(ways) or "choose other parts"
        what = f"{release!r} cannot be used ({excluded[release]})"
        yield Problem("release", what, remedy[0].upper() + remedy[1:])


def release_is_free_of_faults(topology: Topology) -> Iterator[Problem]:
    """NixOS Compose of the release has no fault that keeps this composition from working."""
    for caution in cautions(topology):
        if caution.refuses:
            yield Problem("release", f"{topology.release.name!r}: {caution.what}", caution.remedy)


def unique_options(topology: Topology) -> Iterator[Problem]:
    """An option that must differ between roles does."""
    for part in topology.used_parts:
        for spec in (s for s in part.options.values() if s.unique):
            seen: dict[object, str] = {}
            for role in topology.roles_with(part.id):
                value = topology.options(part, role)[spec.key]
                if value in seen:
                    key = f"roles.{role.name}.options.{part.id}.{spec.key}"
                    yield Problem(
                        key,
                        f"{value!r} is also that of role {seen[value]!r}",
                        f"Give another one with --set {key}=VALUE",
                    )
                seen.setdefault(value, role.name)


def options_are_used(topology: Topology) -> Iterator[Problem]:
    """No value is given for a part that nothing runs: it would be lost silently."""
    composition = topology.composition
    used = {p.id for p in topology.used_parts} | {p.service for p in topology.used_parts}
    for name in composition.options:
        if name not in used:
            yield Problem(f"options.{name}", "no role runs it", "Remove it, or add the part")
    for role in composition.roles:
        parts = {p.id for p in topology.parts[role.name]}
        for name in role.options:
            if name not in parts:
                yield Problem(
                    f"roles.{role.name}.options.{name}",
                    "the role does not run it",
                    "Remove it, or add the part to the role",
                )


def pins_are_used(whole: ProjectTopology) -> Iterator[Problem]:
    """Every pinned input is an input of the flake."""
    for name in whole.project.pins:
        if name not in whole.inputs:
            yield Problem(
                f"pins.{name}",
                f"the flake has no input {name!r} with these parts",
                f"Pin one of {', '.join(whole.inputs)}",
            )


def homes_do_not_nest(topology: Topology) -> Iterator[Problem]:
    """No shared directory lies inside another: one mount would hide the other."""
    paths = {path for _, path in topology.shares()}
    for inner in sorted(paths):
        for outer in map(str, PurePosixPath(inner).parents):
            if outer in paths:
                yield Problem(
                    "options",
                    f"{inner!r} lies inside {outer!r}, which is shared too",
                    "Share directories beside each other",
                )


def one_kernel_boots_all(whole: ProjectTopology) -> Iterator[Problem]:
    """All hosts of all compositions boot one kernel, so no two parts want different ones."""
    wanted = {setting.packages: setting.why for setting in whole.kernel if setting.packages}
    if len(wanted) > 1:
        listed = "; ".join(f"{name}: {why}" for name, why in wanted.items())
        yield Problem(
            "compositions" if whole.project.several else "roles",
            f"parts want different kernels, and hosts share one. {listed}",
            "Put them into projects of their own"
            if whole.project.several
            else "Leave out one of the parts",
        )


PROJECT_RULES: tuple[ProjectRule, ...] = (
    flavours_can_run,
    release_has_parts,
    pins_are_used,
    variants_fit,
    one_kernel_boots_all,
)
RULES: tuple[Rule, ...] = (
    needed_parts,
    number_of_hosts,
    host_names_differ,
    release_is_free_of_faults,
    *ROLE_RULES,
    unique_options,
    options_are_used,
    homes_do_not_nest,
    numbers_tell_roles_apart,
    *OPTION_RULES,
)
