"""The questions of ``nxc-scaffold package``: the machinery is that of ``new``.

What was found in the source is a layer of answers below flags and the answers file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from scaffold.asking import question
from scaffold.asking.flag import Flag
from scaffold.asking.layers import Answers
from scaffold.asking.question import fixed
from scaffold.base import values
from scaffold.base.errors import InputError, show
from scaffold.base.names import is_branch
from scaffold.base.values import InvalidError
from scaffold.packages import licences
from scaffold.packages.builders import Builder
from scaffold.packages.description import tidy
from scaffold.packages.flags import FLAGS
from scaffold.packages.inspected import InspectedSource
from scaffold.repository.layout import Layout
from scaffold.repository.register import check_name
from scaffold.sources.addresses import parse_source
from scaffold.sources.tags import tag_of
from scaffold.writer.tree import path_fault

NAME = Flag("name", "NAME", "NAME", "The attribute of the package in the repository.")
PLATFORMS = ("linux", "unix", "all", "darwin")
#: Layout, builders and source, which answers are judged by, are bound as a question is made.
Question = question.Question[None]
Context = question.Context[None]
Recommend = question.Recommend[None]
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+~-]*")
_HASH = re.compile(r"sha(256-[A-Za-z0-9+/]{43}=|512-[A-Za-z0-9+/]{86}==)")
_URL = re.compile(r"https?://[^\s\"'<>\\^`{|}]+")


def _pattern(pattern: re.Pattern[str], what: str, example: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        found = values.line(value)
        if not pattern.fullmatch(found):
            raise InvalidError(f"{show(found)} is no {what}", f"Give one such as {example}")
        return found

    return parse


_ref = _pattern(re.compile(r"[\w./+~@-]+"), "ref", "v1.2.0")


def licence_expression(value: object) -> str:
    """Return an SPDX expression; the items of a list all apply (AND).

    An item may be an attribute of ``lib.licenses``, and a name as projects spell it.
    """
    items = values.unique(values.listed(value))
    if not items:
        raise InvalidError("there is no licence", "Give one with --licence, such as MIT")
    try:
        return licences.joined([licences.read(item) for item in items], "AND")
    except licences.UnknownLicenceError as error:
        known = [*licences.identifiers(), "unfree"]
        if not error.name:
            remedy = "Write it as MIT OR Apache-2.0"
            raise InvalidError(f"{show(' '.join(items))}: {error}", remedy) from error
        what = f"{show(error.name)} {error}"
        raise InvalidError(what, values.did_you_mean(error.name, known)) from error


def check_address(value: object) -> str:
    """Validate the address of a source.

    Raises:
        InvalidError: it is no repository, archive, package or folder.

    """
    found = values.line(value)
    try:
        parse_source(found)
    except InputError as error:
        problem = error.problems[0]
        raise InvalidError(problem.what, problem.remedy) from error
    return found


def _description(value: object) -> str:
    found = values.line(value)
    if not found:
        raise InvalidError("the description is empty", "Say in a line what it is")
    return tidy(found)


def _or_nothing(parse: Callable[[object], str]) -> Callable[[object], str]:
    return lambda value: "" if values.line(value) in ("", "none") else parse(value)


def _file(value: object) -> str:
    found = values.line(value)
    path = PurePosixPath(found)
    if fault := path_fault(path):
        raise InvalidError(f"the path {show(found)} {fault}", "Give a path within the repository")
    if path.suffix != ".nix":
        raise InvalidError(f"{show(found)} is no Nix file", "Give a path that ends in .nix")
    return str(path)


def _program(value: object) -> str:
    return _pattern(re.compile(r"[\w.+-]+"), "name of a program", "hexyl")(value)


def questions_for(
    layout: Layout, builders: Mapping[str, Builder], inspected: InspectedSource
) -> tuple[Question, ...]:
    """Return the questions; what is recommended depends on the source and the repository."""
    return (
        _name(layout),
        _builder(builders, inspected),
        _source(layout, inspected),
        *_release(inspected),
        *_description_and_licence(inspected),
        *_build(),
        *_repository(layout),
    )


def _name(layout: Layout) -> Question:
    def name(value: object) -> str:
        found = values.line(value)
        try:
            check_name(found, layout)
        except InputError as error:
            raise InvalidError(error.problems[0].what, error.problems[0].remedy) from error
        return found

    return _question(NAME, "Name", name, fixed(None))


def _builder(builders: Mapping[str, Builder], inspected: InspectedSource) -> Question:
    def builder(value: object) -> str:
        return values.one_of(value, builders, "builder")

    return _of("builder", "Builder", builder, fixed(inspected.offered))


def _source(layout: Layout, inspected: InspectedSource) -> Question:
    """Return the question where the package is fetched from.

    It is asked where no source was looked at, or one that is on this machine alone.
    """
    source, origin = inspected.source, inspected.origin
    is_folder = source is not None and source.kind == "folder"
    folder = source.folder if source else None
    inside = is_folder and folder is not None and folder.resolve().is_relative_to(layout.root)
    asked = source is None or (source.is_local and not inside)

    def address(value: object) -> str:
        if origin is not None and value == origin.written:
            return origin.written  # it was read when the source was looked at
        return check_address(value)

    return _of("source", "Source", address, fixed(None), asked=lambda _a, _c: asked)


def _release(inspected: InspectedSource) -> tuple[Question, Question]:
    """Return the questions for the version, and for the tag or commit that has it."""
    source, origin = inspected.source, inspected.origin

    def ref(answers: Answers, _: None) -> str | None:
        given = answers.get("version")
        if not isinstance(given, str):
            return None
        return tag_of(given, inspected.tags, inspected.names) or None

    def fixed_ref(value: object) -> str:
        found = _ref(value)
        if is_branch(found) and found not in inspected.tags:
            what = f"{show(found)} is a branch: after the next push its hash is another"
            raise InvalidError(what, "Give a tag or a commit, such as v1.2.0")
        return found

    version = _pattern(_VERSION, "version", "1.2.0")
    said = (source.version or None) if source else None
    by_ref = origin is not None and origin.by_ref
    return (
        _of("version", "Version", version, fixed(said)),
        _of("ref", "Tag or commit", fixed_ref, ref, asked=lambda _a, _c: by_ref),
    )


def _description_and_licence(inspected: InspectedSource) -> tuple[Question, ...]:
    page = inspected.origin.page if inspected.origin else ""
    address = _or_nothing(_pattern(_URL, "address", "https://example.org"))
    return (
        _of("description", "Description", _description, fixed(None)),
        _of("homepage", "Homepage", address, fixed(page), required=False),
        _of("licence", "Licence", licence_expression, fixed(None)),
    )


def _build() -> tuple[Question, ...]:
    """Return the questions about what the package needs, gives and is for."""
    program = _or_nothing(_program)
    names = values.packages
    nothing: Recommend = fixed([])
    return (
        _of("main_program", "Main program", program, fixed("none"), required=False),
        _of("dependencies", "Further dependencies", names, nothing, required=False),
        _of("build_dependencies", "Further build programs", names, nothing, required=False),
        _of("tests", "Run the tests", values.boolean, fixed(False), required=False),
        _of("maintainers", "Maintainers", names, nothing, required=False),
        _of("platforms", "Platforms", _platforms, fixed("linux"), required=False),
    )


def _platforms(value: object) -> str:
    return values.one_of(value, PLATFORMS, "platform")


def _repository(layout: Layout) -> tuple[Question, Question]:
    """Return the questions that are not asked on a screen, or only of a flake."""
    is_flake = layout.kind == "flake"

    def file(answers: Answers, _: None) -> str:
        return str(layout.package_file(str(answers.get("name") or "name")))

    sri = _or_nothing(_pattern(_HASH, "hash", "sha256-…="))
    return (
        _of("hash", "Hash", sri, fixed(""), required=False, asked=lambda _a, _c: False),
        _of("file", "File of the package", _file, file, required=is_flake,
            asked=lambda _a, _c: is_flake),
    )  # fmt: skip


def _of(
    key: str, message: str, parse: Callable[[Any], Any], recommended: Recommend, **more: Any
) -> Question:
    flag = next(flag for flag in FLAGS if flag.key == key)
    return _question(flag, message, parse, recommended, **more)


def _question(
    flag: Flag, message: str, parse: Callable[[Any], Any], recommended: Recommend, **more: Any
) -> Question:
    def checked(value: object, ctx: Context) -> Any:
        return ctx.take((flag.key,), parse, value)

    return Question(flag, message, checked, recommended, **more)
