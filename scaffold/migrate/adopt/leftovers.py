"""What of a role's text is left when its parts are the tool's: what they set goes, the rest stays.

A binding is dropped when each option that it sets, on every role and flavour, is set to the same
value by the parts of that role. One that a part sets to something else is kept and made to count
(``lib.mkForce``), so that the role is what it was. Values are compared as evaluation gave them;
what was not understood there is never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.nixlang.edits import Edit, delete_binding, indentation
from scaffold.nixlang.lexer import comments
from scaffold.nixlang.nodes import Binding, Node
from scaffold.nixlang.places import offset_of
from scaffold.nixlang.quote import nix_attr
from scaffold.survey.nix_file import NixFile
from scaffold.survey.views import Option

#: A role of a composition, as the project has it.
Place = tuple[str, str]
FORCE = 50  # the priority of mkForce
#: Options below these hold one thing each, which nothing but its owner adds to.
_OWNED = (("environment", "etc"), ("systemd", "services"))
#: Functions whose result the module system does not look for below ``mkForce``.
_PROPERTIES = frozenset(
    {"mkDefault", "mkForce", "mkIf", "mkImageMediaOverride", "mkMerge", "mkOptionDefault",
     "mkOverride", "mkVMOverride"}
)  # fmt: skip
_SIMPLE = frozenset(
    {"name", "string", "indented string", "int", "float", "path", "uri", "list", "set", "select"}
)


@dataclass(frozen=True)
class RoleLeaves:
    """What one role sets on one flavour: as it was written, and what its parts set.

    ``body`` is the set of options in the role's own text, where it is one.
    """

    place: Place
    before: tuple[Option, ...]
    parts: tuple[Option, ...]
    body: Node | None = None
    file: NixFile | None = None


@dataclass
class _Votes:
    """What is to become of a binding, as each option that it sets says."""

    file: NixFile
    binding: Binding
    drop: set[str] = field(default_factory=set)
    keep: set[str] = field(default_factory=set)
    force: dict[str, int] = field(default_factory=dict)
    places: set[Place] = field(default_factory=set)


@dataclass(frozen=True)
class Forced:
    """An option that a part would set to something else, and that keeps its value."""

    file: NixFile
    binding: Binding
    option: str
    priority: int


@dataclass(frozen=True)
class Leftovers:
    """What is dropped and forced in each file; ``unclear`` are roles, each with the reason."""

    dropped: Mapping[Path, frozenset[Binding]]
    forced: tuple[Forced, ...]
    unclear: Mapping[Place, str]


class Sorting:
    """Sorts the bindings of files by what the parts of roles set."""

    def __init__(self, files: Mapping[Path, NixFile], services: Iterable[str]) -> None:
        self.files = files
        self.services = frozenset(services)
        self._votes: dict[Binding, _Votes] = {}
        self._unclear: dict[Place, str] = {}
        self._bindings = {path: _spans(file) for path, file in files.items()}

    def add(self, leaves: RoleLeaves) -> None:
        """Take in what one role sets on one flavour."""
        by_path: dict[tuple[str, ...], list[Option]] = {}
        for option in leaves.parts:
            by_path.setdefault(option.path, []).append(option)
        for option in leaves.before:
            theirs = by_path.get(option.path, [])
            found = self._binding(option, leaves)
            verdict = self._verdict(option, theirs, leaves)
            if found is None:
                if isinstance(verdict, int) or (verdict == "drop" and _adds_up(option)):
                    what = f"{option.name} is set where its text was not found"
                    self._unclear.setdefault(leaves.place, what)
                continue
            file, binding = found
            votes = self._votes.setdefault(binding, _Votes(file, binding))
            votes.places.add(leaves.place)
            if isinstance(verdict, int):
                votes.force[option.name] = min(verdict, votes.force.get(option.name, verdict))
            elif verdict == "drop":
                votes.drop.add(option.name)
            else:
                votes.keep.add(option.name)

    def _verdict(self, option: Option, theirs: Sequence[Option], leaves: RoleLeaves) -> str | int:
        """Return ``drop``, ``keep``, or the priority that makes the option count."""
        if not theirs:
            return "keep"
        if any(
            option.whole is not None
            and other.whole == option.whole
            and other.priority == option.priority
            for other in theirs
        ):
            return "drop"
        lowest = min(other.priority for other in theirs)
        if option.priority < lowest:
            return "keep"  # it counts more than the parts already
        if option.priority > max(lowest, 100):
            what = f"{option.name} is a default there, and a part sets it"
            self._unclear.setdefault(leaves.place, what)
            return "keep"
        if _adds_up(option) and not self._owned(option.path):
            return "keep"  # both are there: a list of packages, lines of a file
        return FORCE if lowest > FORCE else lowest - 10

    def _owned(self, path: tuple[str, ...]) -> bool:
        """Whether an option belongs to what the parts bring, so that nobody else adds to it."""
        return path[:2] in _OWNED or (path[0] == "services" and path[1] in self.services)

    def _binding(self, option: Option, leaves: RoleLeaves) -> tuple[NixFile, Binding] | None:
        if option.place is not None:
            file = self.files.get(option.place.file)
            if file is None:
                return None
            offset = offset_of(file.text, option.place.line, option.place.column)
            found = _at(self._bindings[option.place.file], offset)
            return (file, found) if found is not None else None
        if leaves.body is None or leaves.file is None:
            return None
        found = _by_path(leaves.body, option.path)
        return (leaves.file, found) if found is not None else None

    def sorted(self) -> Leftovers:
        """Return what becomes of the bindings."""
        dropped: dict[Path, set[Binding]] = {}
        forced: list[Forced] = []
        unclear = dict(self._unclear)
        for votes in self._votes.values():
            if not votes.force and not (votes.keep - votes.drop) and not votes.keep:
                if _whole(votes):
                    dropped.setdefault(votes.file.path, set()).add(votes.binding)
                continue
            both = dict.fromkeys(votes.drop & votes.keep, FORCE) | votes.force
            if not votes.force:
                continue
            names = votes.drop | votes.keep | set(votes.force)
            if len(names) != 1 or not _can_be_forced(votes.binding):
                what = f"{sorted(both)[0]} is set together with others, and a part sets it too"
                unclear.update(dict.fromkeys(votes.places, what))
                continue
            name, priority = next(iter(votes.force.items()))
            forced.append(Forced(votes.file, votes.binding, name, priority))
        for path, bindings in dropped.items():
            _add_emptied(self.files[path], bindings)
        return Leftovers(
            {path: frozenset(found) for path, found in dropped.items()}, tuple(forced), unclear
        )


def _adds_up(option: Option) -> bool:
    """Whether several definitions of an option are put together: lists, texts of several lines."""
    return option.kind == "list" or (isinstance(option.value, str) and "\n" in option.value)


def _spans(file: NixFile) -> list[tuple[int, int, Binding]]:
    """Return each binding with the place of its name: up to its value, or all of an inherit."""
    return [
        (b.start, b.end if b.is_inherit or b.value is None else b.value.start, b)
        for node in file.nodes
        for b in node.bindings
    ]


def _at(spans: Sequence[tuple[int, int, Binding]], offset: int | None) -> Binding | None:
    if offset is None:
        return None
    fitting = [(start, b) for start, end, b in spans if start <= offset < end]
    return max(fitting, key=lambda each: each[0])[1] if fitting else None


def _by_path(body: Node, path: Sequence[str]) -> Binding | None:
    """Return the innermost binding of a set that gives an option, or a part of it."""
    for binding in body.bindings:
        if binding.is_inherit:
            if path and path[0] in binding.names:
                return binding
            continue
        known = binding.path
        if tuple(path[: len(known)]) != known or binding.value is None:
            continue
        inner = binding.value
        if inner.kind == "set":
            return _by_path(inner, path[len(known) :]) or binding
        return binding
    return None


def _whole(votes: _Votes) -> bool:
    """Whether all that a binding says was voted on: an inherit may give several names."""
    if not votes.binding.is_inherit:
        return True
    told = {part for name in votes.drop for part in name.split(".")}
    return all(name in told for name in votes.binding.names)


def _can_be_forced(binding: Binding) -> bool:
    if binding.is_inherit:
        return len(binding.names) == 1 and binding.value is None and binding.names[0] is not None
    value = binding.value
    if value is None or value.kind == "set":
        return False
    head = value.children[0] if value.kind == "apply" else value
    name = head.names[-1] if head.kind == "select" and head.names else head.text
    return not (value.kind == "apply" and name in _PROPERTIES)


def _add_emptied(file: NixFile, dropped: set[Binding]) -> None:
    """Add the bindings of sets in which nothing is left, not even a comment of its own line."""
    told = [token.start for token in comments(file.text)]
    more = True
    while more:
        more = False
        for node in file.nodes:
            for binding in node.bindings:
                value = binding.value
                if binding in dropped or value is None or value.kind != "set":
                    continue
                if not value.bindings or not all(b in dropped for b in value.bindings):
                    continue
                gone = [delete_binding(file.text, b) for b in value.bindings]
                if not any(
                    value.start < at < value.end
                    and not any(edit.start <= at < edit.end for edit in gone)
                    for at in told
                ):
                    dropped.add(binding)
                    more = True


def drop_edits(file: NixFile, dropped: frozenset[Binding]) -> Iterator[Edit]:
    """Yield the edits that take bindings out; one inside another goes with it.

    A comment goes with what it stands behind on one line; any other stays.
    """
    for binding in dropped:
        around = any(
            other is not binding and other.start <= binding.start and binding.end <= other.end
            for other in dropped
        )
        if not around:
            yield delete_binding(file.text, binding)


def force_edits(found: Forced, lib: str) -> Iterator[Edit]:
    """Yield the edits that make a definition count; ``lib`` is how the text names nixpkgs' lib."""
    call = f"{lib}.mkForce" if found.priority == FORCE else f"{lib}.mkOverride {found.priority}"
    binding = found.binding
    if binding.is_inherit:
        name = nix_attr(str(binding.names[0]))
        yield Edit(binding.start, binding.end, f"{name} = {call} {name};")
        return
    value = binding.value
    assert value is not None  # noqa: S101 - `_can_be_forced` looked
    plain = value.kind in _SIMPLE or value.kind == "parentheses"
    yield Edit(value.start, value.start, f"{call} " if plain else f"{call} (")
    if not plain:
        yield Edit(value.end, value.end, ")")


def added_line(file: NixFile, body: Node, lines: Sequence[str]) -> Edit:
    """Return the edit that adds lines to the end of a set."""
    close = body.end - 1
    text = file.text[:close].rstrip(" \t")
    indent = indentation(file.text, body.end - 1) + "  "
    gap = "" if text.endswith("\n") else "\n"
    new = "".join(f"{indent}{line}\n" for line in lines)
    return Edit(len(text), close, f"{gap}{new}{indent[:-2]}")
