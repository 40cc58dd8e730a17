"""The same as ``scaffold.report.reporter``, for screen readers: one sentence a line.

No table whose meaning is the position, no colour, nothing that is replaced on the screen; a name is
told before its value, and a list is read out.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaffold.answers import user_config
from scaffold.composition.notices import notices, today
from scaffold.composition.topology import ProjectTopology, Topology
from scaffold.composition.variants import differences
from scaffold.report.reporter import Reporter
from scaffold.writer.steps import Verb

if TYPE_CHECKING:
    from scaffold.checks import Result
    from scaffold.writer.plan import Plan


def reporter(*, quiet: bool, plain: bool) -> Reporter:
    """Return the reporter that the user wants."""
    if quiet:
        return Reporter()
    if plain:
        return PlainReporter()
    from scaffold.report.console import ConsoleReporter

    return ConsoleReporter()


def wanted(*, flag: bool) -> bool:
    """Whether the user wants sentences: by ``--plain``, or by the config."""
    return flag or user_config.load().plain


def listed(names: Sequence[str], nothing: str = "nothing") -> str:
    """Return names as they are read out: a, b and c."""
    if len(names) < 2:
        return "".join(names) or nothing
    return f"{', '.join(names[:-1])} and {names[-1]}"


def counted(number: int, thing: str) -> str:
    """Return a number of things."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


class PlainReporter(Reporter):
    """Prints sentences to stderr."""

    quiet = False

    def line(self, text: str = "", style: str = "") -> None:
        """Print one line as it is; empty ones and blanks around it only matter to the eye."""
        if text.strip():
            sys.stderr.write(f"{text.strip()}\n")

    def summary(self, whole: ProjectTopology) -> None:
        """Print what will be generated: compositions with their roles, then what they share."""
        for topology in whole.each:
            one = topology.composition
            if whole.project.several:
                stack = f", started from stack {one.started_from}" if one.started_from else ""
                self.line(f"composition {one.name}{stack}")
            elif one.started_from:
                self.line(f"started from stack {one.started_from}")
            self._roles(topology)
        self._shared(whole)

    def _roles(self, topology: Topology) -> None:
        for role in topology.composition.roles:
            parts = [part.id for part in topology.parts[role.name] if not part.hidden]
            hosts = counted(role.count, "host")
            self.line(f"role {role.name}, {hosts}, runs {listed(parts)}")

    def _shared(self, whole: ProjectTopology) -> None:
        project = whole.project
        for flavour in project.flavours:
            default = ", the default" if flavour == project.default_flavour else ""
            self.line(f"flavour {flavour}{default}")
        self.line(f"release {project.release}")
        for name in whole.inputs:
            self.line(f"input {name} at {whole.ref(name)}")
        for name, variant in project.variants.items():
            self.line(f"variant {name}: {listed(differences(variant))}")
        for source in whole.private:
            self.line(f"private source {source}")
        for text in notices(whole, today()):
            self.line(f"note: {text}")

    def plan(self, plan: Plan, *, shown_as: str) -> None:
        """Print a verb and a path for each file that is not identical, then how many of each."""
        for step in plan.steps:
            reason = f", {step.reason}" if step.reason else ""
            if step.verb is not Verb.IDENTICAL:
                self.line(f"{step.verb.value} {shown_as}/{step.path}{reason}")
        self.line(f"files: {listed([f'{n} {verb.value}' for verb, n in plan.counts.items()])}")

    def secrets(self, paths: Sequence[str], *, shown_as: str) -> None:
        """Print the files with credentials that were made."""
        for path in paths:
            self.line(f"create secret {shown_as}/{path}")

    def command(self, argv: Sequence[str]) -> None:
        """Print the command line of a program that is about to run."""
        self.line(f"running {shlex.join(argv)}")

    def field(self, name: str, text: str) -> None:
        """Print one named fact."""
        self.line(f"{name}: {text}")

    def check_started(self, name: str) -> None:
        """Print nothing: the result follows."""

    def check_line(self, line: str) -> None:
        """Print nothing of what nix says meanwhile."""

    def check_broken_off(self) -> None:
        """Print nothing: nothing was shown of the check while it ran."""

    def check_done(self, result: Result) -> None:
        """Print one check and each finding."""
        detail = f", {result.detail}" if result.detail else ""
        self.line(f"check {result.name}: {result.status}{detail}")
        for finding in result.problems:
            where = finding.file + (f" line {finding.line}" if finding.line else "")
            self.line(f"finding in {where}: {finding.message}")
            if finding.remedy:
                self.line(f"to mend it: {finding.remedy}")
        if result.status == "not checked" and result.command:
            self.line(f"to check it later: {result.command}")

    def next_steps(self, steps: Sequence[tuple[str, str]]) -> None:
        """Print the commands to go on with."""
        for command, why in steps:
            self.line(f"next, {why}: {command}")
