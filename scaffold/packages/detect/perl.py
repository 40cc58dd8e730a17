"""Perl distributions: META.json of a release, else Makefile.PL and cpanfile, read and not run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from scaffold.packages.builders import packages_folder
from scaffold.packages.detect.facts import Folder, table, text_of
from scaffold.packages.detect.project import Need, Project, first, main_of, without_comments

#: The licences of CPAN::Meta::Spec and of ExtUtils::MakeMaker as SPDX.
_LICENCES = {
    "perl": "Artistic-1.0-Perl OR GPL-1.0-or-later",
    "perl_5": "Artistic-1.0-Perl OR GPL-1.0-or-later",
    "artistic_2": "Artistic-2.0",
    "apache_2_0": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "freebsd": "BSD-2-Clause",
    "gpl_1": "GPL-1.0-only",
    "gpl_2": "GPL-2.0-only",
    "gpl_3": "GPL-3.0-only",
    "lgpl_2_1": "LGPL-2.1-only",
    "lgpl_3_0": "LGPL-3.0-only",
    "mit": "MIT",
    "zlib": "Zlib",
}
#: An item that is there on one system alone: ``( $^O eq 'MSWin32' ? (…) : () )``.
_OF_A_SYSTEM = re.compile(r"\(\s*\$\^O\b[^()]*(?:\([^()]*\)[^()]*)*\)")
_MODULE = r"[A-Za-z]\w*(?:::\w+)*"


def read_project(folder: Folder) -> Project:
    """Read what the distribution says of itself and the modules that it needs to run."""
    build = not folder.text("Makefile.PL")
    script = without_comments(folder.text("Build.PL" if build else "Makefile.PL"))
    script = _OF_A_SYSTEM.sub("", script)
    meta = folder.json("META.json")

    def value(*keys: str) -> str:
        return first(rf"""\b(?:{"|".join(keys)})['"]?\s*(?:=>|\s)\s*['"]([^'"]+)['"]""", script)

    said = meta.get("license")
    licence = text_of(said[0]) if isinstance(said, list) and len(said) == 1 else ""
    licence = licence or value("LICENSE", "license")
    name = text_of(meta.get("name")) or value("DISTNAME", "NAME", "module_name", "name")
    programs = _programs(script)
    main = value("VERSION_FROM", "dist_version_from", "all_from")
    version = text_of(meta.get("version")) or value("VERSION", "dist_version") or _of(folder, main)
    return Project(
        file="META.json" if meta else "Build.PL" if build else "Makefile.PL",
        name=name.replace("::", "-"),
        version=version.removeprefix("v") if re.fullmatch(r"v?\d+(\.\d+)*", version) else "",
        description=text_of(meta.get("abstract")) or value("ABSTRACT", "dist_abstract"),
        homepage=text_of(table(meta, "resources").get("homepage")),
        licence=_LICENCES.get(licence.lower(), licence),
        program=main_of(programs, name),
        tests="t/" in folder.names(),
        needs=tuple(_needs(folder, script, meta)),
        extra={"perl_module": build},
    )


def _of(folder: Folder, file: str) -> str:
    """Return the version that a module has, as ``use``, ``our`` or a package statement."""
    pattern = (
        r"""\$VERSION\s*=\s*(?:version->declare\()?['"]?(v?[\d.]+)|^package\s+\S+\s+(v?\d[\d.]*)"""
    )
    match = re.search(pattern, folder.text(file), re.MULTILINE) if file else None
    return (match[1] or match[2] or "") if match else ""


def _programs(script: str) -> set[str]:
    """Return the scripts that are installed."""
    listed = re.search(r"(?:EXE_FILES|script_files)['\"]?\s*=>\s*\[([^\]]*)\]", script)
    names = re.findall(r"[\w./-]+", re.sub(r"\bqw\b", " ", listed[1])) if listed else []
    return {name.rpartition("/")[2] for name in names}


def _needs(folder: Folder, script: str, meta: dict[str, object]) -> Iterator[Need]:
    """Yield the modules that are needed to run and to test, those of Perl itself left out."""
    wanted = dict.fromkeys(_listed(script, "PREREQ_PM", "requires"), "propagated")
    wanted |= dict.fromkeys(table(meta, "prereqs", "runtime", "requires"), "propagated")
    cpanfile = without_comments(folder.text("cpanfile"))
    outer = re.sub(
        r"(?s)\bon\s+['\"]?(?!runtime\b)\w+['\"]?\s*=>\s*sub\s*\{.*?\}\s*;", "", cpanfile
    )
    outer = re.sub(r"(?s)\bfeature\b.*?\}\s*;", "", outer)
    outer = re.sub(r"(?s)\b(if|unless)\s*\([^)]*\)\s*\{.*?\}", "", outer)
    wanted |= dict.fromkeys(
        re.findall(rf"^\s*requires\s+['\"]({_MODULE})", outer, re.M), "propagated"
    )
    tests = [*_listed(script, "TEST_REQUIRES", "BUILD_REQUIRES", "test_requires")]
    for name in (*tests, *table(meta, "prereqs", "test", "requires")):
        wanted.setdefault(name, "check")
    for name, role in wanted.items():
        if name != "perl" and name not in _core():
            yield Need(name, "perl", "check" if role == "check" else "propagated")


def _listed(script: str, *keys: str) -> Iterator[str]:
    for key in keys:
        for block in re.findall(rf"\b{key}['\"]?\s*=>\s*\{{([^}}]*)\}}", script):
            yield from re.findall(rf"['\"]?({_MODULE})['\"]?\s*=>", block)
        yield from re.findall(rf"^\s*{key}\s+['\"]({_MODULE})", script, re.MULTILINE)


@cache
def _core() -> frozenset[str]:
    """Return the modules that come with Perl (Module::CoreList of 5.36)."""
    text = (packages_folder() / "names" / "perl-core.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
