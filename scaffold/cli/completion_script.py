"""``nxc-scaffold completion``: print a shell's completion script, or put it where it is found."""

from __future__ import annotations

from pathlib import Path

import click

from scaffold.base.errors import ConflictError, Problem
from scaffold.base.folders import write_in_one_step
from scaffold.cli.index import VARIABLE
from scaffold.cli.shells import script, script_file

AFTER = {
    "bash": "it works in new shells, if the package bash-completion is installed",
    "fish": "it works at once",
    "zsh": "put this before compinit in ~/.zshrc:  fpath+=({folder})",
}


def run(shell: str, *, install: bool) -> None:
    """Print the script, or write it to the shell's folder and say what remains to be done."""
    text = script(shell)
    if not install:
        click.echo(text, nl=False)
        return
    file = script_file(shell)
    _write(file, text)
    click.echo(f"wrote {file}", err=True)
    click.echo(AFTER[shell].format(folder=file.parent), err=True)


def _write(file: Path, text: str) -> None:
    """Write the file in one step.

    Raises:
        ConflictError: there is a file that this command did not write.

    """
    if file.is_symlink() or (file.exists() and VARIABLE not in file.read_text(errors="replace")):
        what = "is there and was not written by nxc-scaffold"
        raise ConflictError(Problem(str(file), what, "Remove it, or print the script and keep it"))
    write_in_one_step(file, text.encode())
