"""Overlays that are applied to nixpkgs: sets of packages that lie above it.

The forms are those of the nixpkgs manual ("Overlays") and of the comments of ``lib/fixed-points``:
``pkgs.extend overlay``, ``pkgs.appendOverlays [ … ]``, ``import nixpkgs { overlays = [ … ]; }`` and
the functions that compose overlays. What results has nixpkgs, of which nothing is known, below the
packages of the overlays.
"""

from __future__ import annotations

from collections.abc import Iterable

from scaffold.repository.follow.known import Call, Known
from scaffold.repository.follow.values import IMPORTED, Outside, Sequence_, Update, Value

KNOWN = Known()


@KNOWN.add(1, "extend")
def _extend(call: Call) -> Value:
    return _applied(call, call.outside("pkgs"), [call[0]])


@KNOWN.add(1, "appendOverlays")
def _append_overlays(call: Call) -> Value:
    return _applied(call, call.outside("pkgs"), _listed(call, call[0]))


@KNOWN.add(1, IMPORTED)
def _import_nixpkgs(call: Call) -> Value:
    """Return nixpkgs as ``import`` of another repository gives it, with overlays if it gets any."""
    given = call.outside(f"{call.name} …")
    overlays = call.follower.member(call[0], "overlays")
    if not isinstance(overlays, Sequence_):
        return given
    return _applied(call, given, _listed(call, overlays))


@KNOWN.add(4, "composeExtensions")
def _compose_two(call: Call) -> Value:
    return _composed(call, [call[0], call[1]], call[2], call[3])


@KNOWN.add(3, "composeManyExtensions")
def _compose_many(call: Call) -> Value:
    return _composed(call, _listed(call, call[0]), call[1], call[2])


@KNOWN.add(3, "extends")
def _extends(call: Call) -> Value:
    before = call.call(call[1], call[2])
    return Update(before, call.call(call[0], call[2], before))


def _listed(call: Call, overlays: Value) -> list[Value]:
    """Return overlays one by one; a list that is not known is one overlay that is not known."""
    if isinstance(overlays, Sequence_):
        return [item() for item in overlays.items]
    return [call.outside("a list of overlays")]


def _applied(call: Call, nixpkgs: Outside, overlays: Iterable[Value]) -> Value:
    """Return nixpkgs with overlays, each of which sees the result and what was there before it."""
    found: list[Value] = []

    def result() -> Value:
        return found[0] if found else nixpkgs

    before: Value = nixpkgs
    for overlay in overlays:
        of_result = call.follower.apply(overlay, result, call.file, call.node)
        before = Update(before, call.call(of_result, before))
    found.append(before)
    return before


def _composed(call: Call, overlays: Iterable[Value], result: Value, before: Value) -> Value:
    """Return what overlays add together, without what was there before them."""
    added: Value | None = None
    for overlay in overlays:
        part = call.call(overlay, result, before)
        before = Update(before, part)
        added = part if added is None else Update(added, part)
    return call.outside("no overlay") if added is None else added
