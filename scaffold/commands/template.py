"""The template of the user's own that the flags of ``new`` name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scaffold.answers.document import KEY, load_file
from scaffold.asking.layers import Layer
from scaffold.base.errors import InputError, Problem, show
from scaffold.base.pairs import all_pairs
from scaffold.commands.options import Options

if TYPE_CHECKING:  # loaded when a template is named
    from scaffold.render.user_template import UserTemplate


def user_template(
    options: Options, author: str, project: Layer | None, usual: str = ""
) -> UserTemplate | None:
    """Return the template, read and checked, or None when none is named.

    The flags count more than the answers file, or that of the ``project`` in the target folder,
    which say what an earlier run was given; without either, the ``usual`` one of the config is
    taken, unless ``--template none`` says otherwise. That a template is trusted is said by the flag
    alone.

    Raises:
        InputError: it cannot be used.
        ExternalError: git is missing or failed.

    """
    file = load_file(options.answers_file) if options.answers_file else project
    # several compositions have none, which is told with what else is wrong with their answers
    several = bool(options.compositions) or (file is not None and KEY in file.answers)
    earlier = _earlier(file) if file and not several else _Earlier()
    usual = "" if several or file is not None else usual
    source = options.template or earlier.source or usual
    if not source or source == "none":
        _check_alone(options)
        return None
    if options.template not in (None, earlier.source):
        earlier = _Earlier()  # another template: ref and variables were for the old one
    from scaffold.commands import template_source
    from scaffold.render.user_template import UserTemplate

    template = template_source.get(
        source,
        ref=options.template_ref or earlier.ref,
        trust=options.trust,
        values={**earlier.values, **_values(options.template_values)},
    )
    return UserTemplate(template, author=author)


def _check_alone(options: Options) -> None:
    for flag, given in (
        ("--template-ref", options.template_ref),
        ("--template-set", options.template_values),
        ("--trust", options.trust),
    ):
        if given:
            raise InputError(Problem(flag, "goes with --template", "Give both or none"))


@dataclass(frozen=True)
class _Earlier:
    """The template that a project was made with: where it is, at which ref, with which values."""

    source: str | None = None
    ref: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def _earlier(file: Layer) -> _Earlier:
    """Return the table ``template`` of an answers file.

    Raises:
        InputError: it is not of its form.

    """
    table: object = file.answers.get("template", {})
    if isinstance(table, Mapping) and not set(table) - {"source", "ref", "set"}:
        texts = {key: table[key] for key in ("source", "ref") if key in table}
        values = table.get("set", {})
        if isinstance(values, dict) and all(
            isinstance(text, str) for text in [*texts.values(), *values.values()]
        ):
            return _Earlier(texts.get("source"), texts.get("ref"), values)
    what = f"template: {show(table)} is not of its form"
    remedy = "Write source, ref and set as text, or remove the table"
    raise InputError(Problem(file.source, what, remedy))


def _values(texts: Iterable[str]) -> dict[str, str]:
    example = "license=MIT"
    found = all_pairs(texts, "--template-set", "NAME=VALUE", example, may_be_empty=True)
    return {pair.name: pair.value for pair in found}
