"""Python packages in forms that nixpkgs refuses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import (
    NUR,
    attribute_hits,
    calls_in,
    names_of,
    package_files,
    refused_since,
)
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target

_BUILDERS = ("buildPythonPackage", "buildPythonApplication")


@rule(
    "NUR101",
    "python-format",
    "a Python package does not say how it is built",
    severity=Severity.ERROR,
    kinds=NUR,
    why="From nixpkgs 25.11 on buildPythonPackage and buildPythonApplication refuse a package that "
    "sets neither pyproject nor format; before, setuptools was meant.",
    remedy='Set pyproject = true; and build-system, or format = "setuptools";',
    bad='buildPythonPackage {\n  pname = "procset";\n}',
    good='buildPythonPackage {\n  pname = "procset";\n  pyproject = true;\n'
    "  build-system = [ setuptools ];\n}",
    since="nixpkgs 25.11",
)
def python_format(target: Target) -> Iterator[Hit]:
    """Look for calls of the builders with neither attribute."""
    for file in package_files(target):
        for name, node, given in calls_in(file):
            if name in _BUILDERS and not names_of(given) & {"format", "pyproject", "inherit"}:
                message = f"{name} without pyproject or format"
                yield target.hit(file, node, message, severity=refused_since(target, "25.11"))


@rule(
    "NUR110",
    "python-2",
    "a package is built with Python 2",
    severity=Severity.ERROR,
    kinds=NUR,
    why="nixpkgs has no packages for Python 2 any more.",
    remedy="Build it with python3Packages, or remove it",
    bad="python27Packages.buildPythonPackage { … }",
    good="python3Packages.buildPythonPackage { … }",
    since="nixpkgs 22.05",
)
def python_2(target: Target) -> Iterator[Hit]:
    """Look for the names of its package sets; told once a file."""
    names = frozenset({"python2", "python27", "python2Packages", "python27Packages"})
    for file in package_files(target):
        for node in file.nodes if "python2" in file.text else ():
            used = {node.text} | set(node.names)
            if node.kind in ("name", "select", "lambda") and used & names:
                yield target.hit(file, node, f"{sorted(used & names)[0]} is gone")
                break


@rule(
    "NUR122",
    "pytest-flags-array",
    "flags of pytest are given in a form that is gone",
    severity=Severity.ERROR,
    kinds=NUR,
    why="nixpkgs 26.05 refuses pytestFlagsArray.",
    remedy="Use pytestFlags, enabledTests, disabledTests or disabledTestPaths",
    since="nixpkgs 26.05",
)
def pytest_flags_array(target: Target) -> Iterator[Hit]:
    """Look for the attribute."""
    message = "pytestFlagsArray is gone in nixpkgs 26.05"
    yield from attribute_hits(target, "pytestFlagsArray", "26.05", message)
