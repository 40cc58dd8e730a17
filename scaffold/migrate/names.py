"""Options, packages and functions that changed their names, or are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scaffold.catalogue.migrations import Migration, option_moves, package_moves
from scaffold.migrate.draft import Draft
from scaffold.migrate.scopes import (
    Definition,
    Path,
    definitions,
    ends_with,
    holds,
    is_bound,
    of_with,
    path_end,
    selected,
)
from scaffold.nixlang.edits import Edit, delete_binding
from scaffold.nixlang.nodes import Node
from scaffold.nixlang.quote import nix_attr
from scaffold.nixlang.twice import makes_twice
from scaffold.survey.nix_file import NixFile

#: Where options of NixOS begin; anything else that is bound is no option.
_TOPS = frozenset(
    {"boot", "console", "documentation", "environment", "fileSystems", "fonts", "hardware", "i18n",
     "networking", "nix", "nixpkgs", "power", "powerManagement", "programs", "security", "services",
     "sound", "swapDevices", "system", "systemd", "time", "users", "virtualisation", "zramSwap"}
)  # fmt: skip


def option_path(text: str) -> Path:
    """Return the parts of an option's name; a quoted one may hold dots."""
    parts: list[str] = []
    for index, piece in enumerate(text.split('"')):
        parts += [piece] if index % 2 else [part for part in piece.split(".") if part]
    return tuple(parts)


