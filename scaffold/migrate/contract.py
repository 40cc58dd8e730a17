"""What NixOS Compose itself wants of a flake and a composition, from one release to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scaffold.catalogue.migrations import Migration
from scaffold.catalogue.releases import Release
from scaffold.migrate.draft import Draft
from scaffold.migrate.scopes import definitions, ends_with, path_end, selected
from scaffold.nixlang.edits import (
    Edit,
    delete_binding,
    indentation,
    insert_binding,
    insert_element,
    newline_of,
)
from scaffold.nixlang.nodes import Node
from scaffold.survey.compose_call import ComposeCall, calls_in
from scaffold.survey.nix_file import NixFile, result_of

_OLD_FLAVOUR = re.compile(r"(?<=::)nixos-test(?=\")")
_WITH_INITRD = frozenset({"vm", "vm-ramdisk", "g5k-nfs-store", "g5k-ramdisk", "g5k-image"})
_INITRD = "boot.initrd.systemd.enable"


def nodes_to_roles(draft: Draft, compositions: list[str], rule: Migration) -> None:
    """Call the roles of a composition by their name of today."""
    for name in compositions:
        file = draft.nix(name)
        top = result_of(file.tree) if file is not None else None
        if file is None or top is None:
            continue
        edits = []
        for composition in [top, *_inner(top)]:
            found = [b for b in composition.bindings if b.path[:1] == ("nodes",)]
            if any(b.path[:1] == ("roles",) for b in composition.bindings):
                continue
            for binding in found:
                start = binding.start
                edits.append(Edit(start, start + len("nodes"), "roles"))
                draft.tell_done(file, start, "nodes → roles", rule.name)
        draft.edit(name, edits)


def _inner(top: Node) -> Iterator[Node]:
    """Yield the compositions of a set of several."""
    for binding in top.bindings:
        inner = result_of(binding.value)
        if inner is not None and inner.kind == "set" and inner.binding("testScript"):
            yield inner


def root_password(draft: Draft, rule: Migration) -> None:
    """Take out passwords of root: NixOS Compose sets an empty one, and two are a conflict."""
    for name, file in draft.nix_files():
        edits = []
        for found in definitions(file.tree) if file.tree else ():
            if ends_with(found.path, ("users", "users", "root", "password")):
                value = found.binding.value
                if value is not None and file.source(value) != '""':
                    edits.append(delete_binding(file.text, found.binding))
                    what = "root has an empty password; the other one is taken out"
                    draft.tell_done(file, found.binding.start, what, rule.name)
        draft.edit(name, edits)


def old_flavour(draft: Draft, rule: Migration) -> None:
    """Name the flavour vm where the flavour nixos-test, which is gone, is named."""
    for name, file in draft.nix_files():
        edits = []
        for match in _OLD_FLAVOUR.finditer(file.text):
            edits.append(Edit(match.start(), match.end(), rule.new))
            draft.tell_done(file, match.start(), f"{rule.old} → {rule.new}", rule.name)
        draft.edit(name, edits)


def shells(draft: Draft, rule: Migration, old: str, new: str) -> None:
    """Take the devShell of nxc that has everything, by its name of the release."""
    if old == new:
        return
    names = {"nxcShellFull": "nxcShell", "nxcShell": "nxcShellLite"}
    for name, file in draft.nix_files():
        edits = []
        for node in file.nodes:
            last = node.names[-1] if node.kind == "select" and node.names else ""
            end = node.end
            if last in names and file.text[end - len(last) : end] == last:
                edits.append(Edit(end - len(last), end, names[last]))
                draft.tell_done(file, node.start, f"{last} → {names[last]}", rule.name)
        draft.edit(name, edits)


def outputs(draft: Draft, name: str, rule: Migration) -> None:
    """Call the development shell by its name of today."""
    file = draft.nix(name)
    if file is None or file.tree is None:
        return
    edits = []
    for found in definitions(file.tree):
        binding = found.binding
        if found.path[0] == "devShell" and not found.prefix:
            end = path_end(file, binding)
            edits.append(Edit(binding.start, binding.start + len("devShell"), "devShells"))
            edits.append(Edit(end, end, ".default"))
            draft.tell_done(file, binding.start, f"{rule.old} → {rule.new}", rule.name)
    draft.edit(name, edits)


def scripted_initrd(draft: Draft, row: Release, rule: Migration) -> None:
    """Set what a release's kernel and initrd need in ``extraConfigurations`` of each call."""
    lines = [line for setting in row.kernel for line in setting.settings]
    if not lines or any(_INITRD in text for _, text in _texts(draft)):
        return
    why = row.kernel[0].why
    for name, file in list(draft.nix_files()):
        edits: list[Edit] = []
        for call in calls_in(file, lambda _: False):
            flavours = call.flavours
            if flavours is not None and not _WITH_INITRD & set(flavours):
                continue
            edits += _with_module(file, call, why, lines)
            draft.tell_done(file, call.node.start, f"{lines[0]} for every host", rule.name)
        draft.edit(name, edits)


