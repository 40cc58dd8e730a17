"""The screen of ``new`` and ``change`` in a terminal, drawn or spoken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scaffold.answers.collect import Collected, Draft
from scaffold.answers.layers import stack_layers
from scaffold.asking.interview import Start
from scaffold.asking.layers import Answers, merge
from scaffold.catalogue.catalog import Catalog
from scaffold.terminal import packages
from scaffold.terminal.answers_screen import Subject
from scaffold.terminal.project_hub import ProjectHub
from scaffold.terminal.project_state import ProjectState
from scaffold.terminal.screens import screen
from scaffold.terminal.starts import choose_start
from scaffold.writer.plan import Plan


class TerminalHub:
    """Asks what to start from, then shows the project until it is to be written.

    ``plan`` compares with the disk, ``folder`` is where the project goes if that is known.
    """

    def __init__(
        self,
        plan: Callable[[Collected], Plan],
        folder: Path | None,
        *,
        offline: bool,
    ) -> None:
        self._screen = screen()
        self._plan, self._folder, self._offline = plan, folder, offline

    def start(self, catalog: Catalog, last: Answers) -> Start:
        """Ask what to start from."""
        packages.refresh_in_background()
        return choose_start(self._screen, catalog, last)

    def settle(self, draft: Draft, catalog: Catalog) -> Collected:
        """Show the project until it is to be written."""
        state = ProjectState(draft.answers, catalog, draft.strong)

        def restart() -> Mapping[str, Any]:
            start = choose_start(self._screen, catalog, draft.last, draft.here, first=False)
            return merge(stack_layers(start.stack, catalog)) if start.stack else start.answers

        def changed(answers: dict[str, Any]) -> None:
            draft.answers = answers

        where = f"in {self._folder}" if self._folder else "in a new folder"
        where = "in this folder" if self._folder == Path() else where
        title = f"The project {where}: every answer, to change or to write"
        subject = Subject(title, draft.fill, draft.build, self._plan, changed)
        return ProjectHub(self._screen, state, subject, restart, offline=self._offline).run()
