"""A look at the files before they are written: what happens to each, its text, its changes."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.terminal.menu import BACK, Item, Key, Menu
from scaffold.terminal.screen import Screen
from scaffold.writer.plan import Plan, unified_diff
from scaffold.writer.steps import Step


def show_plan(screen: Screen, plan: Plan) -> None:
    """Show the files with what happens to each, until the user goes back."""
    cursor = ""
    while True:
        items = tuple(
            Item(str(step.path), step.reason, f"{step.verb.value:<10} {step.path}")
            for step in plan.steps
        )
        keys = (Key("enter", "shows the text"), Key("d", "its changes"), Key("D", "all changes"))
        answer = screen.choose(Menu("What would be written", items, keys, cursor=cursor))
        if answer.key == BACK:
            return
        cursor = answer.id
        step = next((s for s in plan.steps if str(s.path) == cursor), None)
        if answer.key == "D":
            screen.read("All changes", list(coloured(_text(unified_diff(plan)))))
        elif step is not None and answer.key == "d":
            told = step.diff() or "Nothing changes."
            screen.read(f"Changes of {step.path}", list(coloured(told)))
        elif step is not None:
            screen.read(str(step.path), list(_whole(step)))


def _text(found: str | bytes) -> str:
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else found


def _whole(step: Step) -> Iterator[tuple[str, str]]:
    for line in step.file.content.decode("utf-8", "replace").splitlines():
        yield "", line.expandtabs(4)


def coloured(diff: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a unified diff with their styles."""
    styles = {"+": "class:added", "-": "class:removed", "@": "class:place"}
    for line in diff.splitlines():
        yield styles.get(line[:1], ""), line.expandtabs(4)
