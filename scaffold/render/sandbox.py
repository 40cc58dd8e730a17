"""Renders a template of the user's own, in an environment that reaches nothing but its names.

The rules are cookiecutter's: every path and text is rendered, binary files and what
``_copy_without_render`` names are copied, an empty file name leaves the file out. What would make
two runs differ (``now``, ``uuid4``, ``random_ascii_string``) is refused: the same answers give the
same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import PurePath, PurePosixPath
from types import ModuleType

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scaffold.base.errors import InputError, Problem, ScaffoldError, show
from scaffold.base.values import did_you_mean
from scaffold.nixlang import quote
from scaffold.render.host_filters import host_filters
from scaffold.render.user_template_files import NEWLINES, Source, UserTemplateFiles
from scaffold.writer.tree import File, Mode

SAFE_EXTENSIONS = (
    "cookiecutter.extensions.JsonifyExtension",
    "cookiecutter.extensions.SlugifyExtension",
)
NOT_REPRODUCIBLE = ("now", "random_ascii_string", "uuid4")
SHARED = ("name", "description", "author")  # variables that may be called like names of the tool


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, and no files: a path object could read and write."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Whether a template may use an attribute."""
        if isinstance(obj, PurePath | ModuleType | type):
            return False
        return super().is_safe_attribute(obj, attr, value)


