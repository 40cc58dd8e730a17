"""A role's text as a module file of its own: copied with its comments and with what it needs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from scaffold.composition.hosts import COMPOSITION_ARGUMENTS
from scaffold.migrate.adopt.names import (
    NotUnderstoodError,
    Surroundings,
    free_names,
    surroundings,
)
from scaffold.migrate.adopt.reading import RoleText
from scaffold.nixlang.edits import Edit, apply_edits, line_end, starts_line
from scaffold.nixlang.lexer import comments
from scaffold.nixlang.nodes import Binding, Node
from scaffold.survey.nix_file import NixFile

#: What a composition and a NixOS module are both given, and mean the same.
_SHARED = frozenset({"lib", "pkgs"})


@dataclass(frozen=True)
class ModuleText:
    """The text of an adopted module, and the arguments of the composition that it takes."""

    text: str
    arguments: tuple[str, ...]


def options_of(file: NixFile, role: RoleText) -> Node | None:
    """Return the set of options that a role's own text is, where it is one."""
    node = role.node
    while node.kind in ("lambda", "let", "with", "parentheses"):
        node = node.body
    return node if node.kind == "set" and node.text == "" else None


def module(
    file: NixFile, role: RoleText, edits: Sequence[Edit], *, forced: bool, pkgs: bool
) -> ModuleText:
    """Return the module file of a role, with edits of its text made.

    ``forced`` says that the role's text names ``lib``, which it may not take yet, ``pkgs`` that
    what is bound around it names ``pkgs``.

    Raises:
        NotUnderstoodError: the text cannot be copied: it takes something from around it that is
            not known there.

    """
    node = role.node
    found = surroundings(file, node, {"pkgs"} if pkgs else ())
    unknown = sorted(found.arguments - set(COMPOSITION_ARGUMENTS))
    if unknown:
        what = f"it takes {', '.join(unknown)}, which NixOS Compose does not give a composition"
        raise NotUnderstoodError(file, node, what)
    _require_single_names(file, found)
    more = [_with_lib(file, node)] if forced else []
    every = [*edits, *(edit for edit in more if edit is not None)]
    head = _comments_before(file, role.binding)
    if _can_be_plain(file, node, found):
        text = _plain(file, node, found, every)
        return ModuleText(head + text, ())
    arguments = tuple(sorted(found.arguments))
    lines = [f"{{ {', '.join(arguments)} }}:"] if arguments else []
    lines += _let(file, found, every)
    lines += [f"with {cut(file.text, s.start, s.end, every)};" for s in found.scopes]
    wrapped = "{ lib, ... }:\n" if forced and node.kind == "set" else ""
    lines.append(wrapped + cut(file.text, node.start, node.end, every))
    return ModuleText(head + "\n".join(lines) + "\n", arguments)


def cut(text: str, start: int, end: int, edits: Iterable[Edit]) -> str:
    """Return a piece of a text with the edits that lie in it made."""
    inside = [edit for edit in edits if start <= edit.start and edit.end <= end]
    moved = [Edit(edit.start - start, edit.end - start, edit.new) for edit in inside]
    return apply_edits(text[start:end], moved)


def moved_paths(file: NixFile, folder: PurePosixPath, to: PurePosixPath) -> Iterator[Edit]:
    """Yield the edits of relative paths for a text that moves to another folder of the project."""
    way = os.path.relpath(str(folder), str(to))
    for node in file.nodes:
        if node.kind == "path" and node.text.startswith(("./", "../")):
            rest = node.text.removeprefix("./")
            length = len(node.text) - len(rest)
            yield Edit(node.start, node.start + length, f"{way}/")


def without_elements(file: NixFile, gone: Iterable[Node]) -> Iterator[Edit]:
    """Yield the edits that take elements out of their lists."""
    for item in gone:
        blanks = len(file.text[: item.start]) - len(file.text[: item.start].rstrip())
        yield Edit(item.start - blanks, item.end, "")


