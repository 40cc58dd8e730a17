"""Moving a project of the tool's own: another release in its answers, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from scaffold.base.errors import InputError, Problem
from scaffold.commands.options import Options
from scaffold.commands.rewriting import rewrite
from scaffold.commands.session import Session
from scaffold.writer.tree import File


def run(
    root: Path, target: str, flags: Mapping[str, object], edited_files: Sequence[File] = ()
) -> int:
    """Write the project anew from its answers with another release; edits are merged.

    ``edited_files`` are files of the user's that are edited in the same run. Pins of the inputs
    that a release has are dropped, and told: they were for the old one.

    Raises:
        InputError: the project stands on a newer release, or the target cannot serve its parts.

    """

    def moved(raw: Mapping[str, object], session: Session) -> dict[str, object]:
        source = str(raw.get("release", ""))
        if source > target:
            what = f"it stands on {source}, which is newer than {target}"
            raise InputError(Problem(str(root), what, "Going back is not done: use git"))
        given = raw.get("pins") or {}
        if not isinstance(given, Mapping):
            return {**raw, "release": target}  # it is refused with what else is wrong
        pinned = dict(given)
        sets = {entry.input for entry in session.catalog.package_sets.values()}
        for name in sorted({"nixpkgs", "nxc", *sets} & set(pinned)):
            session.reporter.field("pin", f"{name} {pinned.pop(name)} is dropped")
        return {**raw, "release": target, "pins": pinned}

    unused: dict[str, object] = {
        **dict.fromkeys(("answers_file", "stack", "template", "template_ref", "conflict")),
        **dict.fromkeys(("keep", "resume", "trust", "verbose"), False),
        **dict.fromkeys(("nix_options", "drop_role", "template_values", "override_inputs"), ()),
    }
    return rewrite(
        Options.of({**unused, **flags, "directory": root, "defaults": True}), moved, edited_files
    )
