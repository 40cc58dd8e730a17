"""Scripts that prove nothing."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks import script_faults
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC505",
    "proves-nothing",
    "a test script proves nothing",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="The test passes whatever the hosts do: an empty script, `true`, a body without a step.",
    remedy="Add a step that can fail: wait for a unit or a port, compare what a command prints",
    bad='server.succeed("true")',
    good='server.wait_for_unit("nginx.service")',
)
def proves_nothing(target: Target) -> Iterator[Hit]:
    """Look for steps that can fail, empty bodies and commands that always succeed."""
    for script in target.scripts:
        yield from script.hits(script_faults.empty(script.text, script.hosts))


@rule(
    "NXC506",
    "no-test-script",
    "a composition has no test script",
    severity=Severity.NOTE,
    level=Level.STUB,
    why="`nxc driver -t` has nothing to run, and nobody sees when the composition stops working.",
    remedy='Add testScript = "…";',
)
def no_test_script(target: Target) -> Iterator[Hit]:
    """Look for the key."""
    for path, view in target.views():
        if "testScript" not in view.keys:
            yield Hit(path, None, "the composition has no testScript")
