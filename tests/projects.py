"""Helpers for tests of projects that were written before."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scaffold.answers import project as project_of
from scaffold.commands.past import keep_contents, planned
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from scaffold.writer.apply import apply
from scaffold.writer.ops import Ops
from scaffold.writer.plan import Plan, decide_all, restored
from scaffold.writer.record import HEAD
from scaffold.writer.steps import Decision
from scaffold.writer.tree import File, Tree
from tests.building import CATALOG


def forget_written(project: Path) -> None:
    """Remove the record of what was written, which versions before it did not keep."""
    state = project / ".nxc-scaffold.toml"
    before, head, _ = state.read_text().partition(HEAD)
    assert head
    state.write_text(before.rstrip() + "\n")


class Quick(Ops):
    """Brings nothing to the disk: no test outlives a power cut."""

    def fsync(self, handles):
        """Do nothing."""


@dataclass
class Lab:
    """A project in a folder, written by the functions that the commands use."""

    folder: Path
    raw: dict[str, Any]
    #: What another version of the templates makes of a file's text, by path.
    templates: dict[str, Callable[[str], str]] = field(default_factory=dict)

    def file(self, name: str) -> Path:
        """Return the path of a file in the project."""
        return self.folder / name

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that is in a file once."""
        text = self.file(name).read_text()
        assert text.count(old) == 1, (name, old, text)
        self.file(name).write_text(text.replace(old, new))

    def plan(self) -> Plan:
        """Return the plan that brings the answers to the disk."""
        complete = project_of.with_recommended(self.raw, CATALOG, all_of_them=True)
        tree = render(ProjectTopology(project_of.build(complete, CATALOG), CATALOG))
        changed = [self._of_templates(file) for file in tree.values()]
        return planned(Tree(changed), self.folder, CATALOG, to_be_applied=True)

    def _of_templates(self, file: File) -> File:
        change = self.templates.get(str(file.path))
        return replace(file, content=change(file.content.decode()).encode()) if change else file

    def write(self, decision: Decision | None = None) -> Plan:
        """Bring the answers to the disk; a conflict that nobody decides on is refused."""
        plan = self.plan()
        if decision is Decision.OVERWRITE:
            plan = restored(plan)
        if decision:
            plan = decide_all(plan, decision)
        apply(plan, ops=Quick())
        if self.file(".git").exists():
            keep_contents(plan)
        return plan

    def git(self, *words: str) -> None:
        """Run git in the project."""
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

    def files(self) -> dict[str, bytes]:
        """Return every file but those of git."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and ".git" not in path.relative_to(self.folder).parts
        }


def lab_of(folder: Path, stack: str = "nfs") -> Lab:
    """Return a project that was made from a stack and written once."""
    raw = {"name": "lab", **copy.deepcopy(CATALOG.stacks[stack].answers), "started_from": stack}
    lab = Lab(folder, raw)
    lab.write()
    return lab
