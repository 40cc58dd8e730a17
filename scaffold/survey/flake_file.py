"""flake.nix as text: its inputs, what its outputs take, and where each of that is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from scaffold.nixlang.nodes import Binding, Formals, Node
from scaffold.survey.flake_ref import FlakeRef, from_attributes, parse_flake_ref
from scaffold.survey.nix_file import Leaf, NixFile, leaves, text_of

_ATTRIBUTES = frozenset({"type", "owner", "repo", "ref", "rev", "host", "dir", "id", "path"})


@dataclass(frozen=True)
class Follow:
    """``inputs.a.inputs.b.follows = "target"``: ``target`` is empty for ``""`` (no such input)."""

    target: str
    binding: Binding


@dataclass
class Input:
    """One input.

    ``url`` is None where it is computed or not given (an indirect input). ``binding`` is that of
    the address, or the first that names the input. ``follows`` holds the inputs of this input that
    follow another, by name (``b``, or ``b/c`` deeper down). ``alias`` is the input of this flake
    that this one is (``inputs.a.follows = "b"``). ``is_flake`` is false for ``flake = false``.
    """

    name: str
    binding: Binding
    url: str | None = None
    url_node: Node | None = None
    alias: str | None = None
    is_flake: bool = True
    computed: bool = False
    follows: dict[str, Follow] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)

    @cached_property
    def reference(self) -> FlakeRef | None:
        """The address taken apart; None where the text does not tell it."""
        if self.computed or self.alias is not None:
            return None
        if self.url is not None:
            return parse_flake_ref(self.url)
        if self.attributes:
            given: dict[str, object] = dict(self.attributes)
            given.setdefault("type", "indirect")
            return from_attributes(given)
        return parse_flake_ref(self.name)


class FlakeFile:
    """A flake.nix; ``readable`` is false when it is no set of attributes that text can tell."""

    def __init__(self, file: NixFile) -> None:
        self.file = file
        tree = file.tree
        while tree is not None and tree.kind in ("parentheses", "let"):
            tree = tree.children[-1]
        self.root = tree if tree is not None and tree.kind == "set" else None

    @property
    def readable(self) -> bool:
        """Whether inputs and outputs can be read from the text."""
        return self.root is not None

    @cached_property
    def _leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaves(self.root)) if self.root is not None else ()

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        """The inputs by name, in the order of the text."""
        found: dict[str, Input] = {}
        for leaf in self._leaves:
            if leaf.path[0] == "inputs" and len(leaf.path) >= 2:
                name = leaf.path[1]
                entry = found.setdefault(name, Input(name, leaf.binding))
                _read(entry, leaf)
        return found

    @cached_property
    def outputs(self) -> Node | None:
        """The function that gives the outputs, or whatever stands in its place."""
        binding = self.root.binding("outputs") if self.root is not None else None
        if binding is None or binding.value is None:
            return None
        return self.file.resolve(binding.value)

    @property
    def formals(self) -> Formals | None:
        """What ``outputs`` takes by name; None when it takes all inputs as one."""
        return self.outputs.formals if self.outputs is not None else None

    def output_leaves(self) -> Iterator[Leaf]:
        """Yield what the set that ``outputs`` returns binds, as far as it is one set."""
        node = self.outputs
        while node is not None and node.kind in ("lambda", "let", "with", "parentheses"):
            node = node.children[-1]
        if node is not None and node.kind == "set":
            yield from leaves(node)

    def input_of(self, is_it: str) -> Input | None:
        """Return the first input whose reference has a property, such as ``is_nxc``."""
        for entry in self.inputs.values():
            if entry.reference is not None and getattr(entry.reference, is_it):
                return entry
        return None


def _read(entry: Input, leaf: Leaf) -> None:
    """Add what one leaf says of an input."""
    rest, value = leaf.path[2:], text_of(leaf.value)
    match rest:
        case ("url",):
            entry.binding, entry.url, entry.url_node = leaf.binding, value, leaf.value
            entry.computed = entry.computed or value is None
        case ("follows",):
            entry.alias = value or ""
        case ("flake",):
            entry.is_flake = not (leaf.value.kind == "name" and leaf.value.text == "false")
        case ("inputs", *inner, "follows") if inner:
            name = "/".join(part for part in inner if part != "inputs")
            entry.follows[name] = Follow(value or "", leaf.binding)
        case (name,) if name in _ATTRIBUTES and value is not None:
            entry.attributes[name] = value
        case ():
            entry.computed = True
