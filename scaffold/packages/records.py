"""Packages that a composition carries itself: their records, and the files that they become.

A record is what the answers file keeps of a package: what the source said of itself and what the
user said. It is all that rendering needs, so the same answers give the same bytes without the
source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path, PurePosixPath

import msgspec

from scaffold.asking.question import Context, K
from scaffold.base import values
from scaffold.base.engine import Engine
from scaffold.base.errors import show
from scaffold.base.names import check_attribute, is_commit
from scaffold.base.values import InvalidError
from scaffold.packages.assemble import blank
from scaffold.packages.builders import load_builders, packages_folder
from scaffold.packages.detect.needs import Inputs
from scaffold.packages.detect.project import BuilderValues
from scaffold.packages.inspected import InspectedSource
from scaffold.packages.licences import licence
from scaffold.packages.package import Package, argument_names, package_files
from scaffold.packages.questions import Question, questions_for
from scaffold.repository.layout import Layout
from scaffold.repository.layouts import RESERVED
from scaffold.sources.addresses import parse_source

Records = Mapping[str, Mapping[str, object]]
FOLDER = PurePosixPath("packages")
KEY = "packages_from"
#: The layout of a composition's packages; what would be looked up in a repository is not there.
LAYOUT = Layout(Path("/nonexistent"), "auto", "", FOLDER)
_REQUIRED = ("builder", "source", "version", "description", "licence")
_NAME = re.compile(r"[A-Za-z0-9][\w.+-]*")
_WORDS = (
    "vendor_hash",
    "module",
    "test_target",
    "folder",
    "other_lock",
    "rockspec",
    "rockspec_version",
)
_TOOLS = ("library_tools", "executable_tools", "test_tools")
_ATTRIBUTES = ("library", "executable", "test", "arguments", *_TOOLS)


def record_of(package: Package, source: str) -> dict[str, object]:
    """Return what the answers file keeps of a package; ``source`` is its address."""
    inputs = {role: list(names) for role, names in asdict(package.inputs).items() if names}
    usual = blank(package.builder)
    extra = {
        key: value
        for key, value in package.extra.items()
        if (key in usual or key in _ATTRIBUTES or key == "self") and value != usual.get(key)
    }
    found = {
        "builder": package.builder.name,
        "pname": package.pname,
        "version": package.version,
        "source": source,
        "ref": package.source.ref,
        "hash": package.hash,
        "description": package.description,
        "homepage": package.homepage,
        "licence": package.licence.expression,
        "main_program": package.main_program,
        "tests": package.tests,
        "maintainers": list(package.maintainers),
        "platforms": package.platforms,
        "inputs": inputs,
        "extra": extra,
    }
    return {key: value for key, value in found.items() if value not in ("", [], {})}


def packages(records: Records) -> tuple[Package, ...]:
    """Return the packages that validated records describe, by name."""
    return tuple(_package(name, records[name], frozenset(records)) for name in sorted(records))


class _Record(msgspec.Struct, frozen=True):
    """A validated record, with what was left out of it because it is the usual."""

    builder: str
    source: str
    version: str
    description: str
    licence: str
    pname: str = ""
    ref: str = ""
    hash: str = ""
    homepage: str = ""
    main_program: str = ""
    tests: bool = False
    maintainers: tuple[str, ...] = ()
    platforms: str = "linux"
    inputs: dict[str, tuple[str, ...]] = {}
    extra: BuilderValues = {}


def _package(name: str, record: Mapping[str, object], names: Iterable[str]) -> Package:
    told = msgspec.convert(dict(record), _Record)
    builder = load_builders()[told.builder]
    source = replace(parse_source(told.source), ref=told.ref, version=told.version)
    return Package(
        name=name,
        pname=told.pname or name,
        version=told.version,
        builder=builder,
        source=source,
        description=told.description,
        homepage=told.homepage or source.page,
        licence=licence(told.licence),
        main_program=told.main_program,
        tests=told.tests and builder.checks,
        inputs=Inputs(**told.inputs),
        maintainers=told.maintainers,
        platforms=told.platforms,
        hash=told.hash,
        tag=False,  # releases before 25.05 have no such argument
        ref_is_tag=not is_commit(told.ref),
        fill="the build",
        local=frozenset(names) - {name},
        extra={**blank(builder), **told.extra},
    )


def files(records: Records, engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield path and text of each package, and of the overlay that names them."""
    found = packages(records)
    for package in found:
        yield from package_files(package, LAYOUT.package_file(package.name), engine).items()
    if found:
        overlay = packages_folder() / "common" / "overlay.nix"
        text = engine.render(overlay, {"packages": [package.name for package in found]})
        yield str(FOLDER / "default.nix"), text


