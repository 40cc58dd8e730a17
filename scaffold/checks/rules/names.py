"""Names that the locked release does not have, or calls otherwise: options, packages, functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from scaffold.catalogue.migrations import (
    Branch,
    Migration,
    kapack_at,
    kapack_branches,
    migrations,
    option_moves,
    package_moves,
)
from scaffold.checks.rule import Edit, Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile
from scaffold.survey.stub import Option

#: Names of the first argument of an overlay's second function.
_OVERLAY = re.compile(r"\b(?:final|self)\s*:\s*(?:_?prev|super|_)\s*:")


#: Old names that nixpkgs keeps as plain aliases: they work, and nothing warns of them.
_ALIASES = frozenset(
    {"environment.checkConfigurationOptions", "services.compton", "services.netbird.tunnels",
     "services.openssh.knownHosts", "services.sshd.enable", "services.transmission.openFirewall",
     "users.extraGroups", "users.extraUsers", "virtualisation.docker.liveRestore"}
)  # fmt: skip


@dataclass(frozen=True)
class _Change:
    """What became of a name: from which release on, its new name, what else to say."""

    since: str
    new: str
    what: str
    removed: bool
    mechanical: bool = False


@cache
def _options() -> Mapping[tuple[str, ...], _Change]:
    """Return the options that moved, by path; those that a person described count more."""
    found: dict[tuple[str, ...], _Change] = {}
    for old, move in option_moves().items():
        if move.since and old not in _ALIASES:
            found[tuple(old.split("."))] = _Change(move.since, move.new, "", not move.new)
    for entry in migrations().values():
        if entry.kind in ("option-renamed", "option-removed") and entry.first:
            removed = entry.kind == "option-removed"
            for old in entry.olds:
                if "*" not in old and not entry.attribute:
                    new = entry.new if old == entry.old else ""
                    found[tuple(old.split("."))] = _Change(
                        entry.first, new, entry.what, removed, entry.mechanical
                    )
    return found


def _unless(option: tuple[str, ...], names: set[str]) -> bool:
    """Say whether another option of the role makes the old one unneeded to tell."""
    for entry in migrations().values():
        if ".".join(option) in entry.olds:
            return any(
                name == u or name.startswith(f"{u}.") for u in entry.unless for name in names
            )
    return False


def _moved(option: Option) -> tuple[tuple[str, ...], _Change] | None:
    """Return the change of an option or of one above it."""
    table = _options()
    for length in range(len(option.path), 1, -1):
        change = table.get(option.path[:length])
        if change is not None:
            return option.path[:length], change
    return None


@rule(
    "NXC601",
    "option-moved",
    "an option was renamed or removed in the release",
    severity=Severity.WARNING,
    level=Level.NAMES,
    why="A renamed option works for some releases, with a warning at each evaluation. One that was "
    "removed is an error.",
    remedy="Use the new name",
    bad='services.openssh.permitRootLogin = "yes";',
    good='services.openssh.settings.PermitRootLogin = "yes";',
    since="the release of nixpkgs that is pinned",
    sure="Only changes with a known release, of options that roles set",
    fixable=True,
)
def option_moved(target: Target) -> Iterator[Hit]:
    """Compare the options of the roles with what moved up to the release."""
    release = target.release
    if release is None:
        return
    seen: set[tuple[object, ...]] = set()
    for called in target.reader.deeply:
        for name, roles in called.options.items():
            for role in roles.values():
                names = {option.name for option in role.options}
                for option in role.options:
                    moved = _moved(option)
                    if moved is None or moved[1].since > release or _unless(moved[0], names):
                        continue
                    hit = _option_hit(target, option, *moved)
                    if hit.line is None:
                        hit = target.hit_at(None, target.file_of(name, called), hit.message)
                    key = (hit.path, hit.line, hit.message)
                    if key not in seen:
                        seen.add(key)
                        yield hit


def _option_hit(target: Target, option: Option, old: tuple[str, ...], change: _Change) -> Hit:
    dotted = ".".join(old)
    if change.new:
        message = f"{dotted} is {change.new} since NixOS {change.since}"
        severity, remedy = Severity.WARNING, change.what or f"Write {change.new}"
    else:
        message = f"{dotted} is gone since NixOS {change.since}"
        severity = Severity.ERROR if change.removed else Severity.WARNING
        remedy = change.what or "See the release notes of NixOS for what takes its place"
    if option.place is None:
        return Hit(target.root / "flake.nix", None, message, None, remedy, severity)
    edits = _renamed(target, option, old, change) if change.mechanical and change.new else ()
    place = option.place
    remedy = remedy[:1].upper() + remedy[1:]
    return Hit(place.file, place.line, message, place.column, remedy, severity, edits)


def _renamed(
    target: Target, option: Option, old: tuple[str, ...], change: _Change
) -> tuple[Edit, ...]:
    """Return the edit of the attribute path, where the text spells as much of it as changes."""
    file = target.session.nix(option.place.file) if option.place is not None else None
    if file is None or option.place is None or option.path != old:
        return ()
    new = tuple(change.new.split("."))
    for node in file.nodes:
        for binding in node.bindings:
            if not binding.path or file.place(binding.start) != (
                option.place.line,
                option.place.column,
            ):
                continue
            outer = len(old) - len(binding.path)
            if outer < 0 or binding.path != old[outer:] or new[:outer] != old[:outer]:
                return ()
            spelt = ".".join(old[outer:])
            if file.text[binding.start : binding.start + len(spelt)] != spelt:
                return ()
            edit = Edit(file.path, binding.start, binding.start + len(spelt), ".".join(new[outer:]))
            return (edit,)
    return ()


# --- packages ------------------------------------------------------------------------------------


@cache
def _packages() -> Mapping[str, _Change]:
    """Return the packages that a release lacks, by name; the later of two dates counts."""
    found: dict[str, _Change] = {}
    for name, gone in package_moves()["pkgs"].items():
        if gone.kind == "throw" and gone.since:
            found[name] = _Change(gone.since, gone.new, "", removed=True)
    for entry in migrations().values():
        if entry.kind in ("package-renamed", "package-removed", "builder-removed"):
            _add(found, entry)
    return found


def _add(found: dict[str, _Change], entry: Migration) -> None:
    if not entry.first or entry.severity != "error":
        return
    for name in entry.olds:
        known = found.get(name)
        since = max(entry.first, known.since) if known is not None else entry.first
        new = entry.new if name == entry.old else ""
        found[name] = _Change(since, new, entry.what, removed=True, mechanical=entry.mechanical)


def _used_packages(file: NixFile) -> Iterator[tuple[str, Node, int]]:
    """Yield names that are taken from an argument ``pkgs``: name, node, place of the name."""
    if "pkgs" not in file.text:
        return
    for node in file.nodes:
        if node.kind == "select" and node.names and _is_pkgs(file, node.children[0]):
            start = file.text.find(node.names[0], node.children[0].end, node.end)
            yield node.names[0], node, start
        elif node.kind == "with" and _is_pkgs(file, node.children[0]):
            body = node.children[-1]
            for item in body.children if body.kind == "list" else ():
                name = item if item.kind == "name" else None
                if name is not None and file.resolve(name) is name and not _bound(file, name):
                    yield name.text, name, name.start


def _bound(file: NixFile, name: Node) -> bool:
    """Say whether a function around a name has an argument of it."""
    return any(n.kind == "lambda" and name.text in n.names for n in file.enclosing(name))


def _is_pkgs(file: NixFile, node: Node) -> bool:
    """Say whether an expression is the argument ``pkgs`` of a function, not a set of its own."""
    if node.kind != "name" or node.text != "pkgs":
        return False
    return file.resolve(node) is node and _bound(file, node)


def _own_packages(target: Target) -> frozenset[str] | None:
    """Return the names that overlays of the project define; None when one cannot be read."""
    for call in target.project.calls:
        value = call.value("overlays")
        if "overlays" in call.arguments and (value is None or value.kind != "list"):
            return None
        for item in value.children if value is not None else ():
            inner = call.file.resolve(item)
            if inner.kind == "parentheses":
                inner = inner.children[0]
            if inner.kind not in ("lambda", "set"):
                return None
    names: set[str] = set()
    for file in target.parsed:
        if _OVERLAY.search(file.text) or "overlays" in file.text:
            for node in file.nodes:
                names |= set(node.bound()) if node.kind == "set" else set()
    return frozenset(names)


@rule(
    "NXC602",
    "package-gone",
    "a package is not in the release",
    severity=Severity.ERROR,
    level=Level.NAMES,
    why="nixpkgs drops packages that nobody maintains, and renames others: naming one ends the "
    "evaluation.",
    remedy="Take another package, or add an overlay that has it",
    bad="environment.systemPackages = [ pkgs.exa ];",
    good="environment.systemPackages = [ pkgs.eza ];",
    since="the release of nixpkgs that is pinned",
    sure="Silent where an overlay of an input may bring the package",
    fixable=True,
)
def package_gone(target: Target) -> Iterator[Hit]:
    """Compare what is taken from pkgs with what is gone up to the release."""
    release, own = target.release, _own_packages(target)
    if release is None or own is None:
        return
    table = _packages()
    for file in target.parsed:
        for name, node, start in _used_packages(file):
            change = table.get(name)
            if change is None or change.since > release or name in own or _asked(file, node):
                continue
            remedy = f"Take {change.new}" if change.new else change.what
            edits: tuple[Edit, ...] = ()
            if change.new and change.mechanical and start >= 0:
                edits = (Edit(file.path, start, start + len(name), change.new),)
            message = f"nixpkgs {release} has no {name}"
            yield target.hit(file, node, message, remedy[:1].upper() + remedy[1:], edits=edits)


def _asked(file: NixFile, node: Node) -> bool:
    """Say whether the text has another value for a name that is not there (``or``, ``?``)."""
    return len(node.children) > 1 or re.search(r"\bpkgs\s*\?", file.text) is not None


@rule(
    "NXC604",
    "lib-gone",
    "a function of nixpkgs' library is not in the release",
    severity=Severity.ERROR,
    level=Level.NAMES,
    why="Functions of lib that were long deprecated are removed in the end.",
    remedy="Use the one that takes its place",
    bad='description = lib.mdDoc "a text";',
    good='description = "a text";',
    since="the release of nixpkgs that is pinned",
)
def lib_gone(target: Target) -> Iterator[Hit]:
    """Look for the functions that the table has, taken from lib."""
    release = target.release
    if release is None:
        return
    gone = {
        entry.old: entry
        for entry in migrations().values()
        if entry.kind in ("lib-renamed", "lib-dropped", "lib-removed")
        and entry.first
        and entry.first <= release
    }
    for file in target.parsed:
        for node in file.nodes if "lib" in file.text else ():
            if node.kind != "select" or node.children[0].kind != "name":
                continue
            base = node.children[0].text
            name = ".".join(node.names)
            entry = gone.get(name) if base == "lib" else None
            if entry is None or len(node.children) > 1:
                continue
            if entry.name == "literal-example":  # only read when documentation is built
                continue
            remedy = f"Write lib.{entry.new}" if entry.new else entry.what or "Leave it out"
            yield target.hit(file, node, f"nixpkgs {release} has no lib.{name}", remedy)


# --- kapack --------------------------------------------------------------------------------------


def _kapack(target: Target) -> tuple[Branch, str, bool] | None:
    """Return what the pinned kapack holds, how it is called, and whether that is exact."""
    entry, lock = target.project.kapack, target.project.lock
    if entry is None or entry.reference is None or entry.reference.repo != "nur-kapack":
        return None
    locked = lock.input(entry.name) if lock is not None and lock.fault is None else None
    rev = locked.locked.rev if locked is not None and locked.locked is not None else ""
    rev = rev or entry.reference.rev
    if rev:
        branch = kapack_at(rev)
        if branch is not None:
            return branch, rev[:12], True
        branch = kapack_at(entry.reference.ref)
        return (branch, entry.reference.ref, False) if branch is not None else None
    branch = kapack_at(entry.reference.ref or "master")
    return (branch, entry.reference.ref or "master", True) if branch is not None else None


def _used_of_kapack(file: NixFile) -> Iterator[tuple[str, bool, Node]]:
    """Yield names taken from ``nur.repos.kapack``: name, whether it is a module, node."""
    if "kapack" not in file.text:
        return
    for node in file.nodes:
        if node.kind != "select":
            continue
        base = node.children[0]
        names = (base.text, *node.names) if base.kind == "name" else node.names
        if "kapack" not in names or "repos" not in names:
            continue
        rest = names[names.index("kapack") + 1 :]
        if rest[:1] == ("modules",) and len(rest) > 1:
            yield rest[1], True, node
        elif rest and rest[0] and rest[0] != "modules":
            yield rest[0], False, node


@rule(
    "NXC603",
    "kapack-lacks",
    "the pinned kapack lacks a package or module, or cannot build it",
    severity=Severity.ERROR,
    level=Level.NAMES,
    why="The branches of kapack differ: packages come and go, are marked as broken after a "
    "release, or have a source that needs a key.",
    remedy="Pin a branch of kapack that has it",
    bad='kapack.url = "github:oar-team/nur-kapack/24.11";  # oar is broken there',
    good='kapack.url = "github:oar-team/nur-kapack/25.05";',
    sure="For a commit that no table has, only what no branch ever had is told",
)
def kapack_lacks(target: Target) -> Iterator[Hit]:
    """Compare the names with the table of the branch."""
    found = _kapack(target)
    if found is None:
        return
    branch, called, exact = found
    every = kapack_branches().values()
    told: set[tuple[str, bool]] = set()
    for file in target.parsed:
        for name, is_module, node in _used_of_kapack(file):
            if (name, is_module) in told:
                continue
            told.add((name, is_module))
            what = "module" if is_module else "package"
            held = branch.modules if is_module else branch.packages
            anywhere = any(name in (b.modules if is_module else b.packages) for b in every)
            if name not in held and (exact or not anywhere):
                message = f"kapack {called} has no {what} {name}"
                yield target.hit(file, node, message, _where_instead(name, is_module))
            elif exact and not is_module and name in branch.broken:
                message = f"kapack {called} marks {name} as broken"
                yield target.hit(file, node, message, _where_instead(name, is_module))


@rule(
    "NXC605",
    "kapack-private",
    "a package of kapack has a source that only some can fetch",
    severity=Severity.NOTE,
    level=Level.NAMES,
    why="The source is fetched by ssh, with the key of a user that has access to it: nobody else "
    "can build the composition. A project whose README calls it private is not told.",
    remedy="Say in the README who can build it, or pin a branch of kapack with a public source",
)
def kapack_private(target: Target) -> Iterator[Hit]:
    """Compare the names with those of the branch that have a private source."""
    found = _kapack(target)
    readmes = [path for path in target.files if path.name.lower().startswith("readme")]
    if found is None or any("private" in (target.session.text(p) or "") for p in readmes):
        return
    branch, called, _ = found
    told: set[str] = set()
    for file in target.parsed:
        for name, is_module, node in _used_of_kapack(file):
            if not is_module and name in branch.private and name not in told:
                told.add(name)
                message = f"the source of {name} in kapack {called} needs an ssh key"
                yield target.hit(file, node, message)


def _where_instead(name: str, is_module: bool) -> str:
    """Return the remedy: the branches that have a name in working order."""
    having = [
        branch
        for branch, held in kapack_branches().items()
        if name in (held.modules if is_module else held.packages)
        and name not in held.broken
        and name not in held.private
    ]
    if not having:
        return "No branch of nur-kapack has it in working order: take it from elsewhere"
    return f"Pin one of the branches {', '.join(having)}"
