"""From oar-team's nur-kapack to its successor: seven edits, as two compositions were moved in 2026.

NUR goes; the modules come through ``extraConfigurations`` and the packages through an overlay, at
the top of ``pkgs``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.base.errors import InputError, Problem
from scaffold.migrate.contract import repositories, system_of
from scaffold.migrate.draft import Draft, Note
from scaffold.migrate.inputs import FLAKE, NUR_KAPACK
from scaffold.migrate.scopes import base_of, definitions, ends_with, path_end, selected
from scaffold.nixlang.edits import Edit, delete_binding, insert_binding, insert_element
from scaffold.nixlang.nodes import Binding, Node
from scaffold.nixlang.quote import nix_string
from scaffold.survey.compose_call import ComposeCall, calls_in
from scaffold.survey.flake_file import FlakeFile
from scaffold.survey.nix_file import NixFile

RULE = "kapack-home"
HOME = "gitlab:kairns/kapack?host=gricad-gitlab.univ-grenoble-alpes.fr"
_OF_KAPACK = ("repos", "kapack")
_OAR_PACKAGE = ("services", "oar", "package")
_MODULES = "builtins.attrValues kapack.nixosModules"
_SETUP = re.compile(r"(?<=build)\.nur\.repos\.kapack(?=[.\]])")


def move(draft: Draft) -> None:
    """Make the edits in every file of a project.

    Raises:
        InputError: kapack is no input of the flake by this name, or NUR gives other things too.

    """
    file = draft.nix(FLAKE)
    flake = FlakeFile(file) if file is not None else None
    entry = flake.inputs.get("kapack") if flake is not None else None
    reference = entry.reference if entry is not None else None
    if entry is None or reference is None or reference.repository != NUR_KAPACK:
        what = "there is no input kapack from github:oar-team/nur-kapack"
        raise InputError(Problem(FLAKE, what, "Leave out --new-kapack"))
    others = [name for name in repositories(draft) if name != "kapack"]
    if others:
        what = f"nur.repos.{others[0]} comes from NUR too"
        raise InputError(Problem(FLAKE, what, "Take it from an input of its own first"))
    _flake(draft)
    _calls(draft)
    for name, _ in list(draft.nix_files()):
        _plugins(draft, name)
        _packages(draft, name)
        _arguments(draft, name)
    _setup(draft)
    _tell(draft)


def _flake(draft: Draft) -> None:
    """Take the input NUR out, and kapack from its new home."""
    file = draft.nix(FLAKE)
    if file is None:
        return
    edits: list[Edit] = []
    for entry in FlakeFile(file).inputs.values():
        if entry.name == "kapack" and entry.url_node is not None:
            node = entry.url_node
            edits.append(Edit(node.start, node.end, nix_string(HOME)))
            draft.tell_done(file, node.start, f"kapack: {entry.url} → {HOME}", RULE)
        elif entry.name == "NUR":
            for binding in [entry.binding, *(f.binding for f in entry.follows.values())]:
                edits.append(delete_binding(file.text, binding))
            draft.tell_done(file, entry.binding.start, "the input NUR is taken out", RULE)
    draft.edit(FLAKE, edits)


def _calls(draft: Draft) -> None:
    """Give ``lib.compose`` the modules and the overlay of kapack, and NUR no more."""
    for name, file in list(draft.nix_files()):
        edits: list[Edit] = []
        for call in calls_in(file, lambda _: False):
            given = call.node.children[1]
            if given.kind == "set" and "repoOverrides" in call.arguments:
                edits += _call(file, call, given)
                what = "modules and packages come from kapack itself"
                draft.tell_done(file, call.node.start, what, RULE)
        draft.edit(name, edits)


def _call(file: NixFile, call: ComposeCall, given: Node) -> Iterator[Edit]:
    anchor: Binding | None = None
    for binding in given.bindings:
        if binding.path == ("repoOverrides",):
            anchor = binding
        elif binding.path == ("NUR",):
            yield delete_binding(file.text, binding)
        elif binding.is_inherit and "NUR" in binding.names:
            yield from _without(file, binding, "NUR")
    if anchor is None:
        return
    overlay = f"(_: _: kapack.packages.${{{system_of(file, given)}}})"
    modules = call.arguments.get("extraConfigurations")
    if modules is None or modules.value is None:
        yield Edit(anchor.start, anchor.end, f"extraConfigurations = {_MODULES};")
    else:
        yield delete_binding(file.text, anchor)
        yield Edit(modules.value.start, modules.value.start, f"{_MODULES} ++ ")
    overlays = call.arguments.get("overlays")
    if overlays is not None and overlays.value is not None and overlays.value.kind == "list":
        yield insert_element(file.text, overlays.value, overlay)
    else:
        yield insert_binding(file.text, given, ["overlays"], f"[ {overlay} ]")


def _without(file: NixFile, binding: Binding, name: str) -> Iterator[Edit]:
    """Yield the edit that takes a name out of an ``inherit``."""
    if set(binding.names) == {name}:
        yield delete_binding(file.text, binding)
        return
    text = file.text[binding.start : binding.end]
    found = re.search(rf"\s{re.escape(name)}(?=[\s;])", text)
    if found is not None:
        yield Edit(binding.start + found.start(), binding.start + found.end(), "")


def _plugins(draft: Draft, name: str) -> None:
    """Name OAR's plugins by themselves, where they came as another package of OAR."""
    file = draft.nix(name)
    edits: list[Edit] = []
    for found in definitions(file.tree) if file is not None and file.tree is not None else ():
        value = found.binding.value
        if file is None or value is None or not ends_with(found.path, _OAR_PACKAGE):
            continue
        if base_of(value)[-1:] == ("oar-with-plugins",):
            at = path_end(file, found.binding)
            edits.append(Edit(at - len("package"), at, "plugins"))
            edits.append(Edit(value.start, value.end, "[ pkgs.oar-plugins ]"))
            what = f"{file.source(value)} → plugins = [ pkgs.oar-plugins ]"
            draft.tell_done(file, found.binding.start, what, RULE)
    draft.edit(name, edits)


