"""Which crates of Cargo.lock the usual build on Linux takes.

Cargo.lock lists the crates of every system and of every feature, also of those that are off. What
leads to a crate is followed from the project's own manifests, which say that of their own
dependencies; those of other people's crates are not at hand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from scaffold.packages.detect.facts import Folder, table, text_of

#: How a dependency is taken by the usual build on Linux: for certain, perhaps, or not at all.
_Taken = Literal["yes", "perhaps", "no"]
_TABLES = ("dependencies", "build-dependencies", "dev-dependencies")


@dataclass
class Crate:
    """A crate of the lock file: what it depends on, whether it is of the project, how it is taken.

    ``kinds`` says how each dependency is taken where the manifest is at hand; it is empty for a
    crate that is not of the project.
    """

    name: str
    dependencies: tuple[str, ...]
    local: bool
    kinds: Mapping[str, _Taken] = field(default_factory=dict)
    #: Dependencies of which a feature that is off turns on more.
    widened: frozenset[str] = frozenset()
    taken: _Taken = "no"


def crates_taken(folder: Folder, name: str) -> dict[str, Crate]:
    """Return the crates of the lock file that a build takes, for certain or perhaps.

    A package of the root is built alone; without one, all of the workspace is.
    """
    crates: dict[str, Crate] = {}
    for block in folder.text("Cargo.lock").split("[[package]]")[1:]:
        try:
            read = tomllib.loads(block.split("\n[", 1)[0])
        except tomllib.TOMLDecodeError:
            continue  # the end of a file that is too long to be read whole
        depends = read.get("dependencies", [])
        names = tuple(str(d).split()[0] for d in depends) if isinstance(depends, list) else ()
        crate = Crate(text_of(read.get("name")), names, "source" not in read)
        if (known := crates.get(crate.name)) is not None:  # in several versions
            crate = Crate(crate.name, known.dependencies + names, known.local or crate.local)
        crates[crate.name] = crate
    roots = [name] if name in crates else [c.name for c in crates.values() if c.local]
    _read_manifests(folder, crates, roots)
    _follow(crates, roots, "yes")
    return {c.name: c for c in crates.values() if c.taken != "no"}


def _follow(crates: Mapping[str, Crate], names: Iterable[str], taken: _Taken) -> None:
    """Mark what is reached; what is certain wins over what is not."""
    queue = [(name, taken) for name in names]
    while queue:
        name, how = queue.pop()
        crate = crates.get(name)
        if crate is None or how == "no" or crate.taken in (how, "yes"):
            continue
        crate.taken = how
        widened = _widened(crates, name)
        for other in crate.dependencies:
            said = crate.kinds.get(other, "yes")
            both: _Taken = "perhaps" if "perhaps" in (how, said) or widened else "yes"
            queue.append((other, said if said == "no" else both))


def _widened(crates: Mapping[str, Crate], name: str) -> bool:
    return any(name in c.widened for c in crates.values() if c.local)


def _read_manifests(folder: Folder, crates: Mapping[str, Crate], roots: Iterable[str]) -> None:
    """Tell the crates of the project how they take each of their dependencies.

    The features of each are those that others of the project ask for, from the roots on.
    """
    documents: dict[str, dict[str, object]] = {}
    for file in folder.walk():
        if PurePosixPath(file).name == "Cargo.toml":
            document = folder.toml(file)
            documents.setdefault(text_of(table(document, "package").get("name")), document)
    asked: dict[str, set[str]] = {name: {"default"} for name in roots}
    queue = list(asked)
    while queue:
        crate = crates.get(name := queue.pop())
        if crate is None or not crate.local or name not in documents:
            continue
        document = documents[name]
        on = _turned_on(document, asked[name])
        crate.kinds, crate.widened = _kinds(document, on), _widened_by(document, on)
        for other, features in _asked_of(document, on):
            if other in documents and (other not in asked or not features <= asked[other]):
                asked.setdefault(other, set()).update(features)
                queue.append(other)


def _asked_of(
    document: Mapping[str, object], on: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each dependency by its name, and which of its features a manifest turns on."""
    passed = [item.replace("?/", "/").split("/") for item in on if "/" in item]
    for _, listed in _tables(document):
        for key, said in listed.items():
            known = said if isinstance(said, dict) else {}
            features = known.get("features")
            plain = [str(f) for f in features] if isinstance(features, list) else []
            plain += ["default"] if known.get("default-features") is not False else []
            plain += [feature for name, feature in passed if name == key]
            if known.get("optional") is not True or key in on:
                yield text_of(known.get("package")) or key, frozenset(plain)


