"""A Nix file as a tree of nodes with their places, so that an edit can keep every other byte.

Written by hand because no parser on the package index is both lossless and available wherever the
tool runs, and because nix itself gives no places. The grammar is that of the Nix manual,
"Language"; the parser accepts and rejects what ``nix-instantiate --parse`` does, except for
undefined names and duplicate attributes, which it does not look for.
"""

from __future__ import annotations

import re

from scaffold.nixvalue import NIX_KEYWORDS
from scaffold.nur.nixlex import Lexer, NixSyntaxError, Token
from scaffold.nur.nixnode import Binding, Node, walk

__all__ = ["Binding", "NixSyntaxError", "Node", "parse", "walk"]

BINARY = frozenset(
    ["==", "!=", "&&", "||", "->", "//", "++", "+", "-", "*", "/", "<", ">", "<=", ">=", "|>", "<|"]
)
#: Deeper files are refused rather than met with an overflow of Python's stack.
DEEPEST = 150


def parse(text: str) -> Node:
    """Return the tree of a file.

    Raises:
        NixSyntaxError: it is no Nix; the error has the line.

    """
    parser = _Parser(text)
    node = parser.expression()
    if parser.lexer.peek().kind != "end":
        parser.fail("the end of the file")
    return node


class _Parser:
    """Recursive descent; each method leaves the lexer behind what it has read."""

    def __init__(self, text: str) -> None:
        self.lexer = Lexer(text)
        self._depth = 0

    def fail(self, wanted: str) -> None:
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

    def expression(self) -> Node:
        """Read an expression of any kind."""
        self._depth += 1
        if self._depth > DEEPEST:
            place = self.lexer.peek().start
            raise NixSyntaxError(self.lexer.text, place, "the file is nested too deeply")
        node = self._expression()
        self._depth -= 1
        return node

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
            bindings = self._bindings("in")
            self.take("in")
            body = self.expression()
            return Node("let", start, body.end, children=(body,), bindings=bindings)
        names = self._formals()
        if names is not None:
            body = self.expression()
            return Node("lambda", start, body.end, children=(body,), names=names)
        return self._operation()

    def _node(self, kind: str, start: int, children: tuple[Node, ...]) -> Node:
        return Node(kind, start, children[-1].end, children=children)

    def _formals(self) -> tuple[str, ...] | None:
        """Read what stands before the colon of a function, or nothing when it is none."""
        first, second, third = (self.lexer.peek(n) for n in range(3))
        if first.kind == "name" and first.text not in NIX_KEYWORDS and second.text in (":", "@"):
            names = [self.lexer.next().text]
            if self.lexer.next().text == "@":
                names += self._set_pattern()
                self.take(":")
            return tuple(names)
        is_pattern = first.text == "{" and (
            second.text == "..."
            or (second.text == "}" and third.text in (":", "@"))
            or (second.kind == "name" and third.text in (",", "?", "}"))
        )
        if not is_pattern or first.kind != "symbol":
            return None
        names = self._set_pattern()
        if self.at("@"):
            self.lexer.next()
            names.append(self._identifier())
        self.take(":")
        return tuple(names)

    def _set_pattern(self) -> list[str]:
        names: list[str] = []
        self.take("{")
        while not self.at("}"):
            if self.at("..."):
                self.lexer.next()
                break
            names.append(self._identifier())
            if self.at("?"):
                self.lexer.next()
                self.expression()
            if not self.at("}"):
                self.take(",")
        self.take("}")
        return names

    def _identifier(self) -> str:
        token = self.lexer.peek()
        if token.kind != "name" or (token.text in NIX_KEYWORDS and token.text != "or"):
            self.fail("a name")
        return self.lexer.next().text

    def _operation(self) -> Node:
        """Read operands and operators, flat: which binds tighter is of no use here."""
        start = self.lexer.peek().start
        operands, operators = [self._operand()], []
        while True:
            if self.at("?"):
                self.lexer.next()
                self._path()
                operators.append("?")
            elif self.at(*BINARY):
                operators.append(self.lexer.next().text)
                operands.append(self._operand())
            else:
                break
        if not operators:
            return operands[0]
        return Node("operation", start, self.lexer.last, " ".join(operators), tuple(operands))

    def _operand(self) -> Node:
        start = self.lexer.peek().start
        if self.at("!", "-"):
            sign = self.lexer.next().text
            operand = self._operand()
            return Node("operation", start, operand.end, sign, (operand,))
        parts = [self._selection()]
        while self._starts_simple():
            parts.append(self._selection())
        return parts[0] if len(parts) == 1 else self._node("apply", start, tuple(parts))

    def _starts_simple(self) -> bool:
        token = self.lexer.peek()
        if token.kind == "name":
            return token.text not in NIX_KEYWORDS or token.text in ("rec", "let", "or")
        if token.kind == "symbol":
            return token.text in ("(", "[", "{")
        return token.kind != "end"

    def _selection(self) -> Node:
        start = self.lexer.peek().start
        base = self._simple()
        if not self.at("."):
            return base
        self.lexer.next()
        path = self._path()
        children = [base]
        if self.at("or"):
            self.lexer.next()
            children.append(self._selection())
        names = tuple(name or "" for name in path)
        return Node("select", start, self.lexer.last, ".".join(names), tuple(children), names=names)

    def _simple(self) -> Node:
        token = self.lexer.peek()
        if token.kind == "string":
            return self._string()
        if token.kind in ("int", "float", "uri", "path", "search path"):
            return self._literal()
        if self.at("("):
            self.lexer.next()
            inner = self.expression()
            return Node("parentheses", token.start, self.take(")").end, children=(inner,))
        if self.at("["):
            return self._list()
        if self.at("{", "rec", "let"):
            return self._set()
        if token.kind == "name" and (token.text not in NIX_KEYWORDS or token.text == "or"):
            self.lexer.next()
            return Node("name", token.start, token.end, token.text)
        self.fail("an expression")
        raise AssertionError  # fail() raises

    def _literal(self) -> Node:
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

    def _string(self) -> Node:
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

    def _list(self) -> Node:
        start = self.take("[").start
        items: list[Node] = []
        while not self.at("]"):
            if not self._starts_simple():
                self.fail("']'")
            items.append(self._selection())
        return Node("list", start, self.take("]").end, children=tuple(items))

    def _set(self) -> Node:
        start = self.lexer.peek().start
        word = self.lexer.next().text if self.at("rec", "let") else ""
        self.take("{")
        bindings = self._bindings("}")
        return Node("set", start, self.take("}").end, word, bindings=bindings)

    def _bindings(self, end: str) -> tuple[Binding, ...]:
        found: list[Binding] = []
        while not self.at(end):
            start = self.lexer.peek().start
            if self.at("inherit"):
                found.append(self._inherit(start))
                continue
            path = self._path()
            self.take("=")
            value = self.expression()
            found.append(Binding(start, self.take(";").end, path, value))
        return tuple(found)

    def _inherit(self, start: int) -> Binding:
        self.lexer.next()
        scope = None
        if self.at("("):
            self.lexer.next()
            scope = self.expression()
            self.take(")")
        names: list[str | None] = []
        while not self.at(";"):
            names.append(self._attribute())
        return Binding(start, self.take(";").end, (), scope, tuple(names))

    def _path(self) -> tuple[str | None, ...]:
        parts = [self._attribute()]
        while self.at("."):
            self.lexer.next()
            parts.append(self._attribute())
        return tuple(parts)

    def _attribute(self) -> str | None:
        """Read one part of an attribute path; None stands for a computed one."""
        token = self.lexer.peek()
        if token.kind == "string" and token.text == '"':
            node = self._string()
            return None if node.children else _plain(node.text)
        if self.at("${"):
            self.lexer.next()
            self.expression()
            self.take("}")
            return None
        return self._identifier()


def _plain(literal: str) -> str:
    """Return the text of a quoted name without interpolation."""
    return re.sub(r"\\(.)", r"\1", literal[1:-1])
