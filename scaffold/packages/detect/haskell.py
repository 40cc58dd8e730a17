"""Haskell projects: the one .cabal file, or hpack's package.yaml for what it says at its top."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.project import (
    BuilderValues,
    Need,
    Project,
    first,
    main_of,
    without_comments,
)

_GHC_NAMES = """
    array base binary bytestring containers deepseq directory exceptions filepath ghc
    ghc-prim haskeline mtl parsec pretty process stm template-haskell terminfo text time
    transformers unix xhtml Cabal integer-gmp ghc-bignum semaphore-compat
"""
#: Libraries that come with GHC (ghc --info, "boot packages"): nixpkgs has null for them.
_GHC = frozenset(_GHC_NAMES.split())
_STANZA = re.compile(
    r"(?im)^(?=(?:library|foreign-library|executable|test-suite|common|benchmark|flag"
    r"|source-repository|custom-setup)\b)"
)
#: The attribute of haskellPackages.mkDerivation that a stanza's dependencies go to.
_TARGETS = {
    "library": "library", "common": "library", "executable": "executable", "test-suite": "test",
}  # fmt: skip


@dataclass(frozen=True)
class _Stanza:
    """A component of a package: its kind in small letters, its name, and its text."""

    kind: str
    name: str
    text: str

    def field(self, key: str) -> Iterator[str]:
        """Yield the items of a field that lists packages, each time that it is there.

        It goes on up to the next field, whose colon stands before a blank, unlike that of ``a:b``.
        """
        for block in re.findall(
            rf"(?im)^\s*{key}:[ \t]*(.*(?:\n[ \t]+(?![ \t]|\w[\w-]*:\s|if\b|else\b).*)*)", self.text
        ):
            yield from (item.strip() for item in block.split(",") if item.strip())


def read_project(folder: Folder) -> Project:
    """Read what the project says of itself and, for each component, what it depends on."""
    cabals = [n for n in folder.names() if n.endswith(".cabal")]
    file = cabals[0] if len(cabals) == 1 else "package.yaml"
    text = without_comments(folder.text(file), "--")

    def value(key: str) -> str:
        found = first(rf"(?i)^{key}:[ \t]*(.*(?:\n[ \t]+(?![ \t]|\w[\w-]*:).*)*)", text)
        return found.strip("\"'")

    stanzas = list(_stanzas(text))
    programs = {s.name for s in stanzas if s.kind == "executable" and not _may_be_left_out(s)}
    return Project(
        file=file,
        name=value("name"),
        version=value("version"),
        description=value("synopsis"),
        homepage=value("homepage"),
        licence=value("license"),
        program=main_of(programs, value("name")),
        tests=any(s.kind == "test-suite" for s in stanzas),
        needs=_system(stanzas),
        extra={
            **_depends(stanzas, value("name")),
            "is_library": any(s.kind == "library" for s in stanzas),
            "is_executable": bool(programs),
        },
    )


def _may_be_left_out(stanza: _Stanza) -> bool:
    """Say whether a component is not built, or not under every flag."""
    return re.search(r"(?im)^\s+buildable:\s*false", stanza.text) is not None


def _stanzas(text: str) -> Iterator[_Stanza]:
    """Yield the components; what stands before the first one has no kind."""
    for part in _STANZA.split(text):
        words = part.split("\n", 1)[0].split()
        yield _Stanza(words[0].lower() if words else "", "".join(words[1:2]), part)


def _depends(stanzas: list[_Stanza], package: str) -> BuilderValues:
    """Return the packages of Hackage by target; parts of the package itself are none."""
    inner = {package, *(s.name for s in stanzas if s.kind == "library" and s.name)}

    def named(target: str, field: str) -> set[str]:
        mine = [s for s in stanzas if _TARGETS.get(s.kind) == target]
        return {_package(item) for s in mine for item in s.field(field)} - inner - _GHC - {""}

    def libraries(target: str) -> list[str]:
        return sorted(named(target, "build-depends"))

    def tools(target: str) -> list[str]:
        return sorted(named(target, "build-tool(?:-depend)?s") - _WITH_GHC)

    return {
        "library": libraries("library"),
        "library_tools": tools("library"),
        "executable": libraries("executable"),
        "executable_tools": tools("executable"),
        "test": libraries("test"),
        "test_tools": tools("test"),
    }


#: Programs that come with GHC.
_WITH_GHC = frozenset({"hsc2hs", "hpc", "haddock", "ghc-pkg", "cabal"})


def _package(item: str) -> str:
    """Return the package of a dependency such as ``aeson >=2``, ``a:b`` or ``hspec-discover:x``."""
    match = re.match(r"[A-Za-z][A-Za-z0-9-]*", item)
    return match[0] if match else ""


def _system(stanzas: list[_Stanza]) -> tuple[Need, ...]:
    """Return the libraries of the system that are found by pkg-config."""
    wanted = {
        item.split()[0]
        for stanza in stanzas
        if stanza.kind in _TARGETS
        for item in stanza.field("pkgconfig-depends")
    }
    return tuple(Need(name, "pkg-config") for name in sorted(wanted))
