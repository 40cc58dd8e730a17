"""Boots stacks, runs their test scripts, and compares with what templates/evidence.toml records.

    python tests/tools/boot.py TOOL [STACK…] --nixpkgs VERSION [--record] [--absent SERVICE=WHY]

TOOL is a program that boots the hosts of a project and runs its test script on them:

    TOOL test FOLDER --json --timeout SECONDS --all=SECONDS

prints one JSON document with ``subtests``, a list of ``{name, ok, error}`` in the order of the
script, and ``took`` (seconds by step, one of which is ``test``). It is not part of this repository:
it needs root, an emulator or a hypervisor, and packages. So this does not run in CI. A folder in
the place of TOOL holds such documents of earlier runs, STACK.json.

Without STACK, every stack is tried, one after another. Results are compared with the record, and
one that is worse ends with 1; ``--record`` writes them. ``--absent`` names a service whose programs
the tool does not have: its subtests are recorded as not shown, with the reason.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

import tomli_w

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from tests.tools.examples import example

EVIDENCE = Path(__file__).resolve().parents[2] / "templates" / "evidence.toml"
HEAD = """\
# What was seen of the stacks. A table with subtests is a boot, written by tests/tools/boot.py; one
# without is an evaluation by Nix. `answers` says what was answered in place of the stack's own.
# A subtest has passed, has failed, or was not shown, with the reason.

"""


def claims(script: str) -> list[str]:
    """Return the names of a script's subtests, `*` for what is filled in as it runs."""
    calls = [
        node.args[0]
        for node in ast.walk(ast.parse(script))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "subtest"
    ]
    found: list[str] = []
    for name in sorted(calls, key=lambda node: node.lineno):
        parts = name.values if isinstance(name, ast.JoinedStr) else [name]
        found.append("".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in parts))
    return found


def results(told: Mapping[str, object], script: str, absent: Mapping[str, str]) -> dict[str, str]:
    """Return what came of each subtest of a script, of a document that the tool printed."""
    seen: dict[str, str] = {}
    subtests = told["subtests"]
    assert isinstance(subtests, list)
    names = claims(script)
    for name, record in zip(names, subtests, strict=False):
        service = name.partition(":")[0]
        if record["ok"]:
            seen[name] = "passed"
        elif service in absent:
            seen[name] = f"not shown: {absent[service]}"
        else:
            seen[name] = f"failed: {record['error']}".splitlines()[0][:200]
    for name in names[len(subtests) :]:
        reason = absent.get(name.partition(":")[0], "the script ended before")
        seen[name] = f"not shown: {reason}"
    return seen


def tried(stack: str, tool: Path, catalog: Catalog) -> str:
    """Boot a stack with its own answers and return what the tool prints."""
    if tool.is_dir():
        return (tool / f"{stack}.json").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / stack
        for file in example(stack, catalog).values():
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        argv = [str(tool), "test", str(folder), "--json", "--timeout", "7200", "--all=1800"]
        done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False, timeout=10800)
    return done.stdout


def table(
    stack: str,
    told: Mapping[str, object],
    nixpkgs: str,
    absent: Mapping[str, str],
    catalog: Catalog,
) -> dict[str, object]:
    """Return the table of a trial of today."""
    took = told["took"]
    assert isinstance(took, dict)
    files = {str(file.path): file.content.decode() for file in example(stack, catalog).values()}
    script = files["test_script.py"]
    return {
        "stack": stack,
        "nixpkgs": nixpkgs,
        "month": f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m}",
        "seconds": round(took.get("test", 0)),
        "subtests": results(told, script, absent),
    }


def worse(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Return the subtests that passed as recorded, and have not now."""
    return [n for n, seen in old.items() if seen == "passed" and new.get(n) != "passed"]


def write(tables: Mapping[str, object]) -> None:
    """Write the record, a table for each trial in the order of their names."""
    text = tomli_w.dumps({name: tables[name] for name in sorted(tables)})
    EVIDENCE.write_text(HEAD + text, encoding="utf-8")


def main() -> int:
    """Try the stacks, and compare or record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tool", type=Path, metavar="TOOL")
    parser.add_argument("stacks", nargs="*", metavar="STACK")
    parser.add_argument("--nixpkgs", required=True, metavar="VERSION")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--absent", action="append", default=[], metavar="SERVICE=WHY")
    given = parser.parse_args()
    absent = dict(text.split("=", 1) for text in given.absent)
    catalog = load_catalog()
    recorded = tomllib.loads(EVIDENCE.read_text(encoding="utf-8"))
    failed = False
    for stack in given.stacks or catalog.stacks:
        told = json.loads(tried(stack, given.tool.resolve(), catalog))
        found = table(stack, told, given.nixpkgs, absent, catalog)
        subtests = found["subtests"]
        assert isinstance(subtests, dict)
        for name, seen in subtests.items():
            print(f"{stack}: {seen.partition(':')[0]:9} {name}", flush=True)
        lost = worse(recorded.get(stack, {}).get("subtests", {}), subtests)
        failed |= bool(lost)
        for name in lost:
            print(f"{stack}: passed before: {name}", file=sys.stderr)
        if given.record:
            recorded[stack] = found
            write(recorded)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
