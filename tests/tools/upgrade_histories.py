"""Runs upgrade on the parents of real bumps, and compares what it does with what people did.

    python tests/tools/upgrade_histories.py MIRRORS [--show]

MIRRORS holds git directories ``<owner>+<name>/repo``. For each commit that moved a composition to
another release of nixpkgs, the parent's folder is upgraded to the release that the commit chose.
A line of the commit that the upgrade wrote too is counted as done; the other lines of the commit
are what it did not do, and its own other lines what it did besides. ``--show`` prints them.
"""

from __future__ import annotations

import argparse
import difflib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.base.errors import InputError
from scaffold.catalogue.reading import load_catalog
from scaffold.migrate.release import named_release
from scaffold.migrate.upgrade import Outcome, upgrade_project, upgrade_repository
from scaffold.survey.discovery import survey

CATALOG = load_catalog()
#: What was bumped: repository, commit, and the release for a repository of packages.
BUMPS = [
    *(("oar-team+oar-nixos-compose", commit, "") for commit in (
        "42ea220", "2634aee", "3f4bd8b", "614d0bc", "837f62a", "59606d3",
    )),
    *(("oar-team+regale-nixos-compose", commit, "") for commit in (
        "bfacd8a", "67c62b6", "a8c7314", "142914c", "4708658", "a8da7bb", "8715199", "209a5ab",
        "418f2fc", "502f45b", "f8b6806", "16b9377", "a397aa0", "566daa4",
    )),
    *(("oar-team+nixos-compose", commit, "") for commit in (
        "6d6dbaf", "099791a", "a79f849", "9cfa196", "2195214", "b45b0f9", "6733158",
    )),
    ("oar-team+nur-kapack", "6bf378f", "22.11"),
    ("oar-team+nur-kapack", "ea06e03", "24.05"),
    ("oar-team+nur-kapack", "6a6b77a", "24.11"),
    ("oar-team+nur-kapack", "5805f7f", "24.11"),
    ("oar-team+nur-kapack", "8836081", "25.05"),
    ("oar-team+nur-kapack", "938e192", "24.05"),
    ("oar-team+nur-kapack", "387493b", "24.11"),
    ("stepbrobd+kapack", "f872c37", "25.11"),
]  # fmt: skip
_RELEASE = re.compile(r"nixpkgs[^\"\s]*?(\d\d\.\d\d)")


@dataclass
class Compared:
    """One folder of one bump: the lines of the commit and those of the upgrade."""

    title: str
    common: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    besides: list[str] = field(default_factory=list)
    left: int = 0
    blocked: int = 0
    refused: str = ""


def git(repo: Path, *arguments: str) -> bytes:
    """Run git in a mirror and return what it printed."""
    command = ["git", "-C", str(repo), *arguments]
    return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout


def unpacked(repo: Path, commit: str, into: Path) -> Path:
    """Write the files of a commit into a folder and return it."""
    into.mkdir()
    with tarfile.open(fileobj=io.BytesIO(git(repo, "archive", commit))) as archive:
        archive.extractall(into, filter="data")
    return into


def bumped(repo: Path, commit: str) -> Iterator[tuple[str, str]]:
    """Yield each folder whose flake.nix the commit moved, with the release it chose."""
    for name in git(repo, "diff", "--name-only", f"{commit}^", commit).decode().split("\n"):
        if name.rpartition("/")[2] != "flake.nix":
            continue
        releases = []
        for side in (f"{commit}^", commit):
            try:
                text = git(repo, "show", f"{side}:{name}").decode()
            except subprocess.CalledProcessError:
                break
            found = _RELEASE.search(text)
            releases.append(found[1] if found else "")
        if len(releases) == 2 and releases[0] != releases[1] and releases[1]:
            yield name.rpartition("/")[0], named_release(releases[1])


def lines(old: str, new: str) -> Counter[str]:
    """Return the lines that were added or taken out, without their blanks."""
    found = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    marked = [line for line in found if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return Counter(f"{line[0]} {' '.join(line[1:].split())}" for line in marked if line[1:].strip())


def compare(title: str, parent: Path, after: Path, target: str, *, packages: bool) -> Compared:
    """Upgrade the parent's folder and compare with the commit's."""
    result = Compared(f"{title} → {target}")
    try:
        outcome = _outcome(parent, target, packages=packages)
    except InputError as error:
        result.refused = error.problems[0].what
        return result
    result.left, result.blocked = len(outcome.draft.left), len(outcome.blocked)
    root = outcome.root
    for name, old in outcome.draft.before.items():
        if not name.endswith((".nix", ".toml", ".json")):
            continue
        theirs = after / root.relative_to(parent) / name
        new = theirs.read_text(encoding="utf-8", errors="replace") if theirs.is_file() else ""
        wanted, ours = lines(old, new), lines(old, outcome.draft.text(name) or "")
        if not theirs.is_file():
            wanted = Counter()
        result.common += list((wanted & ours).elements())
        result.missed += list((wanted - ours).elements())
        result.besides += list((ours - wanted).elements())
    return result


def _outcome(parent: Path, target: str, *, packages: bool) -> Outcome:
    found = survey([parent])
    if packages:
        return upgrade_repository(found.repositories[0], target, CATALOG)
    here = [project for project in found.projects if project.root == parent.resolve()]
    if not here:
        raise _none()
    return upgrade_project(here[0], target, CATALOG)


def _none() -> InputError:
    from scaffold.base.errors import Problem

    return InputError(Problem("", "no call of lib.compose is found", "Look"))


def all_compared(mirrors: Path) -> Iterator[Compared]:
    """Yield the comparison of every folder of every bump whose mirror is there."""
    for mirror, commit, release in BUMPS:
        repo = mirrors / mirror / "repo"
        name = f"{mirror.partition('+')[2]} {commit}"
        if not repo.is_dir():
            yield Compared(name, refused="no mirror")
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                before = unpacked(repo, f"{commit}^", Path(folder, "before"))
                after = unpacked(repo, commit, Path(folder, "after"))
            except subprocess.CalledProcessError:
                yield Compared(name, refused="no such commit")
                continue
            if release:
                yield compare(name, before, after, release, packages=True)
                continue
            moved = list(bumped(repo, commit))
            for inner, target in moved:
                target = target if target in CATALOG.releases else "24.11"
                title = f"{name} {inner or '.'}"
                yield compare(title, before / inner, after / inner, target, packages=False)
            if not moved:
                yield Compared(name, refused="no flake.nix names another release of nixpkgs")


def main() -> None:
    """Print a row for each folder, and at last the sums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    sums: Counter[str] = Counter()
    print("| bump | as people did | not done | besides | left to a person | blocked |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in all_compared(options.mirrors):
        if row.refused:
            print(f"| {row.title} | - | - | - | {row.refused} | |")
            continue
        counts = (len(row.common), len(row.missed), len(row.besides), row.left, row.blocked)
        print(f"| {row.title} | {' | '.join(map(str, counts))} |")
        sums.update(
            dict(zip(("common", "missed", "besides", "left", "blocked"), counts, strict=True))
        )
        if options.show:
            for mark, found in (("=", row.common), ("not", row.missed), ("also", row.besides)):
                for line in found:
                    sys.stdout.write(f"    {mark:<5}{line}\n")
    print(f"sums: {dict(sums)}")


if __name__ == "__main__":
    main()
