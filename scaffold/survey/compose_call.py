"""Calls of ``lib.compose`` of NixOS Compose in Nix text: what each is given, what it composes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scaffold.nixlang.nodes import Binding, Node
from scaffold.survey.nix_file import NixFile, leaves, result_of, text_of

#: What ``nix/compose.nix`` of the wheel 0.7.11 takes.
FORMALS = frozenset(
    {"nixpkgs", "pkgs", "system", "flavour", "composition", "single_composition_name",
     "compositions", "flavours", "overlays", "setup", "extraConfigurations", "nur", "NUR",
     "repoOverrides"}
)  # fmt: skip
FLAVOURS = (
    "vm", "vm-ramdisk", "docker", "nspawn", "g5k-ramdisk", "g5k-image", "g5k-nfs-store",
)  # fmt: skip
#: What tells a file that may hold a call, before it is parsed.
HINT = re.compile(r"\bcompose\b")
_NAMES_OF_NXC = ("nxc", "nixos-compose", "nixosCompose", "nixoscompose")


@dataclass(frozen=True)
class Argument:
    """One argument: ``value`` is None for one that is inherited and not bound in this file."""

    name: str
    start: int
    value: Node | None


@dataclass(frozen=True)
class Composition:
    """A composition as a call names it.

    ``file`` is where it is written, None when that is computed; ``node`` its text when it stands
    inline in ``inside`` (the file of the call, or the one that collects compositions).
    """

    name: str
    file: Path | None = None
    node: Node | None = None
    inside: NixFile | None = None


class ComposeCall:
    """One call: the file and node it is, the input it takes ``lib.compose`` from, its arguments."""

    def __init__(self, file: NixFile, node: Node, library: str) -> None:
        self.file = file
        self.node = node
        self.library = library
        given = file.resolve(node.children[1]) if len(node.children) > 1 else None
        self._set = given if given is not None and given.kind == "set" else None

    @property
    def readable(self) -> bool:
        """Whether the argument is one set of attributes, so that its names are all there are."""
        return self._set is not None

    @cached_property
    def arguments(self) -> Mapping[str, Argument]:
        """The arguments by name; ``a.b = x;`` is a part of the argument ``a``."""
        found: dict[str, Argument] = {}
        for binding in self._set.bindings if self._set is not None else ():
            for name in binding.names:
                if name is not None:
                    found[name] = Argument(name, binding.start, self._inherited(binding, name))
            if binding.path and binding.path[0] is not None:
                value = binding.value if len(binding.path) == 1 else None
                found[binding.path[0]] = Argument(binding.path[0], binding.start, value)
        return found

    def _inherited(self, binding: Binding, name: str) -> Node | None:
        """Return what ``inherit name;`` takes from a ``let`` around the call, or None."""
        if binding.value is not None or self._set is None:
            return None
        found = self.file.bound_around(self._set, name)
        return None if found is None else self.file.resolve(found)

    def value(self, name: str) -> Node | None:
        """Return the value of an argument, names followed; None when it is not told here."""
        argument = self.arguments.get(name)
        if argument is None or argument.value is None:
            return None
        return self.file.resolve(argument.value)

    def path(self, name: str) -> Path | None:
        """Return the file that an argument names, as a path or by ``import``."""
        value = self.value(name)
        if value is None:
            return None
        return self.file.linked(value) or self.file.imported(value)

    @cached_property
    def flavours(self) -> tuple[str, ...] | None:
        """The flavours that are offered; None when they cannot be told from the text."""
        if "flavours" not in self.arguments:
            return self._flavour() if "flavour" in self.arguments else FLAVOURS
        value = self.value("flavours")
        if value is None:
            return None
        if value.kind == "set":
            return tuple(dict.fromkeys(leaf.path[0] for leaf in leaves(value)))
        if value.kind == "apply" and len(value.children) == 3:
            head, names = value.children[0], self.file.resolve(value.children[1])
            if head.text.split(".")[-1] == "getAttrs" and names.kind == "list":
                texts = [text_of(item) for item in names.children]
                if all(text is not None for text in texts):
                    return tuple(text for text in texts if text is not None)
        return None

    def _flavour(self) -> tuple[str, ...] | None:
        told = text_of(self.value("flavour"))
        return (told,) if told is not None else None

    @property
    def single_name(self) -> str:
        """The name of a composition that is given alone."""
        return text_of(self.value("single_composition_name")) or "composition"

    def compositions(self, read: Callable[[Path], NixFile | None]) -> tuple[Composition, ...]:
        """Return the compositions that the text tells; those of a computed set are not among them.

        ``read`` gives a file of the project.
        """
        if "compositions" in self.arguments:
            return tuple(self._several(read))
        if "composition" not in self.arguments:
            return ()
        path, value = self.path("composition"), self.value("composition")
        if path is not None:
            return (Composition(self.single_name, path),)
        return (Composition(self.single_name, None, value, self.file),)

    def _several(self, read: Callable[[Path], NixFile | None]) -> Iterator[Composition]:
        path = self.path("compositions")
        file = read(path) if path is not None else self.file
        given = result_of(file.tree) if path is not None and file else self.value("compositions")
        if file is None or given is None or given.kind != "set":
            return
        for binding in given.bindings:
            if binding.value is None or len(binding.path) != 1 or binding.path[0] is None:
                continue
            value = file.resolve(binding.value)
            target = file.linked(value) or file.imported(value)
            yield Composition(binding.path[0], target, None if target else value, file)


def calls_in(file: NixFile, is_library: Callable[[str], bool]) -> Iterator[ComposeCall]:
    """Yield the calls in a file; ``is_library`` says whether an input is NixOS Compose.

    ``inputs.nxc.lib.compose { … }``, ``nxc.lib.compose { … }`` and a ``compose`` that is inherited
    or let-bound from there are calls; any other function of that name is not.
    """
    if not HINT.search(file.text):
        return
    for node in file.nodes:
        if node.kind != "apply":
            continue
        library = _library(file, node.children[0])
        if library is None:
            continue
        call = ComposeCall(file, node, library)
        names = call.arguments.keys()
        if (
            library in _NAMES_OF_NXC
            or is_library(library)
            or names & {"composition", "compositions"}
        ):
            yield call


def _library(file: NixFile, head: Node) -> str | None:
    """Return the input that a called function ``….lib.compose`` comes from, or None."""
    if head.kind == "name" and head.text == "compose":
        return _inherited_from(file, head)
    if head.kind != "select" or head.names[-1:] != ("compose",):
        return None
    names = (*_base(head.children[0]), *head.names)
    if len(names) >= 3 and names[-2] == "lib":
        return names[-3]
    return None


def _base(node: Node) -> tuple[str, ...]:
    if node.kind == "name":
        return (node.text,)
    if node.kind == "select":
        return (*_base(node.children[0]), *node.names)
    return ()


def _inherited_from(file: NixFile, head: Node) -> str | None:
    """Return the input of ``inherit (nxc.lib) compose;`` or ``compose = nxc.lib.compose;``."""
    for around in file.enclosing(head):
        for binding in around.bindings if around.kind in ("let", "set") else ():
            if "compose" in binding.names and binding.value is not None:
                names = _base(binding.value)
                return names[-2] if len(names) >= 2 and names[-1] == "lib" else None
            if binding.path == ("compose",) and binding.value is not None:
                return _library(file, binding.value)
        if around.kind == "with":
            names = _base(around.children[0])
            if len(names) >= 2 and names[-1] == "lib":
                return names[-2]
    return None
