"""From answers and facts to a package, and from a package to the files of the repository."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from os.path import relpath
from pathlib import PurePosixPath

from scaffold.base.engine import Engine
from scaffold.base.errors import InputError, Problem, show
from scaffold.base.names import is_commit
from scaffold.base.values import did_you_mean
from scaffold.nixlang.quote import nix_attr
from scaffold.packages.builders import Builder
from scaffold.packages.detect.needs import Inputs, inputs
from scaffold.packages.detect.project import BuilderValues
from scaffold.packages.inspected import InspectedSource
from scaffold.packages.licences import licence
from scaffold.packages.package import Package, package_files, render_module
from scaffold.repository.edits import together
from scaffold.repository.layout import Layout
from scaffold.repository.packages_table import table_row
from scaffold.repository.register import (
    Entry,
    module_registration,
    package_names,
    registration,
    relative_path,
)
from scaffold.sources.kinds import Source
from scaffold.writer.tree import File, Tree, text_file


def assemble(
    given: Mapping[str, object],
    layout: Layout,
    builders: Mapping[str, Builder],
    inspected: InspectedSource,
    others: frozenset[str] | None = None,
) -> tuple[Package, PurePosixPath]:
    """Return the package that validated answers describe, and where its file goes.

    ``others`` replaces the repository's packages.

    Raises:
        InputError: nothing says where the source comes from.

    """
    builder = builders[str(given["builder"])]
    name = str(given["name"])
    file = PurePosixPath(str(given.get("file") or layout.package_file(name)))
    origin, extra = _origin(given, inspected, layout, file)
    names = (frozenset(package_names(layout)) if others is None else others) - {name}
    local = frozenset(n for n in names if n not in ("lib", "pkgs", "debug"))
    needs = replace(inputs(inspected.needs, local), unread=inspected.unread)
    found = _with_further(needs, given, builder)
    package = Package(
        name=name,
        pname=_pname(name, inspected, origin, builder),
        version=str(given["version"]),
        builder=builder,
        source=origin,
        description=str(given["description"]),
        homepage=str(given.get("homepage") or origin.page),
        licence=licence(str(given["licence"])),
        main_program=str(given.get("main_program") or ""),
        tests=bool(given.get("tests")) and builder.checks,
        inputs=found,
        maintainers=_names(given.get("maintainers")),
        platforms=str(given.get("platforms") or "linux"),
        debug=builder.compiled and layout.kind == "kapack",
        tag=layout.kind != "kapack",
        ref_is_tag=not is_commit(origin.ref),
        fill=f"`{layout.build_command(name)}`",
        local=local,
        calls={} if layout.shares else _calls(local, file, layout),
        extra={**blank(builder), **inspected.extra, **extra},
    )
    return package, file


def _calls(local: frozenset[str], file: PurePosixPath, layout: Layout) -> dict[str, str]:
    """Return the paths of the repository's own packages, seen from the package."""
    return {name: relative_path(layout.package_file(name), file) for name in local}


def blank(builder: Builder | None) -> BuilderValues:
    """Return the names that templates read when the source was not looked at."""
    is_ruby = builder is not None and "ruby" in builder.arguments
    ruby: BuilderValues = {"arguments": ["buildRubyGem"], "self": "rec"} if is_ruby else {}
    return {
        "library": False,
        "module": "",
        "lock": True,
        "build": True,
        "vendor_hash": "",
        "install": True,
        "gem": True,
        "makefile": True,
        "folder": "",
        "other_lock": "",
        "cargo": False,
        "cmake": False,
        "test_target": "",
        "files": {},
        "executable": [],
        "test": [],
        "library_tools": [],
        "executable_tools": [],
        "test_tools": [],
        "perl_module": False,
        "zig_dependencies": [],
        "rockspec": "",
        "rockspec_version": "",
        "is_library": False,
        "is_executable": True,
        **ruby,
    }


def _pname(name: str, inspected: InspectedSource, origin: Source, builder: Builder) -> str:
    """Return the upstream's name, where a registry has it or the attribute is spelt like it."""
    upstream = inspected.name or (origin.name if origin.kind != "folder" else "")
    if builder.named and inspected.name:
        upstream = upstream.rpartition("/")[2]  # npm has scopes
        return upstream if re.fullmatch(r"[A-Za-z0-9][\w.+-]*", upstream) else name
    same = upstream.lower().replace("_", "-") == name.lower().replace("_", "-")
    return upstream if same and upstream.islower() else name


