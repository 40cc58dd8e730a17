"""Turns command-line flags into layers of raw answers, the strongest first.

Each flag becomes a layer of its own, so that a problem can name the flag that caused it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from scaffold.answers.flags import FLAGS
from scaffold.answers.parsers import known_inputs
from scaffold.answers.shared import joined, of_one_and_shared
from scaffold.asking.layers import Layer, merge, nested
from scaffold.base.errors import InputError, Problem, show
from scaffold.base.pairs import pairs
from scaffold.base.values import did_you_mean
from scaffold.catalogue.catalog import Catalog


def from_flags(given: Mapping[str, object], catalog: Catalog) -> list[Layer]:
    """Return the layers of the question flags; ``given`` has their values by answers key.

    Raises:
        InputError: a flag is not of its form (``--role``, ``--set``, ``--pin``), or names a role
            twice.

    """
    problems: list[Problem] = []
    layers = [
        Layer(flag.flag, {flag.key: given[flag.key]})
        for flag in FLAGS
        if not flag.repeatable and given.get(flag.key) is not None
    ]
    layers += _list_layers(given)
    # Of two values for one key the later counts, as everywhere on command lines.
    pins = list(_pins(_texts(given, "pins"), problems))
    settings = list(_settings(_texts(given, "options"), catalog, problems))
    roles = list(_roles(_texts(given, "roles"), problems))
    packages = list(_packages(_texts(given, "packages_from"), problems))
    variants = list(_variants(_texts(given, "variants"), catalog, problems))
    found = (pins, packages, variants, settings, roles)
    layers += [layer for group in found for layer in reversed(group)]
    if problems:
        raise InputError(*problems)
    return layers


def _texts(given: Mapping[str, object], key: str) -> list[str]:
    """Return the texts of a flag that can be given several times."""
    found = given.get(key)
    return [str(text) for text in found] if isinstance(found, Iterable) else []


def _list_layers(given: Mapping[str, object]) -> Iterable[Layer]:
    for key, flag in (("flavours", "--flavour"), ("extras", "--extra"), ("kept", "--kept")):
        items = [item for text in _texts(given, key) for item in text.split(",") if item]
        if items:
            yield Layer(flag, {key: [] if key != "flavours" and items == ["none"] else items})


def _pins(texts: Sequence[str], problems: list[Problem]) -> Iterable[Layer]:
    for pair in pairs(texts, "--pin", "INPUT=REF", "nixpkgs=nixos-25.05", problems):
        yield Layer(f"--pin {pair.text}", nested(("pins", pair.name), pair.value))


def _packages(texts: Sequence[str], problems: list[Problem]) -> Iterable[Layer]:
    """``--package-from NAME=DIR|URL``; the source is looked at later."""
    flag, example = "--package-from", "hexyl=https://github.com/sharkdp/hexyl"
    for pair in pairs(texts, flag, "NAME=SOURCE", example, problems):
        source = {"from": pair.value}
        yield Layer(f"{flag} {pair.text}", nested(("packages_from", pair.name), source))


def _variants(texts: Sequence[str], catalog: Catalog, problems: list[Problem]) -> Iterable[Layer]:
    """``--variant NAME:KEY=VALUE``: a key with a dot is a package, an input's name that input."""
    inputs = known_inputs(catalog) if texts else []
    form, example = "NAME:KEY=VALUE", "large:node=8"
    for pair in pairs(texts, "--variant", form, example, problems):
        text, value = pair.text, pair.value
        name, colon, key = pair.name.partition(":")
        if not (name and colon and key):
            what = f"{show(text)} is not {form}"
            problems.append(Problem("--variant", what, f"Write it as {example}"))
            continue
        path: tuple[str, ...] = ("counts", key)
        if "." in key:
            path = ("sources", *key.split(".", 1))
        elif key in inputs:
            path = ("pins", key)
        elif not value.strip().lstrip("+-").isdecimal():
            what = f"{show(value)} is no number of hosts, and {show(key)} no input"
            remedy = did_you_mean(
                key, inputs, f"Give a number, or one of the inputs {', '.join(inputs)}"
            )
            problems.append(Problem(f"--variant {text}", what, remedy))
            continue
        yield Layer(f"--variant {text}", nested(("variants", name, *path), value))


