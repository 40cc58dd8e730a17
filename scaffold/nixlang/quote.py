"""The one place where text that a user gave becomes source text of another language.

Whatever enters a .nix, .py, .toml, .sh, justfile, JSON, YAML, Markdown or Mermaid text passes one
of these functions, so that no answer can leave the literal, the comment or the table cell it is
put in. All functions are pure and return text. NUL and lone surrogates are refused with
``ValueError`` where the target language has no spelling for them.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from scaffold.nixlang.values import NixRaw, nix_attr, nix_path, nix_raw, nix_string, nix_value

__all__ = [
    "NixRaw",
    "dot_string",
    "jinja_filters",
    "json_document",
    "json_value",
    "just_word",
    "md_code",
    "md_text",
    "mermaid_label",
    "nix_attr",
    "nix_comment",
    "nix_path",
    "nix_raw",
    "nix_string",
    "nix_value",
    "py_comment",
    "py_string",
    "sh_word",
    "toml_document",
    "toml_string",
    "yaml_string",
]

_CODING = re.compile(r"(coding)([:=])")  # PEP 263: such a comment would change a file's encoding
_LINE_START = re.compile(r"^(#{1,6}(?= |$)|[-+](?= |$)|[-=]{2,}|=$|\d+(?=[.)](?: |$)))")
#: In this order; `html.escape` does the same, and loads a table of all 2,231 entities.
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_AUTOLINK = re.compile(r"\b(https?|ftp|mailto|xmpp):|\bwww\.", re.IGNORECASE)


def _refuse(text: str, *, nul: bool = True) -> None:
    """Raise ValueError for characters that no UTF-8 text file can hold or that end a C string."""
    if nul and "\0" in text:
        raise ValueError(f"{text!r} holds a NUL character")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError(f"{text!r} holds a lone surrogate, which UTF-8 cannot encode")


def _one_line(text: str) -> str:
    """Replace everything that is not printable by blanks and collapse runs of blanks."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown.split())


def _comment_lines(text: str) -> list[str]:
    """Split at every line end that any program knows and keep only printable characters."""
    lines = text.splitlines() or [""]
    return ["".join(c if c.isprintable() else " " for c in line).rstrip() for line in lines]


def nix_comment(text: str, indent: int = 0) -> str:
    """Return ``text`` as ``#`` lines; lines after the first are indented by ``indent`` blanks."""
    lines = [f"# {line}" if line else "#" for line in _comment_lines(text)]
    return ("\n" + " " * indent).join(lines)


def py_comment(text: str, indent: int = 0) -> str:
    """Return ``text`` as Python comment lines that cannot declare an encoding (PEP 263)."""
    return nix_comment(_CODING.sub(r"\1 \2", text), indent)