def _origin(
    given: Mapping[str, object],
    inspected: InspectedSource,
    layout: Layout,
    file: PurePosixPath,
) -> tuple[Source, BuilderValues]:
    """Return what the package fetches; a folder within the repository is named by its path."""
    found = inspected.origin
    if found is None or (found.is_local and not _inside(found, layout)):
        what = "nothing says where the source comes from"
        raise InputError(Problem("source", what, "Give --source URL"))
    if found.kind == "folder" and found.folder is not None:
        path = relpath(found.folder.resolve(), (layout.root / file).parent)
        return found, {"path": path}
    ref = str(given.get("ref") or found.ref)
    values: BuilderValues = {"submodules": inspected.submodules}
    if folder := found.inner or inspected.folder:
        values["folder"] = folder
    return replace(found, ref=ref, version=str(given["version"])), values


def _inside(source: Source, layout: Layout) -> bool:
    if source.kind != "folder" or source.folder is None:
        return False
    return source.folder.resolve().is_relative_to(layout.root)


def _names(value: object) -> tuple[str, ...]:
    """Return the names of a validated list, none where it was not given."""
    return tuple(str(name) for name in value) if isinstance(value, (list, tuple)) else ()


def _with_further(found: Inputs, given: Mapping[str, object], builder: Builder) -> Inputs:
    """Add what the user named; such a dependency is no longer one that could not be mapped."""
    more = _names(given.get("dependencies"))
    native = _names(given.get("build_dependencies"))
    unknown = tuple(n for n in found.unknown if n.split()[0] not in {*more, *native})
    if builder.dependencies:
        merged = tuple(dict.fromkeys([*found.propagated, *more]))
        found = replace(found, propagated=merged)
    else:
        found = replace(found, build=tuple(dict.fromkeys([*found.build, *more])))
    return replace(found, native=tuple(dict.fromkeys([*found.native, *native])), unknown=unknown)


def package_tree(package: Package, file: PurePosixPath, layout: Layout, *, module: bool) -> Tree:
    """Return all files to write: the package's own, and the edits of the repository's."""
    engine = Engine()
    files: list[File] = [
        text_file(path, text) for path, text in package_files(package, file, engine).items()
    ]
    used = package.inputs
    dependencies = {*used.build, *used.propagated, *used.native, *used.check} & package.local
    entry = Entry(package.name, file, tuple(sorted(dependencies)), package.debug)
    edits: list[File | None] = [*registration(entry, layout)]
    full = f"{package.pname}-{package.version}"
    edits.append(table_row(package.name, full, package.description, layout))
    if module:
        path, edit = module_registration(package.name, layout)
        files.append(text_file(str(path), _module(package, file, path, layout, engine)))
        edits.append(edit)
    made = (edit for edit in edits if edit is not None)
    return Tree([*files, *together(made, layout.files.text)])


def _module(
    package: Package, file: PurePosixPath, path: PurePosixPath, layout: Layout, engine: Engine
) -> str:
    """Return the module's text: kapack's packages are reached through the NUR, others by path."""
    if layout.kind == "kapack":
        call = f"pkgs.nur.repos.kapack.{nix_attr(package.name)}"
    else:
        call = f"pkgs.callPackage {relative_path(file, path)} {{ }}"
    return render_module(package, call, engine)


def registered_file(name: str, layout: Layout) -> PurePosixPath:
    """Return the file of a package that is there.

    Raises:
        InputError: there is no such package, or it is not a file of its own.

    """
    place = layout.place()
    if place is None:
        file = layout.existing_file(name)
        if file is not None:
            return file
    else:
        binding = dict(place.packages).get(name)
        path = place.path_of(binding) if binding else None
        if path is not None and layout.register is not None:
            named = (layout.root / layout.register.parent / path.text).resolve()
            found = named / "default.nix" if named.is_dir() else named
            if found.is_relative_to(layout.root):
                return PurePosixPath(found.relative_to(layout.root).as_posix())
    remedy = did_you_mean(name, package_names(layout))
    raise InputError(Problem("--update", f"there is no package {show(name)} in a file", remedy))