class Sandbox:
    """Renders one template with one set of names."""

    def __init__(self, template: UserTemplateFiles, names: Mapping[str, object]) -> None:
        self.template = template
        try:
            self.environment = Environment(
                extensions=[*SAFE_EXTENSIONS, *template.extensions],
                undefined=StrictUndefined,
                loader=DictLoader({**_texts(template.files), **template.includes}),
                autoescape=False,
                **{"keep_trailing_newline": True, **template.jinja_settings},
            )
        except Exception as error:  # marks that are no text or the same twice, a bad extension
            raise InputError(self._problem("cookiecutter.json", error)) from error
        self.environment.filters.update({**quote.jinja_filters(), **host_filters()})
        self.names: dict[str, object] = {}
        self.names = self._with_variables(names)

    def files(self) -> Iterator[File]:
        """Yield the files of the template, rendered."""
        for source in self.template.files:
            file = self._file(source)
            if file is not None:
                yield file

    def text(self, text: str, place: str) -> str:
        """Render a text; ``place`` says in messages where it stands."""
        return self._guarded(
            place, lambda: self.environment.from_string(text).render(cookiecutter=self.names)
        )

    def _guarded(self, place: str, render: Callable[[], str]) -> str:
        try:
            return render()
        except ScaffoldError:
            raise
        except Exception as error:  # a template can fail like any program
            raise InputError(self._problem(place, error)) from error

    def _problem(self, place: str, error: Exception) -> Problem:
        line = f", line {lineno}" if (lineno := getattr(error, "lineno", None)) else ""
        what = f"cannot be rendered{line}: {error or type(error).__name__}"
        remedy = "Correct the template"
        if any(f"'{name}'" in str(error) for name in NOT_REPRODUCIBLE):
            remedy = "Leave it out: the same answers have to give the same bytes"
        return Problem(f"{self.template.where}: {place}", what, remedy)

    def _file(self, source: Source) -> File | None:
        path, copied = self._path(source.path)
        if path.rpartition("/")[2] == "":
            return None
        if "" in path.split("/")[1:]:
            where = f"{self.template.where}: {source.path}"
            what = f"the path {path!r} has a folder without a name"
            raise InputError(Problem(where, what, "Make only the name of a file empty"))
        content = source.content
        if not copied and (text := _text(source)) is not None:
            content = self._newlines(source, self._rendered(source, text)).encode()
        mode: Mode = 0o755 if source.executable else 0o644
        return File(PurePosixPath(path), content, mode)

    def _rendered(self, source: Source, text: str) -> str:
        return self.text(text, source.path)

    def _newlines(self, source: Source, text: str) -> str:
        r"""Jinja has made every line end ``\\n``; the file keeps the one of its first line."""
        ends = self.template.variables.get(NEWLINES)
        if ends is None:
            ends = "\r\n" if source.content.partition(b"\n")[0].endswith(b"\r") else "\n"
        return text.replace("\n", str(ends)) if ends != "\n" else text

    def _path(self, path: str) -> tuple[str, bool]:
        """Return the rendered path, and whether the content is only copied."""
        patterns = self.template.copied
        parts = path.split("/")
        for length in range(1, len(parts)):
            folder = "/".join(parts[:length])
            if any(fnmatch(folder, pattern) for pattern in patterns):
                return "/".join([self.text(folder, path), *parts[length:]]), True
        return self.text(path, path), any(fnmatch(path, pattern) for pattern in patterns)

    def _with_variables(self, names: Mapping[str, object]) -> dict[str, object]:
        """Return the names of the tool and the variables of the template, each rendered."""
        declared = self.template.variables
        problems = [*self._clashes(names), *self._unknown_values()]
        if problems:
            raise InputError(*problems)
        self.names = dict(names)
        for key, value in declared.items():
            if key not in SHARED:
                self.names[key] = self._value(key, value)
            elif key == "author" and not names.get("author"):
                self.names[key] = self._plain(value, f"cookiecutter.json: {key}")
        return self.names

    def _clashes(self, names: Mapping[str, object]) -> Iterator[Problem]:
        where = f"{self.template.where}: cookiecutter.json"
        for key in self.template.variables:
            if key in names and key not in SHARED:
                yield Problem(where, f"{key!r} is a name of nxc-scaffold", "Rename the variable")

    def _unknown_values(self) -> Iterator[Problem]:
        declared = [key for key in self.template.variables if not key.startswith("_")]
        for key in self.template.values:
            if key in SHARED or key not in declared:
                what = f"the template has no variable {show(key)} to set"
                settable = [key for key in declared if key not in SHARED]
                remedy = did_you_mean(key, settable) if settable else "Leave it out"
                yield Problem("--template-set", what, remedy)

    def _value(self, key: str, default: object) -> object:
        """Return a variable's value: the user's, or the default as cookiecutter renders it."""
        if key.startswith("_") and not key.startswith("__"):
            return default
        place = f"cookiecutter.json: {key}"
        given = self.template.values.get(key)
        if isinstance(default, list) and not key.startswith("_"):
            return self._choice(key, [self._plain(item, place) for item in default], given)
        if given is None:
            return self._plain(default, place)
        if isinstance(default, bool | dict):
            return self._typed(key, default, given)
        return given

    def _choice(self, key: str, choices: list[object], given: str | None) -> object:
        if given is None and choices:
            return choices[0]
        if given not in choices:
            what = f"{show(given)} is no choice of {key}"
            remedy = f"Choose from {', '.join(map(str, choices)) or 'another template'}"
            raise InputError(Problem("--template-set", what, remedy))
        return given

    def _typed(self, key: str, default: object, given: str) -> object:
        words = {"true": True, "yes": True, "false": False, "no": False}
        if isinstance(default, bool) and given.lower() in words:
            return words[given.lower()]
        what = f"{key} cannot be {show(given)}"
        remedy = "Give true or false" if isinstance(default, bool) else "Change it in the template"
        raise InputError(Problem("--template-set", what, remedy))

    def _plain(self, value: object, place: str) -> object:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict):
            return {self._plain(k, place): self._plain(v, place) for k, v in value.items()}
        if isinstance(value, list):
            return [self._plain(item, place) for item in value]
        return self.text(str(value), place)


def _text(source: Source) -> str | None:
    """Return a file's text, or None when it is binary."""
    if b"\0" in source.content:
        return None
    try:
        return source.content.decode()
    except UnicodeDecodeError:
        return None


def _texts(files: tuple[Source, ...]) -> dict[str, str]:
    return {file.path: text for file in files if (text := _text(file)) is not None}
