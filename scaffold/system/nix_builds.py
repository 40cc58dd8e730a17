"""Nix operations on one package of a repository: find its derivation, get what it is built from.

The derivation has to be in the store, so unlike ``scaffold.system.nix`` these need a store that
can be written: as root nix opens /nix by itself, any other user needs the daemon.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.base.errors import InputError, Problem
from scaffold.nixlang.nodes import Place
from scaffold.nixlang.values import nix_attr, nix_string
from scaffold.system import nix, process
from scaffold.system.nix_errors import NixError, classify

_MISSING = re.compile(r"^attribute '[^']*' missing|does not provide attribute")
#: Attributes that a package sets itself, so that they tell where it is defined.
_OWN = ("src", "pname", "version", "name")
_DESCRIBE = f"""\
p: {{
  drv = p.drvPath;
  places = builtins.filter (x: x != null) (
    map (name: builtins.unsafeGetAttrPos name p) [ {" ".join(map(nix_string, _OWN))} ]
  );
}}"""


@dataclass(frozen=True)
class PackageInfo:
    """The derivation of a package, and where its attributes are defined (often in nixpkgs)."""

    drv: str
    places: tuple[Place, ...]


def attribute(text: str) -> str:
    """Return an attribute path as Nix spells it. Raises InputError for one that cannot be."""
    parts = text.split(".")
    if not all(parts) or any(char in text for char in "\"'\\$\n#") or text.startswith("-"):
        problem = Problem(f"ATTR {text}", "it is no attribute path", "Give one such as hello")
        raise InputError(problem)
    return ".".join(nix_attr(part) for part in parts)


def of_flake(root: Path, name: str, options: Sequence[str]) -> PackageInfo:
    """Evaluate a package of a flake; its places lie in a copy of the flake in the store."""
    with nix.flake_source(root) as reference:
        installable = f"{reference}#{attribute(name)}"
        argv = ["nix", "eval", *nix.FEATURES, *options, "--json", installable]
        return _info(_answer([*argv, "--apply", _DESCRIBE], root))


def of_file(entry: Path, name: str, options: Sequence[str]) -> PackageInfo:
    """Evaluate a package of a file that holds a set, or a function of ``pkgs`` to one."""
    expression = f"""\
let
  file = import (/. + {nix_string(str(entry))});
  wanted = if builtins.isFunction file then builtins.functionArgs file else {{ }};
  given = if wanted.pkgs or true then {{ }} else {{ pkgs = import <nixpkgs> {{ }}; }};
  set = if builtins.isFunction file then file given else file;
in
({_DESCRIBE}) set.{attribute(name)}"""
    argv = ["nix-instantiate", "--eval", "--strict", "--json", "--read-write-mode", *options]
    return _info(_answer([*argv, "--expr", expression], entry.parent))


def realise(
    paths: Iterable[str], root: Path, options: Sequence[str], on_line: nix.OnLine = None
) -> None:
    """Build or fetch store paths; ``DRV!OUT,…`` is an output of a derivation.

    ``root`` is the start of the names of links that keep nix from collecting them.
    """
    argv = ["nix-store", "--realise", *options, "--indirect", "--add-root", str(root), *paths]
    done = process.run(argv, on_line=on_line)
    if done.returncode:
        raise NixError(classify(done.stderr, None, done.returncode))


def _info(text: str) -> PackageInfo:
    found: dict[str, Any] = json.loads(text)
    return PackageInfo(found["drv"], tuple(Place(**place) for place in found["places"]))


def _answer(argv: Sequence[str], project: Path) -> str:
    done = process.run(argv)
    if done.returncode:
        failure = classify(done.stderr, project, done.returncode)
        if _MISSING.search(failure.message):
            what = failure.message.replace("\n", " ")
            raise InputError(Problem("ATTR", what, "Name a package that the repository gives"))
        raise NixError(failure)
    return done.stdout
