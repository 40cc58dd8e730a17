"""Where the answers of ``nxc-scaffold multi`` come from: flags and an answers file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.answers import answers, layers
from scaffold.answers.answers import Layer
from scaffold.answers.flags import FLAGS
from scaffold.answers.multianswers import ALONE, KEY, REMEDY, SHARED, of_composition
from scaffold.answers.parsers import Answers
from scaffold.base.errors import InputError, Problem, show
from scaffold.base.values import did_you_mean
from scaffold.catalogue.catalog import Catalog
from scaffold.composition.model import Composition

#: What a table of a composition cannot say: they are the flake's.
OF_THE_FLAKE = ("default_flavour", "extras", "pins")


@dataclass(frozen=True)
class Given:
    """What flags and a file say: layers of each composition's answers and of the shared ones."""

    members: Mapping[str, Sequence[Layer]]
    shared: Sequence[Layer]

    def raw(self) -> dict[str, Any]:
        """Return all of it as one set of answers."""
        members = {name: answers.merge(own) for name, own in self.members.items()}
        return {**answers.merge(self.shared), **({KEY: members} if members else {})}


def given(
    flags: Mapping[str, Any], pairs: Sequence[str], file: Layer | None, catalog: Catalog
) -> Given:
    """Sort what flags, ``NAME=STACK`` pairs and an answers file say, the strongest first.

    Raises:
        InputError: something is not of its form, or there is no such key, stack or composition.

    """
    told = file.answers if file else {}
    own, settings = _sorted_settings(flags.get("options", ()))
    shared = layers.from_flags({**flags, "options": settings}, catalog)
    if file:
        shared.append(Layer(file.source, {k: v for k, v in told.items() if k != KEY}))
    problems = [p for layer in shared for p in _unknown(layer)]
    problems += _pair_faults(pairs, catalog)
    if problems:
        raise InputError(*problems)
    tables = {**_table_of(told), **_pairs(pairs)}
    problems += (p for name, table in tables.items() for p in _not_its_own(name, table))
    members = layers_of(tables, catalog)
    for text, name, setting in own:
        if name not in members:
            remedy = did_you_mean(name, list(members))
            problems.append(Problem(f"--set {text}", f"there is no composition {name!r}", remedy))
            continue
        found = layers.from_flags({"options": [setting]}, catalog)[0].answers
        if "stack" in found:
            remedy = f"Give --composition {name}=STACK"
            problems.append(Problem(f"--set {text}", "comes too late for a stack", remedy))
        problems += _not_its_own(name, found)
        members[name] = [Layer(f"--set {text}", found), *members[name]]
    for name, every in members.items():
        try:
            layers.check_roles(every)
        except InputError as error:
            problems += (of_composition(p, name) for p in error.problems)
    if problems:
        raise InputError(*problems)
    return Given(members, shared)


