"""The man page, made from what ``--help`` is made from: commands, flags and their help."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from scaffold import __version__
from scaffold.base.errors import Exit

NAME = "nxc-scaffold"
TITLE = "start, change, check and upgrade NixOS Compose projects and NUR packages"
EXIT_STATUS = {
    Exit.OK: "done",
    Exit.CHECK_FAILED: "a check found a defect; the project is kept",
    Exit.BAD_INPUT: "bad usage or bad answers; nothing was written",
    Exit.CONFLICT: "files would be overwritten; nothing was written",
    Exit.EXTERNAL: "an external program or the system failed",
    Exit.HUNG_UP: "the terminal was closed (SIGHUP); as 130",
    Exit.INTERRUPTED: "interrupted; the message says whether files were written",
    Exit.READER_GONE: "whoever read the output went away",
    Exit.TERMINATED: "told to end (SIGTERM); as 130",
}
FILES = {
    "$XDG_CONFIG_HOME/nxc-scaffold/config.toml": "Your defaults; in ~/.config when the variable is "
    "not set. `nxc-scaffold config` shows what counts.",
    ".nxc-scaffold.toml": "The answers that a generated project was made from.",
}
ENVIRONMENT = {
    "NO_COLOR": "When it is not empty, nothing is coloured.",
    "TERM": "On a `dumb` terminal nothing is coloured and nothing is replaced on the screen.",
    "XDG_CONFIG_HOME, XDG_DATA_HOME": "Where config and completions lie.",
}
EXAMPLES = (
    ("Ask everything, then write to the folder lab:", "nxc-scaffold new lab"),
    ("Take a stack as it is:", "nxc-scaffold new lab --stack oar-nfs --defaults"),
    (
        "Two compositions in one flake:",
        "nxc-scaffold multi lab --composition oar --composition hpc=slurm --defaults",
    ),
    (
        "Generate again with eight nodes, and see what changes:",
        "nxc-scaffold new . --set roles.node.count=8 --dry-run --diff",
    ),
)


def page(command: click.Group) -> str:
    """Return the page of a command and all that is below it, in the man macros of roff."""
    lines = [
        f'.TH {_escaped(NAME.upper())} 1 "" "{NAME} {__version__}" "User Commands"',
        ".SH NAME",
        f"{_escaped(NAME)} \\- {_escaped(TITLE)}",
        ".SH SYNOPSIS",
        *_synopsis(command),
        ".SH DESCRIPTION",
        *_paragraphs(command.help or ""),
        ".SH OPTIONS",
        ".TP",
        r"\fB\-h\fR, \fB\-\-help\fR",
        "Show the help of a command.",
        *_parameters(command),
        ".SH COMMANDS",
        *_commands(command, NAME),
        ".SH EXAMPLES",
        *(line for why, what in EXAMPLES for line in (".PP", _text(why), *_verbatim(what))),
        ".SH FILES",
        *_definitions(FILES),
        ".SH ENVIRONMENT",
        *_definitions(ENVIRONMENT),
        ".SH EXIT STATUS",
        *_definitions({str(int(code)): f"{text}." for code, text in EXIT_STATUS.items()}),
        ".SH SEE ALSO",
        r"\fBnix\fR(1), \fBnixfmt\fR(1), \fBnxc\fR(1)",
    ]
    heads = (".SH", ".SS")  # they start a paragraph by themselves
    kept = [
        b for a, b in zip(["", *lines], lines, strict=False) if b != ".PP" or a[:3] not in heads
    ]
    return "\n".join(kept) + "\n"


def _commands(group: click.Group, path: str) -> Iterator[str]:
    """Yield a subsection per command; a group's own commands follow it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        yield f".SS {_escaped(f'{path} {name}')}"
        yield from _synopsis(command, f"{path} {name}")
        yield from _paragraphs(command.help or "")
        yield from _parameters(command)
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")


def _synopsis(command: click.Command, path: str = NAME) -> Iterator[str]:
    arguments = [_argument(p) for p in command.params if isinstance(p, click.Argument)]
    if isinstance(command, click.Group):
        arguments.append("COMMAND [ARGUMENTS]…")
    rest = "".join(f" \\fI{_escaped(argument)}\\fR" for argument in arguments)
    yield ".PP"
    yield f"\\fB{_escaped(path)}\\fR [\\fIOPTIONS\\fR]{rest}"


def _argument(argument: click.Argument) -> str:
    shown = argument.metavar or (argument.name or "").upper()
    if isinstance(argument.type, click.Choice) and not argument.metavar:
        shown = "|".join(argument.type.choices)
    optional = not argument.required and not shown.startswith("[")
    return f"[{shown}]" if optional else shown


def _parameters(command: click.Command) -> Iterator[str]:
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            yield ".TP"
            yield _option(option)
            yield _text((option.help or "") + (" May be repeated." if option.multiple else ""))


def _option(option: click.Option) -> str:
    names = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in option.opts)
    if option.is_flag:
        return names
    choices = option.type.choices if isinstance(option.type, click.Choice) else ()
    shown = option.metavar or "|".join(choices) or (option.name or "").upper()
    return f"{names} \\fI{_escaped(shown)}\\fR"


def _definitions(entries: dict[str, str]) -> Iterator[str]:
    for name, text in entries.items():
        yield from (".TP", f"\\fB{_escaped(name)}\\fR", _text(text))


def _paragraphs(text: str) -> Iterator[str]:
    """Yield help as paragraphs; a backspace keeps the lines of one apart, as in click."""
    for paragraph in text.split("\n\n"):
        yield ".PP"
        if paragraph.startswith("\b"):
            yield from _verbatim(paragraph.removeprefix("\b\n"))
        else:
            yield _text(" ".join(paragraph.split()))


def _verbatim(text: str) -> list[str]:
    return [".RS 4", ".nf", *map(_guarded, map(_escaped, text.splitlines())), ".fi", ".RE"]


def _text(text: str) -> str:
    """Return a sentence: what is between backquotes is bold."""
    return _guarded(re.sub(r"`+([^`]+)`+", r"\\fB\1\\fR", _escaped(text)))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-")


def _guarded(line: str) -> str:
    """A line that starts with a dot or a quote would be a request."""
    return f"\\&{line}" if line[:1] in (".", "'") else line
