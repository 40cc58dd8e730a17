"""The inputs of a flake.nix, moved to the pins of another release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.inputs import Pin
from scaffold.catalogue.migrations import kapack_branches, migrations
from scaffold.catalogue.package_sets import contents
from scaffold.catalogue.releases import Release
from scaffold.migrate.draft import Draft
from scaffold.migrate.release import named_release
from scaffold.nixlang.edits import Edit, delete_binding, insert_binding
from scaffold.nixlang.nodes import Node
from scaffold.nixlang.quote import nix_string
from scaffold.render.view import pin_url
from scaffold.survey.flake_file import FlakeFile, Input
from scaffold.survey.flake_ref import FlakeRef
from scaffold.survey.lock import Lock
from scaffold.survey.nix_file import NixFile

FLAKE = "flake.nix"
_REVISION = re.compile(r"[0-9a-f]{40}")
#: Branches of nixpkgs that no release stops.
_MOVING = (
    "master",
    "nixos-unstable",
    "nixos-unstable-small",
    "nixpkgs-unstable",
)
#: Parameters that name what of a repository is taken; Nix does not know the last, people write it.
_REFS = ("ref=", "rev=", "tag=")
#: nixpkgs as an archive, and what of it.
_ARCHIVE = re.compile(r"nixpkgs/archive/([\w.-]+)\.tar\.gz")
#: The repository of NixOS Compose, and its mirror with the branches that it was seen to have.
_NXC = "gitlab.inria.fr/nixos-compose/nixos-compose"
_MIRROR = "github.com/oar-team/nixos-compose"
_MIRRORED = ("23.05", "23.11", "25.05", "master")
NUR_KAPACK = "github.com/oar-team/nur-kapack"


@dataclass(frozen=True)
class Target:
    """The row to move to, with the catalogue it is of."""

    row: Release
    catalog: Catalog

    def pin(self, name: str) -> Pin | None:
        """Return the pin of an input: nixpkgs, nxc, or a package set's."""
        if name in ("nixpkgs", "nxc"):
            return self.row.inputs[name]
        found = contents(name, self.row.name, self.catalog)
        return found.pin if found is not None else None


def move_inputs(draft: Draft, target: Target, nixpkgs: str) -> None:
    """Give nixpkgs, nxc and kapack the refs of a release, in the spelling that each address has."""
    file = draft.nix(FLAKE)
    if file is None:
        return
    flake = FlakeFile(file)
    edits: list[Edit] = []
    for entry in flake.inputs.values():
        kind = _kind(entry, nixpkgs)
        pin = target.pin(kind) if kind else None
        if pin is not None:
            edits += _moved(draft, file, entry, kind, pin, target.row.name)
    draft.edit(FLAKE, edits)


def move_nixpkgs(draft: Draft, target: Target) -> str:
    """Move the nixpkgs of a repository of packages; return the release that it stood on.

    One that is fetched by hash is left to a person, who alone can tell the new hash.
    """
    file = draft.nix(FLAKE)
    entry = FlakeFile(file).inputs.get("nixpkgs") if file is not None else None
    source = named_release(entry.reference.ref) if entry and entry.reference else ""
    if file is not None and entry is not None and source <= target.row.name:
        pin = target.row.inputs["nixpkgs"]
        if _is_ahead(draft, entry, target.row.published):
            what = f"{entry.name} is a moving branch that is ahead of {target.row.name}, and stays"
            advice = f"for {target.row.name} it is {pin_url(pin, pin.ref)}"
            draft.tell_left(file, entry.binding.start, what, advice, "inputs")
        else:
            draft.edit(FLAKE, _moved(draft, file, entry, "nixpkgs", pin, target.row.name))
    for _, other in draft.nix_files():
        for match in _ARCHIVE.finditer(other.text):
            if (told := named_release(match[1])) and told < target.row.name:
                what = f"nixpkgs {told} is fetched by its hash"
                advice = f"for {target.row.name} it is nixos-{target.row.name}, and another hash"
                draft.tell_left(other, match.start(), what, advice, "inputs")
    return source


def _kind(entry: Input, nixpkgs: str) -> str:
    """Return which pin of a release an input has; empty for inputs that are no part of one."""
    if entry.alias is not None:
        return ""
    if entry.name == nixpkgs:
        return "nixpkgs"
    reference = entry.reference
    if reference is not None and reference.is_nxc:
        return "nxc"
    if reference is not None and reference.repository == NUR_KAPACK:
        return "kapack"
    return ""


def _moved(
    draft: Draft, file: NixFile, entry: Input, kind: str, pin: Pin, release: str
) -> list[Edit]:
    """Return the edit of one address; what cannot be changed surely is left to a person."""
    node, reference = entry.url_node, entry.reference
    wanted = pin_url(pin, pin.ref)
    place = entry.binding.start
    advice = f"for {release} it is {wanted}"
    if node is None or entry.url is None or reference is None or reference.is_local:
        what = f"the address of {entry.name} is computed, or that of a folder"
        draft.tell_left(file, place, what, advice, "inputs")
        return []
    if not _is_official(kind, reference):
        what = f"{entry.name} is a fork, whose branches are not known here"
        draft.tell_left(file, place, what, advice, "inputs")
        return []
    if kind == "kapack" and not _is_usual_branch(reference):
        what = f"{entry.name} is the branch {reference.ref}, whose content is not known here"
        draft.tell_left(file, place, what, advice, "kapack-content")
        return []
    url = respelt(entry.url, reference, pin.ref)
    if reference.repository == _MIRROR and pin.ref not in _MIRRORED:
        url = wanted
    if url == entry.url:
        return []
    draft.tell_done(file, place, f"{entry.name}: {entry.url} → {url}", "inputs")
    return [Edit(node.start, node.end, nix_string(url))]