def _texts(draft: Draft) -> Iterator[tuple[str, str]]:
    for name, file in draft.nix_files():
        yield name, file.text


def _with_module(file: NixFile, call: ComposeCall, why: str, lines: list[str]) -> list[Edit]:
    """Return the edit that gives a call one module more."""
    text, newline = file.text, newline_of(file.text)
    module = f"({{ lib, ... }}: {{ {' '.join(lines)} }})"
    argument = call.arguments.get("extraConfigurations")
    given = call.node.children[1]
    if argument is None and given.kind == "set":
        indent = indentation(text, given.bindings[-1].start if given.bindings else given.start)
        value = f"[{newline}{indent}  # {why}{newline}{indent}  {module}{newline}{indent}]"
        return [insert_binding(text, given, ["extraConfigurations"], value)]
    value_node = argument.value if argument is not None else None
    if value_node is None:
        return []
    if value_node.kind == "list":
        return [insert_element(text, value_node, module)]
    old = file.source(value_node)
    simple = value_node.kind in ("name", "select", "parentheses", "apply")
    left = old if simple else f"({old})"
    return [Edit(value_node.start, value_node.end, f"{left} ++ [ {module} ]")]


def own_nixpkgs(draft: Draft, rule: Migration) -> None:
    """Let kapack be built by the nixpkgs it is made for, where that of the machines is newer.

    With ``NUR = null`` the library takes ``nur`` as it is given (nix/compose.nix of 0.7.11).
    """
    for name, file in list(draft.nix_files()):
        edits: list[Edit] = []
        for call in calls_in(file, lambda _: False):
            overrides = call.arguments.get("repoOverrides")
            if overrides is None or "kapack" not in file.source(call.node):
                continue
            edits += _own_nur(file, call)
            what = "kapack is built by the nixpkgs that it is made for"
            draft.tell_done(file, overrides.start, what, rule.name)
            others = [name for name in repositories(draft) if name != "kapack"]
            if others:
                what = f"nur.repos.{others[0]} is not given any more"
                advice = (
                    "add it to `overlay` and `repos` of the argument nur, from an input of its own"
                )
                draft.tell_left(file, overrides.start, what, advice, rule.name)
        draft.edit(name, edits)


def repositories(draft: Draft) -> list[str]:
    """Return the repositories of NUR that the files name."""
    found = [
        path[at + 1]
        for _, file in draft.nix_files()
        for _, path in selected(file)
        for at, part in enumerate(path[:-1])
        if part == "repos" and path[at - 1 : at] == ("nur",)
    ]
    return list(dict.fromkeys(found))


def system_of(file: NixFile, given: Node) -> str:
    """Return the system that a call is given, as an expression of the place of the call."""
    told = given.binding("system")  # else it is inherited, so that the name is known here
    return file.source(told.value) if told is not None and told.value is not None else "system"


def _own_nur(file: NixFile, call: ComposeCall) -> list[Edit]:
    text, given = file.text, call.node.children[1]
    edits: list[Edit] = []
    anchor = None
    for binding in given.bindings:
        if binding.path == ("repoOverrides",):
            anchor = binding
        elif binding.path == ("NUR",):
            edits.append(delete_binding(text, binding))
        elif binding.is_inherit and "NUR" in binding.names:
            names = [other for other in binding.names if other and other != "NUR"]
            scope = f" ({file.source(binding.value)})" if binding.value is not None else ""
            new = f"inherit{scope} {' '.join(names)};"
            edits.append(
                Edit(binding.start, binding.end, new) if names else delete_binding(text, binding)
            )
    if anchor is None:
        return []
    indent, newline = indentation(text, anchor.start), newline_of(text)
    system = system_of(file, given)
    lines = [
        "# Built by the nixpkgs that kapack is made for, not by the newer one of the machines.",
        "NUR = null;",
        "nur = rec {",
        '  repos.kapack = import "${kapack}/nur.nix" {',
        f"    pkgs = kapack.inputs.nixpkgs.legacyPackages.${{{system}}};",
        "  };",
        "  overlay = _final: _prev: { nur = { inherit repos; }; };",
        "};",
    ]
    edits.append(Edit(anchor.start, anchor.end, f"{newline}{indent}".join(lines)))
    return edits


def report_calls(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Name the calls of functions of NixOS Compose that work otherwise now, or not at all."""
    wanted = {tuple(m.old.split(".")): m for m in migrations if m.old}
    for _, file in draft.nix_files():
        for node, path in selected(file):
            for old, migration in wanted.items():
                if path[-len(old) :] == old:
                    since = f" from {migration.first} on" if migration.first else ""
                    what = f"{migration.old} works otherwise{since}"
                    draft.tell_left(file, node.start, what, migration.what, migration.name)
