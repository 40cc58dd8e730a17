"""From raw answers to a project: completed, validated once, and put together.

Raw answers have the form of an answers file. Those about a single composition stand beside what
belongs to its project; several compositions have a table each below ``compositions``, which holds
what is asked of one: description, roles, options. All else is answered once for the project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scaffold.answers.document import KEY, META
from scaffold.answers.flags import COMPOSITIONS, FLAGS, PROJECT
from scaffold.answers.parsers import Context
from scaffold.answers.questions import (
    BY_KEY,
    QUESTIONS,
    Question,
    recommended_flavours,
    recommended_release,
)
from scaffold.asking import question
from scaffold.asking.layers import Answers, Layer, source_of
from scaffold.asking.question import fixed
from scaffold.base import names, values
from scaffold.base.errors import InputError, Problem, show
from scaffold.catalogue.catalog import Catalog
from scaffold.composition.model import Composition, Project
from scaffold.composition.rules import of_composition

#: What is asked of each composition; the other questions are asked once for a project.
OWN = ("description", "roles", "options")
#: What a composition may ask for in its own table, and gets when all of them have it.
WISHES = ("release", "flavours")
#: Folders that a project has already, or gets when it is built and started.
TAKEN = ("parts", "packages", "secrets", "build", "deploy", "artifact")
#: Answers by key, each of the type that the parser of its question returns.
Validated = Mapping[str, Any]
NO_TEMPLATE = "several compositions have no template of your own"


def check_name(name: str) -> str | None:
    """Return why one of several compositions cannot have a name: it is a folder, an attribute."""
    return names.check_role(name, own_script=True) or ("is taken" if name in TAKEN else None)


def tables(raw: Answers) -> dict[str, Answers]:
    """Return the answers about each of several compositions, by name; what is no table is empty."""
    return {str(name): _mapping(table) for name, table in _mapping(raw.get(KEY)).items()}


def together(raw: Answers) -> dict[str, object]:
    """Return the answers with the roles of all compositions, as one composition would have them.

    What the shared questions offer depends on them: a part that excludes a flavour excludes it for
    all.
    """
    if KEY not in raw:
        return dict(raw)
    roles = {
        f"{name}_{role}": table
        for name, of_one in tables(raw).items()
        for role, table in _mapping(of_one.get("roles")).items()
    }
    return {**raw, "roles": roles}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


# --- the questions of several ---------------------------------------------------------------------


def described(raw: Answers, _: Catalog) -> str:
    """Return the recommended description of a project of several compositions."""
    return f"Compositions {', '.join(tables(raw))}"


def common_flavours(raw: Answers, catalog: Catalog) -> list[str]:
    """Return the flavours that all compositions would take alone."""
    wanted = [
        values.listed(table.get("flavours") or recommended_flavours(table, catalog))
        for table in tables(raw).values()
    ]
    return [f for f in catalog.flavours if all(f in flavours for flavours in wanted)]


def common_release(raw: Answers, catalog: Catalog) -> str | None:
    """Return the release that all compositions want, None when they want different ones."""
    wanted = {str(table["release"]) for table in tables(raw).values() if table.get("release")}
    if len(wanted) > 1:
        return None
    return wanted.pop() if wanted else recommended_release(together(raw), catalog)


def parse_compositions(value: object, ctx: Context) -> Mapping[str, object]:
    """Validate the names of the compositions; what each holds is validated by itself."""
    if not isinstance(value, Mapping):
        ctx.reject((KEY,), f"{show(value)} is not a table", f"Write one [{KEY}.NAME] for each")
        return {}
    ctx.problems += _name_faults(value)
    return value


def _name_faults(given: Mapping[str, object]) -> Iterator[Problem]:
    for name in given:
        if reason := check_name(str(name)):
            yield Problem(f"{KEY}.{name}", f"{show(name)} {reason}", "Choose another name")


def _of_several() -> Iterator[Question]:
    yield replace(BY_KEY["name"], flag=PROJECT)
    instead = "--composition NAME=STACK for each of two or more, or an answers file"
    yield Question(COMPOSITIONS, "Compositions", parse_compositions, fixed(None), instead=instead)
    yield replace(BY_KEY["description"], recommended=described)
    recommended = {"flavours": common_flavours, "release": common_release}
    for each in QUESTIONS:
        if each.key not in ("name", *OWN):
            yield replace(each, recommended=recommended.get(each.key, each.recommended))


OWN_QUESTIONS = tuple(each for each in QUESTIONS if each.key in OWN)
#: The questions about a project of several compositions, in the order in which they are asked.
QUESTIONS_OF_SEVERAL = tuple(_of_several())


def questions_about(raw: Answers) -> tuple[Question, ...]:
    """Return all questions of a single composition, or those that several compositions share."""
    return QUESTIONS_OF_SEVERAL if KEY in raw else QUESTIONS


# --- completing -----------------------------------------------------------------------------------


def missing(raw: Answers) -> list[Problem]:
    """Return a problem for each required answer that is not there, naming what gives it."""
    found = question.missing(raw, questions_about(raw))
    if KEY in raw and len(tables(raw)) < 2 and raw[KEY] is not None:
        what = "there is 1 composition" if tables(raw) else "is not answered"
        found.append(Problem(KEY, what, "Give two or more; one alone is made by `new`"))
    for name, table in tables(raw).items():
        if not table.get("roles"):
            remedy = (
                f"Write [{KEY}.{name}.roles.NAME], or name a stack as --composition {name}=STACK"
            )
            found.append(Problem(f"{KEY}.{name}: roles", "is not answered", remedy))
    return found


def with_recommended(raw: Answers, catalog: Catalog, *, all_of_them: bool) -> dict[str, object]:
    """Fill in recommended answers: all of them, or only those that need not be given."""
    if KEY not in raw:
        return question.with_recommended(raw, catalog, QUESTIONS, all_of_them=all_of_them)
    filled = {
        name: question.with_recommended(table, catalog, OWN_QUESTIONS, all_of_them=True)
        for name, table in tables(raw).items()
    }
    whole = together({**raw, KEY: filled})
    found = question.with_recommended(whole, catalog, QUESTIONS_OF_SEVERAL, all_of_them=True)
    return {key: value for key, value in found.items() if key != "roles" or key in raw}


# --- validating -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parsed:
    """Validated answers: those that are given once, and those of each composition by name."""

    shared: Validated
    each: Mapping[str, Validated]


def parse(raw: Answers, catalog: Catalog, layers: Sequence[Layer] = ()) -> Parsed:
    """Validate the answers that are there, each on its own and once.

    Raises:
        InputError: with every problem that was found, and the source of each answer.

    """
    problems = [*_misplaced(raw, layers)]
    told = {key for key in raw if KEY in raw and (key in OWN or key == "template")} - {
        "description"
    }
    shared_raw = {key: value for key, value in raw.items() if key not in told}
    shared, found = _parsed(shared_raw, catalog, questions_about(raw), layers)
    problems += found
    each: dict[str, Validated] = {}
    for name, of_one in tables(raw).items():
        of_this = [
            Layer(layer.source, _mapping(_mapping(layer.answers.get(KEY)).get(name)))
            for layer in layers
        ]
        asked = (*OWN_QUESTIONS, *(BY_KEY[key] for key in WISHES))
        known = {key: value for key, value in of_one.items() if key not in _NOT_ITS_OWN}
        each[name], found = _parsed(known, catalog, asked, of_this, besides=("name",))
        problems += (of_composition(problem, name) for problem in found)
    if problems:
        raise InputError(*problems)
    return Parsed(shared, each)


def _parsed(
    raw: Answers,
    catalog: Catalog,
    questions: Sequence[Question],
    layers: Sequence[Layer],
    besides: Sequence[str] = (),
) -> tuple[Validated, list[Problem]]:
    """Validate answers to some questions; return them by key, or what is wrong with them."""
    problems: list[Problem] = []
    parsed: Validated = {}
    try:
        parsed = question.parse_given(raw, catalog, questions, layers, besides=(*META, *besides))
    except InputError as error:
        problems += error.problems
    if raw.get("started_from") is not None:
        ctx = Context(catalog, source=lambda key: source_of(layers, key))
        ctx.take(("started_from",), _name_of_a_stack, raw["started_from"])
        problems += ctx.problems
    return parsed, problems


def _name_of_a_stack(value: object) -> str:
    """Validate what is only shown: any text that a terminal does not act on."""
    found = values.line(value)
    if not found.isprintable():
        raise values.InvalidError(f"{show(found)} is no name of a stack", "Remove it")
    return found


#: What the table of a composition cannot hold: it belongs to the project.
_NOT_ITS_OWN = ("template", *(f.key for f in FLAGS if f.key not in ("name", *OWN, *WISHES)))


def _misplaced(raw: Answers, layers: Sequence[Layer]) -> Iterator[Problem]:
    """Yield answers of one composition that stand at the project, and the other way round."""
    if KEY not in raw:
        return
    remedy = "Leave it out, or make each composition by `new`"
    for key in (key for key in raw if key in OWN and key != "description"):
        where = f"{key} ({source_of(layers, (key,))})"
        yield Problem(where, "is an answer of one composition", f"Write it below [{KEY}.NAME]")
    if "template" in raw:
        yield Problem(f"template ({source_of(layers, ('template',))})", NO_TEMPLATE, remedy)
    for name, table in tables(raw).items():
        if table.get("name", name) != name:
            what = f"{show(table['name'])} is not {name}, the name of its table"
            yield Problem(f"{KEY}.{name}.name", what, "Rename one of the two")
        for key in (key for key in _NOT_ITS_OWN if key in table):
            if key == "template":
                yield Problem(f"{KEY}.{name}.{key}", NO_TEMPLATE, remedy)
            else:
                above = f"Write it above [{KEY}.{name}]"
                yield Problem(f"{KEY}.{name}.{key}", "is the same for all compositions", above)


# --- putting together -----------------------------------------------------------------------------


def complete(
    raw: Answers, catalog: Catalog, layers: Sequence[Layer] = (), *, defaults: bool
) -> Project:
    """Fill in recommended answers without asking anybody, and return the project.

    With ``defaults`` they are filled in for every question, else for those that need no answer.

    Raises:
        InputError: with everything that is wrong with the answers that are there, and with every
            required answer that is not; the problem names its flag.

    """
    filled = with_recommended(raw, catalog, all_of_them=defaults)
    problems = [*_differing(filled), *missing(filled)]
    try:
        parsed = parse(filled, catalog, layers)
    except InputError as error:
        problems = [*error.problems, *problems]
    if problems:
        raise InputError(*problems)
    return _project(filled, parsed, catalog, layers)


def build(raw: Answers, catalog: Catalog, layers: Sequence[Layer] = ()) -> Project:
    """Validate complete answers, each on its own, and return the project.

    Raises:
        InputError: with every problem that was found.

    """
    return _project(raw, parse(raw, catalog, layers), catalog, layers)


def _differing(raw: Answers) -> Iterator[Problem]:
    """Yield what stacks want differently and nobody decided for all of them."""
    if KEY in raw and raw.get("release") is None:
        wanted = {
            name: table["release"] for name, table in tables(raw).items() if table.get("release")
        }
        if len(set(wanted.values())) > 1:
            told = ", ".join(f"{name} {release}" for name, release in wanted.items())
            yield Problem("release", f"differs between them ({told})", "Give one with --release")


def _project(raw: Answers, parsed: Parsed, catalog: Catalog, layers: Sequence[Layer]) -> Project:
    shared = parsed.shared
    if faults := list(_overruled(parsed, layers)):
        raise InputError(*faults)
    each = parsed.each or {shared["name"]: shared}
    origin = tables(raw) or {shared["name"]: raw}
    return Project(
        name=shared["name"],
        description=shared["description"],
        compositions=tuple(
            _composition(name, validated, origin[name]) for name, validated in each.items()
        ),
        release=shared["release"],
        flavours=tuple(f for f in catalog.flavours if f in shared["flavours"]),
        default_flavour=shared["default_flavour"],
        pins=shared.get("pins", {}),
        extras=tuple(e for e in catalog.extras if e in shared.get("extras", ())),
        packages_from=shared.get("packages_from", {}),
        variants=shared.get("variants", {}),
        kept=tuple(shared.get("kept", ())),
    )


def _composition(name: str, validated: Validated, raw: Answers) -> Composition:
    return Composition(
        name=name,
        description=validated["description"],
        roles=tuple(validated["roles"]),
        options=validated.get("options", {}),
        started_from=str(raw.get("started_from") or raw.get("stack") or ""),
    )


def _overruled(parsed: Parsed, layers: Sequence[Layer]) -> Iterator[Problem]:
    """Yield what a composition asks for itself, where the answer for all of them is another."""
    for name, validated in parsed.each.items():
        for key in (key for key in WISHES if key in validated):
            source = source_of(layers, (KEY, name, key))
            if not source or source.startswith("stack "):
                continue  # a wish that a stack or an interview began with, and nobody insists on
            common = parsed.shared[key]
            if sorted(common) != sorted(validated[key]):
                what = f"{show(validated[key])} is not what all compositions have, {show(common)}"
                remedy = "Leave it out, or give it for all of them"
                yield Problem(f"{KEY}.{name}.{key}", what, remedy)