def _is_ahead(draft: Draft, entry: Input, published: date | None) -> bool:
    """Say whether a branch that moves was locked after a release, or is not locked at all.

    Then it is newer than the release, to which a repository of packages would go back. A
    composition goes to the release it is told: its nixpkgs, nxc and kapack have to be of one row.
    """
    reference = entry.reference
    if reference is None or not reference.is_nixpkgs:
        return False
    named = reference.ref or reference.parameters.get("tag", "")
    if reference.rev or (named and named not in _MOVING):
        return False
    text = draft.text("flake.lock")
    locked = Lock(draft.root / "flake.lock", text).input(entry.name) if text else None
    if locked is None or locked.modified is None or published is None:
        return True
    return locked.modified > published


def _is_official(kind: str, reference: FlakeRef) -> bool:
    if kind == "nixpkgs":
        return reference.is_nixpkgs
    if kind == "nxc":
        return reference.repository in (_NXC, _MIRROR)
    return True


def _is_usual_branch(reference: FlakeRef) -> bool:
    """Say whether kapack is taken at a branch that is known, or was and is gone, or by revision.

    A branch of somebody's own has what its author wants of it, and is not left silently.
    """
    gone = migrations()["kapack-branch-gone"].olds
    return not reference.ref or reference.ref in kapack_branches() or reference.ref in gone


def respelt(url: str, reference: FlakeRef, ref: str) -> str:
    """Return an address with another ref, and everything else as it was written."""
    old = reference.ref or reference.rev
    key = "rev" if _REVISION.fullmatch(ref) else "ref"
    head, mark, query = url.partition("?")
    parts = [part for part in query.split("&") if part]
    if any(part.startswith(_REFS) for part in parts):
        kept = [part for part in parts if not part.startswith(_REFS)]
        first = next(i for i, part in enumerate(parts) if part.startswith(_REFS))
        kept.insert(min(first, len(kept)), f"{key}={ref}")
        return f"{head}?{'&'.join(kept)}"
    if reference.kind in ("github", "gitlab", "sourcehut", "indirect"):
        base = head
        if old and head.endswith(f"/{old}"):
            base = head.removesuffix(f"/{old}")
        return f"{base}/{ref}{mark}{query}"
    return f"{head}?{'&'.join([*parts, f'{key}={ref}'])}"


def move_follows(draft: Draft, target: Target, nixpkgs: str) -> None:
    """Let nxc and kapack follow the flake's nixpkgs, or their own, as the release has it.

    Only what is written is changed where a release wants following: that is the usual way, and an
    input that keeps its own nixpkgs works too.
    """
    file = draft.nix(FLAKE)
    if file is None:
        return
    edits: list[Edit] = []
    flake = FlakeFile(file)
    nxc = next((e.name for e in flake.inputs.values() if _kind(e, nixpkgs) == "nxc"), "nxc")
    for entry in flake.inputs.values():
        kind = _kind(entry, nixpkgs)
        pin = target.pin(kind) if kind in ("nxc", "kapack") else None
        follow = entry.follows.get("nixpkgs")
        if pin is None or "nixpkgs" in pin.replaced.values():
            continue
        other = pin.replaced.get("nixpkgs", "").replace("nxc/", f"{nxc}/")
        if follow is not None and follow.target == other:
            continue
        if follow is not None and other and follow.binding.value is not None:
            value = follow.binding.value
            edits.append(Edit(value.start, value.end, nix_string(other)))
        elif follow is not None:
            edits.append(delete_binding(file.text, follow.binding))
        elif other:
            edits += _added(file, flake, entry, other)
        if follow is not None or other:
            what = f"{entry.name} keeps the nixpkgs that it is made for"
            draft.tell_done(file, entry.binding.start, what, "follows")
    draft.edit(FLAKE, edits)


def _added(file: NixFile, flake: FlakeFile, entry: Input, other: str) -> list[Edit]:
    """Return the edit that adds ``inputs.nixpkgs.follows`` beside an input's address."""
    holder, path = _holder(flake.root, entry)
    if holder is None:
        return []
    key = [*path, "inputs", "nixpkgs", "follows"]
    among = [("\0", entry.binding)]
    edit = insert_binding(file.text, holder, key, nix_string(other), among)
    return [edit]


def _holder(root: Node | None, entry: Input) -> tuple[Node | None, list[str]]:
    """Return the set that binds an input's address, and the path of the input in it."""
    if root is None:
        return None, []
    waiting: list[tuple[Node, list[str]]] = [(root, [])]
    while waiting:
        node, path = waiting.pop()
        for binding in node.bindings:
            parts = [part or "" for part in binding.path]
            if binding is entry.binding:
                return node, parts[:-1]
            if binding.value is not None and binding.value.kind == "set":
                waiting.append((binding.value, [*path, *parts]))
    return None, []
