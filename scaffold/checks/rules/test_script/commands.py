"""The shell commands that scripts give to the hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.pipes import hidden_failures
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.script_calls import calls, commands
from scaffold.checks.target import Target
from scaffold.system import process


@rule(
    "NXC509",
    "command-syntax",
    "a command of a test script has a syntax error",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="Python does not read the command; the shell of the host refuses it when the test runs.",
    remedy="Mend the syntax of the command",
    bad='server.succeed("for i in a b; do echo $i; done\'")',
    good='server.succeed("for i in a b; do echo $i; done")',
)
def command_syntax(target: Target) -> Iterator[Hit]:
    """Let bash read the commands that are spelt out, all at once where none is wrong."""
    for script in target.scripts:
        given = list(commands(script))
        everything = "\n".join(f"(\n{text}\n)" for _, text in given)
        if not given or _fault(everything) is None:
            continue
        for line, text in given:
            fault = _fault(text)
            if fault is not None:
                yield Hit(script.path, script.line(line), f"bash says of the command: {fault}")


def _fault(text: str) -> str | None:
    """Return what bash says is wrong with a text, None when it can be read."""
    done = process.run(["bash", "-n"], input=text, timeout=10)
    if not done.returncode:
        return None
    told = re.search(r"line \d+: (.*)", done.stderr)
    return told[1] if told is not None else "it cannot be read"


@rule(
    "NXC510",
    "pipe-hides-failure",
    "a pipe hides that its first command failed",
    severity=Severity.NOTE,
    level=Level.STUB,
    why="The driver runs commands without pipefail: only the status of the last one counts. Where "
    "that is to fail, a first command that cannot run at all passes the test.",
    remedy="Begin the command with set -o pipefail;",
    bad='server.succeed("slurm-status | grep -v down")',
    good='server.succeed("set -o pipefail; slurm-status | grep -v down")',
)
def pipe_hides_failure(target: Target) -> Iterator[Hit]:
    """Look at the commands whose status is looked at."""
    for script in target.scripts:
        told = set()
        for method, call in calls(script):
            for line, command in hidden_failures(call) if method != "execute" else ():
                place = script.line(line)
                if place not in told:
                    told.add(place)
                    short = command.strip().splitlines()[0][:50]
                    yield Hit(script.path, place, f"{short}: only its last command counts")
