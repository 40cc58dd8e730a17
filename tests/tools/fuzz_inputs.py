"""Random input, by thousands: what is valid gives files that load, what is not is told.

    python tests/tools/fuzz_inputs.py --seed 1 --valid 10000 --strings 10000 --invalid 10000

- valid: answers of random_compositions.py. Every .nix parses with nix, every .py compiles, every
  .toml and .json loads, and the answers file gives the same composition again.
- strings: random text as the description and through every quoting function. It comes back
  unchanged from nix, TOML, JSON, YAML and Python.
- invalid: random bad flags, answers files and targets. The exit code is a documented one, the
  message quotes the value in short lines without control characters, there is no traceback, and
  nothing is written.

Prints the seed, one line for each kind, and what failed. Exit code 1 when something did.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scaffold.answers import document
from scaffold.answers import project as project_of
from scaffold.base.engine import Engine
from scaffold.catalogue.reading import load_catalog
from scaffold.composition import rules
from scaffold.composition.model import Project
from scaffold.composition.topology import ProjectTopology
from scaffold.nixlang import quote
from scaffold.render.host_filters import host_filters
from scaffold.render.project import render
from scaffold.system import nix, process
from tests.tools.bad_inputs import bad_input, complaint
from tests.tools.random_compositions import random_answers

CATALOG = load_catalog()
BATCH = 400
ALPHABET = (
    "ab Z09'\"\\$`{}()[]<>&|;#%*~!?=+-_.,:/@^\t\n\r\x01\x1b\x7f\x85\u00a0é計\u2028\u202e\ufeff😀"
)
PIECES = (
    "${",
    "''",
    "'''",
    '"""',
    "{{ x }}",
    "{% raw %}",
    "$${",
    "\\n",
    "*/",
    "--",
    "<<EOF",
    "\r\n",
)
Failures = list[str]


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    for name in KINDS:
        parser.add_argument(f"--{name}", type=int, default=100, metavar="N")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    found = [run(name, options.seed, getattr(options, name)) for name in KINDS]
    return int(any(found))


def run(kind: str, seed: int, count: int) -> Failures:
    """Run one kind, print a line about it and what failed."""
    failures, looked_at = KINDS[kind](seed, count)
    print(f"{kind}: {count} inputs, {looked_at}: {len(failures)} failures", flush=True)
    for failure in failures[:20]:
        print(f"  {failure}")
    return failures


def rendered(composition: Project, engine: Engine) -> dict[str, str]:
    """Render with templates that are compiled once for all compositions."""
    with patch("scaffold.render.project.Engine", lambda _filters: engine):
        tree = render(ProjectTopology(composition, CATALOG))
    return {str(path): file.content.decode() for path, file in tree.items()}


def valid(seed: int, count: int) -> tuple[Failures, str]:
    """Render random valid answers and read every file."""
    engine, texts, failures = Engine(host_filters()), {}, []
    for number in range(seed, seed + count):
        composition = project_of.build(random_answers(number, CATALOG), CATALOG)
        for path, text in rendered(composition, engine).items():
            texts.setdefault((Path(path).suffix, text), f"seed {number}: {path}")
            if path == document.FILE_NAME and again(text) != composition:
                failures.append(f"seed {number}: {path} gives another composition")
    nix_files = {where: text for (suffix, text), where in texts.items() if suffix == ".nix"}
    for (suffix, text), where in texts.items():
        if reason := unreadable(suffix, text):
            failures.append(f"{where}: {reason}")
    failures += unparsed(nix_files)
    return failures, f"{len(texts)} different files, {len(nix_files)} of Nix"


def again(text: str) -> Project:
    """Return the composition of an answers file."""
    composition = project_of.build(tomllib.loads(text), CATALOG)
    rules.check(ProjectTopology(composition, CATALOG))
    return composition


def unreadable(suffix: str, text: str) -> str:
    """Say why a text cannot be read as what it is; empty when it can."""
    readers: dict[str, Callable[[str], object]] = {
        ".py": lambda source: compile(source, "x.py", "exec"),
        ".toml": tomllib.loads,
        ".json": json.loads,
    }
    try:
        readers.get(suffix, str)(text)
    except (ValueError, SyntaxError) as error:
        return str(error)
    return ""


