"""What compositions say of themselves when they are called with stand-ins for nixpkgs.

``stub.nix`` does the calling: it needs nix, but no nixpkgs, no store and no network, and takes
milliseconds. A stand-in answers every name that the project's text has, so a missing package is
never a failure here; what fails is either a defect of the text or beyond what stand-ins can play.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from scaffold.base.errors import ExternalError
from scaffold.nixlang.quote import nix_string
from scaffold.survey.compose_call import FLAVOURS, ComposeCall
from scaffold.survey.found import Project
from scaffold.survey.nix_file import NixFile
from scaffold.system import nix
from scaffold.system.nix_errors import NixError
from scaffold.system.process import MissingProgramError

STUB = Path(__file__).with_name("stub.nix")
#: Seconds that one evaluation may take; a real composition takes a tenth of one.
LONGEST = 20.0
_MOST_FILES = 400  # beyond, only the files near the compositions give words
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
#: Failures that no stand-in can cause: the text itself is wrong.
_DEFECT = re.compile(
    r"undefined variable|called without required argument|called with unexpected argument"
    r"|syntax error|already defined|infinite recursion|getting status of|No such file or directory"
)
_STAND_IN = "nxc-scaffold-stand-in"


@dataclass(frozen=True)
class Place:
    """Where nix says that an attribute is set; line and column count from 1."""

    file: Path
    line: int
    column: int


@dataclass(frozen=True)
class Option:
    """An option that a role sets: path, kind of value (``bool``, ``list``, ``package`` …), value.

    ``value`` is that of a boolean, number or text; the items of a list, a package as
    ``{"package": name}``; None for the rest. ``place`` is None where nix does not know it.
    ``whole`` is the value with all that is in it, and None where that is not known: a function, or
    what a function of nixpkgs made. ``priority`` is that of ``mkOverride``: the lowest counts.
    """

    path: tuple[str, ...]
    kind: str
    value: object
    place: Place | None
    whole: object = None
    priority: int = 100

    @property
    def name(self) -> str:
        """The path with dots."""
        return ".".join(self.path)


def texts_of(option: Option) -> Iterator[str]:
    """Yield the texts of an option's value: itself, or the items of a list."""
    if isinstance(option.value, str):
        yield option.value
    elif isinstance(option.value, list):
        yield from (item for item in option.value if isinstance(item, str))


@dataclass(frozen=True)
class RoleOptions:
    """What a role sets; ``unknown`` names modules of which nothing is known (those of inputs).

    ``failure`` says why the role could not be called; its options are then not known.
    """

    options: tuple[Option, ...] = ()
    unknown: tuple[str, ...] = ()
    failure: str = ""

    def value(self, name: str) -> object:
        """Return what an option is set to, or None."""
        return next((o.value for o in self.options if o.name == name), None)

    def below(self, prefix: str) -> Iterator[Option]:
        """Yield the options below a path."""
        parts = tuple(prefix.split("."))
        yield from (o for o in self.options if o.path[: len(parts)] == parts)


