"""R packages: the fields of DESCRIPTION ("Writing R Extensions", section 1.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.project import Need, Project

#: Packages that come with R itself.
_BASE = frozenset(
    {
        "R", "base", "compiler", "datasets", "graphics", "grDevices", "grid", "methods", "parallel",
        "splines", "stats", "stats4", "tcltk", "tools", "utils",
    }
)  # fmt: skip
#: R's own abbreviations of licences (its share/licenses), which are of that very version.
_LICENCES = {
    "GPL-2": "GPL-2.0-only",
    "GPL-3": "GPL-3.0-only",
    "LGPL-2.1": "LGPL-2.1-only",
    "LGPL-3": "LGPL-3.0-only",
    "AGPL-3": "AGPL-3.0-only",
    "Artistic-2.0": "Artistic-2.0",
    "BSD_2_clause": "BSD-2-Clause",
    "BSD_3_clause": "BSD-3-Clause",
    "MIT": "MIT",
    "CC0": "CC0-1.0",
}


def read_project(folder: Folder) -> Project:
    """Read DESCRIPTION; the tests are those that R CMD check runs."""
    fields = dcf(folder.text("DESCRIPTION"))
    needs = [
        Need(name, "r", "propagated")
        for key in ("Depends", "Imports", "LinkingTo")
        for name in _names(fields.get(key, ""))
    ]
    system = fields.get("SystemRequirements", "")
    urls = re.findall(r"https?://[^\s,]+", fields.get("URL", ""))
    return Project(
        file="DESCRIPTION",
        name=fields.get("Package", ""),
        version=_released(fields.get("Version", "")),
        description=fields.get("Title", ""),
        homepage=urls[0] if urls else "",
        licence=_licence(fields.get("License", "")),
        tests=False,  # they need the packages of Suggests
        needs=tuple(dict.fromkeys(needs)),
        unread=(f"SystemRequirements of DESCRIPTION: {system}",) if system else (),
    )


def dcf(text: str) -> dict[str, str]:
    """Return the fields of a Debian control file, continued lines joined."""
    joined = re.sub(r"\n[ \t]+", " ", text)
    lines = (line.partition(":") for line in joined.splitlines())
    return {key.strip(): " ".join(value.split()) for key, colon, value in lines if colon}


def _names(listed: str) -> Iterator[str]:
    for item in listed.split(","):
        match = re.match(r"\s*([A-Za-z][\w.]*)", item)
        if match and match[1] not in _BASE:
            yield match[1]


def _released(version: str) -> str:
    """Return a version, empty for one of development (a fourth number from 9000 on)."""
    numbers = re.split(r"[.-]", version)
    return "" if len(numbers) > 3 and numbers[3] >= "9000" else version


def _licence(text: str) -> str:
    """Return an SPDX expression for R's field: ``GPL (>= 2)``, ``GPL-2 | MIT + file LICENSE``."""
    found = []
    for part in text.split("|"):
        plain = re.sub(r"\s*\+\s*file\s+LICEN[CS]E\s*$", "", part.strip())
        range_ = re.fullmatch(r"(A?L?GPL)\s*\(\s*>=\s*(\d)(?:\.(\d))?\s*\)", plain)
        if range_:
            found.append(f"{range_[1]}-{range_[2]}.{range_[3] or 0}-or-later")
        else:
            found.append(_LICENCES.get(plain, re.sub(r"\s*\(\s*>=\s*([\d.]+)\s*\)", r" \1", plain)))
    return " OR ".join(f for f in found if f)
