"""One validator per question, for prompts, flags and files alike.

A parser reports to a ``Context`` instead of stopping at the first problem, so that all problems of
one input are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from scaffold.asking import question
from scaffold.asking.layers import Answers
from scaffold.base import names, values
from scaffold.base.errors import show
from scaffold.base.values import InvalidError
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.entry import OptionValue
from scaffold.catalogue.services import OptionSpec, Part, Service
from scaffold.catalogue.values import of_option
from scaffold.composition.hosts import COMPOSITION_ARGUMENTS
from scaffold.composition.model import Module, Role

Context = question.Context[Catalog]
#: What the answers say of a role.
ROLE_KEYS = ("count", "numbered", "parts", "packages", "options", "modules", "docker_ports")
_PORTS = re.compile(r"(?:[0-9.]+:)?\d{1,5}(?:-\d{1,5})?:\d{1,5}(?:-\d{1,5})?(?:/(?:tcp|udp|sctp))?")
MAX_COUNT = 1000  # hosts of one role; Grid'5000's largest clusters have fewer


def parse_name(value: object, ctx: Context) -> str | None:
    """Validate the composition's name: a folder name that is safe in every generated file."""
    remedy = "Choose a name such as lab or oar-2"
    return ctx.take(("name",), lambda v: values.checked(v, names.check_project, remedy), value)


def parse_description(value: object, ctx: Context) -> str | None:
    """Validate the description: one line of any text."""
    return ctx.take(("description",), values.line, value)


def parse_roles(value: object, ctx: Context) -> list[Role]:
    """Validate the table of roles."""
    if not isinstance(value, Mapping):
        ctx.reject(("roles",), f"{show(value)} is not a table", "Write one [roles.NAME] per role")
        return []
    if not value:
        ctx.reject(("roles",), "a composition has at least one role", "Add one with --role NAME")
    return [_role(str(name), role, ctx) for name, role in value.items()]


def _no_role(name: str) -> str | None:
    """Say why no role can have a name, whosever the test script is; by the rule for most."""
    return names.check_role(name) if names.check_role(name, own_script=True) else None


def _role(name: str, value: object, ctx: Context) -> Role:
    key = ("roles", name)
    remedy = "Choose a name such as node: it is a host name and a Python name"
    # Whether it has to be a Python name as well depends on whose the test script is: a rule tells.
    ctx.take(key, lambda v: values.as_it_is(v, _no_role, remedy), name)
    table = ctx.table(key, value, ROLE_KEYS)
    count = ctx.take(
        (*key, "count"), lambda v: values.integer(v, 1, MAX_COUNT), table.get("count", 1)
    )
    return Role(
        name=name,
        count=count or 1,
        numbered=ctx.take((*key, "numbered"), values.boolean, table.get("numbered", False))
        or False,
        parts=tuple(parse_parts(table.get("parts", []), ctx, (*key, "parts"))),
        packages=tuple(
            ctx.take((*key, "packages"), values.packages, table.get("packages", [])) or ()
        ),
        options=parse_options(table.get("options", {}), ctx, (*key, "options"), of_role=True),
        modules=tuple(_modules(table.get("modules", []), ctx, (*key, "modules"))),
        docker_ports=tuple(
            ctx.take((*key, "docker_ports"), _ports, table.get("docker_ports", [])) or ()
        ),
    )


def _modules(value: object, ctx: Context, key: tuple[str, ...]) -> list[Module]:
    """Validate the module files of a role: paths, or tables of a path and arguments."""
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, list | tuple):
        ctx.reject(key, f"{show(value)} is not a list", 'Write it as ["./parts/mine.nix"]')
        return []
    found: list[Module] = []
    for number, entry in enumerate(entries):
        where = (*key, str(number + 1))
        table = {"file": entry} if isinstance(entry, str) else entry
        known = ctx.table(where, table, ("file", "arguments"))
        file = ctx.take(where, _module_file, known.get("file", ""))
        arguments = ctx.take(
            (*where, "arguments"),
            lambda v: values.some_of(v, COMPOSITION_ARGUMENTS, "argument of a composition"),
            known.get("arguments", []),
        )
        if file is not None:
            found.append(Module(file, tuple(sorted(arguments or ()))))
    twice = {module.file for module in found if [m.file for m in found].count(module.file) > 1}
    for file in sorted(twice):
        ctx.reject(key, f"./{file} is given twice", "Give it once")
    return found


def _module_file(value: object) -> str:
    """Return the path of a Nix file inside the project, without ``./`` before it."""
    remedy = "Give a path inside the project, such as ./parts/mine.nix"
    file = values.checked(value, _file_fault, remedy).removeprefix("./")
    if not file.endswith(".nix"):
        raise InvalidError(f"{show(file)} is no Nix file", remedy)
    return file


def _file_fault(path: str) -> str | None:
    """Say why a path is none of a file inside the project."""
    parts = path.removeprefix("./").split("/")
    if path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        return "is no path inside the project"
    if not path.isprintable() or "\\" in path or len(path) > 1000:
        return "is no path that can be written"
    return "is a file of git" if ".git" in parts else None


