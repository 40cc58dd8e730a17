"""What keeps a project from being taken over, gathered so that all of it is told at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from scaffold.base.errors import Problem
from scaffold.migrate.adopt.names import NotUnderstoodError
from scaffold.survey.found import Project


@dataclass
class Problems:
    """What keeps a project from being taken over, all of it told at once."""

    project: Project
    found: list[Problem] = field(default_factory=list)

    def add(self, where: str, what: str, remedy: str) -> None:
        """Note one of them."""
        self.found.append(Problem(where, what, remedy))

    def add_text(self, error: NotUnderstoodError) -> None:
        """Note a text that cannot be taken apart."""
        place = f"{self.project.relative(error.file.path)}:{error.line}"
        self.add(place, error.what, "Write it as the templates of NixOS Compose do, or keep it")
