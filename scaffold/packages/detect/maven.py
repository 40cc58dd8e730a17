"""Java projects of Maven: the pom.xml of the root."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.project import Project

_SPACE = re.compile(r"\{[^}]*\}")


def read_project(folder: Folder) -> Project:
    """Read what the project says; one of several modules leaves open which of them is meant.

    Of several licences, users may choose one (Maven's POM reference, "Licenses").
    """
    root = _read(folder.text("pom.xml"))
    if root is None:
        return Project(file="pom.xml", doubt="pom.xml cannot be read")
    licences = [_text(item, "name") for item in root.iterfind("licenses/license")]
    version = _text(root, "version") or _text(root, "parent/version")
    modules = [" ".join((m.text or "").split()) for m in root.iterfind("modules/module")]
    several = _text(root, "packaging") == "pom" or bool(modules)
    return Project(
        file="pom.xml",
        name=_text(root, "artifactId"),
        version=version if re.fullmatch(r"\d+(\.\d+)*", version) else "",
        description=_text(root, "description"),
        homepage=_text(root, "url"),
        licence=" OR ".join(n for n in licences if n),
        tests=False,  # they may need what the dependencies fetched beforehand lack
        doubt=f"it builds several modules: {', '.join(modules)}" if several else "",
    )


def _read(text: str) -> ET.Element | None:
    """Return the document without its namespaces; entities of its own are not read."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        root = ET.fromstring(text)  # noqa: S314 - no entities, see above
    except (ET.ParseError, ValueError):
        return None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = _SPACE.sub("", element.tag)
    return root


def _text(root: ET.Element, path: str) -> str:
    value = " ".join((root.findtext(path) or "").split())
    return "" if "${" in value else value