def _ports(value: object) -> list[str]:
    """Return ports that docker publishes, as docker writes them."""
    remedy = "Write it as 8080:80, the port of the machine before that of the container"
    return values.unique([values.checked(v, _port_fault, remedy) for v in values.listed(value)])


def _port_fault(text: str) -> str | None:
    numbers = [int(number) for number in re.findall(r"\d+", text.rpartition("/")[0] or text)]
    if not _PORTS.fullmatch(text) or any(n > 65535 for n in numbers):
        return "is no pair of ports"
    return None


def parse_kept(value: object, ctx: Context) -> list[str]:
    """Validate the paths of files that are the user's alone."""
    remedy = "Give a path inside the project, such as flake.nix"

    def paths(given: object) -> list[str]:
        found = [values.checked(v, _file_fault, remedy) for v in values.listed(given)]
        return values.unique([path.removeprefix("./") for path in found])

    return ctx.take(("kept",), paths, value) or []


def parse_parts(value: object, ctx: Context, key: tuple[str, ...]) -> list[str]:
    """Validate the parts of a role: each known, none twice."""
    return ctx.each_of(key, value, ctx.knowledge.parts, "part")


def parse_options(
    value: object, ctx: Context, key: tuple[str, ...] = ("options",), *, of_role: bool = False
) -> dict[str, dict[str, OptionValue]]:
    """Validate options by service and part; a role has values of part options only.

    Returns values by service name or part id.
    """
    found: dict[str, dict[str, OptionValue]] = {}
    for name, table in ctx.table(key, value, ctx.knowledge.services).items():
        service = ctx.knowledge.services[name]
        of_service = {} if of_role else service.options
        entries = ctx.table((*key, name), table, [*of_service, *service.parts])
        found[name] = _values(of_service, entries, ctx, (*key, name))
        for part in service.parts.values():
            if part.name in entries:
                where = (*key, name, part.name)
                known = ctx.table(where, entries[part.name], part.options)
                found[part.id] = _values(part.options, known, ctx, where)
    return {name: entries for name, entries in found.items() if entries}


def _values(
    specs: Mapping[str, OptionSpec], given: Answers, ctx: Context, key: tuple[str, ...]
) -> dict[str, OptionValue]:
    taken = {
        name: ctx.take((*key, name), partial(of_option, spec), given[name])
        for name, spec in specs.items()
        if name in given
    }
    return {name: value for name, value in taken.items() if value is not None}


def parse_flavours(value: object, ctx: Context) -> list[str]:
    """Validate the flavours: at least one, each known."""
    before = len(ctx.problems)
    found = ctx.each_of(("flavours",), value, ctx.knowledge.flavours, "flavour")
    if not found and len(ctx.problems) == before:
        ctx.reject(("flavours",), "at least one flavour is needed", "Give --flavour vm")
    return found


def parse_default_flavour(value: object, ctx: Context) -> str | None:
    """Validate the flavour that ``nxc build`` takes when none is named."""
    known = ctx.knowledge.flavours
    return ctx.take(("default_flavour",), lambda v: values.one_of(v, known, "flavour"), value)


def parse_release(value: object, ctx: Context) -> str | None:
    """Validate the release: a row of the table of pins."""
    known = ctx.knowledge.releases
    return ctx.take(("release",), lambda v: values.one_of(v, known, "release"), value)


def known_inputs(catalog: Catalog) -> list[str]:
    """Return every input that a flake may have: those of releases and of what parts bring."""
    known = {name for row in catalog.releases.values() for name in row.inputs}
    known.update(entry.input for entry in catalog.package_sets.values())
    entries: list[Service | Part] = [*catalog.services.values(), *catalog.parts.values()]
    for entry in entries:
        known.update(entry.brings.inputs)
    return sorted(known)


def parse_pins(value: object, ctx: Context, key: tuple[str, ...] = ("pins",)) -> dict[str, str]:
    """Validate refs and revisions by flake input."""
    remedy = "Give a branch, a tag or a full revision"
    known = known_inputs(ctx.knowledge) if value else ()  # inputs are told by every service
    pins = {
        name: ctx.take((*key, name), lambda v: values.checked(v, names.check_ref, remedy), ref)
        for name, ref in ctx.table(key, value, known).items()
    }
    return {name: ref for name, ref in pins.items() if ref is not None}


def parse_packages_from(value: object, ctx: Context) -> dict[str, dict[str, object]]:
    """Validate the packages that the composition carries itself, see `packages.records`."""
    if value == {}:
        return {}
    from scaffold.packages import records  # only when there is one: it loads all about packages

    return records.parse(value, ctx)


def parse_extras(value: object, ctx: Context) -> list[str]:
    """Validate the optional groups of files."""
    return ctx.each_of(("extras",), value, ctx.knowledge.extras, "extra")
