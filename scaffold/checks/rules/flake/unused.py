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
    "a `let` binds a name that nothing uses",
    severity=Severity.NOTE,
    why="An overlay, a module or a set of packages that nobody passes on has no effect, which is "
    "easily taken for one that has.",
    remedy="Use it, or remove it",
    bad="let\n  overlay = final: prev: { … };\nin\nnxc.lib.compose { … }",
    good="let\n  overlay = final: prev: { … };\nin\nnxc.lib.compose { overlays = [ overlay ]; … }",
)
def unused_binding(target: Target) -> Iterator[Hit]:
    """Look for names of a `let` that occur once in the whole file; those with a _ are meant."""
    for file in target.parsed:
        uses = Counter(_WORD.findall(file.text))
        for node in file.nodes:
            for binding in node.bindings if node.kind == "let" else ():
                name = binding.path[0] if len(binding.path) == 1 else None
                if name is None or binding.value is None or name.startswith("_"):
                    continue
                if uses[name] == 1:
                    yield target.hit(file, binding.start, f"{name} is not used")
