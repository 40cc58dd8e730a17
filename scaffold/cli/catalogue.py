"""The commands that show the catalogue."""

from __future__ import annotations

from pathlib import Path

import click

from scaffold.cli import completion
from scaffold.cli.flags import catalogue_flag, plain_flag
from scaffold.cli.grouped_flags import Command


@click.command(name="list", cls=Command)
@click.argument(
    "what",
    required=False,
    default="stacks",
    type=click.Choice(
        ["stacks", "services", "parts", "flavours", "releases", "extras", "builders", "rules"]
    ),
    metavar="[KIND]",
)
@catalogue_flag
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plain_flag
def list_(*, what: str, catalogues: tuple[Path, ...], as_json: bool, plain: bool) -> None:
    """List what a composition can be made of, the builders of packages or the rules of `check`.

    KIND is stacks (unless told otherwise), services, parts, flavours, releases, extras, builders or
    rules.
    """
    from scaffold.commands import list_ as command

    command.run(what, folders=catalogues, as_json=as_json, plain=plain)


@click.command(cls=Command)
@click.argument("name", shell_complete=completion.entries)
@catalogue_flag
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list of pages.")
@plain_flag
def describe(*, name: str, catalogues: tuple[Path, ...], as_json: bool, plain: bool) -> None:
    """Show all there is to know about NAME: a stack, service, part, flavour, release or rule."""
    from scaffold.commands import describe as command

    command.run(name, folders=catalogues, as_json=as_json, plain=plain)


@click.command(cls=Command)
@click.argument(
    "directory",
    required=False,
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="[DIR]",
)
@click.option("--stack", metavar="STACK", help="Draw a stack and not a folder.")
@click.option("--composition", "name", metavar="NAME", help="Which one, when DIR has several.")
@catalogue_flag
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "svg"]),
    help="Mermaid unless the file's suffix says otherwise.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to a file: .md, .mmd, .dot, .gv or .svg.",
)
def graph(
    *,
    directory: Path,
    stack: str | None,
    name: str | None,
    catalogues: tuple[Path, ...],
    form: str | None,
    output: Path | None,
) -> None:
    """Draw the topology of the composition in DIR, as its answers say.

    Boxes are roles with their counts and parts; arrows lead to what a role talks to.
    """
    from scaffold.commands import graph as command

    command.run(directory, stack=stack, folders=catalogues, form=form, output=output, name=name)


COMMANDS = (list_, describe, graph)