def unparsed(files: dict[str, str]) -> Failures:
    """Return what nix cannot parse; many files per call, and one by one when a call fails."""
    failures = []
    for batch in batches(list(files.items())):
        with tempfile.TemporaryDirectory() as folder:
            names = [f"{number}.nix" for number in range(len(batch))]
            for name, (_, text) in zip(names, batch, strict=True):
                (Path(folder) / name).write_bytes(text.encode())
            done = process.run([*nix.INSTANTIATE, "--parse", *names], cwd=Path(folder))
        if done.returncode:
            where = [batch[0][0]] if len(batch) == 1 else []
            failures += [f"{w}: {done.stderr.strip()}" for w in where]
            for item in batch if len(batch) > 1 else []:
                failures += unparsed(dict([item]))
    return failures


def batches(items: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Cut a list into parts for one call each."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def random_text(rng: random.Random) -> str:
    """Return any text that a file can hold, most of it dangerous somewhere."""
    text = ""
    for _ in range(rng.choice((0, 1, 2, 5, 20, 80))):
        draw = rng.random()
        if draw < 0.7:
            text += rng.choice(ALPHABET)
        elif draw < 0.9:
            text += rng.choice(PIECES)
        else:
            text += chr(rng.choice((*range(1, 0xD800), *range(0xE000, 0x3000))) or 1)
    return text


def strings(seed: int, count: int) -> tuple[Failures, str]:
    """Send random text through every language and compare what comes back."""
    rng, engine, failures = random.Random(f"strings {seed}"), Engine(host_filters()), []
    expressions: list[tuple[str, str]] = []
    lines = 0
    for number in range(count):
        text = random_text(rng)
        failures += [f"{number}: {text!r} through {how}" for how in changed(text)]
        expressions.append((text, quote.nix_string(text)))
        if len(text.strip().splitlines()) <= 1:
            lines += 1
            files = described(text.strip(), engine)
            expressions.append((text.strip(), f"({files['flake.nix']}).description"))
            if tomllib.loads(files[document.FILE_NAME])["description"] != text.strip():
                failures.append(f"{number}: {text!r} through the answers file")
    failures += [f"{text!r} through nix" for text in nix_changes(expressions)]
    return failures, f"{lines} of them descriptions, {len(expressions)} read by nix"


def described(text: str, engine: Engine) -> dict[str, str]:
    """Return the files of a composition with a description."""
    raw = {"name": "x", "description": text, "roles": {"a": {}}, "flavours": ["vm"]}
    full = project_of.with_recommended(raw, CATALOG, all_of_them=True)
    return rendered(project_of.build(full, CATALOG), engine)


def changed(text: str) -> list[str]:
    """Return the languages from which a text does not come back as it was."""
    found = {
        "TOML": tomllib.loads(f"a = {quote.toml_string(text)}")["a"],
        "a TOML document": tomllib.loads(quote.toml_document({"a": text}))["a"],
        "JSON": json.loads(quote.json_value(text)),
        "YAML": json.loads(quote.yaml_string(text)),
        "Python": ast.literal_eval(quote.py_string(text)),
    }
    return [how for how, back in found.items() if back != text]


def nix_changes(expressions: list[tuple[str, str]]) -> list[str]:
    """Return the texts that nix reads as another one."""
    failures = []
    for batch in batches(expressions):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "all.nix"
            listed = "\n".join(f"({expression})" for _, expression in batch)
            file.write_bytes(f"[\n{listed}\n]\n".encode())
            values = nix.eval_json(file)
        failures += [text for (text, _), value in zip(batch, values, strict=True) if text != value]
    return failures


def invalid(seed: int, count: int) -> tuple[Failures, str]:
    """Give random bad input to the command, in this process; each 200th as a program of its own."""
    rng, failures, programs = random.Random(f"invalid {seed}"), [], 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            bad = bad_input(rng, CATALOG)
            as_program = number % 200 == 0 and bad.for_a_program
            programs += as_program
            if reason := complaint(bad, Path(folder) / str(number), as_program=as_program):
                failures.append(f"{number}: {bad.shown()}: {reason}")
    return failures, f"{programs} of them to a program of its own"


KINDS: dict[str, Callable[[int, int], tuple[Failures, str]]] = {
    "valid": valid,
    "strings": strings,
    "invalid": invalid,
}


if __name__ == "__main__":
    sys.exit(main())
