"""The template of the user's own that the flags of ``new`` name."""

from __future__ import annotations

from collections.abc import Iterable

from scaffold import templatesource
from scaffold.commands.options import Options
from scaffold.errors import InputError, Problem
from scaffold.own import Own
from scaffold.values import show


def own_template(options: Options, author: str) -> Own | None:
    """Return the template, read and checked, or None when none is named.

    Raises:
        InputError: it cannot be used.
        ExternalError: git is missing or failed.

    """
    if options.template is None:
        return None
    template = templatesource.get(
        options.template,
        ref=options.template_ref,
        trust=options.trust,
        values=_values(options.template_values),
    )
    return Own(template, author=author)


def _values(texts: Iterable[str]) -> dict[str, str]:
    values = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not (key and equals):
            what = f"{show(text)} is not NAME=VALUE"
            raise InputError(Problem("--template-set", what, "Write it as license=MIT"))
        values[key] = value
    return values
