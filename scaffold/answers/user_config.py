"""The user's own defaults: ``NXC_SCAFFOLD_*`` and ``$XDG_CONFIG_HOME/nxc-scaffold/config.toml``.

A variable counts more than the key of the file. Both stand between the answers file and the stack:
what is said about this one composition counts more, what a stack says for everybody counts less.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.base import values
from scaffold.base.errors import InputError, Problem, show
from scaffold.base.folders import config_file, expanded, own_folder
from scaffold.base.git_address import GitAddress, git_url
from scaffold.base.names import check_ref
from scaffold.base.values import InvalidError, did_you_mean
from scaffold.catalogue.catalog import Catalog

if TYPE_CHECKING:  # `list` reads the file too, and asks nothing
    from scaffold.asking.layers import Layer

#: What names of environment variables begin with; the key follows, in capitals.
ENVIRONMENT = "NXC_SCAFFOLD_"
#: The keys that hold lists.
LISTS = ("flavours", "extras", "catalogues")
#: The keys that hold tables: in the file only.
TABLES = ("check",)
#: The questions that a user can answer once for all compositions.
ANSWERS = ("release", "flavours", "extras")


@dataclass(frozen=True)
class UserConfig:
    """What the file says; ``answers`` holds raw answers by question.

    ``author`` is offered to templates, ``catalogues`` are folders that add to the catalogue, and
    ``plain`` asks for sentences in the place of tables, as ``--plain`` does. ``check`` is the table
    for the rules of ``nxc-scaffold check``, as it was written. ``file`` is None when the user has
    no home to keep it in. ``variables`` are those of ``given`` that come from the environment.
    ``template`` is that of new projects. ``repositories`` are the catalogues that lie in git, by
    the folders of the cache that hold them once they were fetched.
    """

    file: Path | None
    exists: bool = False
    author: str = ""
    catalogues: tuple[Path, ...] = ()
    template: str = ""
    plain: bool = False
    check: Mapping[str, object] = field(default_factory=dict)
    answers: Mapping[str, object] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    repositories: Mapping[Path, GitAddress] = field(default_factory=dict)

    def where(self, key: str) -> str:
        """Return how messages name the place of a key."""
        return variable(key) if key in self.variables else f"{self.file}: {key}"

    def layer(self) -> Layer:
        """Return the answers as a layer that names the variables and the file."""
        from scaffold.asking.layers import Layer

        sources = [variable(key) for key in self.answers if key in self.variables]
        if not self.variables.issuperset(self.answers) or not sources:
            sources.append(str(self.file))
        return Layer(", ".join(sources), self.answers)


@dataclass(frozen=True)
class Setting:
    """An effective value and where it comes from: a variable, the config file, or the tool."""

    key: str
    value: object
    source: str


def load() -> UserConfig:
    """Read the config, and the environment; a file that is not there is an empty one.

    Raises:
        InputError: it cannot be read, is no TOML, or a key is unknown or of another kind. Answers
            are checked by ``check``, which needs the catalogue.

    """
    file = config_file()
    found = _environment()
    data = read(file)
    if data is None and not found:
        return UserConfig(file)
    return parsed(file, data, found)


def variable(key: str) -> str:
    """Return the name of the environment variable for a key."""
    return ENVIRONMENT + key.upper()


def read(file: Path | None) -> dict[str, object] | None:
    """Return what the file says, None when there is none.

    Raises:
        InputError: it cannot be read, or is no TOML.

    """
    if file is None:
        return None
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise InputError(Problem(str(file), what, "Make it readable, or remove it")) from error
    except (ValueError, RecursionError) as error:
        raise InputError(Problem(str(file), f"is not TOML: {error}", "Correct the file")) from error


def parsed(
    file: Path | None, written: Mapping[str, object] | None, variables: Mapping[str, object]
) -> UserConfig:
    """Check and return what the file and the environment say.

    Raises:
        InputError: a key is unknown, or its value of another kind.

    """
    found = UserConfig(file, written is not None, variables=frozenset(variables))
    data = {**(written or {}), **variables}
    known = [*PARSERS, *ANSWERS]
    problems = [
        Problem(found.where(key), "there is no such key", did_you_mean(key, known))
        for key in data
        if key not in known or (key in TABLES and key in variables)
    ]
    fields: dict[str, Any] = {}  # each by the parser of its field
    for key in (key for key in PARSERS if key in data):
        # a relative folder is below that of the file which names it
        base = Path() if key in variables or file is None else file.parent
        try:
            fields[key] = PARSERS[key](data[key], base)
        except InvalidError as error:
            problems.append(Problem(found.where(key), error.what, error.remedy))
    if problems:
        raise InputError(*problems)
    answers = {key: data[key] for key in ANSWERS if key in data}
    repositories = dict(_repositories(data.get("catalogues", ())))
    return replace(
        found, answers=answers, given=frozenset(data), repositories=repositories, **fields
    )


def _environment() -> dict[str, object]:
    """Return the values of the environment variables, by key."""
    return {
        name.removeprefix(ENVIRONMENT).lower(): value_of(name.removeprefix(ENVIRONMENT), text)
        for name, text in os.environ.items()
        if name.startswith(ENVIRONMENT)
    }


def value_of(key: str, text: str) -> object:
    """Return the value that a text means for a key: lists have commas, switches are true or false.

    ``none`` is the empty list.
    """
    if key.lower() in LISTS:
        return [] if text == "none" else [item.strip() for item in text.split(",") if item.strip()]
    return text == "true" if key.lower() == "plain" and text in ("true", "false") else text


def _folders(value: object, base: Path) -> tuple[Path, ...]:
    """Return folders; a relative one is below ``base``, that of a repository is in the cache."""
    return tuple(_folder(text, base) for text in values.listed(value))


def _folder(text: str, base: Path) -> Path:
    address = GitAddress.of(text)
    if address is not None:
        if why := check_ref(address.ref):
            raise InvalidError(f"{show(address.ref)} {why}", "Name a branch, tag or revision")
        return _cached(address)
    folder = base / expanded(text)
    if not folder.is_dir():
        remedy = "Give a folder that exists, or the address of a git repository"
        raise InvalidError(f"{show(str(folder))} is not a folder", remedy)
    return folder


def _cached(address: GitAddress) -> Path:
    cache = own_folder("cache")
    if cache is None:
        raise InvalidError("you have no home folder to keep a repository in", "Give a folder")
    return cache / "catalogues" / address.folder_name


def _repositories(value: object) -> Iterator[tuple[Path, GitAddress]]:
    for text in values.listed(value):
        if address := GitAddress.of(text):
            yield _cached(address), address


def _template(value: object, base: Path) -> str:
    """Return the template of new projects: an address, or a folder that may be below ``base``."""
    text = values.line(value)
    return text if not text or git_url(text) else str(base / expanded(text))


PARSERS: dict[str, Callable[[object, Path], object]] = {
    "author": lambda value, _: values.line(value),
    "catalogues": _folders,
    "template": _template,
    "plain": lambda value, _: values.boolean(value),
    "check": lambda value, _: value,  # the rules are known to `check` alone, which reads it
}


def check(config: UserConfig, catalog: Catalog) -> dict[str, object]:
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
        raise InputError(*(_placed(p, config) for p in ctx.problems))
    return parsed


def _placed(problem: Problem, config: UserConfig) -> Problem:
    """Return a problem of an answer with the place of the key that it is of."""
    key = problem.where.partition(".")[0].partition(" ")[0]
    where = variable(key) if key in config.variables else f"{config.file}: {problem.where}"
    return replace(problem, where=where)


def effective(config: UserConfig, catalog: Catalog) -> Iterator[Setting]:
    """Yield every setting as it counts today, in the order of the documentation.

    Raises:
        InputError: an answer of the config cannot be used.

    """
    from scaffold.answers.questions import QUESTIONS

    def source(key: str, otherwise: str) -> str:
        if key in config.variables:
            return variable(key)
        return "config file" if key in config.given else otherwise

    yield Setting("author", config.author, source("author", "default"))
    answers = check(config, catalog)
    for question in QUESTIONS:
        if question.key in ANSWERS:
            recommended = question.recommended({}, catalog)
            value = answers.get(question.key, recommended)
            yield Setting(question.key, value, source(question.key, "recommended"))
    folders = [
        str(config.repositories[folder].url if folder in config.repositories else folder)
        for folder in config.catalogues
    ]
    yield Setting("catalogues", folders, source("catalogues", "default"))
    yield Setting("template", config.template, source("template", "default"))
    yield Setting("plain", config.plain, source("plain", "default"))
    yield Setting("check", config.check, source("check", "default"))
