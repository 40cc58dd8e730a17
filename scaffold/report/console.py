"""Prints for people, on stderr: aligned, in colour where the terminal has it.

Text that comes from the user is never read as markup.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scaffold.base.errors import printable
from scaffold.composition.notices import notices, today
from scaffold.composition.topology import ProjectTopology, Topology
from scaffold.composition.variants import differences
from scaffold.report.reporter import LABEL_WIDTH, Reporter
from scaffold.writer.steps import Verb

if TYPE_CHECKING:
    from rich.status import Status

    from scaffold.checks import Result
    from scaffold.writer.plan import Plan

VERB_STYLES = {
    "create": "green",
    "append": "green",
    "edit": "green",
    "update": "green",
    "merge": "green",
    "delete": "yellow",
    "overwrite": "yellow",
    "identical": "dim",
    "keep": "yellow",
    "conflict": "red",
}
STATUS_STYLES = {"ok": "green", "failed": "bold red", "not checked": "yellow"}


LONG = 10  # seconds from which on it is told how long a check took


class _Console(Console):
    """A console that knows whether the last line that it printed was empty."""

    ends_empty = False

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as the library does."""
        super().print(*objects, **options)
        self.ends_empty = False

    def on_broken_pipe(self) -> None:
        """Leave it to the command line: by itself rich ends the program with exit code 1."""
        raise BrokenPipeError


