"""kapack has to be given to NUR."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC122",
    "kapack-not-passed",
    "kapack is an input, and NUR's copy of it is used",
    severity=Severity.WARNING,
    why="Without repoOverrides the kapack of compositions is the one that NUR's lock file names, "
    "not the input that the flake pins.",
    remedy="Add repoOverrides = { inherit kapack; };",
    bad="nxc.lib.compose { inherit nixpkgs system NUR; … }",
    good="nxc.lib.compose {\n  inherit nixpkgs system NUR;\n"
    "  repoOverrides = { inherit kapack; };\n  …\n}",
)
def kapack_not_passed(target: Target) -> Iterator[Hit]:
    """Look for NUR without overrides, in a flake with kapack."""
    kapack = target.project.kapack
    for call in target.project.calls:
        names = call.arguments.keys()
        if kapack is None or "NUR" not in names or names & {"repoOverrides", "overlays", "nur"}:
            continue
        value = call.value("NUR")
        if value is not None and value.text == "null":
            continue
        message = f"NUR is passed without repoOverrides: the input {kapack.name} is not used"
        yield target.hit(call.file, call.node, message)
