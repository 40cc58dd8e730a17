"""Add a package to real NUR repositories, and compare what they evaluate to before and after.

    python tests/tools/nur_layouts.py MIRRORS NIXPKGS INPUTS [--nix NIX-INSTANTIATE]
        [--repository OWNER/NAME]... [--listed REPOS.JSON --seed N --count N]

MIRRORS holds git directories as OWNER+NAME/repo, NIXPKGS is a folder, INPUTS one with flake-utils
and its like (see nur_names.nix). Repositories are those named, then ``count`` drawn from NUR's
repos.json by ``seed``. To each a package is added as the command adds one, in a copy; what the
repository gives is then evaluated with the real nixpkgs, which shares nothing with the proof of the
tool. A row tells

- the layout found, where the package was registered, and its file;
- ``right``: with the real nixpkgs there is exactly one more name, the package's, in the entry by
  which the tool says it can be built;
- what the tool's own proof said of each entry;
- or why the tool refused; not a byte of the repository has changed then.

Exit code 1 when a registration is wrong, or a refusal changed something.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scaffold.base.errors import InputError
from scaffold.repository.layouts import find_layout
from scaffold.repository.proof import prove
from scaffold.repository.register import Entry, check_name, registration
from scaffold.writer.tree import Tree, text_file

LOOK = Path(__file__).with_name("nur_names.nix")
NAME = "zzz-scaffold-probe"
PACKAGE = '{ hello }:\n\nhello.overrideAttrs { pname = "zzz-scaffold-probe"; }\n'


@dataclass(frozen=True)
class Row:
    """What became of one repository."""

    repository: str
    layout: str = ""
    place: str = ""
    right: str = ""
    proved: str = ""
    reason: str = ""


def checkout(mirror: Path, target: Path) -> None:
    """Write the files of the newest commit; what the mirror lacks is left out."""
    listed = git(mirror, "ls-tree", "-rz", "HEAD").split(b"\0")
    batch = subprocess.Popen(
        ["git", "-C", str(mirror), "cat-file", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert batch.stdin is not None
    assert batch.stdout is not None
    for entry in filter(None, listed):
        meta, name = entry.split(b"\t", 1)
        mode, kind, blob = meta.split()
        path = target / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind != b"blob":
            path.mkdir(exist_ok=True)
            continue
        batch.stdin.write(blob + b"\n")
        batch.stdin.flush()
        head = batch.stdout.readline().split()
        if head[-1] == b"missing":
            continue
        content = batch.stdout.read(int(head[2]))
        batch.stdout.read(1)
        if mode == b"120000":
            path.symlink_to(os.fsdecode(content))
        else:
            path.write_bytes(content)
    batch.stdin.close()
    batch.wait(60)


def git(mirror: Path, *words: str) -> bytes:
    """Return the output of git."""
    argv = ["git", "-C", str(mirror), *words]
    return subprocess.run(argv, check=True, capture_output=True, timeout=120).stdout


def state(root: Path) -> str:
    """Return a sum over every file of a folder."""
    found = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return found.hexdigest()


def looked_at(repository: str, root: Path, real: Real) -> Row:
    """Add a package to a repository on disk."""
    before = state(root)
    layout_title = ""
    try:
        layout = find_layout(root, NAME)
        layout_title = layout.kind
        check_name(NAME, layout)
        file = layout.package_file(NAME)
        edits = registration(Entry(NAME, file), layout)
        tree = Tree([text_file(str(file), PACKAGE), *edits])
        proof = prove(layout, NAME, tree)
    except InputError as error:
        untouched = state(root) == before
        told = "; ".join(f"{p.where}: {p.what}" for p in error.problems)
        return Row(repository, layout_title, right="" if untouched else "CHANGED", reason=told)
    entries = sorted({str(r.entry) for r in layout.readings})
    old = {entry: real.names(root / entry, layout.below) for entry in entries}
    for path, new in tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(new.content)
    verdicts = []
    entry = proof.entry or layout.entry
    for each in entries:
        now = real.names(root / each, layout.below)
        verdicts.append((each, verdict(old[each], now)))
    place = f"{layout.register or 'loaded'} → {file}"
    shown = "; ".join(f"{told} by {each}" for each, told in verdicts)
    if dict(verdicts)[str(entry)] == "absent":
        shown = f"WRONG: the tool says that {entry} gives it; {shown}"
    proved = ", ".join(f"{t.entry} {t.verdict}" for t in proof.told)
    reason = "; ".join(f"{t.entry}: {t.reason}" for t in proof.told if t.reason)
    return Row(repository, layout.kind, place, shown, proved, reason)


def verdict(before: frozenset[str] | str, after: frozenset[str] | str) -> str:
    """Compare the names before and after."""
    if isinstance(before, str):
        return f"not evaluated: {before}"
    if isinstance(after, str):
        return f"WRONG, not evaluated any more: {after}"
    if after - before == {NAME} and not before - after:
        return "right"
    return "absent" if after == before else "WRONG"


@dataclass(frozen=True)
class Real:
    """An evaluation with the real nixpkgs and the real libraries of flakes."""

    nix: str
    nixpkgs: Path
    inputs: Path

    def names(self, file: Path, below: str) -> frozenset[str] | str:
        """Return the names that a file gives, in its set ``below`` if any, or the error."""
        argv = [self.nix, "--eval", "--strict", "--json", "--readonly-mode", str(LOOK)]
        argv += ["--option", "allow-import-from-derivation", "false", "--argstr", "below", below]
        for name, value in (("file", file), ("nixpkgs", self.nixpkgs), ("inputs", self.inputs)):
            argv += ["--argstr", name, str(value)]
        try:
            done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
        except subprocess.TimeoutExpired:
            return "it takes longer than two minutes"
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if "error:" in line]
            return (lines or ["?"])[-1].strip()[:90].replace("|", "/")
        return frozenset(json.loads(done.stdout))


def chosen(arguments: argparse.Namespace) -> list[str]:
    """Return the repositories to look at: those named, then those drawn."""
    found = list(arguments.repository)
    if arguments.listed:
        repos = json.loads(Path(arguments.listed).read_text())["repos"]
        github = "https://github.com/"
        urls = sorted(r["url"] for r in repos.values() if r["url"].startswith(github))
        drawn = random.Random(arguments.seed).sample(urls, len(urls))
        known = [url.removeprefix(github).removesuffix(".git").strip("/") for url in drawn]
        have = [r for r in known if (arguments.mirrors / r.replace("/", "+") / "repo").is_dir()]
        found += [r for r in have if r not in found][: arguments.count]
    return found


def main() -> int:
    """Print a row for each repository, and a line that counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mirrors", type=Path, help="git directories, as OWNER+NAME/repo")
    parser.add_argument("nixpkgs", type=Path, help="a folder of nixpkgs")
    parser.add_argument("inputs", type=Path, help="a folder with flake-utils and its like")
    parser.add_argument("--nix", default="nix-instantiate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--listed", default="")
    parser.add_argument("--repository", action="append", default=[])
    arguments = parser.parse_args()
    real = Real(arguments.nix, arguments.nixpkgs.resolve(), arguments.inputs.resolve())
    rows = []
    for repository in chosen(arguments):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve() / "repo"
            root.mkdir()
            checkout(arguments.mirrors / repository.replace("/", "+") / "repo", root)
            row = looked_at(repository, root, real)
        rows.append(row)
        cells = (row.repository, row.layout, row.place, row.right, row.proved, row.reason)
        print("| " + " | ".join(cells) + " |", flush=True)
    wrong = sum("WRONG" in row.right or "CHANGED" in row.right for row in rows)
    right = sum("right by" in row.right and "WRONG" not in row.right for row in rows)
    proved = sum(" proved" in row.proved for row in rows)
    refused = sum(not row.proved for row in rows)
    print(
        f"{len(rows)} repositories: {right} right, {wrong} wrong, {proved} proved, "
        f"{refused} refused, {len(rows) - right - wrong - refused} not evaluated here"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
