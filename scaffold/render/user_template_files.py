"""A template of the user's own: a cookiecutter template, read whole into memory and checked.

What cookiecutter supports and this does not is refused, never left out in silence: a project that
lacks what its template promised would be a bad surprise. Code of the template (hooks, extensions)
is accepted only when the user trusts it.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffold.base.errors import InputError, Problem, show

#: Keys of cookiecutter.json that say how to render, and are no variables.
COPY, EXTENSIONS, JINJA, NEWLINES = (
    "_copy_without_render",
    "_extensions",
    "_jinja2_env_vars",
    "_new_lines",
)
EXTENDS = "_extends"  # ours: the files come on top of the skeleton's
#: Only what changes the syntax; the others (undefined, loader, finalize …) would be code.
JINJA_SETTINGS = frozenset(
    {
        *("block_start_string", "block_end_string", "comment_start_string", "comment_end_string"),
        *("variable_start_string", "variable_end_string", "keep_trailing_newline"),
        *("line_comment_prefix", "line_statement_prefix", "lstrip_blocks", "trim_blocks"),
    }
)
HOOKS = ("pre_gen_project", "post_gen_project")


@dataclass(frozen=True)
class Source:
    """A file of the template: ``path`` as it is written there, with its Jinja expressions."""

    path: str
    content: bytes
    executable: bool = False


@dataclass(frozen=True)
class UserTemplateFiles:
    """A template that was read and may be used.

    ``where`` is its folder or URL, ``ref`` what was asked for there. ``variables`` is
    cookiecutter.json, ``values`` are those of the user. ``includes`` are the texts that
    ``{% include %}`` finds besides the files.
    """

    where: str
    variables: Mapping[str, object]
    files: tuple[Source, ...]
    includes: Mapping[str, str] = field(default_factory=dict)
    hooks: tuple[Source, ...] = ()
    extensions: tuple[object, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    ref: str = ""

    @property
    def extends(self) -> bool:
        """Whether the files come on top of the skeleton's, or take its place."""
        return bool(self.variables.get(EXTENDS, False))

    @property
    def copied(self) -> list[str]:
        """The patterns of the paths whose files are copied instead of rendered."""
        return [str(pattern) for pattern in _list(self.variables.get(COPY))]

    @property
    def extension_names(self) -> list[str]:
        """The Jinja extensions that the template asks for, each as ``module.Class``."""
        return [str(name) for name in _list(self.variables.get(EXTENSIONS))]

    @property
    def jinja_settings(self) -> dict[str, Any]:
        """Jinja's syntax as the template wants it, as keyword arguments of its environment."""
        return _table(self.variables.get(JINJA))


def _list(value: object) -> list[object]:
    """Return a list of cookiecutter.json; none is an empty one (another kind was refused)."""
    return value if isinstance(value, list) else []


def _table(value: object) -> dict[str, object]:
    """Return an object of cookiecutter.json; none is an empty one (another kind was refused)."""
    return value if isinstance(value, dict) else {}


class _Reader:
    """Reads a template's folder and collects every reason to refuse it."""

    def __init__(self, folder: Path, where: str, *, trust: bool) -> None:
        self.folder, self.where, self.trust = folder, where, trust
        self.problems: list[Problem] = []

    def refuse(self, place: str, what: str, remedy: str) -> None:
        where = f"{self.where}: {place}" if place else self.where
        self.problems.append(Problem(where, what, remedy))

    def files(self, folder: Path) -> Iterator[Source]:
        """Yield the files below a folder; links and what is no file are refused."""
        entries = sorted(folder.iterdir())
        if not entries:
            self.refuse(
                self.name(folder), "is an empty folder", "Put a file such as .gitkeep in it"
            )
        for entry in entries:
            mode = entry.lstat().st_mode
            if stat.S_ISDIR(mode):
                yield from self.files(entry)
            elif stat.S_ISREG(mode):
                yield Source(str(entry), entry.read_bytes(), bool(mode & stat.S_IXUSR))
            else:
                kind = "a symlink" if stat.S_ISLNK(mode) else "no file"
                self.refuse(self.name(entry), f"is {kind}", "Put a file in its place")

    def below(self, name: str) -> tuple[Source, ...]:
        """Return the files of a folder of the template, with paths relative to it."""
        folder = self.folder / name
        if folder.is_symlink() or not folder.is_dir():
            if folder.is_symlink():
                self.refuse(name, "is a symlink", "Put a folder in its place")
            return ()
        return tuple(
            Source(str(Path(file.path).relative_to(folder)), file.content, file.executable)
            for file in self.files(folder)
        )

    def name(self, path: Path) -> str:
        return str(path.relative_to(self.folder))


