"""Names of systemd units in Nix files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import ANY_KIND, Edit, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile, text_of

#: Options of a unit that list other units (nixos/lib/systemd-unit-options.nix).
_LISTS = frozenset(
    {"after", "before", "bindsTo", "conflicts", "onFailure", "partOf", "requiredBy", "requires",
     "requisite", "upheldBy", "upholds", "wantedBy", "wants"}
)  # fmt: skip
_KINDS = ("services", "targets", "timers", "sockets", "mounts", "paths", "slices")


@rule(
    "NXC015",
    "unit-without-suffix",
    "a unit is named without its kind",
    severity=Severity.ERROR,
    kinds=ANY_KIND,
    why="A list of units names each with its suffix. systemd ignores a name without one, so that "
    "the order does not hold; newer releases of nixpkgs refuse it.",
    remedy="Write the suffix, most often .service",
    bad='systemd.services.node.after = [ "oar-server" ];',
    good='systemd.services.node.after = [ "oar-server.service" ];',
    fixable=True,
)
def unit_without_suffix(target: Target) -> Iterator[Hit]:
    """Look at the lists of units, below systemd.services and its like."""
    for file in target.parsed:
        for node in file.nodes if "systemd" in file.text else ():
            for binding in node.bindings:
                key = binding.path[-1] if binding.path else None
                value = binding.value
                if key not in _LISTS or value is None or value.kind != "list":
                    continue
                if not _of_unit(file, node, binding.path):
                    continue
                for item in value.children:
                    text = text_of(item)
                    if text is not None and re.fullmatch(r"[\w@-]+", text):
                        end = item.end - 1
                        edit = Edit(file.path, end, end, ".service")
                        message = f"{text} in {key} has no suffix"
                        is_ours = f"systemd.services.{text}" in file.text
                        yield target.hit(file, item, message, edits=(edit,) if is_ours else ())


def _of_unit(file: NixFile, node: Node, path: tuple[str | None, ...]) -> bool:
    """Say whether a binding in a set is one of a unit: its whole path begins with systemd."""
    whole = list(path)
    inner = node
    for around in file.enclosing(node):
        for binding in around.bindings:
            if binding.value is inner:
                whole = [*binding.path, *whole]
        inner = around
    for place, name in enumerate(whole):
        if name == "systemd" and any(kind in whole[place:] for kind in _KINDS):
            return len(whole) - place >= 3
    return False