@dataclass(frozen=True)
class View:
    """A composition as one flavour sees it; ``roles`` gives the kind of each (``lambda``, ``set``).

    ``distribution`` holds a number, a list of names, or the type of anything else as text.
    ``docker_published`` has the ports of each role that docker publishes, None for no texts.
    """

    name: str
    flavour: str
    keys: tuple[str, ...]
    roles: Mapping[str, str]
    distribution: Mapping[str, int | list[str] | str]
    test_script: str | None
    docker_ports: tuple[str, ...]
    is_function: bool
    places: Mapping[str, Place] = field(default_factory=dict)
    docker_published: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The host names that the library makes (actions.py; flavours/docker.py for a one)."""
        hosts: list[str] = []
        for role in self.roles:
            given = self.distribution.get(role)
            if isinstance(given, list):
                hosts += given
            elif not isinstance(given, int) or (given == 1 and self.flavour == "docker"):
                hosts.append(role)
            else:
                hosts += [f"{role}{index}" for index in range(1, given + 1)]
        return tuple(hosts)


@dataclass(frozen=True)
class Failure:
    """Why a composition could not be called; ``is_defect`` when its text must be wrong."""

    message: str
    is_defect: bool
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Called:
    """What came of calling the compositions of one ``lib.compose``: views by name and flavour."""

    call: ComposeCall | None
    views: Mapping[str, Mapping[str, View]] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, RoleOptions]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Source:
    """What is asked of one evaluation: a file, or an expression in the folder ``folder``."""

    name: str
    several: bool
    folder: Path
    file: Path | None = None
    text: str = ""


class Reader:
    """Calls the compositions of one project, each once; for ``flavours``, or all that it offers."""

    def __init__(self, project: Project, flavours: tuple[str, ...] | None = None) -> None:
        self.project = project
        self._flavours = flavours

    @cached_property
    def called(self) -> tuple[Called, ...]:
        """What every call of the project gives on its flavours.

        Raises:
            MissingProgramError: there is no nix.

        """
        pairs: list[tuple[ComposeCall | None, _Source]] = []
        for call in self.project.calls:
            pairs += [(call, source) for source in _sources(call)]
        if not self.project.calls:
            pairs += [
                (None, _Source(c.name, several=False, folder=c.file.parent, file=c.file))
                for c in self.project.compositions
                if c.file is not None
            ]
        return tuple(self._call(call, source) for call, source in pairs)

    @cached_property
    def deeply(self) -> tuple[Called, ...]:
        """The same with the options that each role sets, on the first flavour that is offered."""
        return tuple(self._with_options(done) for done in self.called)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The names that stand-ins answer to: every word of the project's Nix files."""
        files: Sequence[NixFile] = self.project.nix_files
        if len(files) > _MOST_FILES:
            near = {c.file.parent for c in self.project.compositions if c.file is not None}
            near |= {call.file.path.parent for call in self.project.calls}
            files = [f for f in files if any(f.path.is_relative_to(folder) for folder in near)]
        files = [*files, *self._outside()]
        return tuple(sorted({word for file in files for word in _WORD.findall(file.text)}))

    def _outside(self) -> list[NixFile]:
        """Return the files that the project's files name and that lie outside of it."""
        found: dict[Path, NixFile] = {}
        waiting = list(self.project.nix_files)
        while waiting and len(found) < 50:
            file = waiting.pop()
            if "../" not in file.text:
                continue
            for node in file.nodes:
                path = file.linked(node) if node.kind == "path" else None
                if path is None or path.suffix != ".nix":
                    continue
                path = path.resolve()
                other = None if path.is_relative_to(self.project.root) else path
                read = self.project.session.nix(other) if other and other not in found else None
                if other is not None and read is not None:
                    found[other] = read
                    waiting.append(read)
        return list(found.values())

    def _call(self, call: ComposeCall | None, source: _Source) -> Called:
        flavours = self._flavours or (call.flavours if call is not None else None) or FLAVOURS
        known = tuple(flavour for flavour in flavours if flavour in FLAVOURS) or FLAVOURS[:1]
        try:
            answer = self._ask(source, call, known)
        except (NixError, ExternalError, ValueError) as error:
            if isinstance(error, MissingProgramError):
                raise
            return Called(call, failures={source.name: _failure(error)})
        return Called(call, {name: _views(name, given) for name, given in answer.items()})

    def _with_options(self, done: Called) -> Called:
        found: dict[str, dict[str, RoleOptions]] = {}
        for source in _sources(done.call) if done.call is not None else self._plain():
            for name, views in done.views.items():
                if not source.several and name != source.name:
                    continue
                flavour, view = next(iter(views.items()))
                found[name] = self._options(source, done.call, name, flavour, view)
        return replace(done, options=found)

    def _plain(self) -> list[_Source]:
        return [
            _Source(c.name, several=False, folder=c.file.parent, file=c.file)
            for c in self.project.compositions
            if c.file is not None
        ]

    def _options(
        self, source: _Source, call: ComposeCall | None, name: str, flavour: str, view: View
    ) -> dict[str, RoleOptions]:
        """Call all roles in one process, and one by one when that fails."""
        try:
            answer = self._ask(source, call, (flavour,), deep=True)
            return _roles(answer[name][flavour])
        except MissingProgramError:
            raise
        except (NixError, ExternalError, ValueError, KeyError):
            pass
        found: dict[str, RoleOptions] = {}
        for role in view.roles:
            try:
                answer = self._ask(source, call, (flavour,), deep=True, role=role)
                found.update(_roles(answer[name][flavour]))
            except (NixError, ExternalError, ValueError, KeyError) as error:
                found[role] = RoleOptions(failure=_failure(error).message)
        return found

    def _ask(
        self,
        source: _Source,
        call: ComposeCall | None,
        flavours: Sequence[str],
        *,
        deep: bool = False,
        role: str | None = None,
    ) -> dict[str, dict[str, dict[str, object]]]:
        setup = call.path("setup") if call is not None else source.folder / "setup.toml"
        usable = setup is not None and any(
            s.path == setup and s.fault is None for s in self.project.setups
        )
        request: dict[str, object] = {
            "words": self.words,
            "setup": str(setup) if usable else None,
            "flavours": list(flavours),
            "deep": deep,
            "sources": [],
        }
        if role is not None:
            request["role"] = role
        inline = ""
        if source.file is not None:
            named = {"name": source.name, "several": source.several, "file": str(source.file)}
            request["sources"] = [named]
        else:
            several = "true" if source.several else "false"
            inline = (
                f"(s: {{ name = {nix_string(source.name)}; several = {several}; "
                f"value = with s.scope; ({source.text}\n); }})"
            )
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(request, file)
            file.flush()
            expression = (
                f"import {nix_string(str(STUB))} {{ request = builtins.readFile "
                f"{nix_string(file.name)}; inline = [ {inline} ]; }}"
            )
            answer = nix.eval_expression(
                expression, cwd=source.folder, timeout=LONGEST, project=self.project.root
            )
        if not isinstance(answer, list) or len(answer) != 1:
            raise ValueError("the stub gave no answer")
        found: dict[str, dict[str, dict[str, object]]] = answer[0]
        return found


