"""``exportReferencesGraph``: the files in which nix tells a build the closure of its inputs.

The manual of Nix, "Advanced attributes": for each name a file in the build's folder, with the paths
of the closure in the format of ``nix-store --load-db``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scaffold.base.errors import ExternalError, InputError, Problem
from scaffold.phases.derivation import Derivation
from scaffold.system import process

KEY = "exportReferencesGraph"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def check(drv: Derivation, where: str) -> None:
    """Refuse what is not reproduced here, before anything is built.

    Raises:
        InputError: the graph is among structured attributes, or of a derivation's file.

    """
    if drv.structured is not None and drv.structured.get(KEY):
        why = f"it wants {KEY} among structured attributes, which only nix itself gives a build"
    elif any(path.endswith(".drv") for _, path in graphs(drv)):
        why = (
            f"it wants {KEY} of a derivation, with all that it builds, which only nix itself gives"
        )
    elif len(drv.env.get(KEY, "").split()) % 2 or not all(map(_NAME.fullmatch, names(drv.env))):
        why = f"its {KEY} is no list of names and paths"
    else:
        return
    raise InputError(Problem(where, why, "Build it with nix build"))


def names(variables: Mapping[str, str]) -> list[str]:
    """Return the names of the files that a derivation's variables ask for."""
    return variables.get(KEY, "").split()[::2]


def graphs(drv: Derivation) -> Iterator[tuple[str, str]]:
    """Yield the name of each file, and the store path whose closure it holds."""
    if drv.structured is None:
        yield from zip(names(drv.env), drv.env.get(KEY, "").split()[1::2], strict=False)


def closure(path: str, store: str) -> str:
    """Return the closure of a store path that is there, as nix writes it for a build.

    Raises:
        ExternalError: nix does not know the path.

    """
    top = "/".join(path.split("/")[: len(store.split("/")) + 1])
    paths = sorted(_nix_store("--query", "--requisites", top).split())
    return "".join(_record(_nix_store("--dump-db", each)) for each in paths)


def _record(text: str) -> str:
    """Return a record of nix's database without hash, size and deriver, which a build is not told.

    Lines: the path, hash, size, deriver, how many references, the references.
    """
    path, _, _, _, *references = text.splitlines()
    return "\n".join([path, "", *references]) + "\n"


def _nix_store(*words: str) -> str:
    done = process.run(["nix-store", *words])
    if done.returncode:
        what = f"the closure of {words[-1]} cannot be had: {done.stderr.strip().splitlines()[-1:]}"
        raise ExternalError(Problem("nix-store", what, "Build that input with nix first"))
    return done.stdout