def py_string(text: str) -> str:
    """Return a literal as ruff and black write it: double quotes unless they cost escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_py_char(char, quote) for char in text) + quote


def _py_char(char: str, quote: str) -> str:
    """Return one character inside a Python literal delimited by ``quote``."""
    if char in (quote, "\\"):
        return "\\" + char
    return char if char in "'\"" else repr(char)[1:-1]


def sh_word(text: str) -> str:
    """Return one word of a POSIX shell command line."""
    _refuse(text)
    return shlex.quote(text)


def just_word(text: str) -> str:
    """Return one shell word of a justfile recipe line, where ``{{`` would interpolate.

    Raises ValueError for a line end: just starts a new shell at each line of a recipe.
    """
    if "\n" in text or "\r" in text:
        raise ValueError(f"{text!r} holds a line end, which a recipe line cannot hold")
    return sh_word(text).replace("{{", "{{{{")


def toml_string(text: str) -> str:
    """Return a TOML basic string; TOML wants DEL escaped, which JSON does not."""
    return json_value(text).replace("\x7f", "\\u007f")


def toml_document(mapping: Mapping[str, Any]) -> str:
    """Return a TOML document. Raises ValueError for None, which TOML cannot say, and says where."""
    import tomli_w

    _check_toml(mapping, "")
    return tomli_w.dumps(mapping)


def _check_toml(value: object, where: str) -> None:
    """Walk a value and refuse what tomli_w would refuse without naming the key."""
    if value is None:
        raise ValueError(f"{where or 'the document'} is None, which TOML cannot express")
    if isinstance(value, str):
        _refuse(value, nul=False)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _refuse(str(key), nul=False)
            _check_toml(item, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            _check_toml(item, f"{where}[{number}]")


def json_value(obj: object) -> str:
    """Return a JSON value on one line, readable characters left as they are."""
    text = json.dumps(obj, ensure_ascii=False, allow_nan=False)
    _refuse(text, nul=False)
    return text


def json_document(obj: object) -> str:
    """Return a JSON document, indented by 2, with a final newline."""
    text = json.dumps(obj, ensure_ascii=False, allow_nan=False, indent=2)
    _refuse(text, nul=False)
    return text + "\n"


def yaml_string(text: str) -> str:
    r"""Return a double-quoted YAML scalar that is JSON too.

    YAML forbids DEL, most C1 controls and U+FFFE, and folds at U+0085, U+2028 and U+2029: all
    of them become ``\uXXXX``. Everything beyond U+FFFF is allowed by YAML as it is.
    """
    return "".join(f"\\u{ord(char):04x}" if _hidden(char) else char for char in json_value(text))


def _hidden(char: str) -> bool:
    """Say whether a YAML reader may refuse, fold or drop a character up to U+FFFF."""
    return ord(char) <= 0xFFFF and (char == "\ufeff" or not char.isprintable())


def md_text(text: str) -> str:
    """Return ``text`` as one line of Markdown that reads as written.

    It opens no emphasis, link, code, HTML, table cell, list or heading, and GitHub makes no link
    of a bare address. Characters are escaped only where they can be active, to stay readable.
    """
    line = _one_line(text)
    for char, entity in _MARKUP.items():
        line = line.replace(char, entity)
    line = re.sub(r"([\\`*_\[\]|~$])", r"\\\1", line)
    line = _AUTOLINK.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", line)
    return _LINE_START.sub(_escape_marker, line)


def _escape_marker(match: re.Match[str]) -> str:
    """Escape a list or heading marker: the digits of ``1.`` cannot be escaped, so its dot is."""
    marker = match[1]
    return marker + "\\" if marker[0].isdigit() else "\\" + marker


def md_code(text: str, *, in_table: bool = False) -> str:
    """Return inline code; the fence is longer than any run of backticks inside.

    GitHub's tables split at ``|`` even inside code, so a cell passes ``in_table=True``.
    An empty text gives an empty text, for Markdown has no empty inline code.
    """
    line = _one_line(text)
    if not line:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    if in_table:
        line = line.replace("|", "\\|")
    return f"{fence}{pad}{line}{pad}{fence}"


def mermaid_label(text: str) -> str:
    """Return a quoted Mermaid label; Mermaid's own entities stand for what it would interpret."""
    active = "#\"'`<>&%{}\\;"
    return '"' + "".join(f"#{ord(c)};" if c in active else c for c in _one_line(text)) + '"'


def dot_string(text: str) -> str:
    """Return a DOT string; a line end becomes a new line of the label, aligned to the left."""
    lines = ["".join(c if c.isprintable() else " " for c in line) for line in text.split("\n")]
    escaped = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return '"' + "\\l".join(escaped) + ("\\l" if len(lines) > 1 else "") + '"'


def jinja_filters() -> dict[str, Callable[..., str]]:
    """Return the filters that every template gets, one per language."""
    return {
        "nix": nix_value,
        "nixattr": nix_attr,
        "nixpath": nix_path,
        "nixcomment": nix_comment,
        "py": py_string,
        "pycomment": py_comment,
        "sh": sh_word,
        "just": just_word,
        "toml": toml_string,
        "json": json_value,
        "yaml": yaml_string,
        "md": md_text,
        "mdcode": md_code,
        "mermaid": mermaid_label,
    }
