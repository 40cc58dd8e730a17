"""Generated scripts wait for states: no number of tries or seconds decides what they find.

On a slow machine the hosts of a composition come up an hour later, and the same test has to pass.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "generated_examples"
SCRIPTS = sorted(EXAMPLES.rglob("test_script.py"))
MODULES = sorted(EXAMPLES.rglob("*.nix"))
#: systemd gives up a unit that was started five times within ten seconds.
BURST = 5
BURST_SECONDS = 10
#: Loops of shells that end after a number of rounds, and programs that are ended.
COUNTED = re.compile(
    r"\$\(seq\b|`seq\b|\{1\.\.\d+\}|for \(\(|--retry\b|--max-time\b|--tries\b|\btimeout \d"
)


def problems(script: str) -> list[str]:
    """Return what in a test script waits for seconds, or tries a fixed number of times."""
    found: list[str] = []
    for node in ast.walk(ast.parse(script)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            limited = {key.arg for key in node.keywords} & {"timeout", "nb_retries", "retries"}
            found += [f"{name} with {argument}" for argument in sorted(limited, key=str)]
            found += [name] if name in ("sleep", "retry") else []
        if isinstance(node, (ast.For, ast.comprehension)):
            source = node.iter
            if isinstance(source, ast.Call) and ast.unparse(source.func) == "range":
                found.append("a loop over a range")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += COUNTED.findall(node.value)
    return found


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_a_test_script_waits_for_states(path: Path) -> None:
    assert problems(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_no_unit_gives_up_after_a_number_of_tries(path: Path) -> None:
    assert COUNTED.findall(path.read_text(encoding="utf-8")) == []


def given_up(module: str) -> list[str]:
    """Return the `Restart` settings of a module's units that systemd would give up soon."""
    found = []
    for setting in re.finditer(
        r'\bRestart = "(?:always|on-failure)";(?:\s*RestartSec = (\d+);)?', module
    ):
        often = int(setting[1] or 0) * BURST < BURST_SECONDS
        if often and "startLimitIntervalSec = 0;" not in module:
            found.append(setting[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_no_daemon_is_given_up_whose_peer_comes_later(path: Path) -> None:
    assert given_up(path.read_text(encoding="utf-8")) == []


def test_a_daemon_that_systemd_would_give_up_is_found() -> None:
    assert given_up('serviceConfig.Restart = "on-failure";') == ['Restart = "on-failure";']
    assert given_up('Restart = "always"; RestartSec = 1;') == [
        'Restart = "always"; RestartSec = 1;'
    ]
    assert given_up('Restart = "always"; RestartSec = 2;') == []
    assert given_up('startLimitIntervalSec = 0; serviceConfig.Restart = "always";') == []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("import time\ntime.sleep(3)", ["sleep"]),
        ("server.wait_until_succeeds('true', timeout=30)", ["wait_until_succeeds with timeout"]),
        ("for _ in range(5):\n    server.succeed('true')", ["a loop over a range"]),
        ("server.succeed('for i in $(seq 5); do true; done')", ["$(seq"]),
        ("server.succeed('timeout 60 true')", ["timeout 6"]),
        ("server.wait_until_succeeds('true')", []),
    ],
)
def test_what_waits_for_seconds_is_found(script: str, found: list[str]) -> None:
    assert problems(script) == found