def _settings(texts: Sequence[str], catalog: Catalog, problems: list[Problem]) -> Iterable[Layer]:
    """``--set KEY=VALUE``: a key of the answers file; that of a service is below ``options``."""
    form, example = "KEY=VALUE", "nfs.server.export=/data"
    for pair in pairs(texts, "--set", form, example, problems, may_be_empty=True):
        path = tuple(pair.name.split("."))
        if not all(path):
            what = f"{show(pair.text)} is not {form}"
            problems.append(Problem("--set", what, f"Write it as {example}"))
            continue
        if path[0] == "compositions" and path[2:] and path[2] in catalog.services:
            path = (*path[:2], "options", *path[2:])
        elif path[0] in catalog.services:
            path = ("options", *path)
        elif _is_origin(path) and not _has_hash(path, texts):
            path = path[:-1]  # the hash of an earlier origin does not hold for this one
        yield Layer(f"--set {pair.text}", nested(path, pair.value))


def _is_origin(path: tuple[str, ...]) -> bool:
    return path[0] == "variants" and path[2:3] == ("sources",) and path[5:] == ("origin",)


def _has_hash(path: tuple[str, ...], texts: Sequence[str]) -> bool:
    return any(text.startswith(f"{'.'.join(path[:-1])}.hash=") for text in texts)


def _roles(texts: Sequence[str], problems: list[Problem]) -> Iterable[Layer]:
    """``--role NAME[:COUNT][=PART,…]``; what is left out stays as the stack has it."""
    seen: set[str] = set()
    for text in texts:
        head, equals, parts = text.partition("=")
        name, colon, count = head.partition(":")
        if name in seen:
            problems.append(
                Problem(
                    "--role",
                    f"the role {show(name)} is given twice",
                    "Give it once, or rename one of them",
                )
            )
        seen.add(name)
        role: dict[str, object] = {}
        if colon:
            role["count"] = count
        if equals:
            role["parts"] = [part for part in parts.split(",") if part]
        yield Layer(f"--role {text}", {"roles": {name: role}})


def check_names(layers: Sequence[Layer]) -> None:
    """Make sure that ``--set`` speaks of compositions and roles that are there: it adds none.

    Raises:
        InputError: it names another one, which may be misspelt.

    """
    settings = [layer for layer in layers if layer.source.startswith("--set ")]
    known = merge([layer for layer in layers if layer not in settings])
    problems: list[Problem] = []
    for layer in settings:
        if "compositions" not in known:
            problems += _unknown(layer, layer.answers, known, "role", "Add it with --role {}")
        adding = "Add it with --composition {}=STACK"
        problems += _unknown(layer, layer.answers, known, "composition", adding)
        there = known.get("compositions")
        members = layer.answers.get("compositions")
        for name, of_one in members.items() if isinstance(members, Mapping) else ():
            if isinstance(there, Mapping) and isinstance(there.get(name), Mapping):
                adding = f"Write it below [compositions.{name}.roles] in an answers file"
                problems += _unknown(layer, of_one, there[name], "role", adding)
    if problems:
        raise InputError(*problems)


def _unknown(
    layer: Layer, given: object, known: Mapping[str, object], kind: str, adding: str
) -> Iterator[Problem]:
    """Yield the entries of a table of roles or compositions that is given that are not known."""
    found = given.get(f"{kind}s") if isinstance(given, Mapping) else None
    there = known.get(f"{kind}s")
    choices = list(there) if isinstance(there, Mapping) else []
    for name in found if isinstance(found, Mapping) else ():
        if name not in choices:
            remedy = did_you_mean(name, choices, adding.format(name))
            yield Problem(layer.source, f"there is no {kind} {show(name)}", remedy)


def composition_layers(texts: Sequence[str], catalog: Catalog) -> list[Layer]:
    """Return the layers of ``--composition NAME[=STACK]``; without a stack, it has that name.

    Raises:
        InputError: a composition is given twice, or there is no such stack.

    """
    problems: list[Problem] = []
    found: dict[str, Layer] = {}
    for text in texts:
        name, _, stack = text.partition("=")
        stack = stack or name
        if name in found:
            what = f"the composition {show(name)} is given twice"
            problems.append(Problem("--composition", what, "Give it once, or rename one of them"))
        elif stack not in catalog.stacks:
            what = f"there is no stack {show(stack)}"
            remedy = did_you_mean(stack, list(catalog.stacks))
            problems.append(Problem(f"--composition {text}", what, remedy))
        source = f"--composition {text}"
        found[name] = Layer(source, nested(("compositions", name), {"stack": stack}))
    if problems:
        raise InputError(*problems)
    return list(reversed(found.values()))  # tables are merged from the last to the first


