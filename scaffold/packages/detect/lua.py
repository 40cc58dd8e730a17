"""Lua projects: the rockspec, which is a program of assignments and is read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.project import Need, Project, first, only, without_comments

#: Rockspecs of a branch, not of a release.
_BRANCH = re.compile(r"-(scm|dev|git|cvs|head|master)(-\d+)?\.rockspec$")


def read_project(folder: Folder) -> Project:
    """Read the one rockspec of the root; one of a branch says no version."""
    specs = [n for n in folder.names() if n.endswith(".rockspec")]
    file = only(specs) or next((s for s in specs if _BRANCH.search(s)), specs[0] if specs else "")
    text = without_comments(folder.text(file), "--")
    name = first(r"""^\s*package\s*=\s*["']([^"']+)""", text)
    full = file.removesuffix(".rockspec").removeprefix(f"{name}-")
    version, _, _ = full.rpartition("-")
    return Project(
        file=file,
        name=name,
        version=version if re.fullmatch(r"v?\d+(\.\d+)*", version) else "",
        description=first(r"""\bsummary\s*=\s*["'](.+?)["']\s*[,;\n]""", text),
        homepage=first(r"""\bhomepage\s*=\s*["']([^"']+)""", text),
        licence=first(r"""\blicense\s*=\s*["']([^"']+)""", text),
        tests=False,
        needs=tuple(_needs(text)),
        extra={"rockspec": file, "rockspec_version": full},
        doubt="" if len(specs) < 2 else f"there are {', '.join(specs)}",
    )


def _needs(text: str) -> Iterator[Need]:
    """Yield the rocks and the libraries of the system (``external_dependencies``)."""
    listed = re.search(r"(?ms)^\s*dependencies\s*=\s*\{(.*?)\}", text)
    for item in re.findall(r"""["']([A-Za-z][\w.-]*)""", listed[1]) if listed else ():
        if item.lower() != "lua":
            yield Need(item.lower(), "lua", "propagated")
    outer = re.search(r"(?ms)^\s*external_dependencies\s*=\s*\{(.*?)^\s*\}", text)
    for item in re.findall(r"^\s*([A-Z]\w*)\s*=\s*\{", outer[1], re.MULTILINE) if outer else ():
        yield Need(item, "external", "build")
