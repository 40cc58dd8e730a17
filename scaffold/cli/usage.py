"""What is wrong with a command line, in the words of every other error of this program.

click finds out what is wrong; its own way to tell it is a second one: other words, the usage before
them, no remedy, and text where ``--json`` was asked for.
"""

from __future__ import annotations

import click

from scaffold.base.errors import InputError, Problem
from scaffold.base.values import did_you_mean

#: What may be empty: a description, and a default that is set to nothing.
MAY_BE_EMPTY = frozenset({"description", "value"})


def usage_problem(error: click.ClickException) -> Problem:
    """Return what click found wrong as a problem: where, what, and what to do."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    path = ctx.command_path if ctx else "nxc-scaffold"
    see = f"See {path} --help"
    if isinstance(error, click.NoSuchOption):
        near = did_you_mean(error.option_name, error.possibilities or (), see)
        return Problem(error.option_name, f"{path} has no such flag", near)
    if isinstance(error, click.BadOptionUsage):
        return Problem(error.option_name, _phrase(error.format_message()), see)
    if isinstance(error, click.BadParameter) and error.param is not None:
        where = name_of(error.param)
        if isinstance(error, click.MissingParameter):
            return Problem(where, "is not given", f"Write it as: {_line(error.param, ctx)}")
        if isinstance(error.param.type, click.Choice):
            return Problem(where, _phrase(error.message), "Choose one of them")
        return Problem(where, _phrase(error.message), f"Give {usage_of(error.param)}")
    return Problem(path, _phrase(error.format_message()), see)


def _line(param: click.Parameter, ctx: click.Context | None) -> str:
    """Return a command line that has a parameter which is not given."""
    if ctx is None:
        return usage_of(param)
    if isinstance(param, click.Option):
        return f"{ctx.command_path} {usage_of(param)}"
    pieces = [usage for usage in ctx.command.collect_usage_pieces(ctx) if usage != "[OPTIONS]"]
    return " ".join([ctx.command_path, *pieces])


def refuse_empty(param: click.Parameter, given: object) -> None:
    """Refuse an empty text as a value: it mostly comes of a variable of a shell that is not set.

    Raises:
        InputError: a value is empty, and cannot be meant.

    """
    values = given if isinstance(given, (list, tuple)) else (given,)
    if param.name in MAY_BE_EMPTY or "" not in values:
        return
    remedy = f"Give {usage_of(param)}{'' if param.required else ', or leave it out'}"
    raise InputError(Problem(name_of(param), "'' is no value", remedy))


def name_of(param: click.Parameter) -> str:
    """Return what a user calls a parameter: ``--role``, ``DIR``."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return _metavar(param)


def usage_of(param: click.Parameter) -> str:
    """Return how a parameter is given: ``--role NAME[:COUNT][=PART,…]``, ``DIR``."""
    name = name_of(param)
    return f"{name} {_metavar(param)}" if isinstance(param, click.Option) else name


def _metavar(param: click.Parameter) -> str:
    """Return the placeholder of a value; the brackets of one that may be left out are no part."""
    named = param.metavar or (param.name or "").upper()
    if isinstance(param, click.Argument):
        return named.removesuffix("...").removeprefix("[").removesuffix("]")
    if isinstance(param.type, click.Choice):
        return "|".join(map(str, param.type.choices))
    return named


def _phrase(message: str) -> str:
    """Return a sentence as one that reads after a colon: a small letter first, no full stop."""
    text = " ".join(message.split()).removesuffix(".")
    return text[:1].lower() + text[1:]
