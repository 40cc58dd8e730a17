"""Mutates real files and checks them: no traceback, and nothing that takes longer than ten seconds.

Usage: ``python tests/tools/fuzz_check.py [--count N] [--seed N] [--every N] FOLDER…``. Each round
copies one project found below the folders, damages one of its files, and runs every rule that
needs no nix; every N-th round runs all of them. Prints what went wrong, and exits 1 for it.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from scaffold.base.errors import ScaffoldError
from scaffold.checks import engine
from scaffold.checks.fixes import fixed
from scaffold.checks.registry import all_rules
from scaffold.checks.rule import Level
from scaffold.report.findings import document, github_lines, sarif, text_lines
from scaffold.survey.discovery import survey
from scaffold.survey.session import Session

SUFFIXES = {".nix", ".lock", ".json", ".toml", ".py"}
LONGEST = 10.0  # seconds of this process, whatever else the machine does
_LARGEST = 300_000  # bytes of a project that is copied in each round

Mutation = Callable[[random.Random, bytes], bytes]


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def without_a_piece(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data) + 1)
    return data[:start] + data[start + rng.randrange(1, 40) :]


def swapped_lines(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def random_bytes(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data) + 1)
    return data[:start] + rng.randbytes(rng.randrange(1, 30)) + data[start:]


def other_words(rng: random.Random, data: bytes) -> bytes:
    words = [b"null", b"{ }", b"[ ]", b"1", b'""', b"x: x", b"inherit", b"${", b"''", b"\\", b"\0"]
    start = rng.randrange(len(data) + 1)
    return data[:start] + b" " + rng.choice(words) + b" " + data[start:]


def nested(rng: random.Random, data: bytes) -> bytes:
    depth = rng.choice([50, 200, 3000, 20000])
    opening, closing = rng.choice([(b"(", b")"), (b"[", b"]"), (b"{a=", b";}"), (b'"${', b'}"')])
    return opening * depth + data + closing * depth


def huge(rng: random.Random, data: bytes) -> bytes:
    return data * rng.choice([2, 20, 60])


def other_kinds(rng: random.Random, data: bytes) -> bytes:
    """Give values of a JSON, TOML or Nix file another kind."""
    swaps = [
        (b'"', b"1"),
        (b"{", b"["),
        (b"true", b'"true"'),
        (b": {", b": null, {"),
        (b"= ", b"= -"),
    ]
    old, new = rng.choice(swaps)
    return data.replace(old, new, rng.randrange(1, 4))


MUTATIONS: tuple[Mutation, ...] = (
    cut, without_a_piece, swapped_lines, random_bytes, other_words, nested, huge, other_kinds,
)  # fmt: skip


def projects(folders: list[Path]) -> list[tuple[Path, list[Path]]]:
    """Return small projects with those of their files that a rule may read."""
    found = []
    survey_ = survey(folders)
    for root, files in [
        *((p.root, p.files) for p in survey_.projects),
        *((r.root, r.files) for r in survey_.repositories),
    ]:
        readable = [file for file in files if file.suffix in SUFFIXES and file.stat().st_size]
        if readable and sum(file.stat().st_size for file in files) < _LARGEST:
            found.append((root, readable))
    return found


def rounds(
    folders: list[Path], count: int, seed: int, every: int, longest: float | None = None
) -> Iterator[str]:
    """Damage and check; yield what failed, or took this process more than ``longest`` seconds."""
    rng = random.Random(seed)
    known = projects(folders)
    static = frozenset(r.code for r in all_rules() if r.level is Level.TEXT)
    for number in range(count):
        root, files = rng.choice(known)
        file, mutation = rng.choice(files), rng.choice(MUTATIONS)
        with tempfile.TemporaryDirectory(prefix="nxc-fuzz-") as folder:
            copy = Path(folder) / "project"
            shutil.copytree(root, copy, symlinks=True)
            target = copy / file.relative_to(root)
            data = mutation(rng, target.read_bytes())
            target.write_bytes(data)
            start = time.process_time()
            try:
                _check(copy, static if number % every else None)
            except ScaffoldError as error:
                if not error.problems or not str(error):
                    yield f"{number}: {root} {file.name} {mutation.__name__}: an empty error"
            except Exception:
                kept = Path(tempfile.gettempdir()) / f"fuzz-check-{seed}-{number}-{target.name}"
                kept.write_bytes(data)
                yield f"{number}: {root} {file.name} {mutation.__name__}: kept as {kept}\n" + (
                    traceback.format_exc()
                )
            seconds = time.process_time() - start
            if longest is not None and seconds > longest:
                yield f"{number}: {root} {file.name} {mutation.__name__}: took {seconds:.1f} s"


def _check(root: Path, select: frozenset[str] | None) -> None:
    """Run the rules, and everything that is made of their findings."""
    session = Session()
    run = engine.run(survey([root], session), lambda _: engine.Wanted(select))
    fixed(run.findings, session)
    list(text_lines(run, root))
    list(github_lines(run, root))
    document(run, root, 0)
    sarif(run, root)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="projects are looked for below them")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=10)
    given = parser.parse_args()
    failures = 0
    for report in rounds(given.folders, given.count, given.seed, given.every, LONGEST):
        failures += 1
        print(report, flush=True)
    print(f"{given.count} rounds, {failures} failures")
    raise SystemExit(1 if failures else 0)
