"""The screen of a project: stack, roles, options, flavours, release, each with its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from scaffold.answers.editing import add_stack
from scaffold.terminal import member_editors as members
from scaffold.terminal import project_editors as editors
from scaffold.terminal import role_editors as roles
from scaffold.terminal.answers_screen import KEYS, AnswersScreen, Judged, Subject
from scaffold.terminal.growing import Answers
from scaffold.terminal.menu import Answer, Item, Key
from scaffold.terminal.option_editors import option
from scaffold.terminal.option_editors import options as options_of_parts
from scaffold.terminal.project_editors import Editing
from scaffold.terminal.project_rows import missing_parts, rows
from scaffold.terminal.project_state import ProjectState
from scaffold.terminal.project_tables import packages_from, variants
from scaffold.terminal.row_places import kinds_of, row_id
from scaffold.terminal.screen import Screen
from scaffold.terminal.starts import choose_stack

T = TypeVar("T")


class ProjectHub(AnswersScreen[T, ProjectState]):
    """Shows a project until it is to be written.

    ``restart`` asks for another start and returns its answers, or raises ``BackError``.
    """

    keys = (Key("a", "add a role"), Key("s", "add a stack"), *KEYS)

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
        elif answer.key == "a" and member not in self._state.members:
            self._told = ("Point at a composition: a role belongs to one.",)
        elif answer.key == "s" and member not in self._state.members:
            self._told = ("Point at a composition: a stack is added to one.",)
        elif answer.key == "s":
            self._add_stack(member)
        elif answer.key == "a":
            self._cursor = row_id("role", roles.add_role(editing), member)
        elif kind == "role":
            self._on_role(answer.key, editing, name)
        elif kind == "member" and answer.key == "d":
            new = members.duplicate(editing, name)
            self._cursor = row_id("member", new, new)
        elif kind == "member":
            self._state.delete_member(name)
            self._cursor = row_id("compositions")
            self._told = (f"{name} is gone; u brings it back.",)

    def _add_stack(self, member: str) -> None:
        """Add the roles of another stack; one of the same name gets the parts of both."""
        catalog = self._state.catalog
        name = choose_stack(self._screen, catalog)
        before = set(self._state.roles(member))
        self._state.replace(add_stack(self._state.raw, name, {}, catalog, member))
        new = [role for role in self._state.roles(member) if role not in before]
        self._told = (f"{name}: {len(new)} roles are new; u takes them back.",)
        self._cursor = row_id("role", new[0], member) if new else self._cursor

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
            found = roles.mend_missing(editing, missing_parts(state, member))
            self._cursor = row_id("role", found, member)
        elif key.isdecimal():
            roles.count(editing, name, key)

    def _enter(self, editing: Editing, kind: str, name: str) -> None:
        if kind == "role":
            new = roles.role(editing, name)
            self._cursor = row_id("role", new, editing.member)
        elif kind == "add":
            self._cursor = row_id("role", roles.add_role(editing), editing.member)
        elif kind == "compositions":
            new = members.add(editing, self._restart)
            self._cursor = row_id("member", new, new)
        elif kind == "member":
            new = members.edit(editing, name, self._restart)
            self._cursor = row_id("member", new, new)
        elif kind == "stack":
            self._state.start_from(self._restart())
        elif kind == "option":
            options = {one.id: one for one in self._state.options(editing.member)}
            option(editing, options[name])
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
    "kept": editors.kept,
    "options": options_of_parts,
    "pins": editors.pins,
    "variants": variants,
}