def _sorted_settings(texts: Sequence[str]) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Tell ``compositions.NAME.KEY=VALUE`` (text, name, rest) from settings of the project."""
    own, rest = [], []
    for text in texts:
        head, _, below = text.partition(".")
        name, dot, setting = below.partition(".")
        if head == KEY and dot and "=" not in name:
            own.append((text, name, setting))
        else:
            rest.append(text)
    return own, rest


def _table_of(told: Answers) -> Mapping[str, Any]:
    found = told.get(KEY, {})
    if not isinstance(found, Mapping):
        raise InputError(Problem(KEY, "is not a table", "Write [compositions.NAME]"))
    return found


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    return {name: stack or name for name, _, stack in pairs}


def _pair_faults(texts: Sequence[str], catalog: Catalog) -> Iterator[Problem]:
    """Each composition is given once, and its stack, which may be its name, is there."""
    names = [text.partition("=")[0] for text in texts]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        what = f"the composition {show(name)} is given twice"
        yield Problem("--composition", what, "Give it once, or rename one of them")
    for text in texts:
        name, _, stack = text.partition("=")
        if (stack or name) not in catalog.stacks:
            what = f"there is no stack {show(stack or name)}"
            remedy = did_you_mean(stack or name, list(catalog.stacks))
            yield Problem(f"--composition {text}", what, remedy)


def _unknown(layer: Layer) -> Iterator[Problem]:
    known = ("name", "description", *SHARED)
    everywhere = [flag.key for flag in FLAGS]
    for key in layer.answers:
        where = f"{key} ({layer.source})"
        if key == KEY:
            what = "is one table per composition"
            yield Problem(where, what, f"Give --set {KEY}.NAME.KEY=VALUE")
        elif key in ALONE:
            yield Problem(where, ALONE[key], REMEDY)
        elif (key in everywhere and key not in known) or key in ("stack", "started_from"):
            remedy = f"Write it below [{KEY}.NAME]"
            yield Problem(where, "is an answer of one composition", remedy)
        elif key not in (*known, *answers.META):
            yield Problem(where, "there is no such key", did_you_mean(key, [*known, KEY]))


def _not_its_own(name: str, table: Any) -> Iterator[Problem]:
    """A composition in a flake with others has no template, pins or extras of its own."""
    if not isinstance(table, Mapping):
        return
    if table.get("name", name) != name:
        what = f"{show(table['name'])} is not {name}, the name of its table"
        yield Problem(f"{KEY}.{name}.name", what, "Rename one of the two")
    for key in (key for key in ALONE if key in table):
        yield Problem(f"{KEY}.{name}.{key}", ALONE[key], REMEDY)
    for key in (key for key in OF_THE_FLAKE if key in table):
        remedy = f"Write it above [{KEY}.{name}]"
        yield Problem(f"{KEY}.{name}.{key}", "is the same for all compositions", remedy)


def layers_of(sources: Mapping[str, Any], catalog: Catalog) -> dict[str, list[Layer]]:
    """Return the layers of each composition: a stack's name, or a table of answers.

    Raises:
        InputError: there is no such stack, or a table is none.

    """
    found: dict[str, list[Layer]] = {}
    for name, source in sources.items():
        if isinstance(source, str):
            found[name] = layers.stack_layers(source, catalog)
        elif isinstance(source, Mapping):
            stack = layers.stack_layers(source.get("stack"), catalog)
            found[name] = [Layer(f"{KEY}.{name}", source), *stack]
        else:
            what = "is neither a table nor the name of a stack"
            raise InputError(Problem(f"{KEY}.{name}", what, "Write a table of answers"))
    return found


def overruled(shared: Composition, found: Given, catalog: Catalog) -> Iterator[Problem]:
    """What a composition asks for itself, where the answer for all of them is another."""
    for name, every in found.members.items():
        own = answers.merge([layer for layer in every if not layer.source.startswith("stack ")])
        asked = {key: own[key] for key in ("release", "flavours") if own.get(key)}
        for key, wanted in answers.parse(asked, catalog).items():
            common = getattr(shared, key)
            if sorted(common) != sorted(wanted):
                what = f"{show(own[key])} is not what all compositions have, {show(common)}"
                remedy = "Leave it out, or give it for all of them"
                yield Problem(f"{KEY}.{name}.{key}", what, remedy)


def check(raw: Answers, catalog: Catalog, found: Given) -> None:
    """Validate the answers that are there, each on its own.

    Raises:
        InputError: with every problem.

    """
    tables = raw.get(KEY) or {}
    if not isinstance(tables, Mapping):
        raise InputError(Problem(KEY, f"{show(tables)} is not a table", f"Write [{KEY}.NAME]"))
    problems = [
        Problem(f"{KEY}.{name}", f"{show(own)} is not a table", "Give its file to --answers")
        for name, own in tables.items()
        if not isinstance(own, Mapping)
    ]
    if problems:
        raise InputError(*problems)
    shared = {key: raw[key] for key in ("name", "description", *SHARED) if key in raw}
    sets = [("", shared, found.shared)]
    sets += [(name, own, found.members.get(name, ())) for name, own in tables.items()]
    for name, own, every in sets:
        try:
            answers.parse(own, catalog, every)
        except InputError as error:
            problems += (of_composition(p, name) if name else p for p in error.problems)
    if problems:
        raise InputError(*problems)
