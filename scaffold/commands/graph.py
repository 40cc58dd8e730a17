"""``nxc-scaffold graph``: the topology of a project, or of a stack, as a diagram."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from scaffold.answers import layers
from scaffold.answers.collect import recorded
from scaffold.answers.document import FILE_NAME
from scaffold.answers.project import complete
from scaffold.asking.layers import Layer, merge
from scaffold.base.errors import InputError, Problem, show
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.commands.catalogues import loaded
from scaffold.composition.topology import ProjectTopology, Topology
from scaffold.diagram.boxes import diagram
from scaffold.diagram.formats import FORMATS

SUFFIXES = {".md": "mermaid", ".mmd": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg"}


def run(
    directory: Path,
    *,
    stack: str | None,
    folders: Sequence[Path],
    form: str | None,
    output: Path | None,
    name: str | None = None,
) -> None:
    """Print the diagram, or write it to a file whose suffix tells the format.

    Raises:
        InputError: the folder holds no answers, they are not valid, or the file's suffix does not
            tell the format or tells another one.

    """
    catalog = load_catalog([*loaded().catalogues, *folders])
    topology = _named(_whole(directory, stack, catalog), name)
    text = FORMATS[_format(form, output)](diagram(topology))
    if output is None:
        click.echo(text, nl=False)
        return
    fenced = f"```mermaid\n{text}```\n" if output.suffix == ".md" else text
    output.write_text(fenced, encoding="utf-8")


def _format(form: str | None, output: Path | None) -> str:
    """Return the format that is asked for, by name or by the suffix of the file."""
    by_suffix = SUFFIXES.get(output.suffix) if output else None
    if output is not None and by_suffix is None and form is None:
        what = f"{show(output.name)} does not tell the format by its suffix"
        remedy = f"Use one of {', '.join(SUFFIXES)}, or give --format"
        raise InputError(Problem("--output", what, remedy))
    if output is not None and form is not None and by_suffix not in (None, form):
        remedy = f"Leave out --format, or use a suffix of {form}: "
        remedy += ", ".join(suffix for suffix, name in SUFFIXES.items() if name == form)
        raise InputError(Problem("--format", f"a file of {output.suffix} is {by_suffix}", remedy))
    return form or by_suffix or "mermaid"


def _whole(directory: Path, stack: str | None, catalog: Catalog) -> ProjectTopology:
    """Return what the answers of a project decide, or those of a stack.

    A drawing need not keep the rules.
    """
    if stack is not None:
        given = [Layer("--stack", {"name": stack}), *layers.stack_layers(stack, catalog)]
    elif found := recorded(directory):
        given = [found]
    else:
        remedy = "Name the folder of a generated composition, or a stack with --stack"
        raise InputError(Problem(str(directory), f"has no {FILE_NAME}", remedy))
    project = complete(merge(given), catalog, given, defaults=stack is not None)
    return ProjectTopology(project, catalog)


def _named(whole: ProjectTopology, name: str | None) -> Topology:
    """Return the composition of a name; a single one needs none."""
    found = {topology.composition.name: topology for topology in whole.each}
    if name is None and not whole.project.several:
        return whole.main
    if name not in found:
        what = f"there is no {show(name)}" if name else "there are several"
        remedy = f"Choose with --composition from {', '.join(found)}"
        raise InputError(Problem("compositions", what, remedy))
    return found[name]
