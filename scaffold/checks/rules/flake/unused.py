"""What flake.nix defines and nothing reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target

_WORD = re.compile(r"[A-Za-z_][\w'-]*")


@rule(
    "NXC124",
    "unused-binding",
    "flake.nix binds a name that nothing uses",
    severity=Severity.NOTE,
    why="An overlay or a set of packages that nobody passes on has no effect, which is easily "
    "taken for one that has.",
    remedy="Use it, or remove it",
    bad="let\n  overlay = final: prev: { … };\nin\nnxc.lib.compose { … }",
    good="let\n  overlay = final: prev: { … };\nin\nnxc.lib.compose { overlays = [ overlay ]; … }",
)
def unused_binding(target: Target) -> Iterator[Hit]:
    """Look for names of a `let` that occur once in the whole file."""
    flake = target.project.flake
    if flake is None:
        return
    uses = Counter(_WORD.findall(flake.file.text))
    for node in flake.file.nodes:
        if node.kind != "let":
            continue
        for binding in node.bindings:
            name = binding.path[0] if len(binding.path) == 1 else None
            if name is None or binding.value is None:
                continue
            if uses[name] == 1:
                message = f"{name} is not used"
                yield target.hit(flake.file, binding.start, message)
