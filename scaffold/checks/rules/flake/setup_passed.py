"""setup.toml has to be given to ``lib.compose``."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC116",
    "setup-not-passed",
    "setup.toml is there and lib.compose is not given it",
    severity=Severity.ERROR,
    why="`nxc` sees the file, asks the flake for it, and exits when the flake does not read it.",
    remedy="Add setup = ./setup.toml; to the arguments of lib.compose",
    bad="nxc.lib.compose { inherit nixpkgs system; composition = ./composition.nix; }",
    good="nxc.lib.compose {\n  inherit nixpkgs system;\n  setup = ./setup.toml;\n  …\n}",
    fixable=True,
)
def setup_not_passed(target: Target) -> Iterator[Hit]:
    """Look for the file beside a flake that calls the library."""
    if not (target.root / "setup.toml").is_file():
        return
    for call in target.project.calls:
        if "setup" in call.arguments or not call.readable or call.file.path.parent != target.root:
            continue
        first = min((a.start for a in call.arguments.values()), default=None)
        edits: tuple[Edit, ...] = ()
        if first is not None:
            start = call.file.text.rfind("\n", 0, first) + 1
            indent = call.file.text[start:first]
            if not indent.strip():
                new = f"setup = ./setup.toml;\n{indent}"
                edits = (Edit(call.file.path, first, first, new),)
        message = "setup.toml is there, and lib.compose does not get it"
        yield target.hit(call.file, call.node, message, edits=edits)
