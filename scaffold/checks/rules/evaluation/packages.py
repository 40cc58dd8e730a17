"""Packages of a NUR repository that do not evaluate."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import PurePosixPath

from scaffold.checks.evaluated import failure_hit
from scaffold.checks.package_files import NUR
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.quote import nix_attr
from scaffold.system import nix
from scaffold.system.nix_errors import Failure, NixError

#: What a repository's set may hold beside packages (README of nix-community/NUR).
_NO_PACKAGES = ("lib", "modules", "overlays", "overlay", "pkgs", "hmModules", "nixosModules")
#: Says of each package whether it evaluates, is refused on purpose, or is refused otherwise.
_JUDGE = """
p: builtins.mapAttrs (name: v:
  let
    isPackage = builtins.tryEval (builtins.isAttrs v && (v.type or "") == "derivation");
    meta = v.meta or { };
    told = [ (meta.description or "") (meta.license or "") (meta.maintainers or [ ]) ];
    read = builtins.tryEval (builtins.deepSeq told true);
    made = builtins.tryEval (builtins.seq v.drvPath true);
    marks = [ "broken" "unsupported" "insecure" "unfree" ];
    wanted = builtins.any (key: meta.${key} or false) marks;
  in
  if !isPackage.success then "refused"
  else if !isPackage.value then "none"
  else if read.success && made.success then "fine"
  else if read.success && wanted then "on purpose"
  else "refused") (builtins.intersectAttrs { %s } p)
"""
_Apply = Callable[[str], str]


@rule(
    "NUR901",
    "package-fails",
    "a package does not evaluate",
    severity=Severity.ERROR,
    level=Level.EVALUATION,
    kinds=NUR,
    why="Nobody can build it. NUR evaluates a repository as a whole: one package that fails, or "
    "whose meta names somebody that nixpkgs does not know, takes the others with it.",
    remedy="Mend the place it names, or set meta.broken",
    since="the nixpkgs that the repository's flake locks, else the one of NIX_PATH",
    sure="Packages that are marked as broken, unfree, insecure or for another system are not told",
    repeats=("NXC001", "NXC003"),
)
def package_fails(target: Target) -> Iterator[Hit]:
    """Evaluate derivation and meta of every package, without building anything.

    Raises:
        NixError: nix could not work: no nixpkgs, no network, no store, no memory.

    """
    nix.require()
    layout = target.repository.layout
    file = layout.entry if (target.root / layout.entry).is_file() else PurePosixPath("default.nix")
    if not (target.root / file).is_file():
        return
    entry = str(file)
    with ExitStack() as stack:
        if layout.is_flake:
            reference = stack.enter_context(nix.flake_source(target.root))
            apply: _Apply = partial(_of_flake, target, reference)
        else:
            apply = partial(nix.eval_repository, target.root / file)
        try:
            names = json.loads(apply("builtins.attrNames"))
        except NixError as error:
            if not error.failure.is_defect:
                raise
            yield failure_hit(target, error.failure, "the repository", entry)
            return
        wanted = [str(name) for name in names if name not in _NO_PACKAGES]
        told = set()
        for name, failure in _failing(apply, wanted):
            hit = failure_hit(target, failure, name, entry)
            key = (hit.path, hit.line, failure.message)
            if key not in told:  # packages that need one that fails, fail with it
                told.add(key)
                yield hit


def _of_flake(target: Target, reference: str, function: str) -> str:
    return nix.eval_packages(target.root, function, nix.UNBUILT, reference=reference)


def _failing(apply: _Apply, names: Sequence[str]) -> Iterator[tuple[str, Failure]]:
    """Yield the packages that fail, with what nix says; by halves where not all can be judged."""
    if not names:
        return
    given = " ".join(f"{nix_attr(name)} = null;" for name in names)
    try:
        judged = json.loads(apply(_JUDGE % given))
    except NixError as error:
        if not error.failure.is_defect:
            raise
        if len(names) == 1:
            yield names[0], error.failure
        else:
            half = len(names) // 2
            yield from _failing(apply, names[:half])
            yield from _failing(apply, names[half:])
        return
    for name in (n for n in names if judged.get(n) == "refused"):
        try:
            apply(f"p: let x = p.{nix_attr(name)}; in [ x.drvPath (x.meta.maintainers or [ ]) ]")
        except NixError as error:
            if not error.failure.is_defect:
                raise
            yield name, error.failure
