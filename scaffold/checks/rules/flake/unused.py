"""What flake.nix defines and nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.nix_file import NixFile


@rule(
    "NXC124",
    "unused-binding",
    "a `let` binds a name that nothing uses",
    severity=Severity.NOTE,
    why="An overlay, a module or a set of packages that nobody passes on has no effect, which is "
    "easily taken for one that has.",
    remedy="Use it, or remove it",
    bad="let\n  overlay = final: prev: { … };\nin\nnxc.lib.compose { … }",
    good="let\n  overlay = final: prev: { … };\nin\nnxc.lib.compose { overlays = [ overlay ]; … }",
)
def unused_binding(target: Target) -> Iterator[Hit]:
    """Look for names of a `let` that nothing in the file reads; those with a _ are meant."""
    for file in target.parsed:
        used = _used(file)
        for node in file.nodes:
            for binding in node.bindings if node.kind == "let" else ():
                name = binding.path[0] if len(binding.path) == 1 else None
                if name is None or binding.value is None or name.startswith("_"):
                    continue
                if name not in used:
                    yield target.hit(file, binding.start, f"{name} is not used")


def _used(file: NixFile) -> frozenset[str]:
    """Return every name that an expression of a file reads, or that is inherited from around it."""
    found = {node.text for node in file.nodes if node.kind == "name"}
    for node in file.nodes:
        for binding in node.bindings:
            if binding.is_inherit and binding.value is None:
                found |= {name for name in binding.names if name is not None}
    return frozenset(found)
