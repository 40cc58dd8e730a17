""".nxc-scaffold.toml: whether it can be read, and which version of the tool wrote it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from scaffold import __version__
from scaffold.base.tool_version import ANSWERS_FILE, older_writer
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC308",
    "answers-unreadable",
    "the recorded answers are not TOML",
    severity=Severity.WARNING,
    why="`change`, `add`, `remove` and `update` read the answers that the project was made from. "
    "Nothing else needs them: what is built stays as it is.",
    remedy="Mend the file, or take it back from git",
)
def answers_unreadable(target: Target) -> Iterator[Hit]:
    """Read the file as the commands that write the project do."""
    path = target.root / ANSWERS_FILE
    try:
        tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        yield Hit(path, int(line[1]) if line else None, f"it cannot be read ({error})")


@rule(
    "NXC309",
    "older-templates",
    "an older version of nxc-scaffold wrote the project",
    severity=Severity.NOTE,
    why="Templates are mended from version to version, and a project keeps those that it was "
    "written with. `update` renders the same answers again and merges your edits.",
    remedy="Run nxc-scaffold update, which shows what changes with --dry-run --diff",
    bad='tool_version = "0.1.0"',
)
def older_templates(target: Target) -> Iterator[Hit]:
    """Compare the version in the recorded answers with this one."""
    path = target.root / ANSWERS_FILE
    try:
        text = path.read_bytes().decode("utf-8-sig")
        found = tomllib.loads(text).get("tool_version", "")
    except (OSError, ValueError, RecursionError):
        return
    if before := older_writer(found):
        lines = text.splitlines()
        at = (n for n, line in enumerate(lines, 1) if line.lstrip().startswith("tool_version"))
        yield Hit(path, next(at, None), f"it was written by {before}; this is {__version__}")
