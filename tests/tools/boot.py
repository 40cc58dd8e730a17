"""Boots stacks, runs their test scripts, and compares with what templates/evidence.toml records.

    python tests/tools/boot.py TOOL [TRIAL…] --nixpkgs VERSION [--build COMMAND]
        [--record] [--break] [--absent …] [--only-shown] [--flavour NAME] [--without TRIAL]

A trial is a stack with its own answers, or a table of trials.toml. Without TRIAL, all are tried,
one after another, or those of a flavour. TOOL is a program that boots the hosts of a project and
runs its test script:

    TOOL test FOLDER --json --timeout SECONDS --all=SECONDS [--composition NAME] [--flavour NAME]

prints one JSON document with ``subtests``, a list of ``{name, ok, error}`` in the order of the
script, and ``took`` (seconds by step, one of which is ``test``). It is not part of this repository:
it needs root, an emulator or a hypervisor, and packages. So this does not run in CI. A folder in
the place of TOOL holds the documents of earlier runs, TRIAL.json, as ``--keep FOLDER`` kept them.

With ``--build``, trials of the flavours docker and nspawn are run by tests/tools/containers.py,
which says what COMMAND has to build.

Results are compared with the record, and one that is worse ends with 1, as does a trial that cannot
be tried though the record has it or though it was named; ``--record`` writes results.
``--break`` also breaks what each subtest claims, on the same hosts after the script, and ends with
1 when a subtest holds all the same (see broken_claims.py). ``--absent SERVICE=WHY`` names a
service, or with ``'SERVICE: subtest=WHY'`` a subtest, whose programs the tool does not have: what
fails of it is recorded as not shown, with the reason. ``--only-shown`` does not try what the record
has as not shown, which would take its whole ``--limit``.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec
import tomli_w

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from tests.tools import broken_claims, trials

CONTAINERS = Path(__file__).with_name("containers.py")
CLAIMS_HEAD = """\
# For each subtest, what makes it fail: commands on a host of the booted stack, how it was seen to
# fail, and how the host is mended. Used by tests/tools/broken_claims.py.

"""


class Subtest(msgspec.Struct, frozen=True):
    """What came of a subtest, as the tool prints it."""

    name: str
    ok: bool
    error: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """What came of a trial: what the tool printed, and what belongs to the same boot.

    Attributes:
        subtests: what came of each subtest, in the order in which they began.
        took: seconds by step; that of the test script is ``test``.
        digest: of the files that were booted.
        script: the test script that ran.
        month: when, as 2026-11.
        broken: how each subtest failed when its claim was broken, empty when it did not.

    """

    subtests: list[Subtest]
    took: dict[str, float] = {}
    digest: str = ""
    script: str = ""
    month: str = ""
    broken: dict[str, str] = {}


def claims(script: str) -> list[str]:
    """Return the names of a script's subtests, `*` for what is filled in as it runs."""
    calls = [node for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Call)]
    named = [(node.lineno, broken_claims.name_of(node)) for node in calls]
    return [name for _, name in sorted((n, s) for n, s in named if s is not None)]


def results(outcome: Outcome, absent: Mapping[str, str]) -> dict[str, str]:
    """Return what came of each subtest of the script that ran.

    A subtest that the script left out, or did not reach, was not shown; of one in a loop, the first
    failure counts.
    """
    names = claims(outcome.script)
    ended = dict.fromkeys(names, "the script left it out")
    seen: dict[str, str] = {}
    last = -1
    for record in outcome.subtests:
        name = next(
            n for n in names if re.fullmatch(re.escape(n).replace(r"\*", ".*"), record.name)
        )
        last = max(last, names.index(name))
        reason = absent.get(name, absent.get(name.partition(":")[0]))
        if record.ok:
            seen.setdefault(name, "passed")
        elif seen.get(name, "passed") == "passed":
            failed = f"failed: {record.error}".splitlines()[0][:200]
            seen[name] = failed if reason is None else f"not shown: {reason}"
    ended |= dict.fromkeys(names[last + 1 :], "the script ended before")
    for name in names:
        reason = absent.get(name, absent.get(name.partition(":")[0], ended[name]))
        seen.setdefault(name, f"not shown: {reason}")
    return {name: seen[name] for name in names}


