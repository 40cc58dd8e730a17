"""What is tried of stacks: the files of each trial, and whether they are still those of its boot.

Every stack with its own answers is a trial of its name; trials.toml has the others. What was seen
is kept in templates/evidence.toml, with the digest of what was booted: ``tests/tools/boot.py``
writes it, and ``tests/tools/examples.py`` marks there what has changed since.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import tomli_w

from scaffold.answers import layers
from scaffold.asking.layers import Layer, merge
from scaffold.catalogue.catalog import Catalog
from scaffold.writer.tree import Tree
from tests.tools import examples

EVIDENCE = Path(__file__).resolve().parents[2] / "templates" / "evidence.toml"
PLANNED = Path(__file__).with_name("trials.toml")
HEAD = """\
# What was seen of the stacks. A table with subtests is a boot, written by tests/tools/boot.py; one
# without is an evaluation by Nix. `answers` says what was answered in place of the stack's own.
# A subtest has passed, has failed, or was not shown, with the reason. `digest` is that of the files
# that were booted, and `changed` says that other files are generated today (both are written by
# tests/tools/trials.py).

"""
#: The tables of the record, by the names of trials.
Tables = Mapping[str, Mapping[str, object]]
#: Files that no host is made of, and that no test script reads.
ASIDE = ("README.md", "justfile", "nxc.json", ".nxc-scaffold.toml", ".gitignore")


class Planned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trial as trials.toml describes it; the fields are explained there."""

    stack: str
    answers: str = ""
    flavour: str = "vm"
    flags: dict[str, list[str]] = {}
    dropped: tuple[str, ...] = ()
    example: str = ""
    composition: str = ""
    variant: str = ""
    arguments: tuple[str, ...] = ()


def planned(catalog: Catalog) -> dict[str, Planned]:
    """Return every trial by its name: the stacks with their own answers first."""
    text = PLANNED.read_text(encoding="utf-8")
    others = msgspec.toml.decode(text, type=dict[str, Planned])
    return {**{stack: Planned(stack) for stack in catalog.stacks}, **others}


def files(trial: Planned, catalog: Catalog) -> dict[str, bytes]:
    """Return the files of the project that is booted, by path."""
    found = {str(file.path): file.content for file in _generated(trial, catalog).values()}
    if trial.variant:
        # What `nxc build --setup` writes before it calls nix.
        heading = b"[project]\n"
        assert found["setup.toml"].count(heading) == 1
        selected = heading + f'selected = "{trial.variant}"\n'.encode()
        found["setup.toml"] = found["setup.toml"].replace(heading, selected)
    return found


def _generated(trial: Planned, catalog: Catalog) -> Tree:
    if trial.example == "multi":
        return examples.several(catalog)
    if trial.example:
        return examples.examples(catalog)[trial.example]
    own = {"flavours": [trial.flavour]} if trial.flavour != "vm" else {}
    given = [
        Layer("the trial", {"name": trial.stack, **own}),
        *layers.from_flags(trial.flags, catalog),
        *layers.stack_layers(trial.stack, catalog),
    ]
    given.insert(0, examples.consents(merge(given), catalog))
    if trial.dropped:
        given = [Layer("the trial", layers.without_roles(merge(given), trial.dropped))]
    return examples.rendered(given, catalog)


def script_of(trial: Planned) -> str:
    """Return the path of a trial's test script in its project."""
    return f"{trial.composition}/test_script.py" if trial.composition else "test_script.py"


def digest(trial: Planned, catalog: Catalog) -> str:
    """Return the digest of what is booted: modules, packages and test script.

    Of the flake, it is what it gives to the library: the inputs are those of the machine that
    boots, whatever the release says, and no host is made of its shell and formatter.
    """
    found = hashlib.sha256()
    for path, file in sorted(files(trial, catalog).items()):
        if Path(path).name in ASIDE or path.startswith("."):
            continue
        own = trial.composition in ("", Path(path).parts[0]) or len(Path(path).parts) == 1
        if path == "flake.nix":
            file = file.partition(b"nxc.lib.compose")[2].partition(b"defaultPackage")[0]
        if own:
            found.update(path.encode() + b"\0" + file + b"\0")
    return found.hexdigest()[:16]


def mark(
    tables: Mapping[str, Mapping[str, object]], catalog: Catalog
) -> dict[str, dict[str, object]]:
    """Return the record with `changed` where other files are generated than were booted."""
    known = planned(catalog)
    marked: dict[str, dict[str, object]] = {}
    for name, table in sorted(tables.items()):
        marked[name] = {key: value for key, value in table.items() if key != "changed"}
        booted = bool(table.get("subtests"))
        if booted and (name not in known or table.get("digest") != digest(known[name], catalog)):
            marked[name]["changed"] = True
    return marked


def read() -> dict[str, dict[str, object]]:
    """Return the tables of the record."""
    return tomllib.loads(EVIDENCE.read_text(encoding="utf-8"))


def write(tables: Tables, catalog: Catalog) -> None:
    """Write the record, a table for each trial in the order of their names, with its marks."""
    EVIDENCE.write_text(HEAD + tomli_w.dumps(mark(tables, catalog)), encoding="utf-8")
