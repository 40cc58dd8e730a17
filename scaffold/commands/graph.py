"""``nxc-scaffold graph``: the topology of a project, or of a stack, as a diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from scaffold.answers import answers, layers, user_config
from scaffold.answers.answers import Layer
from scaffold.base.errors import InputError, Problem, show
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.composition.model import Composition
from scaffold.composition.topology import Topology
from scaffold.diagram.formats import FORMATS, diagram

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
        InputError: the folder holds no answers, or they are not valid.

    """
    catalog = load_catalog([*user_config.load().catalogues, *folders])
    composition = _composition(directory, stack, catalog, name)
    chosen = form or (SUFFIXES.get(output.suffix) if output else None) or "mermaid"
    text = FORMATS[chosen](diagram(Topology(composition, catalog)))
    if output is None:
        click.echo(text, nl=False)
        return
    fenced = f"```mermaid\n{text}```\n" if output.suffix == ".md" else text
    output.write_text(fenced, encoding="utf-8")


def _composition(
    directory: Path, stack: str | None, catalog: Catalog, name: str | None
) -> Composition:
    """Return what the answers of a project decide, or those of a stack."""
    if stack is not None:
        given = [Layer("--stack", {"name": stack}), *layers.stack_layers(stack, catalog)]
    else:
        file = directory / answers.FILE_NAME
        if not file.is_file():
            remedy = "Name the folder of a generated composition, or a stack with --stack"
            raise InputError(Problem(str(directory), f"has no {answers.FILE_NAME}", remedy))
        given = [_one_of_several(answers.load_file(file), name)]
    # a drawing need not keep the rules
    return answers.complete(answers.merge(given), catalog, given, defaults=stack is not None)


def _one_of_several(read: Layer, name: str | None) -> Layer:
    """Return the answers of the named composition when a project has several."""
    several = read.answers.get("compositions")
    if not isinstance(several, Mapping):
        return read
    if name not in several:
        what = f"there is no {show(name)}" if name else "there are several"
        remedy = f"Choose with --composition from {', '.join(map(str, several))}"
        raise InputError(Problem("compositions", what, remedy))
    shared = {key: value for key, value in read.answers.items() if key != "compositions"}
    return Layer(read.source, {**shared, **several[name], "name": name})
