"""What packages say of themselves."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import (
    NUR,
    bindings_of,
    calls_in,
    makes_derivation,
    names_of,
    package_files,
)
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target

_META = ("license", "description")


@rule(
    "NUR103",
    "with-lib-meta",
    "meta stands in a `with lib`",
    severity=Severity.NOTE,
    kinds=NUR,
    why="Names that are misspelt are then looked for in all of lib, and tools cannot tell where "
    "they come from.",
    remedy="Write lib.licenses.mit",
    bad="meta = with lib; { license = licenses.mit; };",
    good="meta = { license = lib.licenses.mit; };",
)
def with_lib_meta(target: Target) -> Iterator[Hit]:
    """Look for the binding."""
    for file in package_files(target):
        for _, binding in bindings_of(file, "meta"):
            if binding.value is not None and binding.value.kind == "with":
                yield target.hit(file, binding.start, "with lib covers the whole meta")


@rule(
    "NUR104",
    "meta-incomplete",
    "a package has no licence or no description",
    severity=Severity.NOTE,
    kinds=NUR,
    why="NUR's page shows both, and Nix refuses unfree packages by their licence.",
    remedy="Set meta.license and meta.description",
)
def meta_incomplete(target: Target) -> Iterator[Hit]:
    """Look for both words in files that call a builder."""
    for file in package_files(target):
        calls = [node for name, node, _ in calls_in(file) if makes_derivation(name)]
        lacking = [key for key in _META if key not in file.text]
        if calls and lacking and "inherit (" not in file.text:
            yield target.hit(file, calls[0], f"meta has no {' and no '.join(lacking)}")


@rule(
    "NUR105",
    "name-with-version",
    "a package's name holds its version",
    severity=Severity.NOTE,
    kinds=NUR,
    why="Tools read pname and version; from a name they have to guess where the version begins.",
    remedy="Write pname and version",
    bad='name = "procset-${version}";',
    good='pname = "procset";\nversion = "1.0";',
)
def name_with_version(target: Target) -> Iterator[Hit]:
    """Look for the binding in calls of builders."""
    for file in package_files(target):
        for name, _, given in calls_in(file):
            for key in ("name", "pname") if makes_derivation(name) else ():
                binding = given.binding(key)
                if binding is None or binding.value is None:
                    continue
                holds = "version}" in file.source(binding.value)
                if holds and (key == "pname" or "pname" not in names_of(given)):
                    yield target.hit(file, binding.start, f"{key} holds the version")


@rule(
    "NUR109",
    "broken-package",
    "a package is marked as broken",
    severity=Severity.NOTE,
    kinds=NUR,
    why="Nobody can build it without asking for broken packages.",
    remedy="Mend it, or remove it",
)
def broken_package(target: Target) -> Iterator[Hit]:
    """Look for broken = true."""
    for file in package_files(target):
        for node in file.nodes if "broken" in file.text else ():
            for binding in node.bindings:
                value = binding.value if binding.path[-1:] == ("broken",) else None
                if value is not None and file.source(value) == "true":
                    yield target.hit(file, binding.start, "it is marked as broken")
