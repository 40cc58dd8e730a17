"""The answers of ``nxc-scaffold multi``: some for all compositions together, the others for each.

An answers file has the shared ones at its top and a table ``[compositions.NAME]`` for each
composition, which holds what the answers file of that composition alone would hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scaffold.answers import answers
from scaffold.answers.flags import COMPOSITIONS, PROJECT
from scaffold.answers.parsers import Answers, Context
from scaffold.answers.questions import QUESTIONS, Question, recommended_release
from scaffold.asking.question import fixed
from scaffold.base import names
from scaffold.base.errors import Problem, show
from scaffold.catalogue.catalog import Catalog

#: The answers that all compositions share; each has its own of the others.
SHARED = ("release", "flavours", "default_flavour", "extras", "pins")
#: The questions that are asked for each composition.
OWN = ("description", "roles", "options", "packages_from")
#: Folders that a project has already, or gets when it is built and started.
TAKEN = ("parts", "packages", "secrets", "build", "deploy", "artifact")
#: What a composition has alone, or not at all.
ALONE = {
    "template": "several compositions have no template of your own",
    "variants": "count the hosts of one composition, and setup.toml is for all of them",
}
REMEDY = "Leave it out, or make each composition by `new`"
KEY = COMPOSITIONS.key


def check_name(name: str) -> str | None:
    """Return why a composition cannot have a name, or None: it is a folder and an attribute."""
    return names.check_role(name) or ("is taken" if name in TAKEN else None)


def together(raw: Answers) -> dict[str, Any]:
    """Return the answers with the roles of all compositions, as one composition would have them.

    What the shared questions offer depends on them: a part that excludes a flavour excludes it for
    all.
    """
    roles = {
        f"{name}_{role}": table
        for name, own in _tables(raw).items()
        for role, table in _mapping(own.get("roles")).items()
    }
    return {**raw, "roles": roles}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _tables(raw: Answers) -> Mapping[str, Mapping[str, Any]]:
    return {name: _mapping(own) for name, own in _mapping(raw.get(KEY)).items()}


def described(raw: Answers, _: Catalog) -> str:
    """Return the recommended description of the project."""
    return f"Compositions {', '.join(_tables(raw))}"


def common_flavours(raw: Answers, catalog: Catalog) -> list[str]:
    """Return the flavours that all compositions would take alone."""
    wanted = [
        answers.with_recommended(own, catalog, all_of_them=True).get("flavours", ())
        for own in _tables(raw).values()
    ]
    return [f for f in catalog.flavours if all(f in flavours for flavours in wanted)]


def common_release(raw: Answers, catalog: Catalog) -> str:
    """Return the release that a stack wants, when it is the only one, else the recommended one."""
    wanted = {own["release"] for own in _tables(raw).values() if own.get("release")}
    return wanted.pop() if len(wanted) == 1 else recommended_release(raw, catalog)


def parse_compositions(value: Any, ctx: Context) -> Mapping[str, Any]:
    """Validate number and names of the compositions; what each holds is for ``build``."""
    if not isinstance(value, Mapping):
        ctx.reject(
            (KEY,), f"{show(value)} is not a table", "Write one [compositions.NAME] for each"
        )
        return {}
    ctx.problems += name_faults(value)
    return value


def name_faults(given: Mapping[str, Any]) -> Iterator[Problem]:
    """Each composition's name is a folder and an attribute; there are several of them."""
    if not given:
        remedy = "Give --composition NAME=STACK for each of two or more, or an answers file"
        yield Problem(KEY, "is not answered", remedy)
    elif len(given) < 2:
        what = "there is 1 composition"
        yield Problem(KEY, what, "Give two or more; one alone is made by `new`")
    for name in given:
        if reason := check_name(str(name)):
            yield Problem(f"{KEY}.{name}", f"{show(name)} {reason}", "Choose another name")


def _questions() -> Iterator[Question]:
    by_key = {question.key: question for question in QUESTIONS}
    yield replace(by_key["name"], flag=PROJECT)
    yield Question(COMPOSITIONS, "Compositions", parse_compositions, fixed(None))
    yield replace(by_key["description"], recommended=described)
    recommended = {"flavours": common_flavours, "release": common_release}
    for question in QUESTIONS:
        if question.key in SHARED:
            own = recommended.get(question.key, question.recommended)
            yield replace(question, recommended=own)


#: What an interview asks, in this order.
MULTI_QUESTIONS = tuple(_questions())
OWN_QUESTIONS = tuple(question for question in QUESTIONS if question.key in OWN)


def of_composition(problem: Problem, name: str) -> Problem:
    """Return a problem of one composition's answers as one of the project's."""
    remedy = problem.remedy.replace("--set ", f"--set {KEY}.{name}.")
    remedy = remedy.replace("--role NAME", f"[{KEY}.{name}.roles.NAME]")
    return Problem(f"{KEY}.{name}: {problem.where}", problem.what, remedy)