def _kinds(document: Mapping[str, object], on: frozenset[str]) -> dict[str, _Taken]:
    """Return how each dependency of a manifest is taken when some features are on."""
    kinds: dict[str, _Taken] = {}
    for where, listed in _tables(document):
        for key, said in listed.items():
            known = said if isinstance(said, dict) else {}
            name = text_of(known.get("package")) or key
            off = known.get("optional") is True and key not in on
            taken: _Taken = "perhaps" if off and where != "no" else where
            if kinds.get(name) != "yes" and (name not in kinds or taken != "no"):
                kinds[name] = taken
    return kinds


def _features(document: Mapping[str, object]) -> dict[str, list[str]]:
    listed = table(document, "features").items()
    return {name: [str(i) for i in items] for name, items in listed if isinstance(items, list)}


def _widened_by(document: Mapping[str, object], on: frozenset[str]) -> frozenset[str]:
    """Return the dependencies of which a feature that is off turns on more."""
    items = [i for name, items in _features(document).items() if name not in on for i in items]
    return frozenset(i.partition("/")[0].removesuffix("?") for i in items if "/" in i)


def _turned_on(document: Mapping[str, object], asked: Iterable[str]) -> frozenset[str]:
    """Return what is on: features, dependencies that are optional, and features of others, a/b."""
    features = _features(document)
    on: set[str] = set()
    queue = list(asked)
    while queue:
        item = queue.pop().removeprefix("dep:")
        if item not in on:
            on.add(item)
            queue += features.get(item, [])
            if "/" in item and "?/" not in item:
                queue.append(item.partition("/")[0])
    return frozenset(on)


def _tables(document: Mapping[str, object]) -> Iterator[tuple[_Taken, dict[str, object]]]:
    for key in _TABLES:
        yield "yes", table(document, key)
    for system, said in table(document, "target").items():
        for key in _TABLES:
            yield _on_linux(system), table(said, key)


#: Words of a ``cfg`` that are no Linux with glibc.
_ELSEWHERE = re.compile(
    r"windows|macos|ios|apple|darwin|wasm\w*|wasi|android|\w*bsd|dragonfly|redox|solaris|illumos|msvc"
    r"|haiku|hurd|emscripten|fuchsia"
)


_STRUCTURE = ("any", "all", "target_os", "target_family", "target_arch")


def _on_linux(system: str) -> _Taken:
    """Say whether a target, a triple or a ``cfg``, holds on Linux; "perhaps" where it is intricate.

    >>> _on_linux('cfg(any(windows, target_os = "macos"))')
    'no'
    """
    inner = re.sub(r"\s", "", system)
    if not inner.startswith("cfg("):
        return "yes" if "linux" in inner else "no"
    words = re.findall(r"[a-z]\w*", inner.removeprefix("cfg("))
    plain = [w for w in words if w not in _STRUCTURE]
    if not plain:
        return "perhaps"
    if inner.startswith("cfg(not(") and inner.count("(") - inner.count("any(") == 2:
        return "yes" if all(_ELSEWHERE.fullmatch(w) for w in plain if w != "not") else "perhaps"
    if "not" in plain:
        return "perhaps"
    if all(_ELSEWHERE.fullmatch(w) for w in plain if w not in ("unix", "linux")):
        either = "any(" in inner or len(plain) == 1
        if {"unix", "linux"} & {*plain}:
            return "yes" if either or all(w in ("unix", "linux") for w in plain) else "perhaps"
        return "no"
    return "perhaps"
