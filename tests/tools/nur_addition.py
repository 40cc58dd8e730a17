"""Adds what a service brings to a NUR repository such as kapack, to be offered there.

    python tests/tools/nur_addition.py beegfs CHECKOUT

The files are those that compositions get, moved as the service's nur.toml tells; the lines that
register them are added to the repository's own files. A second run changes nothing.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from scaffold.base.folders import templates_folder
from scaffold.repository.layouts import find_layout
from scaffold.repository.register import Entry, module_registration, registration
from scaffold.writer.apply import apply
from scaffold.writer.plan import make_plan, resolve
from scaffold.writer.steps import Decision
from scaffold.writer.tree import File, Tree, text_file


def addition(service: str, root: Path) -> Tree:
    """Return the files to add and those with the registration lines."""
    return Tree(_files(service, root))


def _files(service: str, root: Path) -> Iterator[File]:
    folder = templates_folder() / "services" / service
    data = tomllib.loads((folder / "nur.toml").read_text(encoding="utf-8"))
    for path, source in data["files"].items():
        text = (folder / source).read_text(encoding="utf-8")
        for moved in (m for m in data["moved"] if m["file"] == source):
            if text.count(moved["from"]) != 1:
                raise ValueError(
                    f"{source} has {moved['from']!r} {text.count(moved['from'])} times"
                )
            text = text.replace(moved["from"], moved["to"])
        yield text_file(path, text)
    layout = find_layout(root)
    entry = Entry(data["package"], PurePosixPath(data["file"]))
    _, module = module_registration(data["module"], layout)
    yield from (file for file in (*registration(entry, layout), module) if file is not None)


def main() -> None:
    """Write the addition, and say what is new or other than before."""
    service, root = sys.argv[1], Path(sys.argv[2])
    plan = resolve(make_plan(addition(service, root), root), lambda _: Decision.OVERWRITE)
    apply(plan)
    for step in plan.steps:
        print(f"{step.verb.value:<10} {step.path}")


if __name__ == "__main__":
    main()
