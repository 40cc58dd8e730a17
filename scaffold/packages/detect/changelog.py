"""What a changelog tells as published: releases are not always tagged."""

from __future__ import annotations

import re

from scaffold.packages.detect.facts import Folder

_FILE = re.compile(r"(?i)^(change(s|log)|news|history|releases?)([._-].*)?$")
#: A line that is the heading of one release: a number, perhaps after the project's name.
_HEADING = re.compile(
    r"(?i)^\W*(?:[\w.-]+\s+)?(?:version\s+|release\s+)?\[?v?(\d+(?:\.\d+)+)(?![\w.])"
)
#: Words that say that a heading is of what comes next.
_NOT_YET = re.compile(
    r"(?i)unreleased|not yet|tbd|tba|upcoming|in progress|development|snapshot|\?\?|xx|\bnext\b"
)
_LINES = 80


def published(folder: Folder) -> str:
    """Return the version of the first heading that is not of a release to come, else nothing."""
    files = [name for name in folder.names() if _FILE.match(name) and not name.endswith("/")]
    for file in files:
        lines = [line for line in folder.text(file).splitlines()[:_LINES] if line.strip()]
        for number, line in enumerate(lines):
            match = _HEADING.match(line) if len(line) < _LINES else None
            if match and not _NOT_YET.search(" ".join(lines[number : number + 3])):
                return match[1]
    return ""
