"""Files that nix cannot read, and those that no rule has read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import ANY_KIND, Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.nix_file import NixFile
from scaffold.system import nix
from scaffold.system.nix_errors import NixError
from scaffold.system.process import MissingProgramError


@rule(
    "NXC001",
    "syntax",
    "a file is no Nix",
    severity=Severity.ERROR,
    kinds=ANY_KIND,
    why="Nothing that imports the file evaluates.",
    remedy="Mend the syntax",
    bad="{ a = 1 }",
    good="{ a = 1; }",
)
def syntax(target: Target) -> Iterator[Hit]:
    """Parse every file; where nix is there, what it accepts is no error."""
    for file in target.nix_files:
        if file.fault is None or not _refused_by_nix(file, target.nix_options):
            continue
        # a hidden file is most often one that a program fills in
        severity = Severity.NOTE if file.path.name.startswith(".") else None
        yield Hit(file.path, file.fault.line, file.fault.message, severity=severity)


def _refused_by_nix(file: NixFile, options: tuple[str, ...]) -> bool:
    """Say whether nix refuses a file as well; without nix, the parser of this tool decides."""
    try:
        nix.parse(file.path, options)
    except NixError as error:
        return error.failure.is_defect
    except MissingProgramError:
        return "deeply" not in str(file.fault)
    return False


@rule(
    "NXC002",
    "unreadable",
    "a file could not be read",
    severity=Severity.NOTE,
    kinds=ANY_KIND,
    why="No rule has looked at it.",
    remedy="Make it a text in UTF-8 of less than 4 MB",
)
def unreadable(target: Target) -> Iterator[Hit]:
    """Tell the files of the target that were not read, and why."""
    _ = target.nix_files
    for path, why in target.session.unread.items():
        if path in set(target.files) and path.suffix in (".nix", ".toml", ".json", ".lock"):
            yield Hit(path, None, why)


@rule(
    "NXC003",
    "duplicate-attribute",
    "nix refuses a file that can be parsed",
    severity=Severity.ERROR,
    kinds=ANY_KIND,
    level=Level.STUB,
    why="An attribute that is defined twice, or a name that nothing binds, stops every evaluation "
    "that reads the file.",
    remedy="Remove one of the two, or bind the name",
    bad="{\n  a = 1;\n  a = 2;\n}",
    good="{\n  a = 2;\n}",
)
def duplicate_attribute(target: Target) -> Iterator[Hit]:
    """Let nix parse all files at once, and one by one behind the first that it refuses."""
    waiting = [file.path for file in target.parsed]
    while waiting:
        try:
            nix.parse_all(waiting[:500], target.nix_options)
            waiting = waiting[500:]
        except NixError as error:
            failure = error.failure
            if not failure.is_defect:
                return
            named = [path for path in waiting if failure.file == str(path)]
            if not named:
                return
            message = re.sub(r" already defined at .*", " is defined twice", failure.message)
            first = message.splitlines()[0]
            # what only the parser of nix refuses is most often syntax that a newer one reads
            newer = first.startswith("syntax error")
            told = f"the nix of this machine says: {first}" if newer else first
            severity = Severity.NOTE if newer else None
            yield Hit(named[0], failure.line, told, severity=severity)
            waiting = waiting[waiting.index(named[0]) + 1 :]