def left_out(script: str, names: Collection[str]) -> str:
    """Return a script without some subtests; its other lines stay where they were."""
    lines = script.splitlines()
    for node in ast.walk(ast.parse(script)):
        if (
            isinstance(node, ast.With)
            and broken_claims.name_of(node.items[0].context_expr) in names
        ):
            assert node.end_lineno is not None
            empty = [""] * (node.end_lineno - node.lineno)
            lines[node.lineno - 1 : node.end_lineno] = [" " * node.col_offset + "pass", *empty]
    return "\n".join(lines) + "\n"


def unshown(name: str) -> dict[str, str]:
    """Return the subtests of a trial that are recorded as not shown, with the reasons."""
    seen = trials.read().get(name, {}).get("subtests", {})
    assert isinstance(seen, dict)
    split = {subtest: text.partition(": ") for subtest, text in seen.items()}
    return {s: reason for s, (outcome, _, reason) in split.items() if outcome == "not shown"}


def tried(name: str, given: argparse.Namespace, catalog: Catalog) -> Outcome:
    """Boot a trial and return what came of it.

    Raises:
        RuntimeError: the tool did not get to the test script.

    """
    if given.tool.is_dir():
        return msgspec.json.decode((given.tool / f"{name}.json").read_bytes(), type=Outcome)
    trial = trials.planned(catalog)[name]
    digest = trials.digest(trial, catalog)
    with tempfile.TemporaryDirectory() as scratch:
        folder, broken = Path(scratch) / trial.stack, Path(scratch) / "broken.json"
        for file, content in trials.files(trial, catalog).items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        script = folder / trials.script_of(trial)
        text = script.read_text(encoding="utf-8")
        if given.only_shown:
            script.write_text(left_out(text, unshown(name)), encoding="utf-8")
        if given.broken and not trial.answers and broken_claims.of_stack(trial.stack):
            shown = script.read_text(encoding="utf-8")
            more = broken_claims.appended(shown, trial.stack, broken, given.patience)
            script.write_text(more, encoding="utf-8")
        argv = [str(given.tool.resolve())]
        if given.build and trial.flavour != "vm":
            argv = [sys.executable, str(CONTAINERS), "--build", given.build]
        argv += ["test", str(folder), "--json", "--timeout", "9000", f"--all={given.limit}"]
        argv += ["--composition", trial.composition] if trial.composition else []
        argv += ["--flavour", trial.flavour] if trial.flavour != "vm" else []
        argv += trial.arguments
        done = subprocess.run(argv, stdout=subprocess.PIPE, check=False, timeout=14400)
        if not done.stdout.strip():
            raise RuntimeError(f"the tool ended with {done.returncode} and told no results")
        text_of_broken = broken.read_text(encoding="utf-8") if broken.exists() else "{}"
    told = msgspec.json.decode(done.stdout, type=Outcome)
    after = json.loads(text_of_broken)
    outcome = msgspec.structs.replace(
        told,
        took={**told.took, "test": told.took.get("test", 0) - after.get("seconds", 0)},
        digest=digest,
        script=text,
        month=f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m}",
        broken=after.get("seen", {}),
    )
    if given.keep:
        (given.keep / f"{name}.json").write_bytes(msgspec.json.encode(outcome))
    return outcome


def table(
    name: str, outcome: Outcome, nixpkgs: str, absent: Mapping[str, str], catalog: Catalog
) -> dict[str, object]:
    """Return what is recorded of a trial."""
    trial = trials.planned(catalog)[name]
    differs = {"answers": trial.answers, "flavour": trial.flavour if trial.flavour != "vm" else ""}
    return {
        "stack": trial.stack,
        **{key: text for key, text in differs.items() if text},
        "nixpkgs": nixpkgs,
        "month": outcome.month,
        "seconds": round(outcome.took.get("test", 0)),
        "digest": outcome.digest,
        "subtests": results(outcome, absent),
    }


