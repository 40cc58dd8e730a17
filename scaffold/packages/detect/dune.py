"""OCaml projects of dune: dune-project, and the opam files that it writes or that stand for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.project import Need, Project, first, only

#: What every project of dune depends on, and what the builder brings.
_GIVEN = frozenset({"ocaml", "dune", "base-threads", "base-unix", "base-bytes", "odoc"})
#: Packages that are programs which run while it is built, whatever a project says of them.
_PROGRAMS = frozenset({"cppo", "menhir"})
#: Packages of opam that nixpkgs calls otherwise.
_OTHERWISE = {"ocamlfind": "findlib"}


def read_project(folder: Folder) -> Project:
    """Read the one package of the project, or that which is called as the repository is."""
    text = _without_comments(folder.text("dune-project"))
    packages = _packages(folder, text)
    whole = first(r"^\(name\s+([\w.+-]+)\s*\)", text)
    name = only(packages) or (whole if whole in packages else "")
    listed = ", ".join(sorted(packages))
    repository = re.search(r"\(source\s+\(github\s+([\w.-]+/[\w.-]+)\)", text)
    stanza = packages.get(name, {})
    return Project(
        file="dune-project",
        name=name,
        version=first(r"\(version\s+v?(\d[\w.+~-]*)\s*\)", text),
        description=stanza.get("synopsis", "") or first(r'\(synopsis\s+"([^"]+)"', text),
        homepage=stanza.get("homepage", "")
        or first(r'\(homepage\s+"?(https?://[^\s")]+)', text)
        or (f"https://github.com/{repository[1]}" if repository else ""),
        licence=stanza.get("license", "") or first(r'\(license\s+"?([^")]+?)"?\s*\)', text),
        tests=any(re.search(r"\(tests?\b", folder.text(f)) for f in folder.walk() if _is_dune(f)),
        needs=tuple(_needs(stanza.get("depends", ""))),
        doubt="" if name or not packages else f"it makes several packages: {listed}",
    )


def _is_dune(file: str) -> bool:
    return file.rpartition("/")[2] == "dune"


def _without_comments(text: str) -> str:
    return re.sub(r"(?m);.*$", "", text)


def _packages(folder: Folder, project: str) -> dict[str, dict[str, str]]:
    """Return the fields of each package, by name: of its opam file, else of dune-project."""
    found: dict[str, dict[str, str]] = {}
    for stanza in re.split(r"\(package\b", project)[1:]:
        name = first(r"\(name\s+([\w.+-]+)\s*\)", stanza)
        if name:
            depends = re.search(r"\(depends\b(.*)", stanza, re.DOTALL)
            found[name] = {
                "synopsis": first(r'\(synopsis\s+"([^"]+)"', stanza),
                "depends": _balanced(depends[1]) if depends else "",
            }
    for file in (n for n in folder.names() if n.endswith(".opam")):
        text = re.sub(r"(?m)^#.*$", "", folder.text(file))
        fields = {
            key: first(rf'(?m)^{key}:\s*\[?\s*"([^"]+)"', text)
            for key in ("synopsis", "homepage", "license")
        }
        listed = re.search(r"(?ms)^depends:\s*\[(.*?)^\]", text)
        found[file.removesuffix(".opam")] = {**fields, "depends": listed[1] if listed else ""}
    return found


def _balanced(text: str) -> str:
    """Return a text up to the bracket that closes what is open before it."""
    depth = 1
    for place, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if not depth:
            return text[:place]
    return text


def _needs(depends: str) -> Iterator[Need]:
    """Yield dependencies of opam (``"x" {>= "1" & with-test}``) or dune (``(x (>= 1))``)."""
    if '"' in depends:
        items = re.findall(
            r'"([\w.+-]+)"\s*(\{[^}]*\})?', re.sub(r'[<>=!]+\s*"[^"]*"', "", depends)
        )
    else:
        items = [(name, rest) for name, rest in _dune_items(depends)]
    for opam, condition in items:
        if opam == "ocamlfind" and re.search(r"\bbuild\b", condition):
            continue  # the program alone, which the builder brings
        name = _OTHERWISE.get(opam, opam)
        if name in _GIVEN or re.search(r"with-(doc|dev-setup)", condition):
            continue
        if name in _PROGRAMS or re.search(r"\bbuild\b", condition):
            yield Need(name, "ocaml program", "native")
        elif name.startswith("conf-"):  # a library of the system, under opam's own name for it
            yield Need(name.removeprefix("conf-"), "pkg-config", "build")
        elif "with-test" in condition:
            yield Need(name, "ocaml", "check")
        else:
            yield Need(name, "ocaml", "propagated", optional="?" in condition)


def _dune_items(depends: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the conditions of each item of a ``depends`` of dune-project."""
    place = 0
    while match := re.compile(r"\s*(\()?\s*([\w.+-]+)").match(depends, place):
        place = match.end()
        condition = ""
        if match[1]:
            condition = _balanced(depends[place:])
            place += len(condition) + 1
        yield match[2], condition