def load(folder: Path, where: str, *, trust: bool) -> UserTemplateFiles:
    """Read the template in ``folder``; ``where`` is what the user called it.

    Raises:
        InputError: it is no template, or uses what is not supported or not trusted, with every
            reason that was found.

    """
    reader = _Reader(folder, where, trust=trust)
    try:
        variables = _variables(reader)
        _check_settings(variables, reader)
        template = UserTemplateFiles(
            where,
            variables,
            files=_project(variables, reader),
            includes=_texts(reader),
            hooks=_hooks(reader),
        )
    except OSError as error:
        problem = Problem(where, f"cannot be read: {error.strerror}", "Give a folder you can read")
        raise InputError(problem) from error
    if reader.problems:
        raise InputError(*reader.problems)
    return template


def _variables(reader: _Reader) -> dict[str, object]:
    file = reader.folder / "cookiecutter.json"
    if file.is_symlink() or not file.is_file():
        what = "has no cookiecutter.json, so it is no template"
        raise InputError(Problem(reader.where, what, "Give the folder that holds that file"))
    try:
        data = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        where = f"{reader.where}: cookiecutter.json"
        raise InputError(Problem(where, f"is not JSON: {error}", "Correct the file")) from error
    if not isinstance(data, dict):
        where = f"{reader.where}: cookiecutter.json"
        raise InputError(Problem(where, "is no object", "Write it as {…}"))
    return data


def _check_settings(data: Mapping[str, object], reader: _Reader) -> None:
    place = "cookiecutter.json"
    for key in ("template", "templates"):
        if key in data:
            what = f"{key!r} offers several templates"
            reader.refuse(place, what, "Give the folder of the one you want with --template")
    if data.get(EXTENSIONS) and not reader.trust:
        what = f"{EXTENSIONS} is code of others, which runs while rendering"
        reader.refuse(place, what, "Read it, then give --trust; or remove the key")
    jinja = data.get(JINJA, {})
    unknown = set(jinja) - JINJA_SETTINGS if isinstance(jinja, dict) else {show(jinja)}
    if unknown:
        what = f"{JINJA} has {', '.join(sorted(unknown))}, which is not supported"
        reader.refuse(place, what, f"Keep to {', '.join(sorted(JINJA_SETTINGS))}")
    for key, value in jinja.items() if isinstance(jinja, dict) else ():
        if not isinstance(value, str | bool):
            what = f"{JINJA}: {key}: {show(value)} is neither text nor true or false"
            reader.refuse(place, what, "Correct it")
    for key, kind, told in (
        (COPY, list, "a list"),
        (EXTENSIONS, list, "a list"),
        (EXTENDS, bool, "true or false"),
    ):
        if not isinstance(data.get(key, kind()), kind):
            reader.refuse(place, f"{key}: {show(data[key])} is not {told}", "Correct it")
    if data.get(NEWLINES, "\n") not in ("\n", "\r\n"):
        what = f"{NEWLINES}: {show(data[NEWLINES])} is no line end"
        reader.refuse(place, what, r'Write "\n" or "\r\n"')


def _project(data: Mapping[str, object], reader: _Reader) -> tuple[Source, ...]:
    """Return the files of the one folder whose name is an expression with ``cookiecutter``."""
    jinja = _table(data.get(JINJA))
    marks = (
        "cookiecutter",
        jinja.get("variable_start_string", "{{"),
        jinja.get("variable_end_string", "}}"),
    )
    found = [
        entry.name
        for entry in sorted(reader.folder.iterdir())
        if all(str(mark) in entry.name for mark in marks)
    ]
    if len(found) != 1:
        what = f"has {len(found)} folders with a name such as {{{{cookiecutter.name}}}}"
        reader.refuse("", what, "Put the files of the project into one such folder")
        return ()
    return reader.below(found[0])


def _texts(reader: _Reader) -> dict[str, str]:
    texts = {}
    for file in reader.below("templates"):
        try:
            texts[file.path] = file.content.decode()
        except UnicodeDecodeError:
            reader.refuse(f"templates/{file.path}", "is no UTF-8", "Correct the file")
    return texts


def _hooks(reader: _Reader) -> tuple[Source, ...]:
    found = []
    for file in reader.below("hooks"):
        name = Path(file.path).stem
        if file.path.endswith("~") or name not in (*HOOKS, "pre_prompt"):
            continue  # helpers and backups, which cookiecutter does not run either
        if name == "pre_prompt":
            what = "runs before questions that are not asked here"
            reader.refuse(f"hooks/{file.path}", what, "Remove it")
        elif not reader.trust:
            what = "is code of others"
            remedy = "Read it, then give --trust; or remove it"
            reader.refuse(f"hooks/{file.path}", what, remedy)
        else:
            found.append(file)
    return tuple(found)
