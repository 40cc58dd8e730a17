"""Scripts that the driver cannot run."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks import script_faults
from scaffold.checks.rule import Edit, Hit, Level, Severity, rule
from scaffold.checks.scripts import Script
from scaffold.checks.target import Target


@rule(
    "NXC501",
    "script-syntax",
    "a test script is no Python",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="The driver runs the script as Python, after all hosts are up.",
    remedy="Mend the syntax",
    bad='server.succeed("true"',
    good='server.succeed("true")',
)
def script_syntax(target: Target) -> Iterator[Hit]:
    """Compile every script."""
    for script in target.scripts:
        yield from script.hits(script_faults.syntax(script.text))


@rule(
    "NXC502",
    "blank-after-backslash",
    "a blank follows the backslash at the end of a line",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="The backslash then continues neither a line of Python nor a command of the shell: the "
    "rest of the command is run as one of its own.",
    remedy="Remove the blank",
    bad='server.succeed("a \\ \nb")',
    good='server.succeed("a \\\nb")',
    fixable=True,
)
def blank_after_backslash(target: Target) -> Iterator[Hit]:
    """Look at the ends of the lines."""
    for script in target.scripts:
        text = target.session.text(script.path) or ""
        for line, message, remedy in script_faults.trailing_blanks(script.text):
            number = script.line(line)
            edits = _trimmed(script, text, number)
            yield Hit(script.path, number, message, None, remedy, None, edits)


def _trimmed(script: Script, text: str, number: int) -> tuple[Edit, ...]:
    """Return the edit that removes the blanks at the end of a line that ends in a backslash."""
    lines = text.split("\n")
    line = lines[number - 1] if number <= len(lines) else ""
    kept = line.rstrip(" \t")
    if not kept.endswith("\\") or kept == line:
        return ()
    start = sum(len(other) + 1 for other in lines[: number - 1])
    return (Edit(script.path, start + len(kept), start + len(line), ""),)


@rule(
    "NXC503",
    "unknown-machine",
    "a test script names a machine that there is not",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="The script ends with a NameError there. A role with a count has hosts with numbers "
    "(node1, node2); one without has a single host of its own name.",
    remedy="Name a host",
    bad='frontend.succeed("true")  # the role is called server',
    good='server.succeed("true")',
)
def unknown_machine(target: Target) -> Iterator[Hit]:
    """Look for names that are neither defined, nor a host, nor the driver's."""
    for script in target.scripts:
        yield from script.hits(script_faults.unknown_names(script.text, script.hosts))


@rule(
    "NXC504",
    "unknown-method",
    "a test script calls what the driver does not have",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="Machines have the methods of nixos_compose/driver/machine.py, which are fewer than those "
    "of the tests of NixOS, and some take other arguments.",
    remedy="Call a method that there is, with its arguments",
    bad='server.wait_for_units("nginx.service")\nlog("done")',
    good='server.wait_for_unit("nginx.service")\nprint("done")',
    since="the driver of NixOS Compose 0.7.11",
)
def unknown_method(target: Target) -> Iterator[Hit]:
    """Compare the calls with the signatures of the driver."""
    for script in target.scripts:
        yield from script.hits(script_faults.calls(script.text, script.hosts))


@rule(
    "NXC511",
    "text-and-object",
    "a test script adds something to a text that is none",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="Python adds texts to texts only: the script ends there.",
    remedy="Write str(…) around it",
    bad='log.info("the environment: " + os.environ)',
    good='log.info("the environment: " + str(os.environ))',
)
def text_and_object(target: Target) -> Iterator[Hit]:
    """Look for sums of a text and a number, a list, a machine, or the environment."""
    for script in target.scripts:
        yield from script.hits(script_faults.sums(script.text, script.hosts))
