"""Runs the command as users do: as a program of its own."""

import os
import subprocess
import sys
from pathlib import Path

import click

from scaffold.cli.main import cli


def nxc_scaffold(*arguments, cwd=None, **more):
    """Run the command without a terminal and return what it did."""
    program = [sys.executable, "-m", "scaffold", *map(str, arguments)]
    root = str(Path(__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": root, **more.pop("env", {})}
    return subprocess.run(
        program, cwd=cwd, capture_output=True, text=True, timeout=60, env=env, **more
    )


def command_of(name):
    """Return the parser of a command."""
    found = cli.get_command(click.Context(cli), name)
    assert found is not None, name
    return found
