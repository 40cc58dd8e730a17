"""The outputs of flakes that flake-utils and flake-parts put together.

What they do is told by their READMEs and by that of pkgs-by-name-for-flake-parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.base.errors import InputError
from scaffold.repository.follow.follows import Follows
from scaffold.repository.follow.known import Call, Known
from scaffold.repository.follow.values import (
    Arguments,
    FlakeParts,
    Function,
    Keyed,
    Literal,
    Loaded,
    OfSystem,
    Outside,
    PerSystem,
    RepositoryPath,
    Sequence_,
    Update,
    Value,
    is_set,
)

KNOWN = Known()
#: Outputs that flake-parts makes of the modules of each system.
_PER_SYSTEM = frozenset({"packages", "legacyPackages", "apps", "checks", "devShells"})


@KNOWN.add(1, "eachDefaultSystem", "eachDefaultSystemPassThrough")
def _each_default_system(call: Call) -> Value:
    return PerSystem(lambda: call.call(call[0], call.outside("system")))


@KNOWN.add(2, "eachSystem", "eachSystemPassThrough")
def _each_system(call: Call) -> Value:
    return PerSystem(lambda: call.call(call[1], call.outside("system")))


@KNOWN.add(1, "eachDefaultSystemMap", "forAllSystems", "forEachSystem")
def _each_default_system_map(call: Call) -> Value:
    return Keyed(lambda: call.call(call[0], call.outside("system")))


@KNOWN.add(2, "eachSystemMap")
def _each_system_map(call: Call) -> Value:
    return Keyed(lambda: call.call(call[1], call.outside("system")))


@KNOWN.add(2, "withSystem")
def _with_system(call: Call) -> Value:
    return call.call(call[1], Arguments({}, call.outside("config")))


@KNOWN.add(2, "mkFlake")
def _mk_flake(call: Call) -> Value:
    found: list[tuple[Value, ...]] = []

    def modules() -> tuple[Value, ...]:
        if not found:
            found.append(())  # what a module says of the flake itself does not add modules
            inputs = call.follower.member(call[0], "inputs") or call.outside("inputs")
            itself = call.follower.member(inputs, "self") or call.outside("self")
            known = {"inputs": inputs, "self": itself}
            every = list(modules_of(call.follower, call[1], known))
            for path in _autopilot(call):
                every += modules_of(call.follower, path, known)
            found[0] = tuple(every)
        return found[0]

    return FlakeParts(modules)


def _autopilot(call: Call) -> tuple[RepositoryPath, ...]:
    """Return the modules that autopilot reads from the folder ``autopilot.parts.path``."""
    value: Value | None = call[0]
    for name in ("autopilot", "parts", "path"):
        value = call.follower.member(value, name) if value is not None else None
    if not isinstance(value, RepositoryPath):
        return ()
    names = call.follower.files.entries(value.path)
    return tuple(RepositoryPath(value.path / n) for n in names if re.search(r"\.nix$", n))


def output_of(follower: Follows, value: FlakeParts, name: str | None) -> Value | None:
    """Return an output that flake-parts puts together of its modules, None when none gives it."""
    found: list[Value] = []
    for module in value.modules():
        flake = follower.member(module, "flake")
        if flake is not None and (given := follower.member(flake, name)) is not None:
            found.append(given)
        if name in _PER_SYSTEM:
            for inner in _of_system(follower, module, value):
                packages = follower.member(inner, name)
                found += [] if packages is None else [_keyed(packages)]
                by_name = _directory(follower, inner) if name == "packages" else None
                found += [] if by_name is None else [_keyed(by_name)]
    result: Value | None = None
    for part in found:
        result = part if result is None else _merged(result, part)
    return result


def _keyed(value: Value) -> Keyed:
    return Keyed(lambda: value)


def _merged(one: Value, other: Value) -> Value:
    """Return the set that modules make of two definitions of one option."""
    if isinstance(one, Keyed) and isinstance(other, Keyed):
        return Keyed(lambda: Update(one.of_each(), other.of_each()))
    return Update(one, other, deep=True)


def _of_system(follower: Follows, module: Value, outputs: FlakeParts) -> Iterator[Value]:
    given = follower.member(module, "perSystem")
    if given is None or isinstance(given, Outside):
        return
    known: dict[str, Value] = {"self'": OfSystem(outputs)}
    modules = list(modules_of(follower, given, known))
    nixpkgs = next((found for each in modules if (found := _nixpkgs(follower, each))), None)
    if nixpkgs is not None:
        modules = list(modules_of(follower, given, {**known, "pkgs": nixpkgs}))
    yield from modules


def _nixpkgs(follower: Follows, module: Value) -> Value | None:
    """Return the ``pkgs`` that a module gives to every other one, such as one with overlays."""
    value: Value | None = module
    for name in ("_module", "args", "pkgs"):
        value = follower.member(value, name) if value is not None else None
    return value


def _directory(follower: Follows, module: Value) -> Value | None:
    """Return what pkgs-by-name-for-flake-parts loads: each folder with a package.nix."""
    path = follower.member(module, "pkgsDirectory")
    if isinstance(path, RepositoryPath) and isinstance(module, Literal):
        return Loaded(path.path, f"{path.path}/@/package.nix", module.file, module.node)
    return None


def modules_of(follower: Follows, value: Value, known: dict[str, Value]) -> Iterator[Value]:
    """Yield a module and all that it imports, called with the arguments of modules."""
    if isinstance(value, RepositoryPath):
        value = follower.of_file(value.path)
    if isinstance(value, Function):
        arguments = Arguments(known, Outside("config", value.file, value.node))
        value = follower.call(value, arguments, value.file, value.node)
    if not is_set(value) or isinstance(value, Outside):
        return
    yield value
    imports = follower.member(value, "imports")
    for item in imports.items if isinstance(imports, Sequence_) else ():
        try:
            yield from modules_of(follower, item(), known)
        except InputError:
            continue  # a module that cannot be read gives nothing
