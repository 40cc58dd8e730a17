"""What a string of a Nix file means: the text that its literal stands for.

The rules are those of the Nix manual, "String literals".
"""

from __future__ import annotations

import re

from scaffold.nixlang.nodes import Node

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANING = {"n": "\n", "r": "\r", "t": "\t"}
_INDENTED_ESCAPE = re.compile(r"''\\(.)|''(\$)|(')''|(\$\$)", re.DOTALL)


def string_value(node: Node) -> str | None:
    """Return the text that a string without interpolation stands for, None for any other node.

    An address that is not quoted is a string too. A path is none: see ``Node.text``.
    """
    if node.children:
        return None
    match node.kind:
        case "string":
            return unescaped(node.text[1:-1])
        case "indented string":
            return _without_indentation(node.text[2:-2])
        case "uri":
            return node.text
    return None


def unescaped(text: str) -> str:
    """Return what stands between double quotes with its escapes replaced."""
    plain = text.replace("\r\n", "\n")
    return _ESCAPE.sub(lambda found: _MEANING.get(found[1], found[1]), plain)


def _without_indentation(text: str) -> str:
    """Return the text of an indented string, without the indentation that all its lines share."""
    text = re.sub(r"\A *\n", "", text.replace("\r\n", "\n"))
    lines = text.split("\n")
    filled = [line for line in lines if line.strip(" ")]
    least = min((len(line) - len(line.lstrip(" ")) for line in filled), default=len(text))
    kept = [line[least:] for line in lines]
    if len(lines) > 1 and not lines[-1].strip(" "):
        kept[-1] = ""
    return _INDENTED_ESCAPE.sub(_indented_meaning, "\n".join(kept))


def _indented_meaning(found: re.Match[str]) -> str:
    if found[1] is not None:
        return _MEANING.get(found[1], found[1])
    if found[3] is not None:
        return "''"
    return found[2] or found[4]
