"""The set of packages or modules in a file of a repository, and the file with an entry added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from scaffold.nixlang.edits import apply_edits, insert_binding
from scaffold.nixlang.nodes import Binding, Node
from scaffold.repository.follow.values import Literal
from scaffold.repository.inherits import InheritList

#: What is given to a package of another language's set, and not to every package.
_OF_A_LANGUAGE = (
    "python", "py", "perl", "lua", "ruby", "haskell", "ocaml", "qt", "kde", "gnome", "emacs", "vim",
    "node", "coq", "php", "beam", "rust", "linux", "kernel", "plasma", "xfce", "mate", "cuda",
)  # fmt: skip


#: What nixpkgs is called where a package of it is bound to another name.
_PACKAGE_SETS = frozenset({"pkgs", "final", "prev", "super"})
_DEFAULT = PurePosixPath("default.nix")


@dataclass(frozen=True)
class SetPlace:
    """A set in a file that takes bindings.

    ``scope`` holds the names visible inside it, ``prefix`` what precedes a name (``packages.``
    where packages are bound one by one). ``paths`` says that the values are paths, which a function
    of the repository calls. ``named_in`` are the lists by which other sets take packages of this
    one, in which a package has to be named as well.
    """

    text: str
    node: Node
    scope: frozenset[str]
    prefix: tuple[str, ...] = ()
    file: PurePosixPath = _DEFAULT
    paths: bool = False
    named_in: tuple[InheritList, ...] = ()

    @property
    def entries(self) -> tuple[tuple[str, Binding], ...]:
        """The bindings that the place is about, by name, ``inherit`` left out."""
        start = len(self.prefix)
        return tuple(
            (binding.path[start] or "", binding)
            for binding in self.node.bindings
            if len(binding.path) == start + 1
            and binding.path[:start] == self.prefix
            and binding.path[start] is not None
        )

    @property
    def names(self) -> frozenset[str]:
        """Every name that is taken here."""
        if self.prefix:
            start = len(self.prefix)
            return frozenset(
                binding.path[start] or ""
                for binding in self.node.bindings
                if len(binding.path) > start and binding.path[:start] == self.prefix
            )
        return frozenset(self.node.bound())

    @property
    def packages(self) -> tuple[tuple[str, Binding], ...]:
        """The entries that call a package's file."""
        return tuple((name, b) for name, b in self.entries if self.path_of(b) is not None)

    def path_of(self, binding: Binding) -> Node | None:
        """Return the path of the file that an entry calls, or None."""
        if self.paths:
            value = binding.value
            return value if value is not None and value.kind == "path" else None
        return called_file(binding)

    def source(self, node: Node) -> str:
        """Return the text of a node of the file."""
        return self.text[node.start : node.end]


def place_of(
    value: Literal, *, paths: bool = False, named_in: tuple[InheritList, ...] = ()
) -> SetPlace:
    """Return the place of a set that was found by following values."""
    return SetPlace(
        value.file.text,
        value.node,
        value.scope.visible(),
        tuple(part for part in value.prefix if part is not None),
        value.file.path,
        paths,
        named_in,
    )


def called_file(binding: Binding) -> Node | None:
    """Return the path of ``callPackage ./path { }``, or None for anything else."""
    value = binding.value
    if value is None or value.kind != "apply":
        return None
    head, *arguments = value.children
    name = head.names[-1] if head.kind == "select" and head.names else head.text
    if name.startswith("callPackage") and arguments and arguments[0].kind == "path":
        return arguments[0]
    return None


def is_like_a_package(binding: Binding) -> bool:
    """Say whether an entry looks like a package without calling a file of its own by path.

    That is a call of nixpkgs or of an imported function, or a package of nixpkgs by its name; an
    ``import`` without arguments gives anything.
    """
    value = binding.value
    while value is not None and value.kind in ("parentheses", "let", "with", "assert"):
        value = value.body
    if value is None or not value.children:
        return False
    head = value.children[0]
    if value.kind == "select":
        return head.text in _PACKAGE_SETS
    if value.kind != "apply":
        return False
    return head.kind == "select" or head.text != "import" or len(value.children) > 2


def with_binding(
    place: SetPlace, name: str, value: str, among: Sequence[tuple[str, Binding]]
) -> str:
    """Return the file with ``name = value;`` in the set.

    ``among`` are the bindings it belongs to: in order when they are, else after the last of them;
    at the end of the set when there are none.
    """
    edit = insert_binding(place.text, place.node, (*place.prefix, name), value, among)
    return apply_edits(place.text, [edit])


@dataclass(frozen=True)
class CallForm:
    """How packages of a set are called: the function, and whether it is given arguments."""

    function: str
    arguments: bool


def common_call(place: SetPlace) -> CallForm | None:
    """Return how most packages of the set are called, such as ``pkgs.callPackage … { }``.

    A function that passes the packages of a language (``python3Packages.callPackage``) is not for
    every package, and left out.
    """
    heads: Counter[CallForm] = Counter()
    for _, binding in place.packages:
        value = binding.value
        if value is None or value.kind != "apply":
            continue
        head = place.source(value.children[0])
        words = head.lower().replace("-", "_").split(".")
        if any(word.startswith(_OF_A_LANGUAGE) for word in words[:-1]):
            continue
        heads[CallForm(head, len(value.children) > 2)] += 1
    return heads.most_common(1)[0][0] if heads else None
