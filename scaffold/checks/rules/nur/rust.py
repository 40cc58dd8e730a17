"""Rust packages in forms that nixpkgs refuses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import (
    NUR,
    attribute_hits,
    bindings_of,
    calls_in,
    package_files,
    pinned_release,
    refused_since,
)
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Binding
from scaffold.survey.nix_file import NixFile


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


@rule(
    "NUR126",
    "fetch-cargo-vendor",
    "a Rust package asks for a fetcher that is the only one now",
    severity=Severity.WARNING,
    kinds=NUR,
    why="useFetchCargoVendor chose between two fetchers of crates. From nixpkgs 25.05 on there is "
    "one, and setting the attribute is warned of.",
    remedy="Remove the line",
    bad='useFetchCargoVendor = true;\ncargoHash = "sha256-…";',
    good='cargoHash = "sha256-…";',
    since="nixpkgs 25.05",
    fixable=True,
)
def fetch_cargo_vendor(target: Target) -> Iterator[Hit]:
    """Look for the attribute; true is removed, false needs another hash."""
    if pinned_release(target) < "25.05":
        return
    for file in package_files(target):
        for _, binding in bindings_of(file, "useFetchCargoVendor"):
            is_true = binding.value is not None and file.source(binding.value) == "true"
            edits = _without_line(file, binding) if is_true else ()
            message = "useFetchCargoVendor has no effect from nixpkgs 25.05 on"
            remedy = "" if is_true else "Remove it, and take the hash that the build tells"
            yield target.hit(file, binding.start, message, remedy, edits=edits)


def _without_line(file: NixFile, binding: Binding) -> tuple[Edit, ...]:
    """Return the edit that removes a binding that has its lines for itself."""
    start = file.text.rfind("\n", 0, binding.start) + 1
    end = file.text.find("\n", binding.end)
    alone = not file.text[start : binding.start].strip()
    return (Edit(file.path, start, end + 1, ""),) if alone and end >= binding.end else ()


@rule(
    "NUR127",
    "fetch-cargo-tarball",
    "a Rust package fetches its crates by a function that is gone",
    severity=Severity.ERROR,
    kinds=NUR,
    why="nixpkgs 25.05 removed rustPlatform.fetchCargoTarball; its hash is of another form.",
    remedy="Use rustPlatform.fetchCargoVendor, and take the hash that the build tells",
    bad="cargoDeps = rustPlatform.fetchCargoTarball { … };",
    good="cargoDeps = rustPlatform.fetchCargoVendor { … };",
    since="nixpkgs 25.05",
)
def fetch_cargo_tarball(target: Target) -> Iterator[Hit]:
    """Look for calls of the function."""
    for file in package_files(target):
        for name, node, _ in calls_in(file) if "fetchCargoTarball" in file.text else ():
            if name == "fetchCargoTarball":
                severity = refused_since(target, "25.05")
                message = "fetchCargoTarball is gone in nixpkgs 25.05"
                yield target.hit(file, node, message, severity=severity)
