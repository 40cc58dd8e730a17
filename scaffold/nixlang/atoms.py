"""The atoms of a Nix file: literals, lists, sets with their bindings, and attribute paths."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from scaffold.nixlang.lexer import Lexer, NixSyntaxError, Token
from scaffold.nixlang.nodes import Binding, Node
from scaffold.nixlang.strings import string_value
from scaffold.nixlang.values import NIX_KEYWORDS


class Atoms(ABC):
    """Reads atoms. What an expression is, is left to the parser that inherits from this class."""

    def __init__(self, text: str) -> None:
        self.lexer = Lexer(text)

    @abstractmethod
    def expression(self) -> Node:
        """Read an expression of any kind."""

    @abstractmethod
    def selection(self) -> Node:
        """Read an atom and the attributes that are selected of it."""

    def fail(self, wanted: str) -> NoReturn:
        """Refuse the next token."""
        token = self.lexer.peek()
        found = "the end of the file" if token.kind == "end" else repr(token.text)
        raise NixSyntaxError(self.lexer.text, token.start, f"{wanted} is expected before {found}")

    def at(self, *texts: str) -> bool:
        """Say whether the next token is a symbol or keyword among ``texts``."""
        token = self.lexer.peek()
        return token.kind in ("symbol", "name") and token.text in texts

    def take(self, text: str) -> Token:
        """Read a symbol or keyword that has to be there."""
        if not self.at(text):
            self.fail(repr(text))
        return self.lexer.next()

    def identifier(self) -> str:
        """Read a plain name."""
        token = self.lexer.peek()
        if token.kind != "name" or (token.text in NIX_KEYWORDS and token.text != "or"):
            self.fail("a name")
        return self.lexer.next().text

    def starts_simple(self) -> bool:
        """Say whether the next word begins an operand of a call or a list."""
        token = self.lexer.peek()
        if token.kind == "name":
            return token.text not in NIX_KEYWORDS or token.text in ("rec", "let", "or")
        if token.kind == "symbol":
            return token.text in ("(", "[", "{")
        return token.kind != "end"

    def literal(self) -> Node:
        """Read a number, an address or a path; what is interpolated in it are its children."""
        token = self.lexer.next()
        children: list[Node] = []
        while token.kind == "path" and self.lexer.at_interpolation():
            children.append(self._interpolation())
            self.lexer.more_path()
        text = self.lexer.text[token.start : self.lexer.last]
        return Node(token.kind, token.start, self.lexer.last, text, tuple(children))

    def _interpolation(self) -> Node:
        self.lexer.skip_interpolation()
        inner = self.expression()
        self.take("}")
        return inner

    def string(self) -> Node:
        """Read a string; the expressions in it are its children."""
        token = self.lexer.next()
        children: list[Node] = []
        while self.lexer.string_part(token.text) == "${":
            inner = self.expression()
            if not self.at("}"):
                self.fail("'}'")
            self.lexer.next()
            children.append(inner)
        kind = "string" if token.text == '"' else "indented string"
        text = self.lexer.text[token.start : self.lexer.last]
        return Node(kind, token.start, self.lexer.last, text, tuple(children))

    def list_(self) -> Node:
        """Read a list."""
        start = self.take("[").start
        items: list[Node] = []
        while not self.at("]"):
            if not self.starts_simple():
                self.fail("']'")
            items.append(self.selection())
        return Node("list", start, self.take("]").end, children=tuple(items))

    def set_(self) -> Node:
        """Read a set, also a recursive one or the old form ``let { … }``."""
        start = self.lexer.peek().start
        word = self.lexer.next().text if self.at("rec", "let") else ""
        self.take("{")
        bindings = self.bindings("}")
        return Node("set", start, self.take("}").end, word, bindings=bindings)

    def bindings(self, end: str) -> tuple[Binding, ...]:
        """Read bindings up to the word that ends them, such as ``}`` or ``in``."""
        found: list[Binding] = []
        while not self.at(end):
            start = self.lexer.peek().start
            if self.at("inherit"):
                found.append(self._inherit(start))
                continue
            path, computed = self.path()
            self.take("=")
            value = self.expression()
            found.append(Binding(start, self.take(";").end, path, value, computed=computed))
        return tuple(found)

    def _inherit(self, start: int) -> Binding:
        self.lexer.next()
        scope = None
        if self.at("("):
            self.lexer.next()
            scope = self.expression()
            self.take(")")
        names: list[str | None] = []
        computed: list[Node] = []
        while not self.at(";"):
            names.append(self._attribute(computed))
        return Binding(start, self.take(";").end, (), scope, tuple(names), tuple(computed))

    def path(self) -> tuple[tuple[str | None, ...], tuple[Node, ...]]:
        """Read an attribute path; return its parts and the expressions of its computed ones."""
        computed: list[Node] = []
        parts = [self._attribute(computed)]
        while self.at("."):
            self.lexer.next()
            parts.append(self._attribute(computed))
        return tuple(parts), tuple(computed)

    def _attribute(self, computed: list[Node]) -> str | None:
        """Read one part of an attribute path; None stands for a computed one."""
        token = self.lexer.peek()
        if token.kind == "string" and token.text == '"':
            node = self.string()
            computed += node.children
            return string_value(node)
        if self.at("${"):
            self.lexer.next()
            node = self.expression()
            self.take("}")
            if node.kind == "string" and not node.children:
                return string_value(node)  # ${"plain text"} is the same as the text
            computed.append(node)
            return None
        return self.identifier()
