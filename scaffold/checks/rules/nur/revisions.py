"""Revisions of sources that do not stay what they are."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.checks.package_files import NUR, calls_in, package_files
from scaffold.checks.rule import Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.nix_file import text_of

_BRANCHES = frozenset({"HEAD", "dev", "devel", "develop", "main", "master", "trunk"})


@rule(
    "NUR128",
    "branch-with-hash",
    "a source is the head of a branch, with a hash",
    severity=Severity.WARNING,
    kinds=NUR,
    why="With the next commit on the branch the hash does not fit any more: the package can be "
    "built only by who has the old source in the store.",
    remedy="Name a tag or a commit",
    bad='rev = "master";\nhash = "sha256-…";',
    good='rev = "9f8a…";\nhash = "sha256-…";',
)
def branch_with_hash(target: Target) -> Iterator[Hit]:
    """Look for names of branches in calls of the fetchers that are given a hash."""
    for file in package_files(target):
        for name, _, given in calls_in(file):
            has_hash = any(given.binding(key) is not None for key in ("hash", "sha256"))
            if not name.startswith("fetch") or not has_hash:
                continue
            for key in ("rev", "tag"):
                binding = given.binding(key)
                text = text_of(binding.value) if binding is not None else None
                if binding is not None and text in _BRANCHES:
                    message = f"{text} is a branch: the hash breaks at its next commit"
                    yield target.hit(file, binding.start, message)
