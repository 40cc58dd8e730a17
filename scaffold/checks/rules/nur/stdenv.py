"""Old habits around stdenv."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.package_files import NUR, bindings_of, package_files
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NUR107",
    "stdenv-lib",
    "lib is taken from stdenv",
    severity=Severity.ERROR,
    kinds=NUR,
    why="nixpkgs 21.11 removed stdenv.lib: the package does not evaluate.",
    remedy="Take lib as an argument of the file",
    bad="{ stdenv }: … stdenv.lib.licenses.mit",
    good="{ lib, stdenv }: … lib.licenses.mit",
    since="nixpkgs 21.11",
)
def stdenv_lib(target: Target) -> Iterator[Hit]:
    """Look for the selection; told once a file."""
    for file in package_files(target):
        for node in file.nodes if "stdenv" in file.text else ():
            base = node.children[0] if node.kind == "select" else None
            if base is not None and base.text == "stdenv" and node.names[:1] == ("lib",):
                yield target.hit(file, node, "stdenv.lib is gone")
                break


@rule(
    "NUR108",
    "stdenv-platform",
    "the platform is asked of stdenv itself",
    severity=Severity.NOTE,
    kinds=NUR,
    why="stdenv.isLinux and the like are old names of stdenv.hostPlatform.isLinux.",
    remedy="Write stdenv.hostPlatform.isLinux",
    bad="lib.optional stdenv.isDarwin x",
    good="lib.optional stdenv.hostPlatform.isDarwin x",
    fixable=True,
)
def stdenv_platform(target: Target) -> Iterator[Hit]:
    """Look for the selections."""
    for file in package_files(target):
        for node in file.nodes if "stdenv" in file.text else ():
            if node.kind != "select" or node.children[0].text != "stdenv":
                continue
            name = node.names[0]
            if re.fullmatch(r"is(Linux|Darwin|x86_64|i686|Aarch64|Aarch32|64bit|32bit)", name):
                start = file.text.index(name, node.children[0].end)
                edit = Edit(file.path, start, start, "hostPlatform.")
                message = f"stdenv.{name} is stdenv.hostPlatform.{name}"
                yield target.hit(file, node, message, edits=(edit,))


@rule(
    "NUR113",
    "phases",
    "a package lists its phases",
    severity=Severity.NOTE,
    kinds=NUR,
    why="A list leaves out phases that nixpkgs adds, such as the one that fixes paths.",
    remedy="Turn off single phases: dontBuild = true;",
    bad='phases = [ "installPhase" ];',
    good="dontUnpack = true;\ndontBuild = true;",
)
def phases(target: Target) -> Iterator[Hit]:
    """Look for the attribute."""
    for file in package_files(target):
        for _, binding in bindings_of(file, "phases"):
            yield target.hit(file, binding.start, "phases leaves out what nixpkgs adds")