class _Running:
    """The line of a check that runs: its name, for how long, and what nix says meanwhile.

    It never takes a second row, which would be left behind when the line is replaced.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._started = monotonic()
        self.said = ""

    def __rich__(self) -> Text:
        """Return the line as it is now; the console asks several times a second."""
        seconds = int(monotonic() - self._started)
        since = f" {seconds} s" if seconds else ""
        text = f"{self._name}{since} … {self.said}"
        return Text(printable(text), no_wrap=True, overflow="ellipsis")


class ConsoleReporter(Reporter):
    """Prints to stderr."""

    quiet = False

    def __init__(self) -> None:
        self.console = _Console(stderr=True, highlight=False, soft_wrap=False)
        self._status: Status | None = None
        self._running = _Running("")

    def line(self, text: str = "", style: str = "") -> None:
        """Print one line as it is; of empty ones that follow each other only the first."""
        if text or not self.console.ends_empty:
            self.console.print(Text(text, style=style))
            self.console.ends_empty = not text

    def _words(self, text: str, *, style: str = "", indent: int = 6) -> None:
        """Print a sentence; in a terminal no word of it is broken, elsewhere it stays one line."""
        margin = " " * indent
        lines = [margin + text]
        if self.console.is_terminal:
            lines = textwrap.wrap(
                text,
                self.console.width,
                initial_indent=margin,
                subsequent_indent=margin,
                break_long_words=False,
                break_on_hyphens=False,
            )
        for line in lines:
            self.console.print(Text(line, style=style), soft_wrap=True)

    def summary(self, whole: ProjectTopology) -> None:
        """Print what will be generated: compositions with their roles, then what they share."""
        grid = _grid(LABEL_WIDTH)
        for topology in whole.each:
            one = topology.composition
            if whole.project.several:
                text = Text(f"{one.name:<12}", style="bold")
                text.append(f" stack {one.started_from}" if one.started_from else "", "default")
                grid.add_row(_label("composition"), text)
            elif one.started_from:
                grid.add_row(_label("start from"), Text(f"stack {one.started_from}"))
            _add_roles(grid, topology)
        _add_shared(grid, whole)
        self._rows(grid)

    def plan(self, plan: Plan, *, shown_as: str) -> None:
        """Print a verb and a path for each file that is not identical, then how many of each."""
        self.line()
        for step in plan.steps:
            if step.verb is Verb.IDENTICAL:
                continue
            verb = step.verb.value
            text = Text(f"  {verb:<{LABEL_WIDTH - 2}}", style=VERB_STYLES[verb])
            text.append(f"{shown_as}/{step.path}", style="default")
            if step.reason:
                text.append(f"   {step.reason}", style="dim")
            self.console.print(text, soft_wrap=True)
        counts = "  ".join(f"{number} {verb.value}" for verb, number in plan.counts.items())
        self.field("files", f"{counts or 'none'}")
        self.line()

    def secrets(self, paths: Sequence[str], *, shown_as: str) -> None:
        """Print the files with credentials that were made."""
        for path in paths:
            self.line(f"  {'secret':<{LABEL_WIDTH - 2}}{shown_as}/{path}")

    def command(self, argv: Sequence[str]) -> None:
        """Print the command line of a program that is about to run."""
        self.console.print(Text(f"  $ {shlex.join(argv)}", style="dim"), soft_wrap=True)

    def field(self, name: str, text: str) -> None:
        """Print one named fact."""
        grid = _grid(LABEL_WIDTH)
        grid.add_row(_label(name), Text(text))
        self._rows(grid)

    def check_started(self, name: str) -> None:
        """Show that a check runs, in a terminal only: the line is replaced by its result."""
        if self.console.is_dumb_terminal:  # it cannot replace a line
            return
        self._running = _Running(name)
        self._status = self.console.status(self._running)
        self._status.start()

    def check_line(self, line: str) -> None:
        """Show beside the running check what nix says meanwhile."""
        self._running.said = line.strip() or self._running.said

    def check_broken_off(self) -> None:
        """Wipe the line of the check that ran."""
        if self._status is not None:
            self._status.stop()

    def check_done(self, result: Result) -> None:
        """Print one check: name, status, what was looked at; then each finding."""
        self.check_broken_off()
        grid = _grid(LABEL_WIDTH, 12)
        status = Text(result.status, style=STATUS_STYLES[result.status])
        took = f" ({result.seconds:.0f} s)" if result.seconds >= LONG else ""
        grid.add_row(_label(result.name), status, Text(result.detail + took))
        self._rows(grid)
        for finding in result.problems:
            where = finding.file + (f":{finding.line}" if finding.line else "")
            self._words(f"{where}: {finding.message}")
            if finding.remedy:
                self._words(finding.remedy, style="dim")
        if result.status == "not checked" and result.command:
            self.console.print(Text(f"      later: {result.command}", style="dim"), soft_wrap=True)

    def next_steps(self, steps: Sequence[tuple[str, str]]) -> None:
        """Print the commands to go on with, each on a line to copy."""
        if steps:
            self.line()
        for index, (command, why) in enumerate(steps):
            self._next_step("next" if index == 0 else "", command, why)

    def _next_step(self, label: str, command: str, why: str) -> None:
        """Print a command in one piece, and what it is for beside it, or below where it is long."""
        room = self.console.width - LABEL_WIDTH
        start = _label(label)
        start.append(" " * (LABEL_WIDTH - len(start)))
        fits = f"{command:<31} " if len(command) < 32 else f"{command}   "
        if not self.console.is_terminal or len(fits) + len(why) <= room:
            start.append(fits).append(why, style="dim")
            self.console.print(start, soft_wrap=True)
            return
        if len(command) <= room:
            self.console.print(start.append(command), soft_wrap=True)
        else:
            self.console.print(_label(label))
            self.console.print(Text(f"    {command}"), soft_wrap=True)
        self._words(why, style="dim", indent=LABEL_WIDTH + 2)

    def _rows(self, grid: Table) -> None:
        """Print rows without the blanks with which the library fills them up."""
        with self.console.capture() as captured:
            self.console.print(grid)
        lines = [line.rstrip() for line in captured.get().splitlines()]
        self.console.file.write("".join(f"{line}\n" for line in lines))


def _grid(*widths: int) -> Table:
    grid = Table.grid(padding=(0, 0))
    for width in widths:
        grid.add_column(width=width, no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _label(text: str) -> Text:
    return Text(f"  {text}", style="cyan")


def _add_roles(grid: Table, topology: Topology) -> None:
    for index, role in enumerate(topology.composition.roles):
        parts = " ".join(p.id for p in topology.parts[role.name] if not p.hidden) or "(nothing)"
        text = Text(f"{role.name:<12} ×{role.count:<4} {parts}")
        grid.add_row(_label("roles" if index == 0 else ""), text)


def _add_shared(grid: Table, whole: ProjectTopology) -> None:
    project = whole.project
    others = [f for f in project.flavours if f != project.default_flavour]
    flavours = "  ".join([f"{project.default_flavour} (default)", *others])
    grid.add_row(_label("flavours"), Text(flavours))
    pins = " · ".join(f"{name} {whole.ref(name)}" for name in whole.inputs)
    grid.add_row(_label("release"), Text(f"{project.release}   {pins}"))
    for index, (name, variant) in enumerate(project.variants.items()):
        text = Text(f"{name:<12} {' · '.join(differences(variant)) or '(nothing yet)'}")
        grid.add_row(_label("variants" if index == 0 else ""), text)
    for index, source in enumerate(whole.private):
        grid.add_row(_label("private" if index == 0 else ""), Text(source, style="yellow"))
    for index, notice in enumerate(notices(whole, today())):
        grid.add_row(_label("note" if index == 0 else ""), Text(notice, style="yellow"))
