"""Rust packages in forms that nixpkgs refuses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import NUR, attribute_hits
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NUR114",
    "cargo-sha256",
    "a Rust package has a hash that nixpkgs does not read any more",
    severity=Severity.ERROR,
    kinds=NUR,
    why="nixpkgs 25.05 fetches crates in another form: cargoSha256 is an error, and its value is "
    "not that of cargoHash.",
    remedy="Set cargoHash = lib.fakeHash;, and take the hash that the build tells",
    bad='cargoSha256 = "…";',
    good='cargoHash = "sha256-…";',
    since="nixpkgs 25.05",
)
def cargo_sha256(target: Target) -> Iterator[Hit]:
    """Look for the attribute."""
    yield from attribute_hits(
        target, "cargoSha256", "25.05", "cargoSha256 is gone in nixpkgs 25.05"
    )
