"""Takes over every composition below some folders, in memory, and says how each of them went.

``python -m tests.tools.adopt_run [--out FOLDER] [--json FILE] [--no-parts] FOLDER…`` prints a line
for each project: the roles with their counts and parts, or why it is refused. Hosts are those that
NixOS Compose sees (evaluated with stand-ins); ``recognised`` are the parts that options tell of.
With ``--out``, each project is written twice, to ``before/NAME`` and ``after/NAME``, so that both
can be evaluated with nixpkgs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scaffold.base.errors import ScaffoldError
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.composition.hosts import host_names
from scaffold.migrate.adopt.adopt import adopt
from scaffold.migrate.adopt.adoption import Adoption, lay_out
from scaffold.migrate.adopt.recognition import named, recognise
from scaffold.survey.discovery import survey
from scaffold.survey.found import Project
from scaffold.survey.stub import Reader


def looked_at(project: Project, catalog: Catalog) -> Iterator[dict[str, object]]:
    """Yield what each composition of a project is: its hosts, and the parts that roles tell of."""
    for called in Reader(project, ("vm",)).deeply:
        for name, failure in called.failures.items():
            yield {"composition": name, "failure": failure.message}
        for name, views in called.views.items():
            roles = called.options.get(name, {})
            yield {
                "composition": name,
                "hosts": list(views["vm"].hosts),
                "unread": [role for role, told in roles.items() if told.failure],
                "recognised": {
                    role: named(recognise(told.options, catalog).parts, catalog)
                    for role, told in roles.items()
                },
            }


def result(found: Adoption) -> Iterator[dict[str, object]]:
    """Yield what each composition is afterwards."""
    for one in found.whole.project.compositions:
        yield {
            "composition": one.name,
            "hosts": [host for role in one.roles for host in host_names(role)],
            "roles": {role.name: [role.count, list(role.parts)] for role in one.roles},
        }


def taken_over(
    project: Project, name: str, catalog: Catalog, out: Path | None, *, parts: bool
) -> dict[str, object]:
    """Return how it went with one project; write both versions where that is wanted."""
    told: dict[str, object] = {"project": name, "before": list(looked_at(project, catalog))}
    try:
        found = adopt(project, catalog, parts=parts)
    except ScaffoldError as error:
        return {**told, "verdict": "refused", "reasons": [str(p) for p in error.problems[:6]]}
    except Exception:
        return {**told, "verdict": "FAILED", "reasons": [traceback.format_exc(limit=-4)]}
    lists = {"read": found.read, "kept": found.kept, "unclear": found.unclear}
    if out is not None:
        folder = name.strip("/").replace("/", "_")
        shutil.copytree(
            project.root, out / "before" / folder, ignore=shutil.ignore_patterns(".git")
        )
        lay_out(found, out / "after" / folder)
    return {
        **told,
        "verdict": "adopted",
        "after": list(result(found)),
        **lists,
        "added": dict(found.added),
    }


def main() -> None:
    """Run over every project below the folders."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--no-parts", action="store_true")
    parser.add_argument(
        "folders", type=Path, nargs="+", help="compositions are looked for below them"
    )
    given = parser.parse_args()
    catalog, every = load_catalog(), []
    for folder in given.folders:
        for project in survey([folder]).projects:
            below = project.root.relative_to(folder.resolve())
            told = taken_over(
                project, f"{folder.name}/{below}", catalog, given.out, parts=not given.no_parts
            )
            every.append(told)
            print(told["verdict"], told["project"], flush=True)
            for line in told.get("reasons", []):
                print(f"    {line}"[:300])
            for one in told.get("after", []):
                print(f"    {one['composition']}: {one['roles']}")
    print(Counter(told["verdict"] for told in every))
    if given.json:
        given.json.write_text(json.dumps(every, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