def rename_options(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Give options their new names, where they are set and where ``config`` is asked for them."""
    wanted = [(option_path(m.old), option_path(m.new), m) for m in migrations]
    for name, file in draft.nix_files():
        edits: list[Edit] = []
        for found in definitions(_tree(file)):
            for old, new, migration in wanted:
                if ends_with(found.path, old):
                    edits += _renamed(draft, file, found, old, new, migration, edits)
        for node, path in selected(file):
            for old, new, migration in wanted:
                if path == ("config", *old) and len(node.children) == 1:
                    text = ".".join(nix_attr(part) for part in ("config", *new))
                    edits.append(Edit(node.start, node.end, text))
                    draft.tell_done(file, node.start, _to(migration), migration.name)
        draft.edit(name, edits)


def _renamed(
    draft: Draft,
    file: NixFile,
    found: Definition,
    old: Path,
    new: Path,
    migration: Migration,
    others: Sequence[Edit],
) -> list[Edit]:
    """Return the edit of one definition; a person has to do what several bindings share.

    ``others`` are the edits of the file so far: none makes the file define an option twice.
    """
    here = len(found.binding.path)
    outside = max(0, len(old) - here)
    before = found.binding.path[: max(0, here - len(old))]
    if old[:outside] != new[:outside] or None in found.binding.path:
        what = f"{migration.old} is called {migration.new} now"
        advice = f"move it out of {'.'.join(old[:outside])} by hand"
        draft.tell_left(file, found.binding.start, what, advice, migration.name)
        return []
    parts = [*(part or "" for part in before), *new[outside:]]
    text = ".".join(nix_attr(part) for part in parts)
    edit = Edit(found.binding.start, path_end(file, found.binding), text)
    if makes_twice(file.text, [*others, edit]):
        what = f"{migration.old} is called {migration.new} now, which is set beside it"
        draft.tell_left(file, edit.start, what, "join the two by hand", migration.name)
        return []
    draft.tell_done(file, found.binding.start, _to(migration), migration.name)
    return [edit]


def _to(migration: Migration) -> str:
    return f"{migration.old} → {migration.new}"


def rename_attributes(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Give an attribute of every entry of an option its new name (``users.users.NAME.x``)."""
    for migration in migrations:
        within = option_path(migration.within)
        for name, file in draft.nix_files():
            edits = []
            for found in definitions(_tree(file)):
                if found.path[-1] == migration.old and holds(found.path[:-1], within):
                    end = path_end(file, found.binding)
                    edits.append(Edit(end - len(migration.old), end, migration.new))
                    draft.tell_done(file, found.binding.start, _to(migration), migration.name)
            draft.edit(name, edits)


def remove_options(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Take out options that are gone and that nothing takes the place of."""
    wanted = [(option_path(m.old), m) for m in migrations]
    for name, file in draft.nix_files():
        edits = []
        for found in definitions(_tree(file)):
            for old, migration in wanted:
                if ends_with(found.path, old):
                    edits.append(delete_binding(file.text, found.binding))
                    what = f"{migration.old} is taken out"
                    draft.tell_done(file, found.binding.start, what, migration.name)
        draft.edit(name, edits)


def report_options(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Name what a person has to do about options that are gone or mean something else."""
    files = list(draft.nix_files())
    paths = [found.path for _, file in files for found in definitions(_tree(file))]
    for migration in migrations:
        if any(holds(path, option_path(other)) for other in migration.unless for path in paths):
            continue
        for _, file in files:
            for found in definitions(_tree(file)):
                for old in migration.olds:
                    if _first_in(found, option_path(old)) and not _is_false(found):
                        what = f"{old} {_since(migration, old)}"
                        place = found.binding.start
                        draft.tell_left(file, place, what, migration.what, migration.name)


def _first_in(found: Definition, option: Path) -> bool:
    """Say whether this binding is the one that reaches the option: not one outside or inside it.

    A module that declares the option does not set it.
    """
    if found.path[:1] == ("options",):
        return False
    if option[-1:] and "*" in option:
        return found.path[-1:] == option[-1:]
    return holds(found.path, option) and not holds(found.prefix, option)


def _is_false(found: Definition) -> bool:
    """Say whether a definition turns a service off."""
    value = found.binding.value
    if found.path[-1:] != ("enable",):
        return False
    return value is not None and value.kind == "name" and value.text == "false"


def _since(migration: Migration, name: str = "") -> str:
    """Say in words what became of the old form of a migration.

    A name besides the old one is there as before, but something in it is of the old form.
    """
    since = f" from {migration.first} on" if migration.first else ""
    if migration.kind in ("default-changed", "default-removed"):
        return f"comes with another default{since or ' with the release'}"
    if migration.kind == "option-removed" and name in migration.also and migration.unless:
        return f"cannot be evaluated{since}"
    words = {"error": "is not there", "warning": "is deprecated", "silent": "means something else"}
    return words[migration.severity] + since


def report_moved_options(draft: Draft, known: set[str], target: str) -> None:
    """Rename or name every other option that nixpkgs moved up to a release."""
    moves = option_moves()
    renamed: list[Migration] = []
    for _, file in draft.nix_files():
        for found in definitions(_tree(file)):
            path = next((found.path[n:] for n, p in enumerate(found.path) if p in _TOPS), ())
            old = ".".join(path)
            move = moves.get(old)
            if move is None or old in known or not move.since or move.since > target:
                continue
            if move.new:
                renamed.append(
                    Migration("moved-option", "option-renamed", True, "warning", "", old=old,
                              new=move.new)
                )  # fmt: skip
            else:
                what = f"nixpkgs removed {old}, or changed its meaning, in {move.since}"
                advice = f"the message of its module in nixpkgs {target} says what takes its place"
                draft.tell_left(file, found.binding.start, what, advice, "moved-option")
    rename_options(draft, {m.old: m for m in renamed}.values())


def rename_packages(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Give packages their new names: ``pkgs.x``, ``with pkgs; [ x ]``, and arguments."""
    wanted = {m.old: m for m in migrations}
    for name, file in draft.nix_files():
        edits: list[Edit] = []
        for node, migration in _uses(file, wanted):
            edits.append(Edit(node.start, node.end, migration.new))
            draft.tell_done(file, node.start, _to(migration), migration.name)
        draft.edit(name, edits)


def _uses(file: NixFile, wanted: dict[str, Migration]) -> Iterator[tuple[Node, Migration]]:
    """Yield the names of packages: each as a node of nothing but the name."""
    for node, path in selected(file):
        if len(path) >= 2 and path[-len(node.names) - 1] == "pkgs" and node.names[0] in wanted:
            start = file.text.index(node.names[0], node.children[0].end)
            yield Node("name", start, start + len(node.names[0])), wanted[node.names[0]]
    for node in of_with(file, "pkgs", wanted):
        yield node, wanted[node.text]
    for around in file.nodes:
        for formal in around.formals.arguments if around.formals else ():
            if formal.name in wanted and not _looks_like_module(around):
                migration = wanted[formal.name]
                yield Node("name", formal.start, formal.start + len(formal.name)), migration
                for node in file.nodes:
                    if node.kind == "name" and node.text == formal.name and _in(node, around):
                        yield node, migration


def _in(node: Node, around: Node) -> bool:
    return around.body.start <= node.start and node.end <= around.body.end


def _looks_like_module(node: Node) -> bool:
    """Say whether a function takes ``pkgs``: then its other arguments are no packages."""
    return node.formals is not None and "pkgs" in node.formals.names


def report_packages(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Name the packages that are gone, where they are used."""
    wanted = {old: m for m in migrations for old in m.olds}
    for _, file in draft.nix_files():
        for node, migration in _uses(file, wanted):
            old = file.source(node)
            draft.tell_left(
                file, node.start, f"{old} {_since(migration)}", migration.what, migration.name
            )


def report_moved_packages(draft: Draft, known: set[str], target: str) -> None:
    """Name every other package of ``pkgs`` that a release of nixpkgs has no more."""
    gone = package_moves()["pkgs"]
    for _, file in draft.nix_files():
        found = [
            (node.start, node.names[0])
            for node, path in selected(file)
            if len(path) == len(node.names) + 1 and path[0] == "pkgs"
        ]
        found += [(node.start, node.text) for node in of_with(file, "pkgs", gone)]
        for place, name in found:
            move = gone.get(name)
            if move is None or name in known or move.kind in ("alias", "warn"):
                continue
            if move.kind == "gone":
                what = f"nixpkgs 26.11 has no {name}; in which release it went is not known"
            elif move.since and move.since <= target:
                what = f"{name} is gone from nixpkgs {move.since} on"
            else:
                continue
            advice = (
                f"nixpkgs names {move.new} in its place" if move.new else "look for another one"
            )
            draft.tell_left(file, place, what, advice, "moved-package")


def rename_attributes_of_pkgs(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Write ``pkgs.a.b`` in the new way, as with ``pkgs.system``."""
    wanted = [(option_path(m.old), m) for m in migrations]
    for name, file in draft.nix_files():
        edits: dict[int, Edit] = {}
        for node, path in selected(file):
            for old, migration in wanted:
                if path[: len(old)] == old and node.start not in edits:
                    rest = [nix_attr(part) for part in path[len(old) :]]
                    text = ".".join([migration.new, *rest])
                    fallback = (
                        file.text[node.children[1].start : node.end]
                        if len(node.children) > 1
                        else ""
                    )
                    if fallback or node.computed:
                        continue
                    edits[node.start] = Edit(node.start, node.end, text)
                    draft.tell_done(file, node.start, _to(migration), migration.name)
        draft.edit(name, edits.values())


def rename_functions(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Give functions of ``lib`` their new names, behind ``lib.`` and in what is ``with lib;``."""
    wanted = {option_path(m.old): m for m in migrations}
    for name, file in draft.nix_files():
        edits: list[Edit] = []
        for node, path in selected(file):
            at = path.index("lib") + 1 if "lib" in path else len(path)
            migration = wanted.get(path[at:])
            if migration is not None:
                start = node.end - len(".".join(path[at:]))
                if file.text[start : node.end] == migration.old:
                    edits.append(Edit(start, node.end, migration.new))
                    draft.tell_done(file, start, _to(migration), migration.name)
        for node in of_with(file, "lib", {path[0] for path in wanted if len(path) == 1}):
            migration = wanted.get((node.text,))
            if migration is not None:
                edits.append(Edit(node.start, node.end, migration.new))
                draft.tell_done(file, node.start, _to(migration), migration.name)
        draft.edit(name, edits)


def drop_functions(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Take out functions of ``lib`` that gave their argument back: ``lib.mdDoc "x"`` → ``"x"``."""
    wanted = {m.old: m for m in migrations}
    for name, file in draft.nix_files():
        edits = []
        for node in file.nodes:
            if node.kind != "apply" or len(node.children) != 2:
                continue
            head, argument = node.children
            last = head.names[-1] if head.kind == "select" and head.names else head.text
            is_lib = head.kind == "select" or (head.kind == "name" and not is_bound(file, head))
            if is_lib and last in wanted:
                edits.append(Edit(head.start, argument.start, ""))
                what = f"{wanted[last].old} is taken out"
                draft.tell_done(file, node.start, what, wanted[last].name)
        draft.edit(name, edits)


def report_functions(draft: Draft, migrations: Iterable[Migration]) -> None:
    """Name the functions of ``lib`` that are gone, where they are used."""
    wanted = {old: m for m in migrations for old in m.olds}
    for _, file in draft.nix_files():
        found = [
            (node.start, node.names[-1])
            for node, path in selected(file)
            if path[-2:-1] == ("lib",) and path[-1] in wanted
        ]
        found += [(node.start, node.text) for node in of_with(file, "lib", wanted)]
        for place, name in found:
            migration = wanted[name]
            what = f"lib.{name} {_since(migration)}"
            draft.tell_left(file, place, what, migration.what, migration.name)


def _tree(file: NixFile) -> Node:
    if file.tree is None:
        raise ValueError(f"{file.path} is no Nix")
    return file.tree
