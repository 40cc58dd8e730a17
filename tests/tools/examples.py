"""Writes generated_examples/ anew: one folder per stack, exactly what the tool writes today.

Run by ``make examples``; ``tests/test_examples.py`` compares without writing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from scaffold.answers import layers
from scaffold.answers.project import complete
from scaffold.answers.questions import chosen_parts
from scaffold.asking.layers import Answers, Layer, merge
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.limits import parts_of
from scaffold.catalogue.reading import load_catalog
from scaffold.composition import rules
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from scaffold.writer.tree import Tree

EXAMPLES = Path(__file__).resolve().parents[2] / "generated_examples"
#: The stacks of the example of several compositions in one flake.
SEVERAL = ("oar", "slurm")


def example(stack: str, catalog: Catalog) -> Tree:
    """Return what ``nxc-scaffold new STACK --stack STACK --defaults`` writes, with all consents."""
    named = [Layer("the folder", {"name": stack}), *layers.stack_layers(stack, catalog)]
    named.insert(0, consents(merge(named), catalog))
    return rendered(named, catalog)


def rendered(given: list[Layer], catalog: Catalog) -> Tree:
    """Return the files of a project that keeps the rules."""
    project = complete(merge(given), catalog, given, defaults=True)
    whole = ProjectTopology(project, catalog)
    rules.check(whole)
    return render(whole)


def several(catalog: Catalog) -> Tree:
    """Return what ``nxc-scaffold multi multi --composition oar --composition slurm`` writes."""
    given = [Layer("the folder", {"name": "multi"}), *layers.composition_layers(SEVERAL, catalog)]
    return rendered(layers.with_stacks(given, catalog), catalog)


def with_variants(catalog: Catalog) -> Tree:
    """Return an OAR cluster whose counts, pins and packages differ between variants."""
    source = {
        "origin": "github:oar-team/oar3/09883186779a764bb2db429c93347e263ca32a86",
        "hash": "sha256-RJrdnLQhvfkqlS6oUqilT8tIWKbPsvgj6XJXKr4j6gk=",
    }
    variants = {
        "large": {"counts": {"node": 8}},
        "next": {"pins": {"kapack": "23.05"}},
        "dev": {"sources": {"kapack": {"oar": source}}},
    }
    given = Layer("flags", {"name": "oar-variants", "extras": ["setup"], "variants": variants})
    return rendered([given, *layers.stack_layers("oar-nfs", catalog)], catalog)


def examples(catalog: Catalog) -> dict[str, Tree]:
    """Return every example by the name of its folder."""
    return {
        **{stack: example(stack, catalog) for stack in catalog.stacks},
        "multi": several(catalog),
        "oar-variants": with_variants(catalog),
    }


def consents(raw: Answers, catalog: Catalog) -> Layer:
    """Agree to what the services of a stack ask for, as its user would have to."""
    services = {part.service for part in parts_of(chosen_parts(raw), catalog)}
    agreed = {
        name: {key: True for key, spec in catalog.services[name].options.items() if spec.consent}
        for name in sorted(services)
    }
    return Layer("consent", {"options": {name: keys for name, keys in agreed.items() if keys}})


def main() -> None:
    """Replace every example, and mark in the record of boots what has changed since."""
    from tests.tools import trials  # which are made of examples

    trials.write(trials.read(), load_catalog())
    catalog = load_catalog()
    for name, tree in examples(catalog).items():
        shutil.rmtree(EXAMPLES / name, ignore_errors=True)
        for file in tree.values():
            path = EXAMPLES / name / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)


if __name__ == "__main__":
    main()