def with_stacks(layers: Sequence[Layer], catalog: Catalog) -> list[Layer]:
    """Return layers with those of the stacks that compositions name, which are the weakest.

    The table of a composition may be the name of its stack alone.

    Raises:
        InputError: there is no such stack, or what should be a table is none.

    """
    if problems := [problem for layer in layers for problem in _no_tables(layer)]:
        raise InputError(*problems)
    spelled = [_with_tables(layer) for layer in layers]
    members = merge(spelled).get("compositions")
    found = list(spelled)
    shared = []
    # tables are merged from the last layer to the first, which tells the order of compositions
    for name, table in reversed(members.items()) if isinstance(members, dict) else ():
        for stack in stack_layers(
            table.get("stack") if isinstance(table, Mapping) else None, catalog
        ):
            of_one, of_all = of_one_and_shared(stack.answers)
            shared.append((stack.source, of_all))
            found.append(Layer(stack.source, nested(("compositions", name), of_one)))
    if of_stacks := joined(merge(spelled), reversed(shared)):
        found.append(Layer("the stacks", of_stacks))
    return found


def _no_tables(layer: Layer) -> Iterator[Problem]:
    """Yield what a layer says of compositions that can be neither a table nor a stack."""
    members = layer.answers.get("compositions")
    if members is not None and not isinstance(members, Mapping):
        remedy = "Write one [compositions.NAME] for each"
        yield Problem(f"compositions ({layer.source})", f"{show(members)} is not a table", remedy)
    for name, given in members.items() if isinstance(members, Mapping) else ():
        if not isinstance(given, Mapping | str):
            what = f"{show(given)} is neither a table nor the name of a stack"
            yield Problem(f"compositions.{name} ({layer.source})", what, "Write a table of answers")


def _with_tables(layer: Layer) -> Layer:
    """Return a layer in which a composition that is a stack's name is a table with that stack."""
    members = layer.answers.get("compositions")
    if not isinstance(members, Mapping):
        return layer
    spelled = {
        n: {"stack": given} if isinstance(given, str) else given for n, given in members.items()
    }
    return Layer(layer.source, {**layer.answers, "compositions": spelled})


def without_compositions(layer: Layer, dropped: Sequence[str]) -> Layer:
    """Return the layer without what it says of some compositions."""
    members = layer.answers.get("compositions")
    if not dropped or not isinstance(members, Mapping):
        return layer
    kept = {name: table for name, table in members.items() if name not in dropped}
    return Layer(layer.source, {**layer.answers, "compositions": kept})


def stack_layers(name: object, catalog: Catalog) -> list[Layer]:
    """Return the layer of a stack.

    Raises:
        InputError: there is no such stack.

    """
    if name is None or name == "":
        return []
    if not isinstance(name, str) or name not in catalog.stacks:
        remedy = did_you_mean(str(name), list(catalog.stacks))
        raise InputError(Problem("--stack", f"there is no stack {show(name)}", remedy))
    return [Layer(f"stack {name}", {**catalog.stacks[name].answers, "started_from": name})]


def without_roles(answers: dict[str, object], dropped: Sequence[str]) -> dict[str, object]:
    """Return the answers without the roles that ``--drop-role`` names.

    Raises:
        InputError: a dropped role is not there.

    """
    table = answers.get("roles")
    roles = table if isinstance(table, Mapping) else {}
    unknown = [name for name in dropped if name not in roles]
    if unknown:
        raise InputError(
            *(
                Problem(
                    "--drop-role",
                    f"there is no role {show(name)}",
                    did_you_mean(name, list(roles)),
                )
                for name in unknown
            )
        )
    if dropped and roles:
        kept = {name: role for name, role in roles.items() if name not in dropped}
        return {**answers, "roles": kept}
    return answers
