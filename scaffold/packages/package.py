"""A package, as data, and the files that it becomes: builder templates rendered with its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from scaffold.base.engine import Engine
from scaffold.nixlang.quote import NixRaw, nix_raw, nix_string
from scaffold.packages.builders import Builder, packages_folder
from scaffold.packages.detect.needs import Inputs
from scaffold.packages.detect.project import BuilderValues
from scaffold.packages.licences import Licence
from scaffold.sources.kinds import Source

FAKE_HASH = "lib.fakeHash"


@dataclass(frozen=True)
class Package:
    """Everything that a package's file says.

    ``local`` are packages of the repository that
    are arguments. ``debug``: takes kapack's ``debug`` argument. ``extra`` holds what only the
    builder's template reads. ``fill`` is the command that tells a hash that is not known yet.
    ``tag`` says that fetchers take ``tag``, which nixpkgs has since 25.05. ``calls`` are the paths
    of those of ``local`` that nobody passes: the package calls them itself.
    """

    name: str
    pname: str
    version: str
    builder: Builder
    source: Source
    description: str
    homepage: str
    licence: Licence
    main_program: str
    tests: bool
    inputs: Inputs
    maintainers: tuple[str, ...] = ()
    platforms: str = "linux"
    hash: str = ""
    debug: bool = False
    tag: bool = True
    ref_is_tag: bool = True
    fill: str = ""
    local: frozenset[str] = frozenset()
    calls: Mapping[str, str] = field(default_factory=dict)
    extra: BuilderValues = field(default_factory=BuilderValues)

    @property
    def this(self) -> str:
        """How the package reaches its own attributes: ``finalAttrs.`` or nothing within ``rec``."""
        return "finalAttrs." if self.extra.get("self", self.builder.self) == "finalAttrs" else ""


def render_package(package: Package, engine: Engine) -> str:
    """Return the text of the package's file."""
    common = packages_folder() / "common"
    names = _names(package)
    for part in ("arguments", "src", "inputs", "meta"):
        names[part] = engine.render(common / f"{part}.nix", names).rstrip("\n")
    return engine.render(package.builder.template, names)


def render_module(package: Package, call: str, engine: Engine) -> str:
    """Return the text of a NixOS module; ``call`` is the expression of its default package."""
    names = {**_names(package), "call": nix_raw(call), "call_text": call}
    return engine.render(packages_folder() / "module" / "module.nix", names)


def interpolated(text: str, version: str, this: str) -> NixRaw:
    """Return a Nix string that holds ``version`` by reference; the variable when it is all.

    A number that goes on, such as ``1.2.3`` for ``1.2``, is another one.
    """
    if text == version:
        return nix_raw(f"{this}version")
    whole = rf"(?<![\d.]){re.escape(version)}(?!\d|\.\d)"
    parts = re.split(whole, text) if version else [text]
    middle = "${" + f"{this}version" + "}"
    return nix_raw(f'"{middle.join(nix_string(part)[1:-1] for part in parts)}"')


def _names(package: Package) -> dict[str, object]:
    inputs = package.inputs
    prefix = package.builder.dependencies
    fetch = _fetch(package)
    return {
        "p": package,
        "pname": package.pname,
        "version": package.version,
        "this": package.this,
        "extra": package.extra,
        "debug": package.debug,
        "folder": _folder(package),
        "submodules": package.source.by_ref and package.extra.get("submodules"),
        "fetch": {n: v for n, v in fetch.items() if v != f"{package.this}{n}"},
        "inherited": [n for n, v in fetch.items() if v == f"{package.this}{n}"],
        "hash": nix_raw(nix_string(package.hash) if package.hash else FAKE_HASH),
        "fake": nix_raw(FAKE_HASH),
        "fill": package.fill,
        "argument_names": argument_names(package),
        "native": _raw([*package.builder.native, *inputs.native]),
        "build": _raw(inputs.build),
        "propagated": _below(inputs.propagated, prefix, package.local),
        "backend": _below(inputs.backend, prefix, package.local),
        "check": _below([_check_hook(n) for n in inputs.check], prefix, package.local),
        "below": lambda listed: _below(listed, prefix, frozenset()),
        "unknown": inputs.unknown,
        "optional": inputs.optional,
        "unread": inputs.unread,
        "licences": [nix_raw(f"lib.licenses.{name}") for name in package.licence.attributes],
        "licence": package.licence,
        "maintainers": [nix_raw(f"lib.maintainers.{name}") for name in package.maintainers],
        "platforms": nix_raw(f"lib.platforms.{package.platforms}"),
    }


def _folder(package: Package) -> NixRaw | None:
    """Return the folder within the source that is built, where it is not the whole."""
    inner = package.extra.get("folder", "")
    if not inner or package.source.is_local:
        return None
    return nix_raw(f'"${{{package.this}src.name}}/{nix_string(inner)[1:-1]}"')


def _check_hook(name: str) -> str:
    """Return the hook that runs the tests of a framework, where nixpkgs has one."""
    return {"pytest": "pytestCheckHook"}.get(name, name)


def _raw(names: Iterable[str]) -> list[NixRaw]:
    return [nix_raw(name) for name in dict.fromkeys(names)]


def _below(names: Iterable[str], prefix: str, local: frozenset[str]) -> list[NixRaw]:
    """Return attributes of the set that the builder takes its dependencies from."""
    return [nix_raw(n if not prefix or "." in n or n in local else f"{prefix}.{n}") for n in names]


def _fetch(package: Package) -> dict[str, object]:
    """Return the attributes of the fetcher, its ref by the version where it holds it."""
    source, this = package.source, package.this
    attributes: dict[str, object] = dict(source.attributes)
    if source.kind in ("pypi", "crate"):
        same = attributes["pname"] == package.pname
        attributes["pname"] = nix_raw(f"{this}pname") if same else attributes["pname"]
        attributes["version"] = nix_raw(f"{this}version")
    if source.kind == "tarball":
        attributes["url"] = interpolated(source.attributes["url"], package.version, this)
    if source.by_ref:
        by_tag = package.ref_is_tag and package.tag and source.kind != "sourcehut"
        attributes["tag" if by_tag else "rev"] = interpolated(source.ref, package.version, this)
    return attributes


def argument_names(package: Package) -> list[str]:
    """Return the arguments of the package's function: lib, builder, fetcher, inputs, each once."""
    builder, inputs, source = package.builder, package.inputs, package.source
    fetcher = source.fetcher
    if builder.name == "python" and fetcher == "fetchPypi":
        fetcher = ""  # python3Packages has it
    listed = ["lib", *builder.arguments, fetcher, *builder.native, *inputs.native, *inputs.build]
    listed += package.extra.get("arguments", ())
    prefixed = [*inputs.propagated, *inputs.backend, *inputs.check]
    listed += [n for n in prefixed if n in package.local or "." in n or not builder.dependencies]
    if any(name in package.calls for name in listed):
        listed.append("callPackage")
    arguments = dict.fromkeys(n.partition(".")[0] for n in listed if n)
    return list(arguments)


def package_files(package: Package, file: PurePosixPath, engine: Engine) -> dict[str, str]:
    """Return the package's file and those that its builder keeps beside it, by path."""
    files = {str(file): render_package(package, engine)}
    for name, text in package.extra.get("files", {}).items():
        files[str(file.parent / name)] = text
    return files


def folder_name(text: str) -> str:
    """Return an attribute name made from a project's name, such as ``procset`` of procset.py."""
    stem = re.sub(r"\.(py|rs|js|git|rb|go)$", "", text.strip())
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-").lower()
    return name if re.match(r"[a-z_]", name) else f"_{name}"
