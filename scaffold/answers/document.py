"""The answers file: what a project was made from, as TOML, read and written."""

from __future__ import annotations

import errno
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from scaffold import __version__
from scaffold.answers.flags import COMPOSITIONS
from scaffold.asking.layers import Layer
from scaffold.base.errors import InputError, Problem, show
from scaffold.base.tool_version import ANSWERS_FILE
from scaffold.composition.model import Composition, Module, Project, Role, Variant
from scaffold.nixlang import quote

FILE_NAME = ANSWERS_FILE
#: The first line of the file.
HEAD = "# Answers given to nxc-scaffold, for `nxc-scaffold change`."
#: The path that means standard input.
STANDARD_INPUT = "-"
SCHEMA = 1
#: Bytes that an answers file has at most; what has more, or no end, is another file.
LIMIT = 2**20
#: What an answers file says besides the answers to questions.
META = ("schema", "tool_version", "stack", "started_from", "template", "written", "check")
KEY = COMPOSITIONS.key
#: The order of a file of one composition; what is nested comes last, as TOML wants it.
SHARED_FIRST = ("flavours", "default_flavour", "release", "extras", "pins", "kept")


def load_file(file: Path) -> Layer:
    """Read an answers file, or standard input for the path ``-``.

    Raises:
        InputError: it cannot be read, is no TOML, or was written for a newer schema.

    """
    where = "standard input" if str(file) == STANDARD_INPUT else str(file)
    try:
        data = tomllib.loads(_text(file))
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise InputError(Problem(where, what, "Give the path of an answers file")) from error
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, a number of 5000 digits
        raise InputError(Problem(where, f"is not TOML: {error}", "Correct the file")) from error
    schema = data.get("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA or schema < 1:
        what = f"has schema {show(schema)}, this version of nxc-scaffold knows up to {SCHEMA}"
        raise InputError(Problem(where, what, "Update nxc-scaffold, or correct the number"))
    return Layer(where, data)


def _text(file: Path) -> str:
    if str(file) == STANDARD_INPUT:
        return _standard_input()
    with file.open("rb") as opened:
        return _decoded(opened.read(LIMIT + 1))


@cache
def _standard_input() -> str:
    """Return all of standard input, which can be read but once."""
    return _decoded(sys.stdin.buffer.read(LIMIT + 1))


def _decoded(content: bytes) -> str:
    if len(content) > LIMIT:
        raise OSError(errno.EFBIG, f"it has more than {LIMIT} bytes")
    return content.decode("utf-8-sig")


def document(project: Project) -> dict[str, object]:
    """Return the answers that reproduce the project; what is empty is left out.

    The answers of a single composition stand beside those of its project. Several have a table
    each, ``[compositions.NAME]``, below what they share.
    """
    shared = {
        "release": project.release,
        "flavours": list(project.flavours),
        "default_flavour": project.default_flavour,
        "extras": list(project.extras),
        "pins": dict(project.pins),
        "kept": list(project.kept),
        "packages_from": {name: dict(r) for name, r in project.packages_from.items()},
        "variants": {name: _variant_table(v) for name, v in project.variants.items()},
    }
    head: dict[str, object] = {"schema": SCHEMA, "tool_version": __version__}
    named = {"name": project.name, "description": project.description}
    if project.several:
        tables = {one.name: _filled(_own_answers(one)) for one in project.compositions}
        return _filled({**head, **named, **shared, KEY: tables})
    of_one = _own_answers(project.main)
    order = (*SHARED_FIRST, "options", "roles", "packages_from", "variants")
    every = {**shared, **of_one}
    found = {**head, "started_from": of_one["started_from"], **named}
    return _filled({**found, **{key: every[key] for key in order}})


def _own_answers(one: Composition) -> dict[str, object]:
    return {
        "started_from": one.started_from,
        "description": one.description,
        "options": _nested(one.options),
        "roles": {role.name: _role_table(role) for role in one.roles},
    }


def _filled(tables: Mapping[str, object]) -> dict[str, object]:
    return {
        k: v
        for k, v in tables.items()
        if (v not in ("", {}) or k == "description") and (v or k != "kept")
    }


def dump(project: Project, template: Mapping[str, object] | None = None) -> str:
    """Return the answers file that reproduces the project, as TOML.

    ``template`` says which template of the user's own was used, see
    ``scaffold.render.user_template``.
    """
    tables = {**document(project), **({"template": template} if template else {})}
    return f"{HEAD}\n" + quote.toml_document(tables)


def _role_table(role: Role) -> dict[str, object]:
    """Return a role's table; what is empty is left out, but for the count."""
    table = {
        "numbered": role.numbered,
        "parts": list(role.parts),
        "packages": list(role.packages),
        "modules": [_module(module) for module in role.modules],
        "docker_ports": list(role.docker_ports),
        "options": _nested(role.options),
    }
    return {"count": role.count, **{key: value for key, value in table.items() if value}}


def _module(module: Module) -> object:
    """Return a module as the answers file has it: its path, or a table with its arguments."""
    file = f"./{module.file}"
    return {"file": file, "arguments": list(module.arguments)} if module.arguments else file


def _variant_table(variant: Variant) -> dict[str, object]:
    """Return a variant's table; what is empty is left out."""
    sources = {
        where: {
            name: {"origin": s.origin, "hash": s.hash} if s.hash else s.origin
            for name, s in packages.items()
        }
        for where, packages in variant.sources.items()
    }
    tables = {"counts": dict(variant.counts), "pins": dict(variant.pins), "sources": sources}
    return {key: table for key, table in tables.items() if table}


def _nested(options: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """Turn values by service or part id into the tables of the answers file."""
    tables: dict[str, dict[str, object]] = {}
    for name, entries in options.items():
        service, _, part = name.partition(".")
        table = tables.setdefault(service, {})
        table.update({part: dict(entries)} if part else entries)
    return tables
