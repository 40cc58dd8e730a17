"""The user's own defaults: ``$XDG_CONFIG_HOME/nxc-scaffold/config.toml``.

They stand between the answers file and the stack: what is said about this one composition counts
more, what a stack says for everybody counts less.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.base import values
from scaffold.base.errors import InputError, Problem, show
from scaffold.base.folders import config_file as config_file
from scaffold.base.folders import expanded
from scaffold.base.values import InvalidError, did_you_mean
from scaffold.catalogue.catalog import Catalog

if TYPE_CHECKING:  # `list` reads the file too, and asks nothing
    from scaffold.answers.answers import Layer

#: The questions that a user can answer once for all compositions.
ANSWERS = ("release", "flavours", "extras")


@dataclass(frozen=True)
class UserConfig:
    """What the file says; ``answers`` holds raw answers by question.

    ``author`` is offered to templates, ``catalogues`` are folders that add to the catalogue, and
    ``plain`` asks for sentences in the place of tables, as ``--plain`` does. ``check`` is the table
    for the rules of ``nxc-scaffold check``, as it was written. ``file`` is None when the user has
    no home to keep it in.
    """

    file: Path | None
    exists: bool = False
    author: str = ""
    catalogues: tuple[Path, ...] = ()
    plain: bool = False
    check: Mapping[str, object] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    def layer(self) -> Layer:
        """Return the answers as a layer that names the file."""
        from scaffold.answers.answers import Layer

        return Layer(str(self.file), self.answers)


@dataclass(frozen=True)
class Setting:
    """An effective value and where it comes from: the config file, or the tool."""

    key: str
    value: Any
    source: str


def load() -> UserConfig:
    """Read the config; one that is not there is an empty one.

    Raises:
        InputError: it cannot be read, is no TOML, or a key is unknown or of another kind. Answers
            are checked by ``check``, which needs the catalogue.

    """
    file = config_file()
    if file is None:
        return UserConfig(None)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return UserConfig(file)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise InputError(Problem(str(file), what, "Make it readable, or remove it")) from error
    except (ValueError, RecursionError) as error:
        raise InputError(Problem(str(file), f"is not TOML: {error}", "Correct the file")) from error
    return _parsed(file, data)


def _parsed(file: Path, data: Mapping[str, Any]) -> UserConfig:
    known = [*PARSERS, *ANSWERS]
    problems = [
        Problem(f"{file}: {key}", "there is no such key", did_you_mean(key, known))
        for key in data
        if key not in known
    ]
    own: dict[str, Any] = {}
    for key in (key for key in PARSERS if key in data):
        try:
            own[key] = PARSERS[key](data[key], file)
        except InvalidError as error:
            problems.append(Problem(f"{file}: {key}", error.what, error.remedy))
    if problems:
        raise InputError(*problems)
    answers = {key: data[key] for key in ANSWERS if key in data}
    return UserConfig(file, exists=True, answers=answers, given=frozenset(data), **own)


def _folders(value: Any, file: Path) -> tuple[Path, ...]:
    """Return folders; a relative one is below the folder of the config file."""
    folders = [file.parent / expanded(text) for text in values.listed(value)]
    for folder in folders:
        if not folder.is_dir():
            raise InvalidError(f"{show(str(folder))} is not a folder", "Give folders that exist")
    return tuple(folders)


PARSERS: dict[str, Callable[[Any, Path], Any]] = {
    "author": lambda value, _: values.line(value),
    "catalogues": _folders,
    "plain": lambda value, _: values.boolean(value),
    "check": lambda value, _: value,  # the rules are known to `check` alone, which reads it
}


def check(config: UserConfig, catalog: Catalog) -> dict[str, Any]:
    """Check the answers with the validators of their questions, and return them parsed.

    Raises:
        InputError: with every problem, each naming the file and the key.

    """
    from scaffold.answers.parsers import Context
    from scaffold.answers.questions import QUESTIONS

    ctx = Context(catalog)
    parsed = {
        question.key: question.parse(config.answers[question.key], ctx)
        for question in QUESTIONS
        if question.key in config.answers
    }
    if ctx.problems:
        raise InputError(*(replace(p, where=f"{config.file}: {p.where}") for p in ctx.problems))
    return parsed


def effective(config: UserConfig, catalog: Catalog) -> Iterator[Setting]:
    """Yield every setting as it counts today, in the order of the documentation.

    Raises:
        InputError: an answer of the config cannot be used.

    """
    from scaffold.answers.questions import QUESTIONS

    def source(key: str, otherwise: str) -> str:
        return "config file" if key in config.given else otherwise

    yield Setting("author", config.author, source("author", "default"))
    answers = check(config, catalog)
    for question in QUESTIONS:
        if question.key in ANSWERS:
            recommended = question.recommended({}, catalog)
            value = answers.get(question.key, recommended)
            yield Setting(question.key, value, source(question.key, "recommended"))
    folders = [str(folder) for folder in config.catalogues]
    yield Setting("catalogues", folders, source("catalogues", "default"))
    yield Setting("plain", config.plain, source("plain", "default"))
    yield Setting("check", config.check, source("check", "default"))
