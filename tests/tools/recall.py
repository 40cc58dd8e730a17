"""What check finds in the histories of real repositories: defects that a later commit mends.

Usage: ``python -m tests.tools.recall REPOSITORY…`` prints, for every commit of git repositories
(bare ones too), the findings that the parent has and the commit has not, in projects that it
touches: each is a candidate for the list. ``--list FILE --mirror DIR`` reads a list of mended
defects (tests/tools/recall.toml) and says which of them are found in the parent and gone in the
commit; it exits 1 when one that is listed as found is not.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from scaffold.checks import engine
from scaffold.checks.rule import Severity
from scaffold.survey.discovery import survey

#: Rules about pins, which every bump of a release "mends".
_PINS = frozenset({"NXC101", "NXC102", "NXC103", "NXC205"})
Found = set[tuple[str, str, str]]


def git(repository: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(repository), *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def check_out(repository: Path, commit: str, target: Path) -> None:
    """Write the files of a commit to a folder."""
    archive = subprocess.run(
        ["git", "-C", str(repository), "archive", commit], capture_output=True, check=True
    ).stdout
    target.mkdir()
    if archive.strip(b"\0"):  # a commit may have no files at all
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(target, filter="tar")


def findings(root: Path, folders: set[str], least: Severity) -> Found:
    """Return rule, file and message of what is found in some of the folders."""
    paths = [root / folder for folder in sorted(folders) if (root / folder).exists()]
    if not paths:
        return set()
    run = engine.run(survey(paths), lambda _: engine.Wanted(ignore=_PINS))
    return {
        (f.rule.code, str(f.path.relative_to(root)), f.message)
        for f in run.findings
        if f.severity >= least and f.path.is_relative_to(root)
    }


def mended(repository: Path, commit: str, least: Severity) -> Found:
    """Return what the parent has and the commit has not, in the folders that it touches."""
    names = git(repository, "diff", "--name-only", f"{commit}^", commit).splitlines()
    folders = {name.partition("/")[0] if "/" in name else "." for name in names}
    folders = {"."} if "." in folders and len(folders) > 3 else folders - {"."} or {"."}
    with tempfile.TemporaryDirectory(prefix="recall-") as folder:
        before, after = Path(folder).resolve() / "before", Path(folder).resolve() / "after"
        check_out(repository, f"{commit}^", before)
        check_out(repository, commit, after)
        if (before / "pkgs").is_dir():  # a repository of packages is one thing
            folders = {"."}
        old = findings(before, folders, least)
        gone = old - findings(after, folders, least) if old else set()
        # a defect is mended where the file still is, not where it was removed
        return {entry for entry in gone if (after / entry[1]).exists()}


def candidates(repository: Path) -> Iterator[str]:
    """Yield a line for each defect that a commit mends."""
    commits = git(repository, "log", "--all", "--no-merges", "--format=%h %s").splitlines()
    for line in commits[:-1]:
        commit, _, subject = line.partition(" ")
        try:
            gone = mended(repository, commit, Severity.WARNING)
        except subprocess.CalledProcessError:
            continue  # the first commit of a branch
        for code, file, message in sorted(gone):
            head = f"{repository.parent.name} {commit} {code} {file}"
            yield f"{head}: {message[:90]} | {subject[:60]}"


def verify(file: Path, mirror: Path) -> int:
    """Say of each listed defect whether it is found; return how many are not as listed."""
    listed = tomllib.loads(file.read_text(encoding="utf-8"))["defect"]
    wrong = found = visible = 0
    for entry in listed:
        repository = mirror / entry["repository"].replace("/", "+") / "repo"
        rule = entry.get("rule", "")
        gone = mended(repository, entry["commit"], Severity.NOTE) if rule else set()
        is_found = any(code == rule for code, _, _ in gone)
        visible += "unseen" not in entry
        found += is_found
        wrong += is_found is not bool(rule)
        others = "" if is_found else " ".join(sorted({code for code, _, _ in gone}))
        outcome = "found" if is_found else "NOT FOUND" if rule else "not seen"
        print(f"{outcome:<10} {entry['commit']} {rule:<6} {entry['what']} {others}", flush=True)
    share = f"{found} of {visible} that a tool can see ({found / visible:.0%})"
    print(f"{share}, {len(listed)} in all, {wrong} not as listed")
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "repositories", nargs="*", type=Path, help="git repositories whose histories are read"
    )
    parser.add_argument("--list", type=Path)
    parser.add_argument("--mirror", type=Path)
    given = parser.parse_args()
    for path in given.repositories:
        for text in candidates(path):
            print(text, flush=True)
    if given.list is not None:
        raise SystemExit(1 if verify(given.list, given.mirror) else 0)