def _packages(draft: Draft, name: str) -> None:
    """Write ``pkgs.x`` for ``nur.repos.kapack.x``, and take out imports of modules."""
    file = draft.nix(name)
    if file is None:
        return
    edits: list[Edit] = []
    gone: list[Node] = []
    for node, path in selected(file):
        at = next((n for n in range(len(path) - 2) if path[n : n + 2] == _OF_KAPACK), None)
        if at is None or "nur" not in path[:at] or len(node.children) > 1:
            continue
        if path[at + 2] == "modules":
            gone.append(node)
            continue
        rest = ".".join(path[at + 2 :])
        text = rest if path[0] == "nur" and _with_pkgs(file, node) else f"pkgs.{rest}"
        edits.append(Edit(node.start, node.end, text))
        draft.tell_done(file, node.start, f"{file.source(node)} → {text}", RULE)
    edits += _imports(draft, file, gone)
    draft.edit(name, edits)


def _with_pkgs(file: NixFile, node: Node) -> bool:
    return any(
        around.kind == "with" and base_of(around.children[0])[-1:] == ("pkgs",)
        for around in file.enclosing(node)
    )


def _imports(draft: Draft, file: NixFile, gone: list[Node]) -> Iterator[Edit]:
    """Yield the edits that take modules out of lists, and lists that are empty then."""
    for node in gone:
        around = file.enclosing(node)
        holder = next((a for a in around if a.kind == "list" and node in a.children), None)
        if holder is None:
            advice = "take it out: every module of kapack is there through extraConfigurations"
            draft.tell_left(file, node.start, f"{file.source(node)} is used here", advice, RULE)
            continue
        draft.tell_done(file, node.start, f"{file.source(node)} is taken out", RULE)
        if all(child in gone for child in holder.children):
            bindings = [b for a in around for b in a.bindings if b.value is holder]
            if bindings and node is holder.children[0]:
                yield delete_binding(file.text, bindings[0])
            if bindings:
                continue
        before = file.text[: node.start]
        yield Edit(len(before.rstrip()), node.end, "")


def _arguments(draft: Draft, name: str) -> None:
    """Take the argument ``nur`` out of functions and of what they are given; NUR of the outputs."""
    file = draft.nix(name)
    if file is None:
        return
    edits: list[Edit] = []
    for node in file.nodes:
        for formal in node.formals.arguments if node.formals else ():
            if formal.name in ("nur", "NUR"):
                edits += _formal(file.text, formal.name, formal.start)
                draft.tell_done(file, formal.start, f"the argument {formal.name} goes", RULE)
        for binding in node.bindings:
            if binding.is_inherit and binding.value is None and "nur" in binding.names:
                edits += _without(file, binding, "nur")
    draft.edit(name, edits)


def _formal(text: str, name: str, start: int) -> Iterator[Edit]:
    """Yield the edit that takes an argument out of a head, with one comma."""
    behind = re.compile(r"\s*,\s*").match(text, start + len(name))
    if behind is not None:
        yield Edit(start, behind.end(), "")
        return
    before = re.search(r"\s*,\s*$", text[:start])
    yield Edit(before.start() if before else start, start + len(name), "")


def _setup(draft: Draft) -> None:
    """Name packages of kapack in setup.toml as those of nixpkgs."""
    for name in [name for name in draft.before if name.endswith("setup.toml")]:
        text = draft.text(name) or ""
        lines = text.splitlines(keepends=True)
        for number, line in enumerate(lines, 1):
            if _SETUP.search(line) and not line.lstrip().startswith("#"):
                lines[number - 1] = _SETUP.sub("", line)
                what = "build.nur.repos.kapack → build"
                draft.done.append(Note(name, number, what, RULE))
        draft.replace(name, "".join(lines))


def _tell(draft: Draft) -> None:
    """Name what is not known of the new kapack."""
    what = "what revisions of the new kapack hold is not known here"
    advice = (
        "its packages replace those of nixpkgs with the same name; OAR wants "
        "python3Packages.clustershell in environment.systemPackages"
    )
    draft.left.append(Note(FLAKE, 0, what, RULE, advice))
    what = "Nix 2.8 does not take the address of the new kapack, whose host has a dash"
    advice = "Debian 12 and Ubuntu 22.04 have such a Nix: use a newer one"
    draft.left.append(Note(FLAKE, 0, what, RULE, advice))
