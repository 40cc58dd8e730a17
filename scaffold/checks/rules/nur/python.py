"""Python packages in forms that nixpkgs refuses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import (
    NUR,
    attribute_hits,
    calls_in,
    is_asked_for,
    names_of,
    package_files,
    pinned_release,
    refused_since,
)
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.nix_file import text_of

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
            if node.kind not in ("name", "select", "lambda") or not used & names:
                continue
            name = min(used & names)
            if not is_asked_for(target, name):
                yield target.hit(file, node, f"{name} is gone")
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


@rule(
    "NUR124",
    "python-dependencies",
    "what a Python package imports stands in propagatedBuildInputs",
    severity=Severity.NOTE,
    kinds=NUR,
    why="From nixpkgs 24.05 on dependencies is the attribute for what a package imports, named as "
    "in its pyproject.toml; what stands there is checked against it. The old one still works.",
    remedy="Name it dependencies",
    bad="propagatedBuildInputs = [ python3Packages.numpy ];",
    good="dependencies = [ python3Packages.numpy ];",
    since="nixpkgs 24.05",
    fixable=True,
)
def python_dependencies(target: Target) -> Iterator[Hit]:
    """Look for the attribute in calls of the builders that have no other list of them."""
    if pinned_release(target) < "24.05":
        return
    old = "propagatedBuildInputs"
    for file in package_files(target):
        for name, _, given in calls_in(file) if old in file.text else ():
            binding = given.binding(old)
            if name not in _BUILDERS or binding is None or binding.path != (old,):
                continue
            edits: tuple[Edit, ...] = ()
            if binding.value is not None and file.text.count(old) == 1:
                edits = (Edit(file.path, binding.start, binding.start + len(old), "dependencies"),)
            if "dependencies" not in names_of(given):
                message = "propagatedBuildInputs is dependencies now"
                yield target.hit(file, binding.start, message, edits=edits)


@rule(
    "NUR125",
    "python-old-format",
    "a Python package names its format in the old way",
    severity=Severity.NOTE,
    kinds=NUR,
    why='format = "setuptools" runs setup.py, which Python\'s packaging tools call deprecated, and '
    'format = "pyproject" leaves build-system empty.',
    remedy="Write pyproject = true; and name what pyproject.toml builds with in build-system",
    bad='format = "pyproject";',
    good="pyproject = true;\nbuild-system = [ python3Packages.setuptools ];",
    since="nixpkgs 23.11",
)
def python_old_format(target: Target) -> Iterator[Hit]:
    """Look for the two values in calls of the builders; wheel and other are still right."""
    for file in package_files(target):
        for name, _, given in calls_in(file):
            binding = given.binding("format") if name in _BUILDERS else None
            text = text_of(binding.value) if binding is not None else None
            if binding is not None and text in ("setuptools", "pyproject"):
                yield target.hit(file, binding.start, f'format = "{text}" is the old form')
