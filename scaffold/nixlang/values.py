"""Python values as Nix expressions, laid out as nixfmt 1.x lays them out.

Part of :mod:`scaffold.nixlang.quote`, which is what the rest of the package imports. The layout
rules were found by experiment with nixfmt 1.4.0 and are held by tests that run nixfmt:

- a list of two or more elements takes one line per element; a list of one stays on its line when
  it fits in 100 columns and its element does;
- an attribute set that is the value of an attribute is always open, one that is a list element
  stays on one line when it has at most one attribute and fits;
- a string is never broken, however long;
- the 100 columns are counted after the indentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

WIDTH = 100
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_SELECTION = re.compile(r"[A-Za-z_./][A-Za-z0-9_'./+-]*")
_PATH = re.compile(r"[A-Za-z0-9._+-]+(?:/[A-Za-z0-9._+-]+)*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

# The lexer of Nix; `or` is an identifier in most places, yet not in `a.or`.
NIX_KEYWORDS = frozenset(
    {"assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"}
)


class NixRaw(str):
    """Text that is a Nix expression already, such as ``pkgs.jq``; never made from user input."""

    __slots__ = ()


def nix_raw(text: str) -> NixRaw:
    """Mark a Nix expression so that :func:`nix_value` writes it as it is."""
    return NixRaw(text)


def nix_string(text: str) -> str:
    """Return a double-quoted Nix string that evaluates to ``text``.

    Raises ValueError for NUL and for lone surrogates: Nix strings are C strings of UTF-8.
    """
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError(f"{text!r} holds a character that a Nix string cannot hold")
    body = "".join(_ESCAPES.get(char, char) for char in text)
    return '"' + body.replace("${", "\\${") + '"'


def nix_attr(name: str) -> str:
    """Return an attribute name, quoted only when it is no identifier."""
    if _IDENTIFIER.fullmatch(name) and name not in NIX_KEYWORDS:
        return name
    return nix_string(name)


def nix_path(path: str) -> NixRaw:
    """Return a path of the project relative to the file it stands in: ``./parts/x.nix``.

    Raises ValueError for an absolute path and for one that leaves the folder. A name that a path
    literal cannot hold becomes ``(./. + "/a b.nix")``.
    """
    parts = path.removeprefix("./").split("/")
    if path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"{path!r} is no path inside the project")
    plain = "/".join(parts)
    if _PATH.fullmatch(plain):
        return NixRaw("./" + plain)
    return NixRaw(f"(./. + {nix_string('/' + plain)})")


def nix_value(obj: object, indent: int = 0, *, used: int = 0) -> str:
    """Return ``obj`` as Nix, formatted as nixfmt 1.x leaves it.

    ``indent`` is the indentation of the line that the value starts on, ``used`` the columns taken
    between it and the value (6 for ``key = ``); one column is kept for the ``;`` that follows.
    Known: str, :class:`NixRaw`, bool, int, None, list, tuple and Mapping with text keys. Raises
    TypeError for anything else and ValueError for an integer beyond 64 bits.
    """
    if isinstance(obj, Mapping):
        return _open_attrs(obj, indent) if obj else "{ }"
    if isinstance(obj, list | tuple):
        return _list(obj, indent, WIDTH - used - 1)
    return _scalar(obj)


def _scalar(obj: object) -> str:
    """Return everything that is neither list nor attribute set."""
    if obj is None or isinstance(obj, bool):
        return {None: "null", True: "true", False: "false"}[obj]
    if isinstance(obj, NixRaw):
        return str(obj)
    if isinstance(obj, str):
        return nix_string(obj)
    if isinstance(obj, int):
        if abs(obj) >= 2**63:
            raise ValueError(f"{obj} is beyond the 64 bits of a Nix integer")
        return str(obj)
    raise TypeError(f"{type(obj).__name__} has no Nix form here: {obj!r}")


def _open_attrs(attrs: Mapping[str, object], indent: int) -> str:
    """Return an attribute set with one attribute per line."""
    pad = " " * (indent + 2)
    lines = []
    for key, value in attrs.items():
        start = f"{nix_attr(key)} = "
        lines.append(f"{pad}{start}{nix_value(value, indent + 2, used=len(start))};")
    return "\n".join(["{", *lines, " " * indent + "}"])


def _list(items: list[object] | tuple[object, ...], indent: int, room: int) -> str:
    """Return a list on one line when nixfmt would, else one element per line."""
    flat = _flat(items)
    if flat is not None and len(flat) <= room:
        return flat
    pad = " " * (indent + 2)
    lines = [pad + _element(item, indent + 2) for item in items]
    return "\n".join(["[", *lines, " " * indent + "]"])


def _element(item: object, indent: int) -> str:
    """Return a list element, which is on one line when it fits and needs no more lines."""
    flat = _flat(item)
    if flat is None or (isinstance(item, list | tuple | Mapping) and len(flat) > WIDTH):
        return nix_value(item, indent)
    return flat


def _flat(obj: object) -> str | None:
    """Return the one-line form of a list element, or None when nixfmt opens it."""
    if isinstance(obj, Mapping):
        return _flat_attrs(obj)
    if isinstance(obj, list | tuple):
        inner = [_flat(item) for item in obj]
        if len(inner) > 1 or None in inner:
            return None
        return f"[ {inner[0]} ]" if inner else "[ ]"
    text = _scalar(obj)
    if isinstance(obj, NixRaw):
        return text if _SELECTION.fullmatch(text) or text.startswith("(") else f"({text})"
    return f"({text})" if text.startswith("-") else text


def _flat_attrs(attrs: Mapping[str, object]) -> str | None:
    """Return ``{ key = value; }``, or None for several attributes or a value that nixfmt opens."""
    if not attrs:
        return "{ }"
    ((key, value), *others) = attrs.items()
    if others or (isinstance(value, Mapping) and value):
        return None
    inner = _flat(value) if isinstance(value, list | tuple | Mapping) else _scalar(value)
    return None if inner is None else f"{{ {nix_attr(key)} = {inner}; }}"
