"""Options that the release does not have, or calls otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from scaffold.catalogue.migrations import (
    migrations,
    option_moves,
)
from scaffold.checks.changes import Change
from scaffold.checks.rule import Edit, Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.twice import makes_twice
from scaffold.survey.views import Option

#: Old names that nixpkgs keeps as plain aliases: they work, and nothing warns of them.
_ALIASES = frozenset(
    {"environment.checkConfigurationOptions", "services.compton", "services.netbird.tunnels",
     "services.openssh.knownHosts", "services.sshd.enable", "services.transmission.openFirewall",
     "users.extraGroups", "users.extraUsers", "virtualisation.docker.liveRestore"}
)  # fmt: skip


@cache
def _options() -> Mapping[tuple[str, ...], Change]:
    """Return the options that moved, by path; those that a person described count more."""
    found: dict[tuple[str, ...], Change] = {}
    for old, move in option_moves().items():
        if move.since and old not in _ALIASES:
            found[tuple(old.split("."))] = Change(move.since, move.new, "", not move.new)
    for entry in migrations().values():
        if entry.kind in ("option-renamed", "option-removed") and entry.first:
            removed = entry.kind == "option-removed"
            for old in entry.olds:
                if "*" not in old and not entry.attribute:
                    new = entry.new if old == entry.old else ""
                    found[tuple(old.split("."))] = Change(
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


def _moved(option: Option) -> tuple[tuple[str, ...], Change] | None:
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


def _option_hit(target: Target, option: Option, old: tuple[str, ...], change: Change) -> Hit:
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
    target: Target, option: Option, old: tuple[str, ...], change: Change
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
            end = binding.start + len(spelt)
            edit = Edit(file.path, binding.start, end, ".".join(new[outer:]))
            # Where the new name is set beside it, a person has to join the two.
            twice = makes_twice(file.text, [(edit.start, edit.end, edit.new)])
            return () if twice else (edit,)
    return ()
