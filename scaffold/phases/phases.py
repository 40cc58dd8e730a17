"""The phases of a build in their order, as nixpkgs' ``setup.sh`` computes it.

Everything follows from the variables and functions of the build's environment. Before the
environment was loaded only the derivation's own variables are known: setup hooks of its inputs
(cmake, Python's builders …) may still add phases, replace some and set switches.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

#: A name in capitals stands for the phases that a variable adds there.
_ORDER = (
    "*prePhases", "unpackPhase", "patchPhase", "*preConfigurePhases", "configurePhase",
    "*preBuildPhases", "buildPhase", "checkPhase", "*preInstallPhases", "installPhase",
    "*preFixupPhases", "fixupPhase", "installCheckPhase", "*preDistPhases", "distPhase",
    "*postPhases",
)  # fmt: skip
DEFAULT = tuple(name for name in _ORDER if not name.startswith("*"))

#: A phase is left out when its first switch is set, or when its second is not.
_OFF_WHEN_SET = {
    "unpackPhase": "dontUnpack", "patchPhase": "dontPatch", "configurePhase": "dontConfigure",
    "buildPhase": "dontBuild", "installPhase": "dontInstall", "fixupPhase": "dontFixup",
}  # fmt: skip
_OFF_UNLESS_SET = {
    "checkPhase": "doCheck", "installCheckPhase": "doInstallCheck", "distPhase": "doDist",
}  # fmt: skip


#: What the phases of stdenv read besides their hooks.
_READ = {
    "unpackPhase": ("src", "srcs", "sourceRoot", "setSourceRoot"),
    "patchPhase": ("patches", "patchFlags"),
    "configurePhase": ("configureFlags", "cmakeFlags", "mesonFlags", "configureScript"),
    "buildPhase": ("makeFlags", "buildFlags", "makefile", "ninjaFlags"),
    "checkPhase": ("checkFlags", "checkTarget"),
    "installPhase": ("installFlags", "installTargets"),
}


class Kind(Enum):
    """What the shell finds under a phase's name; a variable wins over a function."""

    STRING = "string"
    FUNCTION = "function"
    HOOK = "hook"  # a setup hook of an input will bring it
    MISSING = "missing"


@dataclass(frozen=True)
class Phase:
    """A phase in its place: what it is, where it comes from, and why it is skipped if it is.

    ``hooks`` are the derivation's ``preX`` and ``postX`` that run with it.
    """

    name: str
    kind: Kind
    origin: str
    skipped: str = ""
    hooks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """What the order depends on: plain texts of the variables, and where functions come from.

    ``functions`` maps a name to the file that defines it. ``loaded`` says whether setup hooks had
    their say. ``given`` are the variables of the derivation itself.
    """

    variables: Mapping[str, str]
    functions: Mapping[str, str]
    given: Mapping[str, str]
    loaded: bool

    @classmethod
    def of_derivation(cls, given: Mapping[str, str]) -> Environment:
        """Return what is known before anything was loaded: stdenv brings the default phases."""
        return cls(given, dict.fromkeys(DEFAULT, ""), given, loaded=False)


def phases(env: Environment) -> tuple[Phase, ...]:
    """Return every phase in order, the skipped ones included."""
    commands = _build_command(env)
    if commands:
        return commands
    return tuple(_phase(name, env) for name in order(env.variables))


def order(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names: ``phases`` when it is set, else the default list with what is added."""
    listed = variables.get("phases", "").split()
    if listed:
        return tuple(listed)
    names: list[str] = []
    for name in _ORDER:
        added = variables.get(name[1:], "").split() if name.startswith("*") else [name]
        names += added
    return tuple(names)


def skipped(name: str, variables: Mapping[str, str]) -> str:
    """Return why a phase is skipped, an empty text when it is run."""
    off, on = _OFF_WHEN_SET.get(name), _OFF_UNLESS_SET.get(name)
    if off and variables.get(off):
        return f"{off} is set"
    if on and not variables.get(on):
        return f"{on} is not set"
    return ""


def differs(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Say whether a phase would do something else for the changed package.

    Only what is in the package's own hand is compared: the phase, its hooks and its flags.
    """
    names = (name, *_hook_names(name), *_READ.get(name, ()))
    return any(before.get(each) != after.get(each) for each in names)


def _build_command(env: Environment) -> tuple[Phase, ...]:
    """Return the one command of a derivation that has no phases, such as those of runCommand."""
    for name in ("buildCommandPath", "buildCommand"):
        if env.variables.get(name):
            return (Phase("buildCommand", Kind.STRING, "package"),)
    return ()


def _phase(name: str, env: Environment) -> Phase:
    kind = _kind(name, env)
    hooks = _hooks(name, env.given)
    return Phase(name, kind, _origin(name, kind, env), skipped(name, env.variables), hooks)


def _kind(name: str, env: Environment) -> Kind:
    if env.variables.get(name):
        return Kind.STRING
    if name in env.functions:
        return Kind.FUNCTION
    return Kind.MISSING if env.loaded else Kind.HOOK


def _origin(name: str, kind: Kind, env: Environment) -> str:
    """Say who defined a phase: the package, stdenv, or the setup hook of an input."""
    if kind is Kind.STRING:
        same = env.variables[name] == env.given.get(name)
        return "package" if same else "setup hook"
    if kind is Kind.FUNCTION:
        file = env.functions[name]
        return "stdenv" if not file or file.endswith("/setup") else f"setup hook {_short(file)}"
    return "setup hook of an input" if kind is Kind.HOOK else "nowhere"


def _short(file: str) -> str:
    """Return the store name of a file without its hash."""
    parts = [part for part in file.split("/") if part]
    named = [part[33:] for part in parts if len(part) > 33 and part[32] == "-"]
    return named[0] if named else file


def _hooks(name: str, given: Collection[str]) -> tuple[str, ...]:
    return tuple(hook for hook in _hook_names(name) if hook in given)


def _hook_names(name: str) -> tuple[str, str]:
    stem = name.removesuffix("Phase")
    both = f"{stem[:1].upper()}{stem[1:]}"
    return f"pre{both}", f"post{both}"
