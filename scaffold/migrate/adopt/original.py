"""A hand-written project as it is read: its compositions as text and as evaluation shows them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from scaffold.base import names
from scaffold.base.errors import InputError, Problem
from scaffold.composition.hosts import host_names
from scaffold.composition.model import Role
from scaffold.migrate.adopt.counts import Wanted, counted, merged
from scaffold.migrate.adopt.names import NotUnderstoodError
from scaffold.migrate.adopt.problems import Problems
from scaffold.migrate.adopt.reading import CompositionText, RoleText, read
from scaffold.migrate.readable import require_flake, unread
from scaffold.nixlang.nodes import Node
from scaffold.survey.compose_call import FLAVOURS, ComposeCall
from scaffold.survey.compose_call import Composition as Named
from scaffold.survey.found import Project
from scaffold.survey.nix_file import NixFile
from scaffold.survey.stub import Reader
from scaffold.survey.views import Option, RoleOptions, View

#: A machine and a container: the flavours that are looked at in any case.
LOOKED_AT = ("vm", "docker")
_MARK = "nxc-scaffold-stand-in"
#: By flavour and role: what roles set.
Options = Mapping[str, Mapping[str, RoleOptions]]


@dataclass(frozen=True)
class Original:
    """One composition: its text, what it evaluates to on each flavour that was looked at.

    ``counts`` has the number of hosts of each role as the project will have them, ``ports`` those
    that docker publishes. ``script`` is None when there is no test script. ``notes`` say what was
    not understood and has no effect. ``numbered`` are roles of one host that has a number.
    """

    name: str
    text: CompositionText
    counts: Mapping[str, int]
    options: Options
    views: Mapping[str, View]
    ports: Mapping[str, tuple[str, ...]]
    script: str | None
    notes: tuple[str, ...] = ()
    numbered: frozenset[str] = frozenset()

    @property
    def hosts(self) -> list[str]:
        """The hosts that the project will have."""
        return [host for role in self.counts for host in self.hosts_of(role)]

    def hosts_of(self, role: str) -> tuple[str, ...]:
        """Return the hosts that a role will have."""
        return host_names(Role(role, self.counts[role], numbered=role in self.numbered))

    def hosts_before(self, flavour: str) -> list[str]:
        """Return the hosts of today; one that has its number on some flavours alone has it."""
        alone = {role: f"{role}1" for role in self.numbered}
        return [alone.get(host, host) for host in self.views[flavour].hosts]

    @property
    def roles(self) -> Mapping[str, RoleText]:
        """The roles as the project will have them, by name."""
        return {role.name: role for role in self.text.roles}

    def set_by(self, flavour: str, role: str) -> RoleOptions:
        """Return what a role sets; those that ``makeMany`` makes set the same."""
        return self.options[flavour][self.roles[role].members[0]]


@dataclass(frozen=True)
class Evaluated:
    """What the compositions of a project are, by name: views and options by flavour."""

    views: Mapping[str, Mapping[str, View]]
    options: Mapping[str, Options]


def evaluated(project: Project, flavours: Sequence[str]) -> Evaluated:
    """Call every composition on some flavours.

    Raises:
        InputError: one cannot be called.

    """
    views: dict[str, dict[str, View]] = {}
    options: dict[str, dict[str, dict[str, RoleOptions]]] = {}
    for flavour in flavours:
        for called in Reader(project, (flavour,)).deeply:
            for name, failure in called.failures.items():
                where = f"{failure.file or name}" + (f":{failure.line}" if failure.line else "")
                what = f"the composition {name} cannot be called: {failure.message}"
                raise InputError(Problem(where, what, "Correct it: nxc-scaffold check helps"))
            for name, found in called.views.items():
                views.setdefault(name, {})[flavour] = found[flavour]
            for name, roles in called.options.items():
                options.setdefault(name, {})[flavour] = {
                    role: _without_root(told, project.root) for role, told in roles.items()
                }
    return Evaluated(views, options)


def _without_root(told: RoleOptions, root: Path) -> RoleOptions:
    """Return options whose values do not name the folder of the project, which may be a copy."""
    options = (_relative(option, str(root)) for option in told.options if option.path)
    return replace(told, options=tuple(options))


def _relative(option: Option, root: str) -> Option:
    text = json.dumps(option.whole)
    if root not in text:
        return option
    return replace(option, whole=json.loads(text.replace(root, "<project>")))


def originals(project: Project, numbered: Collection[Wanted] = ()) -> list[Original]:
    """Return the compositions of a project.

    ``numbered`` are roles whose one host is to have its number on every flavour, where a
    distribution of 1 gives it to machines alone.

    Raises:
        InputError: with everything that keeps them from being taken over.

    """
    require_flake(project)
    call = _only_call(project)
    problems = Problems(project)
    named = {entry.name: entry for entry in project.compositions}
    texts = {name: _text(project, entry, problems) for name, entry in named.items()}
    if problems.found:
        raise InputError(*problems.found)
    seen = evaluated(project, looked_at(project))
    where = project.relative(call.file.path)
    if set(named) != set(seen.views):
        what = f"the text tells the compositions {_told(named)}, evaluation {_told(seen.views)}"
        problems.add(where, what, "Write each of them in the set of compositions")
        raise InputError(*problems.found)
    found = []
    for name, text in texts.items():
        one = _original(project, name, text, seen, problems, numbered) if text is not None else None
        if one is not None:
            found.append(one)
    if problems.found:
        raise InputError(*problems.found)
    return found


def _told(given: Mapping[str, object]) -> str:
    return ", ".join(sorted(given)) or "(none)"


def looked_at(project: Project) -> tuple[str, ...]:
    """Return the flavours on which compositions are compared: two, and those that the text names.

    What depends on the flavour differs between machines and containers, or names a flavour.
    """
    call = project.calls[0]
    offered = [f for f in call.flavours or FLAVOURS if f in FLAVOURS] or list(FLAVOURS)
    texts = [file.text for file in project.nix_files if file.path != call.file.path]
    named = {f for f in offered if any(f'"{f}"' in text for text in texts)}
    found = tuple(f for f in offered if f in LOOKED_AT or f in named)
    return found or (offered[0],)


def _only_call(project: Project) -> ComposeCall:
    where = str(project.root)
    if project.flake is None or not project.calls:
        what = "there is no flake.nix that calls lib.compose of NixOS Compose"
        raise InputError(Problem(where, what, "Start it with `nxc init`, or with nxc-scaffold new"))
    if len(project.calls) > 1:
        files = ", ".join(project.relative(call.file.path) for call in project.calls)
        what = f"lib.compose is called {len(project.calls)} times ({files})"
        raise InputError(Problem(where, what, "Keep one flake for each of them"))
    return project.calls[0]


def _original(
    project: Project,
    name: str,
    text: CompositionText,
    seen: Evaluated,
    problems: Problems,
    numbered: Collection[Wanted],
) -> Original | None:
    views, options = seen.views[name], seen.options[name]
    view = next(iter(views.values()))
    text = replace(text, roles=merged(text, view, options))
    wanted = {role for one, role in numbered if one in ("", name)}
    before = len(problems.found)
    place = project.relative(text.file.path)
    members = [name for role in text.roles for name in role.members]
    if sorted(members) != sorted(view.roles):
        what = f"its text tells the roles {', '.join(members)}, evaluation {_told(view.roles)}"
        problems.add(place, what, "Write each role in the set of roles")
    _check_roles(options, place, problems)
    counts = {r.name: counted(r, view, place, problems, wanted) for r in text.roles}
    one_host = {r for r in counts if view.distribution.get(r) in (1, [f"{r}1"])}
    for role, count in counts.items():
        for host in host_names(Role(role, count, numbered=role in one_host)):
            if reason := names.check_host(host, own_script=True):
                what = f"the host {host} {reason}"
                problems.add(f"{place}: roles.{role}", what, "Rename the role")
                break
    notes = [
        f"rolesDistribution.{name} is no role: it has no effect, and is left out"
        for name in view.distribution
        if name not in view.roles
    ]
    notes += [
        f"the one host of {role} is {role}1 on every flavour now; docker called it {role}"
        for role in sorted(one_host)
        if view.distribution[role] == 1
    ]
    ports = dict(_ports(text, view, place, problems))
    script = _script(text, views, place, problems)
    if len(problems.found) > before:
        return None
    return Original(
        name, text, counts, options, views, ports, script, tuple(notes), frozenset(one_host)
    )


def _text(project: Project, entry: Named, problems: Problems) -> CompositionText | None:
    file: NixFile | None = entry.inside
    top: Node | None = entry.node
    if entry.file is not None:
        file = project.session.nix(entry.file)
        top = file.tree if file is not None else None
    if file is None or top is None:
        where = project.relative(entry.file) if entry.file else entry.name
        fault = file.fault if file is not None else None
        why = unread(entry.file, project.session) if entry.file else ""
        what = "it cannot be read as Nix" if entry.file else "its text is computed, so not known"
        what += f": {fault or why or 'it is not there'}" if entry.file else ""
        problems.add(where, what, "Correct it, or the path in flake.nix")
        return None
    if not file.path.is_relative_to(project.root):
        problems.add(str(file.path), "it lies outside of the project", "Move it into the project")
        return None
    try:
        return read(file, top)
    except NotUnderstoodError as error:
        problems.add_text(error)
        return None


def _check_roles(options: Options, place: str, problems: Problems) -> None:
    for flavour, roles in options.items():
        for role, told in roles.items():
            if told.failure:
                what = f"its options cannot be evaluated without nixpkgs: {told.failure}"
                remedy = f"What it sets could not be compared before and after (flavour {flavour})"
                problems.add(f"{place}: roles.{role}", what, remedy)
        if problems.found:
            return


def _ports(
    text: CompositionText, view: View, place: str, problems: Problems
) -> Sequence[tuple[str, tuple[str, ...]]]:
    found = []
    known = {role.name for role in text.roles}
    for role, ports in view.docker_published.items():
        if role not in known:
            what = "it is no role by that name"
            problems.add(f"{place}: dockerPorts.{role}", what, "Name a role, or leave it out")
        elif ports is None:
            what = "its ports are no list of texts"
            problems.add(f"{place}: dockerPorts.{role}", what, 'Write them as [ "8080:80" ]')
        elif ports:
            found.append((role, ports))
    return found


def _script(
    text: CompositionText, views: Mapping[str, View], place: str, problems: Problems
) -> str | None:
    scripts = {view.test_script for view in views.values()}
    node = text.script
    if len(scripts) > 1:
        problems.add(f"{place}: testScript", "it differs between flavours", "Write one for all")
        return None
    script = scripts.pop()
    if script is None:
        if node is not None or "testScript" in next(iter(views.values())).keys:
            problems.add(f"{place}: testScript", "it is no text", "Write it as a text, or a file")
        return None
    if _MARK in script:
        what = "it names packages of nixpkgs (${pkgs.…}), so it cannot become a file of its own"
        problems.add(f"{place}: testScript", what, "Call the program by its name on the host")
    return script


def folder_of(project: Project, file: NixFile) -> PurePosixPath:
    """Return the folder of a file, relative to the project."""
    return PurePosixPath(project.relative(file.path)).parent
