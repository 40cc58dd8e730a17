"""A Nix file as a tree of nodes with their places, so that an edit can keep every other byte.

Written by hand because no parser on the package index is both lossless and available wherever the
tool runs, and because nix itself gives no places. The grammar is that of the Nix manual,
"Language"; the parser accepts and rejects what ``nix-instantiate --parse`` does, except for
undefined names and duplicate attributes, which it does not look for.
"""

from __future__ import annotations

from dataclasses import replace

from scaffold.nixlang.atoms import Atoms
from scaffold.nixlang.lexer import NixSyntaxError
from scaffold.nixlang.nodes import Binding, Formal, Formals, Node, walk
from scaffold.nixlang.values import NIX_KEYWORDS

__all__ = ["Binding", "Formal", "Formals", "NixSyntaxError", "Node", "parse", "walk"]

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


class _Parser(Atoms):
    """Recursive descent; each method leaves the lexer behind what it has read."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

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

    def _operation(self) -> Node:
        """Read operands and operators, flat: which binds tighter is of no use here."""
        start = self.lexer.peek().start
        operands, operators = [self._operand()], []
        while True:
            if self.at("?"):
                self.lexer.next()
                self.path()
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
        path = self.path()
        children = [base]
        if self.at("or"):
            self.lexer.next()
            children.append(self.selection())
        names = tuple(name or "" for name in path)
        return Node("select", start, self.lexer.last, ".".join(names), tuple(children), names=names)

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
            return self.list_()
        if self.at("{", "rec", "let"):
            return self.set_()
        if token.kind != "name" or (token.text in NIX_KEYWORDS and token.text != "or"):
            self.fail("an expression")
        self.lexer.next()
        return Node("name", token.start, token.end, token.text)