def _sources(call: ComposeCall) -> list[_Source]:
    """Return what one call gives as its compositions."""
    folder = call.file.path.parent
    key = "compositions" if "compositions" in call.arguments else "composition"
    several = key == "compositions"
    value = call.value(key)
    if value is None:
        return []
    path = call.file.linked(value)
    if path is None and value.kind == "apply" and len(value.children) == 2:
        path = call.file.imported(value)
    if path is not None:
        return [_Source(call.single_name, several, folder, path)]
    return [_Source(call.single_name, several, folder, None, call.file.source(value))]


def _failure(error: Exception) -> Failure:
    if isinstance(error, NixError):
        given = error.failure
        told = given.is_defect and _STAND_IN not in given.message
        line = given.line if given.file is None or not Path(given.file).is_absolute() else None
        file = given.file if line is not None else None
        message = given.message.splitlines()[0] if given.message else "nix failed"
        return Failure(message, told and bool(_DEFECT.search(given.message)), file, line)
    return Failure(str(error).splitlines()[0], is_defect=False)


def _views(name: str, given: Mapping[str, Mapping[str, object]]) -> dict[str, View]:
    return {flavour: _view(name, flavour, told) for flavour, told in given.items()}


def _view(name: str, flavour: str, told: Mapping[str, object]) -> View:
    places = {
        **_places(told["places"]),
        **{f"roles.{n}": p for n, p in _places(told["role_places"]).items()},
        **{f"rolesDistribution.{n}": p for n, p in _places(told["distribution_places"]).items()},
    }
    script = told["testScript"]
    return View(
        name,
        flavour,
        tuple(map(str, _list(told["keys"]))),
        {str(role): str(kind) for role, kind in _dict(told["roles"]).items()},
        {str(r): _hosts(given) for r, given in _dict(told["distribution"]).items()},
        script if isinstance(script, str) else None,
        tuple(map(str, _list(told["dockerPorts"]))),
        told["is_function"] is True,
        places,
        {
            role: tuple(map(str, ports)) if isinstance(ports, list) else None
            for role, ports in _dict(told["dockerPublished"]).items()
        },
    )


def _hosts(given: object) -> int | list[str] | str:
    if isinstance(given, int):
        return given
    return [str(name) for name in given] if isinstance(given, list) else str(given)


def _places(told: object) -> dict[str, Place]:
    found = {str(name): _place(at) for name, at in _dict(told).items()}
    return {name: place for name, place in found.items() if place is not None}


def _place(at: object) -> Place | None:
    if not isinstance(at, dict) or not str(at.get("file", "")).startswith("/"):
        return None
    return Place(Path(str(at["file"])), int(at["line"]), int(at["column"]))


def _roles(told: Mapping[str, object]) -> dict[str, RoleOptions]:
    found: dict[str, RoleOptions] = {}
    for role, given in _dict(told["options"]).items():
        entry = _dict(given)
        options = tuple(
            Option(
                tuple(map(str, _list(o["p"]))),
                str(o["k"]),
                o["v"],
                _place(o["at"]),
                _known(o["w"]),
                o["o"] if isinstance(o["o"], int) else 100,
            )
            for o in map(_dict, _list(entry["leaves"]))
        )
        found[str(role)] = RoleOptions(options, tuple(map(str, _list(entry["unknown"]))))
    return found


def _known(value: object) -> object:
    """Return a whole value; None when a text in it is the path of what a function made."""
    return None if f"{_STAND_IN}/called-" in json.dumps(value) else value


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
