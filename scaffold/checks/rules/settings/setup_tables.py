"""Tables and keys of setup.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.base.names import closest
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.settings import SetupToml

#: Tables of a variant, or of the top level, that nix/setup.nix or nxc reads (0.7.11).
_TABLES = frozenset({"options", "params", "overrides", "override-params", "build"})


#: What a table `build.<package>` may hold (nix/setup.nix asserts it).
_OPERATIONS = frozenset({"src", "deps", "args", "attrs"})


@rule(
    "NXC311",
    "setup-invalid",
    "setup.toml is not TOML",
    severity=Severity.ERROR,
    why="Neither `nxc` nor the flake can read it: nothing can be built.",
    remedy="Mend the syntax",
)
def setup_invalid(target: Target) -> Iterator[Hit]:
    """Read it."""
    for entry in target.project.setups:
        if entry.fault is not None:
            yield Hit(entry.path, *entry.fault)


def _tables(entry: SetupToml) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the top level and every variant, with the beginning of its tables' names."""
    yield "", dict(entry.values)
    for name, table in entry.variants.items():
        yield f"{name}.", dict(table)


@rule(
    "NXC316",
    "setup-overrides",
    "setup.toml overrides a package in the old form",
    severity=Severity.NOTE,
    why="NixOS Compose means to drop `overrides` (a remark in nix/setup.nix says so); `build` "
    "does the same, and more.",
    remedy="Write [build.nur.repos.kapack] in the place of [overrides.nur.kapack]",
    bad='[dev.overrides.nur.kapack]\near = { src = "…" }',
    good='[dev.build.nur.repos.kapack]\near = { src = "…" }',
)
def setup_overrides(target: Target) -> Iterator[Hit]:
    """Look for the tables."""
    for entry in target.project.setups:
        for prefix, table in _tables(entry):
            if isinstance(table.get("overrides"), dict):
                line = entry.line_of(rf"^\s*\[{re.escape(prefix)}overrides\b")
                yield Hit(entry.path, line, f"{prefix}overrides is the old form of build")


@rule(
    "NXC317",
    "setup-table",
    "setup.toml has a table that nothing reads",
    severity=Severity.WARNING,
    why="What stands in it has no effect.",
    remedy="Use options, params, build, overrides or override-params",
    bad='[g5k.option]\nkernel-params = "…"',
    good='[g5k.options]\nkernel-params = "…"',
)
def setup_table(target: Target) -> Iterator[Hit]:
    """Compare the tables of variants, and those below options, with what is read."""
    for entry in target.project.setups:
        for prefix, table in _tables(entry):
            if prefix:
                for name in table.keys() - _TABLES:
                    near = closest(name, _TABLES)
                    if near is None and not _only_tables(table):
                        continue
                    remedy = f"Did you mean {near}?" if near else ""
                    line = entry.line_of(rf"\b{re.escape(name)}\b")
                    yield Hit(entry.path, line, f"nothing reads {prefix}{name}", None, remedy)
            options = table.get("options")
            for name, value in options.items() if isinstance(options, dict) else ():
                if isinstance(value, dict):
                    line = entry.line_of(rf"\boptions\.{re.escape(str(name))}\b")
                    message = f"nothing reads the table {prefix}options.{name}"
                    yield Hit(entry.path, line, message)


def _only_tables(table: dict[str, object]) -> bool:
    """Say whether a table is a variant: it has a table that the library reads."""
    return bool(table.keys() & _TABLES)


@rule(
    "NXC318",
    "setup-operation",
    "setup.toml asks for an operation that does not exist",
    severity=Severity.ERROR,
    why="The library asserts that each key below build.<package> is src, deps, args or attrs.",
    remedy="Use src, deps, args or attrs",
    bad='[dev.build.hello]\nversion = "2.8"',
    good='[dev.build.hello.attrs]\nversion = "2.8"',
)
def setup_operation(target: Target) -> Iterator[Hit]:
    """Compare the keys below the packages of build."""
    for entry in target.project.setups:
        for prefix, table in _tables(entry):
            for package, given in _packages(table.get("build")):
                for name in given.keys() - _OPERATIONS:
                    line = entry.line_of(rf"\b{re.escape(name)}\b")
                    message = f"{prefix}build.{package} has no operation {name}"
                    yield Hit(entry.path, line, message)


def _packages(build: object) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the packages that a table `build` changes, those of NUR too."""
    if not isinstance(build, dict):
        return
    for name, given in build.items():
        repos = given.get("repos") if name == "nur" and isinstance(given, dict) else None
        for repo in repos.values() if isinstance(repos, dict) else ():
            if isinstance(repo, dict):
                yield from ((str(n), g) for n, g in repo.items() if isinstance(g, dict))
        if name != "nur" and isinstance(given, dict):
            yield str(name), given
