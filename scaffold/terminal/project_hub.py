"""The screen of a project: stack, roles, options, flavours, release, each with its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from scaffold.terminal import project_editors as editors
from scaffold.terminal.answers_screen import KEYS, AnswersScreen, Judged, Subject
from scaffold.terminal.growing import Answers
from scaffold.terminal.menu import Answer, Item, Key
from scaffold.terminal.project_editors import Editing
from scaffold.terminal.project_rows import kinds_of, missing_parts, row_id, rows
from scaffold.terminal.project_state import ProjectState
from scaffold.terminal.project_tables import packages_from, variants
from scaffold.terminal.screen import Screen

T = TypeVar("T")


class ProjectHub(AnswersScreen[T, ProjectState]):
    """Shows a project until it is to be written.

    ``restart`` asks for another start and returns its answers, or raises ``BackError``.
    """

    keys = (Key("a", "add a role"), *KEYS)

    def __init__(
        self,
        screen: Screen,
        state: ProjectState,
        subject: Subject[T],
        restart: Callable[[], Mapping[str, Any]],
        *,
        offline: bool,
    ) -> None:
        super().__init__(screen, state, subject)
        self._restart, self._offline = restart, offline

    def rows(self, judged: Judged[T]) -> tuple[Item, ...]:
        """Return the rows, with the problems that are told at each."""
        return rows(self._state, judged.filled, judged.problems)

    def effective(self) -> Answers:
        """Return the answers that count."""
        return self._state.effective()

    def first_row(self, items: Sequence[Item]) -> str:
        """Return the first role: what is above it is decided already."""
        return next((i.id for i in items if i.id.startswith("role:")), items[0].id)

    def complete(self, judged: Judged[T]) -> Judged[T]:
        """Ask for the name when nothing else is missing."""
        if judged.filled.get("name") or len(judged.problems) != 1:
            return judged
        editors.text(self._editing(judged, ""), "name")
        return self.judge()

    def _editing(self, judged: Judged[T], member: str) -> Editing:
        return Editing(self._screen, self._state, judged.filled, member)

    def press(self, answer: Answer, judged: Judged[T]) -> None:
        """Change the row that is pointed at, or its role."""
        kind, name, member = kinds_of(answer.id)
        editing = self._editing(judged, member)
        if answer.key == "enter":
            self._enter(editing, kind, name)
        elif answer.key == "a":
            self._cursor = row_id("role", editors.add_role(editing), member)
        elif kind == "role":
            self._on_role(answer.key, editing, name)

    def _on_role(self, key: str, editing: Editing, name: str) -> None:
        state, member = self._state, editing.member
        if key in "+-":
            state.add_to_count(name, 1 if key == "+" else -1, member)
        elif key == "d":
            self._cursor = row_id("role", state.duplicate_role(name, member), member)
        elif key == "x":
            others = list(state.roles(member))
            at = others.index(name)
            near = (others[at + 1 :] or others[:at][-1:] or [""])[0]
            self._cursor = row_id("role" if near else "add", near, member)
            state.delete_role(name, member)
            self._told = (f"{name} is gone; u brings it back.",)
        elif key == "m":
            found = editors.mend_missing(editing, missing_parts(state, member))
            self._cursor = row_id("role", found, member)
        elif key.isdecimal():
            editors.count(editing, name, key)

    def _enter(self, editing: Editing, kind: str, name: str) -> None:
        if kind == "role":
            new = editors.role(editing, name)
            self._cursor = row_id("role", new, editing.member)
        elif kind == "add":
            self._cursor = row_id("role", editors.add_role(editing), editing.member)
        elif kind == "stack":
            self._state.start_from(self._restart())
        elif kind == "option":
            options = {one.id: one for one in self._state.options(editing.member)}
            editors.option(editing, options[name])
        elif kind in ("name", "description"):
            editors.text(editing, kind)
        elif kind == "packages_from":
            packages_from(editing, offline=self._offline)
        else:
            EDITORS[kind](editing)


EDITORS: dict[str, Callable[[Editing], None]] = {
    "flavours": editors.flavours,
    "default_flavour": editors.default_flavour,
    "release": editors.release,
    "extras": editors.extras,
    "options": editors.options,
    "pins": editors.pins,
    "variants": variants,
}
