"""nxc.json and setup.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scaffold.base.names import closest
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.compose_call import FLAVOURS
from scaffold.survey.flake_ref import parse_flake_ref
from scaffold.survey.settings import NxcJson, SetupToml

_NIXOS_TEST_REMOVED = date(2022, 12, 1)
_KEYS = frozenset({"composition", "default_flavour"})
#: Tables of a variant, or of the top level, that nix/setup.nix or nxc reads (0.7.11).
_TABLES = frozenset({"options", "params", "overrides", "override-params", "build"})
_OVERRIDE = re.compile(r"--override-input\s+(\S+)\s+([^\s\"']+)")
#: What a table `build.<package>` may hold (nix/setup.nix asserts it).
_OPERATIONS = frozenset({"src", "deps", "args", "attrs"})


@rule(
    "NXC301",
    "nxc-json-invalid",
    "nxc.json is not JSON",
    severity=Severity.ERROR,
    why="`nxc` ends with a traceback when it cannot read the file.",
    remedy="Mend it; a JSON object has double quotes and no comma after the last entry",
)
def nxc_json_invalid(target: Target) -> Iterator[Hit]:
    """Read every nxc.json of the project."""
    for entry in target.project.nxc_json:
        if entry.fault is not None:
            yield Hit(entry.path, *entry.fault)


@rule(
    "NXC302",
    "default-flavour-unknown",
    "default_flavour is no flavour",
    severity=Severity.ERROR,
    why="`nxc build` without -f asks for that flavour, and the flake has no such package. "
    "nixos-test was a flavour until November 2022.",
    remedy=f"Name one of {', '.join(FLAVOURS)}",
    bad='{"composition": "composition.nix", "default_flavour": "nixos-test"}',
    good='{"composition": "composition.nix", "default_flavour": "vm"}',
    fixable=True,
)
def default_flavour_unknown(target: Target) -> Iterator[Hit]:
    """Compare the value with the seven flavours."""
    for entry in target.project.nxc_json:
        name = entry.text_value("default_flavour")
        if name in (None, "", *FLAVOURS) or name is None:
            continue
        old = name == "nixos-test"
        if old and target.nxc_since(_NIXOS_TEST_REMOVED) is False:
            continue
        near = "vm" if old else closest(name, FLAVOURS)
        remedy = f"Did you mean {near}" if near and not old else ""
        edits = _value_edit(entry, "default_flavour", name, "vm") if old else ()
        message = f"there is no flavour {name}"
        line = entry.line_of("default_flavour")
        yield Hit(entry.path, line, message, None, remedy, None, edits)


def _value_edit(entry: NxcJson, key: str, old: str, new: str) -> tuple[Edit, ...]:
    match = re.search(rf'"{re.escape(key)}"\s*:\s*"({re.escape(old)})"', entry.text)
    return (Edit(entry.path, match.start(1), match.end(1), new),) if match else ()


@rule(
    "NXC303",
    "default-flavour-empty",
    "default_flavour is empty",
    severity=Severity.WARNING,
    why="`nxc build` then chooses by the machine it runs on: vm on most, another on Grid'5000.",
    remedy="Name the flavour that is meant",
    bad='{"composition": "composition.nix", "default_flavour": ""}',
    good='{"composition": "composition.nix", "default_flavour": "vm"}',
)
def default_flavour_empty(target: Target) -> Iterator[Hit]:
    """Look for an empty text."""
    for entry in target.project.nxc_json:
        if entry.text_value("default_flavour") == "":
            yield Hit(entry.path, entry.line_of("default_flavour"), "default_flavour is empty")


@rule(
    "NXC304",
    "no-default-flavour",
    "nxc.json names no flavour",
    severity=Severity.NOTE,
    why="Without -f `nxc build` asks which flavour is meant, or takes the machine's.",
    remedy='Add "default_flavour": "vm"',
)
def no_default_flavour(target: Target) -> Iterator[Hit]:
    """Look for the key."""
    for entry in target.project.nxc_json:
        if entry.fault is None and "default_flavour" not in entry.values:
            yield Hit(entry.path, 1, "it has no default_flavour")


@rule(
    "NXC305",
    "composition-missing",
    "nxc.json names a composition that is not there",
    severity=Severity.ERROR,
    why="`nxc` looks for the file beside nxc.json.",
    remedy="Name the file of the composition",
    bad='{"composition": "compositon.nix"}',
    good='{"composition": "composition.nix"}',
)
def composition_missing(target: Target) -> Iterator[Hit]:
    """Look for the file beside nxc.json and beside flake.nix."""
    for entry in target.project.nxc_json:
        name = entry.text_value("composition")
        if not name or "\0" in name:
            continue
        folders: tuple[Path, ...] = (entry.path.parent, target.root)
        if not any((folder / name).exists() for folder in folders):
            yield Hit(entry.path, entry.line_of("composition"), f"there is no {name}")


@rule(
    "NXC306",
    "nxc-json-key",
    "nxc.json has a key that nothing reads",
    severity=Severity.NOTE,
    why="NixOS Compose reads composition and default_flavour, and nothing else.",
    remedy="Remove it, or mend its spelling",
    bad='{"composition": "composition.nix", "default_flavor": "vm"}',
    good='{"composition": "composition.nix", "default_flavour": "vm"}',
)
def nxc_json_key(target: Target) -> Iterator[Hit]:
    """Compare the keys."""
    for entry in target.project.nxc_json:
        for key in entry.values.keys() - _KEYS:
            near = closest(key, _KEYS)
            remedy = f"Did you mean {near}" if near else ""
            yield Hit(entry.path, entry.line_of(key), f"nothing reads {key}", None, remedy)


@rule(
    "NXC307",
    "no-nxc-json",
    "there is no nxc.json",
    severity=Severity.NOTE,
    why="`nxc` looks for it to know the composition and the flavour. Without one both have to be "
    "given to each command: nxc -d . build -C composition::vm flake.nix.",
    remedy='Add nxc.json: {"composition": "composition.nix", "default_flavour": "vm"}',
)
def no_nxc_json(target: Target) -> Iterator[Hit]:
    """Look for it beside a flake that calls the library itself, and one folder up."""
    calls = [c for c in target.project.calls if c.file.path == target.root / "flake.nix"]
    if calls and not target.project.nxc_json and not (target.root.parent / "nxc.json").is_file():
        yield target.hit(calls[0].file, calls[0].node, "there is no nxc.json")


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


def _lines(entry: SetupToml) -> Iterator[tuple[int, str]]:
    """Yield the lines of a setup.toml without its comments."""
    for number, line in enumerate(entry.text.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            yield number, re.sub(r"\s#[^\"']*$", "", line)


def _sides(line: str) -> str:
    """Return a line without a comment behind its value, strings kept."""
    found = re.match(r"""(?:[^#"']|"(?:[^"\\]|\\.)*"|'[^']*')*""", line)
    return found[0] if found else line


@rule(
    "NXC312",
    "setup-home",
    "setup.toml names a folder in somebody's home",
    severity=Severity.WARNING,
    why="The variant can be built on one machine only.",
    remedy="Name a source that others can fetch, or leave the line out of the commit",
    bad='[dev.build.nur.repos.kapack]\noar = { src = "/home/me/oar3" }',
    good="[dev.build.nur.repos.kapack.oar.src.fetchFromGitHub]\n…",
)
def setup_home(target: Target) -> Iterator[Hit]:
    """Look for paths below /home in lines that are no comment."""
    for entry in target.project.setups:
        for number, line in _lines(entry):
            found = re.search(r"/(?:home|Users)/[\w.-]+", _sides(line))
            if found and "--override-input" not in line:
                yield Hit(entry.path, number, f"{found[0]} is a folder of one machine")


@rule(
    "NXC313",
    "setup-override-input",
    "setup.toml replaces an input of the flake",
    severity=Severity.WARNING,
    why="With --override-input in nix-flags the variant is not built from what flake.lock says. "
    "With a folder of one machine, or a branch that is not named, two people who build the same "
    "commit get different hosts. A branch or commit that is named is not told.",
    remedy="Pin the input in flake.nix",
    bad='nix-flags = "--override-input kapack path:/home/me/nur-kapack"',
    good='kapack.url = "github:oar-team/nur-kapack/my-branch";',
)
def setup_override_input(target: Target) -> Iterator[Hit]:
    """Look for the flag in lines that are no comment."""
    for entry in target.project.setups:
        for number, line in _lines(entry):
            for found in _OVERRIDE.finditer(_sides(line)):
                reference = parse_flake_ref(found[2])
                if reference.is_local:
                    yield Hit(entry.path, number, f"it replaces {found[1]} by {found[2]}")
                elif not reference.has_pin:
                    message = f"it replaces {found[1]} by whatever {found[2]} is on the day"
                    yield Hit(entry.path, number, message, severity=Severity.NOTE)


@rule(
    "NXC314",
    "setup-selected",
    "setup.toml has a variant selected",
    severity=Severity.WARNING,
    why="Everybody who builds the project gets that variant, without having asked for it.",
    remedy="Remove the line, and select by nxc build --setup",
    bad='[project]\nselected = "dev"',
    good="[project]",
)
def setup_selected(target: Target) -> Iterator[Hit]:
    """Look for the key."""
    for entry in target.project.setups:
        chosen = entry.selected
        if chosen and chosen in entry.values:
            line = entry.line_of(r"^\s*selected\b")
            yield Hit(entry.path, line, f"the variant {chosen} is selected for everybody")


@rule(
    "NXC315",
    "setup-selected-missing",
    "setup.toml selects a variant that is not there",
    severity=Severity.ERROR,
    why="The library asserts that it is there: nothing evaluates.",
    remedy="Name a table of the file, or remove the line",
    bad='[project]\nselected = "g5k"',
    good='[project]\nselected = "g5k"\n\n[g5k.params]\n…',
)
def setup_selected_missing(target: Target) -> Iterator[Hit]:
    """Compare it with the tables."""
    for entry in target.project.setups:
        chosen = entry.selected
        if chosen is not None and chosen not in entry.values:
            near = closest(chosen, entry.variants)
            remedy = f"Did you mean {near}" if near else ""
            line = entry.line_of(r"^\s*selected\b")
            yield Hit(entry.path, line, f"there is no variant {chosen!r}", None, remedy)


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
                    remedy = f"Did you mean {near}" if near else ""
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
