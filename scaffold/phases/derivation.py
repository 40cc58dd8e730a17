"""A derivation as nix keeps it in the store, and the environment that its builder would get.

The text form of a derivation (``Derive(…)``) has not changed since Nix 0.8, while the JSON that
``nix derivation show`` prints has changed three times; so the ``.drv`` file itself is read.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from scaffold.base.errors import ExternalError, Problem

#: What nix uses for hashes: no e, o, t and u.
_NIX32 = "0123456789abcdfghijklmnpqrsvwxyz"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Derivation:
    """One ``.drv`` file: store paths are texts, ``inputs`` maps a derivation to its outputs.

    ``sources`` are the files of the repository and of nixpkgs that the build reads.
    """

    path: str
    outputs: Mapping[str, str]
    inputs: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...]
    builder: str
    args: tuple[str, ...]
    env: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name with its version, without the hash."""
        return PurePosixPath(self.path).name[33:].removesuffix(".drv")

    @property
    def store(self) -> str:
        """The store folder, ``/nix/store`` nearly everywhere."""
        return str(PurePosixPath(self.path).parent)

    @property
    def structured(self) -> Mapping[str, Any] | None:
        """The attributes of a derivation with ``__structuredAttrs``, None for any other."""
        text = self.env.get("__json")
        return json.loads(text) if text else None

    @property
    def variables(self) -> Mapping[str, str]:
        """Every attribute as the text that the shell sees; the items of a list are joined."""
        attributes = self.structured
        if attributes is None:
            return self.env
        return {name: _joined(value) for name, value in attributes.items()}

    @property
    def own_builder(self) -> str | None:
        """The builder when it is not that of stdenv, so that there are no phases; else None."""
        if "stdenv" not in self.variables:
            return self.builder
        last = self.args[-1] if self.args else ""
        return None if last.endswith("default-builder.sh") else last or self.builder


def parse(path: str, content: bytes) -> Derivation:
    """Read a ``.drv`` file. Raises ExternalError for a form that this tool does not know.

    Apart from the word ``Derive`` it is a Python literal: tuples, lists and strings with the
    escapes of C. Latin-1 gives one character per byte, so that other encodings pass untouched.
    """
    try:
        outputs, inputs, sources, _, builder, args, env = ast.literal_eval(
            content.decode("latin-1").removeprefix("Derive")
        )
        return Derivation(
            path,
            {name: _text(out) for name, out, *_ in outputs},
            {_text(drv): tuple(names) for drv, names in inputs},
            tuple(_text(source) for source in sources),
            _text(builder),
            tuple(_text(arg) for arg in args),
            {_text(name): _text(value) for name, value in env},
        )
    except (SyntaxError, ValueError, TypeError, RecursionError) as error:
        problem = Problem(path, "it is no derivation that this tool can read", "Use `nix build`")
        raise ExternalError(problem) from error


def relocated(text: str, drv: Derivation, outputs: Mapping[str, str]) -> str:
    """Return ``text`` with every output of the derivation replaced by a folder that is writable.

    An output is named by its store path or, where the expression says ``placeholder``, by a hash
    of its name.
    """
    for name, folder in outputs.items():
        text = text.replace(placeholder(name), folder)
        if drv.outputs[name]:
            text = text.replace(drv.outputs[name], folder)
    return text


def placeholder(output: str) -> str:
    """Return what ``builtins.placeholder`` gives for an output."""
    digest = hashlib.sha256(f"nix-output:{output}".encode()).digest()
    number = int.from_bytes(digest, "little")
    return "/" + "".join(_NIX32[number >> (5 * place) & 31] for place in range(51, -1, -1))


def bash_attributes(attributes: Mapping[str, Any]) -> str:
    """Return ``.attrs.sh``: every structured attribute that bash has a form for, as nix does."""
    lines = (_declared(name, value) for name, value in attributes.items() if _NAME.fullmatch(name))
    return "".join(f"{line}\n" for line in lines if line)


def _declared(name: str, value: object) -> str | None:
    simple = _simple(value)
    if simple is not None:
        return f"declare {name}={_quoted(simple)}"
    if isinstance(value, list):
        items = [_simple(item) for item in value]
        if None not in items:
            return f"declare -a {name}=({' '.join(_quoted(item or '') for item in items)})"
    if isinstance(value, dict):
        pairs = {key: _simple(item) for key, item in value.items()}
        if None not in pairs.values():
            body = " ".join(
                f"[{_quoted(key)}]={_quoted(item or '')}" for key, item in pairs.items()
            )
            return f"declare -A {name}=({body})"
    return None


def _simple(value: object) -> str | None:
    """Return a value as one text, None when it has parts; a fraction has no form in bash."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return str(value) if isinstance(value, str | int) else None


def _joined(value: object) -> str:
    if isinstance(value, list):
        return " ".join(_joined(item) for item in value)
    return _simple(value) or ""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _text(latin: str) -> str:
    return latin.encode("latin-1").decode("utf-8", "surrogateescape")
