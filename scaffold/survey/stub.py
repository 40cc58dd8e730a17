"""Calls the compositions of a project with stand-ins for nixpkgs.

``stub.nix`` does the calling: it needs nix, but no nixpkgs, no store and no network, and takes
milliseconds. A stand-in answers every name that the project's text has, so a missing package is
never a failure here; what fails is either a defect of the text or beyond what stand-ins can play.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from scaffold.base.errors import ExternalError
from scaffold.nixlang.quote import nix_string
from scaffold.survey.answer import STAND_IN, roles_of, views_of
from scaffold.survey.compose_call import FLAVOURS, ComposeCall
from scaffold.survey.found import Project
from scaffold.survey.nix_file import NixFile
from scaffold.survey.views import Called, Failure, RoleOptions, View
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
        return Called(call, {name: views_of(name, given) for name, given in answer.items()})

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
        """Call all roles in one process, those of one composition when that fails, then each."""
        for only in (None, name) if source.several else (None,):
            try:
                answer = self._ask(source, call, (flavour,), deep=True, only=only)
                return roles_of(answer[name][flavour])
            except MissingProgramError:
                raise
            except (NixError, ExternalError, ValueError, KeyError):
                continue
        found: dict[str, RoleOptions] = {}
        for role in view.roles:
            try:
                answer = self._ask(source, call, (flavour,), deep=True, only=name, role=role)
                found.update(roles_of(answer[name][flavour]))
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
        only: str | None = None,
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
        if only is not None:
            request["composition"] = only
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
        told = given.is_defect and STAND_IN not in given.message
        line = given.line if given.file is None or not Path(given.file).is_absolute() else None
        file = given.file if line is not None else None
        message = given.message.splitlines()[0] if given.message else "nix failed"
        return Failure(message, told and bool(_DEFECT.search(given.message)), file, line)
    return Failure(str(error).splitlines()[0], is_defect=False)
