"""Go packages in forms that nixpkgs refuses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import NUR, bindings_of, calls_in, package_files, refused_since
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NUR115",
    "vendor-sha256",
    "a Go package has a hash that nixpkgs does not read any more",
    severity=Severity.ERROR,
    kinds=NUR,
    why="nixpkgs 24.05 refuses vendorSha256; vendorHash takes the same value. That of modSha256, "
    "which came before it, is of another form.",
    remedy="Rename it to vendorHash",
    bad='vendorSha256 = "…";',
    good='vendorHash = "…";',
    since="nixpkgs 24.05",
    fixable=True,
)
def vendor_sha256(target: Target) -> Iterator[Hit]:
    """Look for the attribute."""
    for file in package_files(target):
        for _, binding in bindings_of(file, "vendorSha256"):
            end = binding.start + len("vendorSha256")
            edit = Edit(file.path, binding.start, end, "vendorHash")
            severity = refused_since(target, "24.05")
            message = "vendorSha256 is gone in nixpkgs 24.05"
            yield target.hit(file, binding.start, message, severity=severity, edits=(edit,))
        for _, binding in bindings_of(file, "modSha256"):
            message = "modSha256 is gone in nixpkgs 20.09"
            remedy = "Set vendorHash = lib.fakeHash;, and take the hash that the build tells"
            yield target.hit(file, binding.start, message, remedy)


@rule(
    "NUR116",
    "go-package",
    "a Go package uses a builder that is gone",
    severity=Severity.ERROR,
    kinds=NUR,
    why="nixpkgs 25.05 removed buildGoPackage.",
    remedy="Use buildGoModule with vendorHash",
    since="nixpkgs 25.05",
)
def go_package(target: Target) -> Iterator[Hit]:
    """Look for the name; told once a file."""
    for file in package_files(target):
        for name, node, _ in calls_in(file) if "buildGoPackage" in file.text else ():
            if name == "buildGoPackage":
                severity = refused_since(target, "25.05")
                message = "buildGoPackage is gone in nixpkgs 25.05"
                yield target.hit(file, node, message, severity=severity)
                break
