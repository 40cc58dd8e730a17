"""Zig projects: build.zig.zon for the name, the version and the dependencies, build.zig as text."""

from __future__ import annotations

import re

from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.project import Need, Project, first, main_of, without_comments


def read_project(folder: Folder) -> Project:
    """Read what the manifest says, and which libraries of the system the script links."""
    manifest = without_comments(folder.text("build.zig.zon"), "//")
    script = without_comments(folder.text("build.zig"), "//")
    name = first(r'\.name\s*=\s*\.?@?"?([\w.-]+)', manifest)
    linked = re.findall(r'\.linkSystemLibrary2?\s*\(\s*"([^"]+)"', script)
    needs = [Need(library, "pkg-config") for library in dict.fromkeys(linked)]
    if needs:
        needs.insert(0, Need("pkg-config", "tools", "native"))
    return Project(
        file="build.zig.zon" if manifest else "build.zig",
        name=name,
        version=_plain(first(r'\.version\s*=\s*"([^"]+)"', manifest)),
        program=main_of(_installed(script), name),
        tests=bool(re.search(r'\.step\s*\(\s*"test"', script)),
        needs=tuple(needs),
        extra={"zig_dependencies": _dependencies(manifest)},
    )


def _installed(script: str) -> set[str]:
    """Return the programs that the script both makes and installs, by the variable they are in."""
    made = dict(
        re.findall(
            r'\b(\w+)\s*=\s*\w+\.addExecutable\s*\(\s*\.\{[^{}]*?\.name\s*=\s*"([^"]+)"', script
        )
    )
    installed = re.findall(r"\b(?:installArtifact|addInstallArtifact)\s*\(\s*(\w+)", script)
    return {made[variable] for variable in installed if variable in made}


def _plain(version: str) -> str:
    return version if re.fullmatch(r"\d+(\.\d+)+", version) and version != "0.0.0" else ""


def _dependencies(manifest: str) -> list[str]:
    """Return the names of dependencies that are fetched, those of a folder left out."""
    match = re.search(r"\.dependencies\s*=\s*\.\{", manifest)
    if not match:
        return []
    rest, depth, names = manifest[match.end() :], 1, []
    for part in re.finditer(r'\.@?"?([\w.-]+)"?\s*=\s*\.\{|[{}]', rest):
        if depth == 1 and part[1]:
            block = rest[part.end() : rest.find("}", part.end())]
            if ".url" in block:
                names.append(part[1])
        depth += -1 if part[0] == "}" else 1
        if not depth:
            break
    return names
