"""Flavours that do not evaluate."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.evaluated import failure_hit
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.compose_call import FLAVOURS
from scaffold.system import nix
from scaffold.system.nix_errors import NixError


@rule(
    "NXC901",
    "flavour-fails",
    "a flavour of a composition does not evaluate",
    severity=Severity.ERROR,
    level=Level.EVALUATION,
    why="Nothing of it can be built.",
    remedy="Mend the place it names",
    repeats=("NXC001", "NXC003", "NXC010", "NXC011", "NXC401"),
)
def flavour_fails(target: Target) -> Iterator[Hit]:
    """Evaluate the derivation of every flavour that the flake offers, each by itself.

    Raises:
        NixError: nix could not work: no network, no store, no memory. Nothing is known then.

    """
    nix.require()
    told: set[tuple[str, int | None, str]] = set()
    with nix.flake_source(target.root) as reference:
        try:
            packages = _packages(target, reference)
        except NixError as error:
            if not error.failure.is_defect:
                raise
            yield failure_hit(target, error.failure, "the flake")
            return
        for composition, flavour in packages:
            try:
                nix.eval_flavour(target.root, composition, flavour, (), reference=reference)
            except NixError as error:
                if not error.failure.is_defect:
                    raise
                hit = failure_hit(target, error.failure, f"{composition}::{flavour}")
                key = (str(hit.path), hit.line, error.failure.message)
                if key not in told:  # one defect fails on every flavour
                    told.add(key)
                    yield hit


def _packages(target: Target, reference: str) -> list[tuple[str, str]]:
    """Return the compositions and flavours among the flake's packages.

    Raises:
        NixError: the flake itself does not evaluate.

    """
    names = nix.flake_packages(target.root, (), reference=reference)
    found = [tuple(name.split("::", 1)) for name in names if "::" in name]
    return [(c, f) for c, f in found if c and f in FLAVOURS]
