"""A Nix file as a tree of nodes with their places, so that an edit can keep every other byte.

Written by hand because no parser on the package index is both lossless and available wherever the
tool runs, and because nix itself gives no places. The grammar is that of the Nix manual,
"Language"; the parser accepts and rejects what ``nix-instantiate --parse`` does, except for
undefined names and duplicate attributes, which it does not look for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from scaffold.nixlang.atoms import Atoms
from scaffold.nixlang.lexer import NixSyntaxError
from scaffold.nixlang.nodes import Binding, Formal, Formals, Node, walk
from scaffold.nixlang.values import NIX_KEYWORDS

__all__ = ["Binding", "Formal", "Formals", "NixSyntaxError", "Node", "parse", "walk"]

#: The binary operators by how tightly they bind (Nix manual, "Operators"), and which of them group
#: to the right; ``?`` and ``!`` are read beside them.
_BINDS = {
    "|>": 0, "<|": 0,
    "->": 1, "||": 2, "&&": 3,
    "==": 4, "!=": 4,
    "<": 5, ">": 5, "<=": 5, ">=": 5,
    "//": 6,
    "+": 8, "-": 8,
    "*": 9, "/": 9,
    "++": 10,
}  # fmt: skip
_TO_THE_RIGHT = frozenset({"->", "//", "++", "<|"})
_NOT = 7
#: Deeper files are refused rather than met with an overflow of Python's stack.
DEEPEST = 2000
#: Calls of Python that one level of an expression takes at most.
_CALLS_A_LEVEL = 12


def parse(text: str) -> Node:
    """Return the tree of a file.

    The same text gives the same tree: a file is parsed once a run, whoever asks for it.

    Raises:
        NixSyntaxError: it is no Nix; the error has the line.

    """
    return _parsed(text)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Node:
    if text.startswith("\ufeff"):
        what = "the file begins with a byte order mark, which Nix does not take"
        raise NixSyntaxError(text, 0, what)
    parser = _Parser(text)
    with _deep_calls():
        node = parser.expression()
    if parser.lexer.peek().kind != "end":
        parser.fail("the end of the file")
    return node


@contextmanager
def _deep_calls() -> Iterator[None]:
    """Let Python nest its calls as deep as the parser needs.

    Calls of Python functions take memory of the heap, so that the stack of C is not used up.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEPEST * _CALLS_A_LEVEL + before))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _Parser(Atoms):
    """A parser by recursive descent: each method reads what its name says, and no word more."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def expression(self) -> Node:
        """Read an expression of any kind."""
        with self._level():
            return self._expression()

    @contextmanager
    def _level(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > DEEPEST:
            place = self.lexer.peek().start
            raise NixSyntaxError(self.lexer.text, place, "the file is nested too deeply")
        yield
        self._depth -= 1

    def _expression(self) -> Node:
        start = self.lexer.peek().start
        if self.at("assert", "with"):
            kind = self.lexer.next().text
            scope = self.expression()
            self.take(";")
            return self._node(kind, start, (scope, self.expression()))
        if self.at("if"):
            self.lexer.next()
            condition = self.expression()
            self.take("then")
            then = self.expression()
            self.take("else")
            return self._node("if", start, (condition, then, self.expression()))
        if self.at("let") and self.lexer.peek(1).text != "{":
            self.lexer.next()
            bindings = self.bindings("in")
            self.take("in")
            body = self.expression()
            return Node("let", start, body.end, children=(body,), bindings=bindings)
        head = self._head()
        if head is not None:
            names, formals = head
            body = self.expression()
            given = formals.arguments if formals else ()
            children = (*(a.default for a in given if a.default is not None), body)
            return Node("lambda", start, body.end, children=children, names=names, formals=formals)
        return self._operation()

    def _node(self, kind: str, start: int, children: tuple[Node, ...]) -> Node:
        return Node(kind, start, children[-1].end, children=children)

    def _head(self) -> tuple[tuple[str, ...], Formals | None] | None:
        """Read what stands before the colon of a function, or nothing when it is none."""
        first, second, third = (self.lexer.peek(n) for n in range(3))
        if first.kind == "name" and first.text not in NIX_KEYWORDS and second.text in (":", "@"):
            name = self.lexer.next().text
            if self.lexer.next().text != "@":
                return (name,), None
            formals = replace(self._set_pattern(), whole=name)
            self.take(":")
            return (name, *formals.names), formals
        is_pattern = first.text == "{" and (
            second.text == "..."
            or (second.text == "}" and third.text in (":", "@"))
            or (second.kind == "name" and third.text in (",", "?", "}"))
        )
        if not is_pattern or first.kind != "symbol":
            return None
        formals = self._set_pattern()
        names = formals.names
        if self.at("@"):
            self.lexer.next()
            formals = replace(formals, whole=self.identifier())
            names = (*names, formals.whole)
        self.take(":")
        return names, formals

    def _set_pattern(self) -> Formals:
        found: list[Formal] = []
        is_open = False
        self.take("{")
        while not self.at("}"):
            if self.at("..."):
                self.lexer.next()
                is_open = True
                break
            start = self.lexer.peek().start
            name = self.identifier()
            default = None
            if self.at("?"):
                self.lexer.next()
                default = self.expression()
            found.append(Formal(name, start, default))
            if not self.at("}"):
                self.take(",")
        self.take("}")
        return Formals(tuple(found), is_open)

    def _operation(self, least: int = 0) -> Node:
        """Read operands, and the operators between them that bind at least as ``least``."""
        start = self.lexer.peek().start
        left = self._prefixed()
        while True:
            token = self.lexer.peek()
            binds = _BINDS.get(token.text, -1) if token.kind == "symbol" else -1
            if binds < least:
                return left
            self.lexer.next()
            with self._level():
                right = self._operation(binds + (token.text not in _TO_THE_RIGHT))
            left = Node("operation", start, right.end, token.text, (left, right))

    def _prefixed(self) -> Node:
        """Read an operand with what stands before it (``!``, ``-``), and ``?`` behind it."""
        start = self.lexer.peek().start
        if self.at("!", "-"):
            sign = self.lexer.next().text
            with self._level():
                operand = self._operation(_NOT + 1) if sign == "!" else self._prefixed()
            return Node("operation", start, operand.end, sign, (operand,))
        node = self._operand()
        while self.at("?"):
            self.lexer.next()
            path, computed = self.path()
            names = tuple(name or "" for name in path)
            node = Node(
                "operation", start, self.lexer.last, "?", (node,), names=names, computed=computed
            )
        return node

    def _operand(self) -> Node:
        start = self.lexer.peek().start
        parts = [self.selection()]
        while self.starts_simple():
            parts.append(self.selection())
        return parts[0] if len(parts) == 1 else self._node("apply", start, tuple(parts))

    def selection(self) -> Node:
        """Read an atom and the attributes that are selected of it."""
        start = self.lexer.peek().start
        base = self._simple()
        if not self.at("."):
            return base
        self.lexer.next()
        path, computed = self.path()
        children = [base]
        if self.at("or"):
            self.lexer.next()
            children.append(self.selection())
        names = tuple(name or "" for name in path)
        text = ".".join(names)
        last = self.lexer.last
        return Node("select", start, last, text, tuple(children), names=names, computed=computed)

    def _simple(self) -> Node:
        token = self.lexer.peek()
        if token.kind == "string":
            return self.string()
        if token.kind in ("int", "float", "uri", "path", "search path"):
            return self.literal()
        if self.at("("):
            self.lexer.next()
            inner = self.expression()
            return Node("parentheses", token.start, self.take(")").end, children=(inner,))
        if self.at("["):
            with self._level():
                return self.list_()
        if self.at("{", "rec", "let"):
            return self.set_()
        if token.kind != "name" or (token.text in NIX_KEYWORDS and token.text != "or"):
            self.fail("an expression")
        self.lexer.next()
        return Node("name", token.start, token.end, token.text)
