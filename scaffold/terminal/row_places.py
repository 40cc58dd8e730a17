"""The ids of the rows of a project's screen, and the row that each problem is told at."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffold.answers.flags import COMPOSITIONS
from scaffold.base.errors import Problem, sentences
from scaffold.terminal.project_state import ProjectState

LABELS = {
    "stack": "stack",
    "flavours": "flavours",
    "default_flavour": "default",
    "release": "release",
    "pins": "pins",
    "packages_from": "packages",
    "extras": "extras",
    "kept": "kept files",
    "variants": "variants",
    "description": "description",
    "name": "name",
}
_ROLE = re.compile(r"roles\.([^. ]+)")


def row_id(kind: str, name: str = "", member: str = "") -> str:
    """Return the id of a row; ``kinds_of`` takes it apart."""
    return f"{member}/{kind}:{name}" if member else f"{kind}:{name}"


def kinds_of(row: str) -> tuple[str, str, str]:
    """Return kind, name and composition of a row's id."""
    member, slash, rest = row.rpartition("/") if "/" in row.partition(":")[0] else ("", "", row)
    kind, _, name = rest.partition(":")
    return kind, name, member if slash else ""


def placed(state: ProjectState, problems: Sequence[Problem]) -> dict[str, list[str]]:
    """Return what is wrong by the id of the row where it can be mended."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(place(state, problem), []).append(_told(problem, state))
    return found


def place(state: ProjectState, problem: Problem) -> str:
    """Return the id of the row that a problem belongs to."""
    where, member = problem.where, ""
    if where == COMPOSITIONS.key:
        return row_id("compositions")
    if where.startswith("compositions."):
        member, _, where = where.removeprefix("compositions.").partition(": ")
    if where.startswith("variants"):
        return row_id("variants")
    options = {option.id: option for option in state.options(member)} if _is(member, state) else {}
    key = where.removeprefix("options.")
    if where in options or key in options:
        return row_id("option", where if where in options else key, member)
    role = _ROLE.match(where)
    if role and role[1] in state.roles(member):
        return row_id("role", role[1], member)
    if where.startswith("packages_from"):
        return row_id("packages_from")
    if where.startswith("roles"):
        return _of_roles(state, problem, where, member)
    top = where.partition(".")[0].partition(" ")[0]
    if top in LABELS:
        return row_id(top)
    if top in state.catalog.services or top == "options":
        return row_id("options", "", member)
    if member:
        return row_id("member", member, member)
    return row_id("compositions" if state.several else "name")


def _is(member: str, state: ProjectState) -> bool:
    return member in state.members


def _of_roles(state: ProjectState, problem: Problem, where: str, member: str) -> str:
    """Return the row of the last role that a problem of all roles names, or that has the part."""
    part = where.partition("(")[2].rstrip(")")
    named = [
        role
        for role in state.roles(member)
        if f"{role} \u00d7" in problem.what or (part and part in state.running(role, member))
    ]
    return row_id("role", named[-1], member) if named else row_id("add", "", member)


def _told(problem: Problem, state: ProjectState) -> str:
    """Return what is wrong and what to press: on this screen nobody gives a flag."""
    remedy = problem.remedy
    if problem.where.partition(":")[0].startswith("roles (") and remedy.startswith("Add "):
        return sentences(problem.what, f"{remedy}: m does it")
    if "consent" in problem.what:
        return "needs your consent: press enter to read it"
    if problem.where == COMPOSITIONS.key:
        return sentences(problem.what, "Press enter here to add one; one alone is made by `new`")
    if problem.what == "is not answered":
        return "not answered yet: press enter"
    if "--" in remedy or "Choose another" in remedy:
        remedy = "Press enter to change it"
    return sentences(problem.what, remedy)
