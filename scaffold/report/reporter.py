"""What is reported of a composition, a plan or a check: the words, and the JSON documents.

``Reporter`` is the one interface; those that print are in modules of their own, since the library
that lays out tables is slow to load.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaffold.composition.hosts import host_names
from scaffold.composition.topology import ProjectTopology, Topology

if TYPE_CHECKING:
    from scaffold.checks import Result
    from scaffold.writer.plan import Plan


LABEL_WIDTH = 14


class Reporter:
    """Says nothing, for ``--quiet`` and ``--json``; console and plain speak.

    ``quiet`` tells whether there is any point in preparing what is told as it happens.
    """

    quiet = True

    def line(self, text: str = "", style: str = "") -> None:
        """Print one line as it is."""

    def summary(self, whole: ProjectTopology) -> None:
        """Print what will be generated: compositions with their roles, then what they share."""

    def plan(self, plan: Plan, *, shown_as: str) -> None:
        """Print a verb and a path for each file."""

    def secrets(self, paths: Sequence[str], *, shown_as: str) -> None:
        """Print the files with credentials that were made."""

    def command(self, argv: Sequence[str]) -> None:
        """Print the command line of a program that is about to run."""

    def field(self, name: str, text: str) -> None:
        """Print one named fact."""

    def check_started(self, name: str) -> None:
        """Show that a check runs, in a terminal only: the line is replaced by its result."""

    def check_line(self, line: str) -> None:
        """Show beside the running check what nix says meanwhile."""

    def check_done(self, result: Result) -> None:
        """Print one check: name, status, what was looked at; then each finding."""

    def check_broken_off(self) -> None:
        """Show no more that a check runs: it was not finished."""

    def next_steps(self, steps: Sequence[tuple[str, str]]) -> None:
        """Print the commands to go on with."""


def settings_text(rows: Sequence[tuple[str, str, str]], file: str, *, plain: bool) -> str:
    """Return settings (name, value, source) and the config file's path as text."""
    if plain:
        lines = [f"{name}: {value}, {source}" for name, value, source in rows]
        return "\n".join([*lines, f"config file: {file}"])
    width = max(len(value) for _, value, _ in rows) + 2
    lines = [
        f"  {name:<{LABEL_WIDTH - 2}}{value:<{width}}{source}".rstrip()
        for name, value, source in rows
    ]
    return "\n".join([*lines, "", f"  {'file':<{LABEL_WIDTH - 2}}{file}"])


def print_json(document: object) -> None:
    """Print a JSON document on stdout."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def project_document(whole: ProjectTopology) -> dict[str, object]:
    """Return a project for JSON output: its roles, or those of each of several compositions."""
    if not whole.project.several:
        return {"roles": _roles(whole.main)}
    return {"compositions": {one.composition.name: _roles(one) for one in whole.each}}


def _roles(topology: Topology) -> list[dict[str, object]]:
    return [
        {
            "name": role.name,
            "count": role.count,
            "hosts": list(host_names(role)),
            "parts": [p.id for p in topology.parts[role.name]],
        }
        for role in topology.composition.roles
    ]


def check_document(result: Result) -> dict[str, object]:
    """Return one check for JSON output."""
    return {
        "name": result.name,
        "status": result.status,
        "detail": result.detail,
        "command": result.command,
        "findings": [
            {"file": f.file, "line": f.line, "message": f.message, "remedy": f.remedy}
            for f in result.problems
        ],
    }