def settled(edits: Iterable[Edit]) -> list[Edit]:
    """Return edits without those that lie inside a larger one, each once."""
    unique = list(dict.fromkeys(edits))
    return [
        edit
        for edit in unique
        if not any(
            other.start <= edit.start
            and edit.end <= other.end
            and other.end - other.start > edit.end - edit.start
            for other in unique
        )
    ]


def _require_single_names(file: NixFile, found: Surroundings) -> None:
    """Refuse bindings of two ``let`` with one name: in one ``let`` they would be the same."""
    seen: set[str | None] = set()
    for binding in found.bindings:
        for name in {*binding.path[:1], *binding.names}:
            if name in seen and len(binding.path) < 2:
                what = f"{name} means two things around it"
                raise NotUnderstoodError(file, binding, what)
            seen.add(name)


def _with_lib(file: NixFile, node: Node) -> Edit | None:
    """Return the edit by which a function takes ``lib``; None when it does, or is none.

    Raises:
        NotUnderstoodError: its arguments have one name, or no others are taken.

    """
    if node.kind == "set" or "lib" in node.names:
        return None
    if node.kind != "lambda" or node.formals is None or not node.formals.open:
        raise NotUnderstoodError(file, node, "nothing can be added to its arguments")
    start = file.text.index("{", node.start) + 1
    return Edit(start, start, " lib,")


def _is_module(node: Node) -> bool:
    return node.kind == "lambda" and node.formals is not None and node.formals.open


def _can_be_plain(file: NixFile, node: Node, found: Surroundings) -> bool:
    """Whether a role can be a module that takes only what every module is given.

    What its imports need has to come from elsewhere: a module's arguments depend on its imports.
    """
    if found.scopes or not found.arguments <= _SHARED or not _is_module(node):
        return bool(not found.scopes and not found.arguments and not found.bindings)
    outside = [b.value for b in found.bindings if b.value is not None]
    if any(free_names(value).every & (set(node.names) - _SHARED) for value in outside):
        return False
    body = node.body
    imports = body.binding("imports") if body.kind == "set" else None
    if body.kind != "set" or imports is None or imports.value is None:
        return body.kind == "set" or not found.arguments
    try:
        needed = surroundings(file, imports.value)
    except NotUnderstoodError:
        return False
    taken = {a for a in needed.arguments if a not in node.names} | (
        needed.arguments & found.arguments
    )
    return not taken


def _plain(file: NixFile, node: Node, found: Surroundings, edits: Sequence[Edit]) -> str:
    if node.kind != "lambda":
        return cut(file.text, node.start, node.end, edits) + "\n"
    formals = node.formals
    assert formals is not None  # noqa: S101 - `_is_module` looked
    missing = sorted(found.arguments - set(node.names))
    start = file.text.index("{", node.start) + 1
    every = [*edits, *([Edit(start, start, f" {', '.join(missing)},")] if missing else [])]
    if {"lib"} & set(missing):  # it is not to be taken twice
        every = [edit for edit in every if edit != Edit(start, start, " lib,")]
    head = cut(file.text, node.start, node.body.start, every).rstrip()
    let = "\n".join(_let(file, found, edits))
    body = cut(file.text, node.body.start, node.body.end, edits)
    return "\n".join(filter(None, [head, let, body])) + "\n"


def _let(file: NixFile, found: Surroundings, edits: Sequence[Edit]) -> list[str]:
    if not found.bindings:
        return []
    lines = [
        _comments_before(file, binding)
        + cut(file.text, binding.start, line_end(file.text, binding.end), edits)
        for binding in found.bindings
    ]
    return ["let", *lines, "in"]


def _comments_before(file: NixFile, binding: Binding | None) -> str:
    """Return the comments between a binding and what stands before it, a line each."""
    if binding is None:
        return ""
    found: list[str] = []
    at = binding.start
    for token in reversed([t for t in comments(file.text) if t.end <= at]):
        if file.text[token.end : at].strip() or not starts_line(file.text, token.start):
            break
        found.insert(0, token.text)
        at = token.start
    return "".join(f"{text}\n" for text in found)
