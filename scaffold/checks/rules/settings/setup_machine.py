"""What setup.toml takes from one machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.flake_ref import parse_flake_ref
from scaffold.survey.settings import SetupToml

_OVERRIDE = re.compile(r"--override-input\s+(\S+)\s+([^\s\"']+)")


def _lines(entry: SetupToml) -> Iterator[tuple[int, str]]:
    """Yield the lines of a setup.toml without its comments."""
    for number, line in enumerate(entry.text.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            yield number, re.sub(r"\s#[^\"']*$", "", line)


def _sides(line: str) -> str:
    """Return a line without a comment behind its value, strings kept."""
    found = re.match(r"""(?:[^#"']|"(?:[^"\\]|\\.)*"|'[^']*')*""", line)
    return found[0] if found else line


@rule(
    "NXC312",
    "setup-home",
    "setup.toml names a folder in somebody's home",
    severity=Severity.WARNING,
    why="The variant can be built on one machine only.",
    remedy="Name a source that others can fetch, or leave the line out of the commit",
    bad='[dev.build.nur.repos.kapack]\noar = { src = "/home/me/oar3" }',
    good="[dev.build.nur.repos.kapack.oar.src.fetchFromGitHub]\n…",
)
def setup_home(target: Target) -> Iterator[Hit]:
    """Look for paths below /home in lines that are no comment."""
    for entry in target.project.setups:
        for number, line in _lines(entry):
            found = re.search(r"/(?:home|Users)/[\w.-]+", _sides(line))
            if found and "--override-input" not in line:
                yield Hit(entry.path, number, f"{found[0]} is a folder of one machine")


@rule(
    "NXC313",
    "setup-override-input",
    "setup.toml replaces an input of the flake",
    severity=Severity.WARNING,
    why="With --override-input in nix-flags the variant is not built from what flake.lock says. "
    "With a folder of one machine, or a branch that is not named, two people who build the same "
    "commit get different hosts. A branch or commit that is named is not told.",
    remedy="Pin the input in flake.nix",
    bad='nix-flags = "--override-input kapack path:/home/me/nur-kapack"',
    good='kapack.url = "github:oar-team/nur-kapack/my-branch";',
)
def setup_override_input(target: Target) -> Iterator[Hit]:
    """Look for the flag in lines that are no comment."""
    for entry in target.project.setups:
        for number, line in _lines(entry):
            for found in _OVERRIDE.finditer(_sides(line)):
                reference = parse_flake_ref(found[2])
                if reference.is_local:
                    yield Hit(entry.path, number, f"it replaces {found[1]} by {found[2]}")
                elif not reference.has_pin:
                    message = f"it replaces {found[1]} by whatever {found[2]} is on the day"
                    yield Hit(entry.path, number, message, severity=Severity.NOTE)
