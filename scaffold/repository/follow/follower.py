"""Follows the value of a Nix file through the files of a repository, from its text alone.

Nothing is evaluated by nix: names are looked up where ``let``, ``with``, ``rec`` and functions bind
them, paths of the repository are imported, functions of the repository are called, and those of
nixpkgs, flake-utils and flake-parts that pass packages on do what their documentation says
(:mod:`scaffold.repository.follow.functions`). Whatever else comes from outside is told as such.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from scaffold.base.errors import InputError
from scaffold.nixlang.nodes import Binding, Node
from scaffold.repository.files import Files, NixFile
from scaffold.repository.follow import (
    calls,
    flakes,
    folders,
    functions,
    known,
    members,
    operations,
    overlays,
    texts,
)
from scaffold.repository.follow.thunk import Thunk
from scaffold.repository.follow.values import (
    Arguments,
    Called,
    Conditional,
    FlakeItself,
    Function,
    Literal,
    Outside,
    RepositoryPath,
    Scope,
    Sequence_,
    Unknown,
    Update,
    Value,
)

#: Deeper chains of values than these are given up; real repositories stay below a tenth.
_DEEPEST = 120
_MOST = 40_000
_KNOWN = {
    **functions.KNOWN.functions,
    **folders.KNOWN.functions,
    **flakes.KNOWN.functions,
    **overlays.KNOWN.functions,
}


class Follower:
    """Finds values in the files of one repository; each expression is read once for a scope."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._depth = self._steps = 0
        #: Files that callPackage calls for a set of packages, and not for one package.
        self.called: set[PurePosixPath] = set()
        self._imported: dict[PurePosixPath, Value] = {}

    # What a repository gives

    def expression(self, path: PurePosixPath) -> Value:
        """Return what a file such as default.nix gives when NUR calls it with ``pkgs``."""
        file = self.files.nix(path)
        value = self.of_file(path)
        if isinstance(value, Function):
            outside = Outside("arguments", file, file.tree)
            return self.call(value, Arguments({}, outside), file, file.tree)
        return value

    def outputs(self) -> Value:
        """Return the outputs of the repository's flake."""
        file = self.files.nix(PurePosixPath("flake.nix"))
        outputs = self.member(self.of_file(file.path), "outputs")
        if outputs is None:
            return Unknown("flake.nix has no outputs", file, file.tree)
        found: list[Value] = []

        def result() -> Value:
            if not found:
                return Unknown("it depends on itself", file, file.tree)
            return found[0]

        outside = Outside("inputs", file, file.tree)
        inputs = Arguments({"self": FlakeItself(result)}, outside)
        found.append(self.call(outputs, inputs, file, file.tree))
        return found[0]

    def of_file(self, path: PurePosixPath) -> Value:
        """Return the value of a file, or of the default.nix of a folder."""
        if self.files.is_dir(path):
            path = path / "default.nix"
        if path not in self._imported:
            file = self.files.nix(path)
            self._imported[path] = self.value(file, file.tree, Scope())
        return self._imported[path]

    # Expressions

    def value(self, file: NixFile, node: Node, scope: Scope) -> Value:
        """Return what is known of the value of an expression."""
        self._depth += 1
        self._steps += 1
        try:
            if self._depth > _DEEPEST or self._steps > _MOST:
                return Unknown("it is more than can be followed", file, node)
            return self._value(file, node, scope)
        finally:
            self._depth -= 1

    def _value(self, file: NixFile, node: Node, scope: Scope) -> Value:
        match node.kind:
            case "parentheses" | "assert":
                return self.value(file, node.body, scope)
            case "let":
                return self.value(file, node.body, self._bound(file, node, scope))
            case "with":
                opened = Thunk(self.value, file, node.children[0], scope)
                return self.value(file, node.body, Scope(outer=scope, opened=opened))
            case "set":
                return self._set(file, node, scope)
            case "lambda":
                return Function(file, node, scope)
            case "if":
                return operations.condition_at(self, file, node, scope)
            case "name":
                return self.named(file, node, scope)
            case "select":
                return self._select(file, node, scope)
            case "apply":
                value = self.value(file, node.children[0], scope)
                for argument in node.children[1:]:
                    value = self.apply(value, Thunk(self.value, file, argument, scope), file, node)
                return value
            case "operation":
                return operations.operation_at(self, file, node, scope)
            case "list":
                items = tuple(Thunk(self.value, file, child, scope) for child in node.children)
                return Sequence_(items)
            case "path":
                return texts.path_at(self, file, node, scope)
            case "string" | "indented string":
                return texts.string_at(self, file, node, scope)
        return Outside(node.text or node.kind, file, node)

    def _set(self, file: NixFile, node: Node, scope: Scope) -> Value:
        inner = self._bound(file, node, scope) if node.text in ("rec", "let") else scope
        literal = Literal(file, node, inner)
        if node.text == "let":  # the old form: { … body = …; } gives its body
            return self.member(literal, "body") or Unknown("it has no body", file, node)
        return literal

    def _bound(self, file: NixFile, node: Node, scope: Scope) -> Scope:
        """Return the scope inside a ``let`` or a recursive set."""
        names: dict[str, Callable[[], Value]] = {}
        literal = Literal(file, node, Scope(names, scope))
        for name in node.bound():
            names[name] = self._lazy_member(literal, name)
        return Scope(names, scope, binds=literal)

    def _lazy_member(self, literal: Literal, name: str) -> Callable[[], Value]:
        found: list[Value] = []
        busy: list[bool] = []

        def value() -> Value:
            if not found:
                if busy:
                    return Unknown(f"{name} depends on itself", literal.file, literal.node)
                busy.append(True)
                member = self.member(literal, name)
                busy.pop()
                what = Unknown(f"{name} is not bound", literal.file, literal.node)
                found.append(member or what)
            return found[0]

        return value

    def named(self, file: NixFile, node: Node, scope: Scope) -> Value:
        """Return the value of a name."""
        here: Scope | None = scope
        while here is not None:
            if node.text in here.names:
                return here.names[node.text]()
            here = here.outer
        here = scope  # `with` is weaker than every other binding
        while here is not None:
            if here.opened is not None and node.text not in functions.GLOBAL:
                opened = here.opened()
                found = self.member(opened, node.text)
                if found is not None:
                    return found
            here = here.outer
        return Outside(node.text, file, node)

    def _select(self, file: NixFile, node: Node, scope: Scope) -> Value:
        base = self.value(file, node.children[0], scope)
        for name in node.names:
            found = self.member(base, name or None)
            if found is None:
                if len(node.children) > 1:
                    return self.value(file, node.children[1], scope)
                return Unknown(f"there is no {name or 'such name'} in it", file, node)
            base = found
        return base

    # Calls

    def later(self, file: NixFile, node: Node, scope: Scope) -> Callable[[], Value]:
        """Return the value of an expression, which is found when it is wanted."""
        return Thunk(self.value, file, node, scope)

    def apply(
        self, function: Value, argument: Callable[[], Value], file: NixFile, node: Node
    ) -> Value:
        """Return what a function makes of an argument that is found when it is wanted."""
        if isinstance(function, Function):
            return calls.enter(self, function, argument)
        if isinstance(function, Outside):
            return known.apply(_KNOWN, function, argument, (self, file, node))
        if isinstance(function, Unknown):
            return function
        if isinstance(function, Called):
            return self.apply(self.forced(function), argument, file, node)
        if isinstance(function, Conditional):
            return self.apply(function.value, argument, file, node)
        if isinstance(function, Update):  # the functions of two branches, of which one is taken
            is_known = isinstance(function.right, Conditional | Outside | Function)
            either = function.right if is_known else function.left
            return self.apply(either, argument, file, node)
        return Outside("this call", file, node)

    def call(self, function: Value, argument: Value, file: NixFile, node: Node) -> Value:
        """Return what a function makes of a value."""
        return self.apply(function, lambda: argument, file, node)

    # Sets

    def inherited_from(self, value: Literal, binding: Binding) -> Value | None:
        """Return the set that an ``inherit`` takes names of, None when that is no set.

        Of ``inherit a b;`` it is the ``let`` or the recursive set that binds the first of them.
        """
        if binding.value is not None:
            return self.value(value.file, binding.value, value.scope)
        first = next((name for name in binding.names if name is not None), None)
        here: Scope | None = value.scope.outer if value.node.text == "rec" else value.scope
        while here is not None and first not in here.names:
            here = here.outer
        return here.binds if here is not None else None

    def forced(self, value: Value) -> Value:
        """Return the set that ``callPackage`` gives when what it calls returns one."""
        while isinstance(value, Called):
            callee = value.callee
            if isinstance(callee, RepositoryPath):
                is_folder = self.files.is_dir(callee.path)
                self.called.add(callee.path / "default.nix" if is_folder else callee.path)
                callee = self.imported(callee, value.file, value.node)
            if not isinstance(callee, Function):
                return callee
            arguments = Update(Outside("pkgs", value.file, value.node), value.arguments)
            value = self.call(callee, arguments, value.file, value.node)
        return value

    def imported(self, path: RepositoryPath, file: NixFile, node: Node) -> Value:
        """Return the value of a file that an expression imports."""
        if self._depth > _DEEPEST - 20:
            return Unknown("it is more than can be followed", file, node)
        try:
            return self.of_file(path.path)
        except InputError as error:
            return Unknown(f"{path.path}: {error.problems[0].what}", file, node)

    def member(self, value: Value, name: str | None) -> Value | None:
        """Return the value of a name in a set, None when it is not there for certain.

        Without a name it is that of any, which is how the sets of a flake's systems are seen.
        """
        self._steps += 1
        return None if self._steps > _MOST else members.member(self, value, name)