def questions() -> tuple[Question, ...]:
    """Return the questions about such a package; its name and its file are settled."""
    every = questions_for(LAYOUT, load_builders(), InspectedSource())
    return tuple(q for q in every if q.key not in ("name", "file"))


def parse(value: object, ctx: Context[K]) -> dict[str, dict[str, object]]:
    """Validate the table of records by name."""
    if not isinstance(value, Mapping):
        ctx.reject((KEY,), f"{show(value)} is not a table", f"Write one [{KEY}.NAME] per package")
        return {}
    found = {name: _parsed(str(name), table, ctx) for name, table in value.items()}
    return {} if ctx.problems else found


def _parsed(name: str, value: object, ctx: Context[K]) -> dict[str, object]:
    key = (KEY, name)
    ctx.take(key, lambda v: values.as_it_is(v, check_name, "Choose another name"), name)
    asked = {q.key: q for q in questions()}
    table = ctx.table(key, value, [*asked, "pname", "inputs", "extra"])
    context = Context(None, source=lambda rest: ctx.source((*key, *rest)))
    found = {k: asked[k].parse(v, context) for k, v in table.items() if k in asked}
    ctx.problems += (replace(p, where=f"{KEY}.{name}.{p.where}") for p in context.problems)
    for missing in (k for k in _REQUIRED if k not in table):
        ctx.reject((*key, missing), "is not answered", f"Give --set {'.'.join(key)}.{missing}=…")
    if "pname" in table:
        found["pname"] = ctx.take((*key, "pname"), _upstream_name, table["pname"])
    inputs = ctx.table((*key, "inputs"), table.get("inputs", {}), [f.name for f in fields(Inputs)])
    found["inputs"] = {k: ctx.take((*key, "inputs", k), _input(k), v) for k, v in inputs.items()}
    usual = [*blank(None), "arguments", "self"]
    extra = ctx.table((*key, "extra"), table.get("extra", {}), usual)
    found["extra"] = {k: ctx.take((*key, "extra", k), _extra(k), v) for k, v in extra.items()}
    if not ctx.problems and name in argument_names(_package(name, found, ())):
        ctx.reject(key, "is what its own builder is called", "Choose another name")
    order = [*asked, "pname", "inputs", "extra"]
    return {k: found[k] for k in order if found.get(k, "") not in ("", [], {})}


def check_name(name: str) -> str | None:
    """Return why a package of a composition cannot have a name, or None."""
    return check_attribute(name) or ("is reserved" if name in RESERVED else None)


def _upstream_name(value: object) -> str:
    found = values.line(value)
    if not _NAME.fullmatch(found):
        raise InvalidError(f"{show(found)} is no name of a package", "Leave it out")
    return found


def _input(role: str) -> Callable[[object], list[str]]:
    """Return the validator of a list of inputs; those that are only told are any text."""
    if role in ("unknown", "optional", "unread"):
        return lambda value: [values.line(item) for item in values.listed(value)]
    return values.packages


def _extra(key: str) -> Callable[[object], object]:
    """Return the validator of what only the template of a builder reads."""
    if key in _WORDS:
        return values.line
    if key == "zig_dependencies":
        return lambda value: [values.line(item) for item in values.listed(value)]
    if key == "files":
        return _files
    if key == "self":
        return lambda value: values.one_of(value, ["finalAttrs", "rec"], "way")
    if key in _ATTRIBUTES:
        return lambda value: value if isinstance(value, bool) else values.packages(value)
    return values.boolean


def _files(value: object) -> dict[str, str]:
    named = value if isinstance(value, Mapping) else {"": None}
    found = {str(name): text for name, text in named.items() if isinstance(text, str)}
    if len(found) < len(named) or not all(_NAME.fullmatch(name) for name in found):
        raise InvalidError("it is no table of texts by file name", "Write the texts of files")
    return found