def worse(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Return the subtests that passed as recorded, and have not now."""
    return [n for n, seen in old.items() if seen == "passed" and new.get(n) != "passed"]


def record_claims(stack: str, broken: Mapping[str, str]) -> None:
    """Write to broken_claims.toml how each broken claim of a stack was seen to fail."""
    text = broken_claims.CLAIMS.read_text(encoding="utf-8")
    entries = tomllib.loads(text)["claim"]
    for entry in entries:
        seen = broken.get(entry["subtest"], "")
        if entry["stack"] == stack and seen and not seen.startswith("not tried"):
            entry["seen"] = seen
    dumped = tomli_w.dumps({"claim": entries}, multiline_strings=False)
    broken_claims.CLAIMS.write_text(CLAIMS_HEAD + dumped, encoding="utf-8")


def compared(name: str, outcome: Outcome, given: argparse.Namespace, catalog: Catalog) -> bool:
    """Print the results of a trial, and whether none is worse than recorded; record them."""
    absent = dict(text.rsplit("=", 1) for text in given.absent)
    absent |= unshown(name) if given.only_shown else {}
    found = table(name, outcome, given.nixpkgs, absent, catalog)
    subtests = found["subtests"]
    assert isinstance(subtests, dict)
    for subtest, seen in subtests.items():
        print(f"{name}: {seen.partition(':')[0]:9} {subtest}", flush=True)
    recorded = trials.read()
    old = recorded.get(name, {}).get("subtests", {})
    assert isinstance(old, dict)
    lost = worse(old, subtests)
    for subtest in lost:
        print(f"{name}: passed before: {subtest}", file=sys.stderr)
    # How a subtest fails says nothing when it does not hold unbroken.
    broken = {n: seen for n, seen in outcome.broken.items() if subtests.get(n) == "passed"}
    for subtest, seen in broken.items():
        print(f"{name}: {'broken   ' if seen else 'HOLDS    '} {subtest}: {seen}", flush=True)
    missed = [s for s in broken.values() if not s or s.startswith("not tried")]
    if given.record:
        trials.write({**recorded, name: found}, catalog)
        record_claims(trials.planned(catalog)[name].stack, broken)
    return not lost and not missed


def arguments(catalog: Catalog) -> argparse.Namespace:
    """Return what the command line asks for, with the names of the ``trials``."""
    planned = trials.planned(catalog)
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("tool", type=Path, metavar="TOOL", help="program that boots, or folder of kept results")
    add("trials", nargs="*", metavar="TRIAL", help="stack, or table of trials.toml (default: all)")
    add("--nixpkgs", required=True, metavar="VERSION", help="what TOOL boots, as 26.11pre")
    add("--build", metavar="COMMAND", help="builds systems for docker and nspawn: containers.py")
    add("--flavour", action="append", choices=["vm", "docker", "nspawn"], help="only such trials")
    add("--without", action="append", default=[], metavar="TRIAL", help="leave a trial out")
    add("--limit", type=int, default=1800, metavar="SECONDS", help="for a subtest (1800)")
    add("--record", action="store_true", help="write templates/evidence.toml")
    add("--break", action="store_true", dest="broken", help="break what each subtest claims")
    add("--patience", type=float, default=120, metavar="SECONDS", help="for a broken claim (120)")
    add("--absent", action="append", default=[], metavar="SERVICE=WHY", help="has no programs")
    add("--only-shown", action="store_true", help="leave out subtests recorded as not shown")
    add("--keep", type=Path, metavar="FOLDER", help="write there what came of each trial")
    given = parser.parse_intermixed_args()
    if unknown := sorted({*given.trials, *given.without} - set(planned)):
        parser.error(f"no such trial: {', '.join(unknown)}; there are {', '.join(sorted(planned))}")
    given.named = bool(given.trials)
    chosen = [t for t in given.trials or planned if t not in given.without]
    given.trials = [
        t for t in chosen if planned[t].flavour in (given.flavour or [planned[t].flavour])
    ]
    return given


def main() -> int:
    """Try the stacks, compare or record, and tell in a line what came of all."""
    catalog = load_catalog()
    given = arguments(catalog)
    lost: list[str] = []
    not_tried: list[str] = []
    for name in given.trials:
        try:
            if not compared(name, tried(name, given, catalog), given, catalog):
                lost.append(name)
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            print(f"{name}: not tried: {error}", file=sys.stderr)
            not_tried.append(name)
    good = len(given.trials) - len(lost) - len(not_tried)
    print(f"{good} of {len(given.trials)} trials as recorded, or better")
    for text, names in (("worse", lost), ("not tried", not_tried)):
        if names:
            print(f"{text}: {', '.join(names)}")
    recorded = trials.read()
    missed = [n for n in not_tried if given.named or recorded.get(n, {}).get("subtests")]
    return int(bool(lost or missed))


if __name__ == "__main__":
    sys.exit(main())
