"""Random valid answers, drawn from what the catalogue says and from a seed.

Nothing here knows a service by name: roles, counts, parts with their needs, options, flavours,
releases and extras come from the catalogue, so a new service is drawn as soon as it is there.

    python tests/tools/random_compositions.py --seed 1 --count 20 --out DIR

writes DIR/seed-1 … DIR/seed-20, one project each.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scaffold.answers import project as project_of
from scaffold.base.errors import InputError
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.choices import flavours_to_avoid, releases_to_avoid
from scaffold.catalogue.limits import expand
from scaffold.catalogue.reading import load_catalog
from scaffold.catalogue.services import OptionSpec, Part
from scaffold.composition import rules
from scaffold.composition.model import Project
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from scaffold.writer.apply import apply
from scaffold.writer.plan import make_plan

ROLES = ("alpha", "beta", "gamma", "delta", "login", "storage", "compute", "mds0", "x", "big2small")
PACKAGES = ("jq", "hello", "tree", "python3Packages.numpy", "openmpi")
USERS = ("alice", "bob", "user1", "user2", "o-neil", "_svc")
DESCRIPTIONS = (
    "A NixOS Compose composition",
    'Users\' homes shared over "NFS"',
    "costs ${money} and ''two quotes'' and \\backslash",
    "``${'' \\' $${x} '' */ # -- {{ jinja }} {% raw %}",
    "Größe ✓ 計算機 \u202e",
    "",
)
FOLDERS = ("data", "srv/share", "users", "scratch.0", "a@b")
ATTEMPTS = 400


def random_answers(seed: int, catalog: Catalog) -> dict[str, Any]:
    """Return raw answers that make a valid composition; the same seed gives the same answers."""
    rng = random.Random(f"nxc-scaffold {seed}")
    for _ in range(ATTEMPTS):
        raw = _draw(rng, seed, catalog)
        if raw is not None and _is_valid(raw, catalog):
            return raw
    raise AssertionError(f"seed {seed}: no valid composition in {ATTEMPTS} attempts")


def random_composition(seed: int, catalog: Catalog) -> Project:
    """Return the composition of ``random_answers``."""
    return project_of.build(random_answers(seed, catalog), catalog)


def _is_valid(raw: dict[str, Any], catalog: Catalog) -> bool:
    try:
        rules.check(ProjectTopology(project_of.build(raw, catalog), catalog))
    except InputError:
        return False
    return True


def _draw(rng: random.Random, seed: int, catalog: Catalog) -> dict[str, Any] | None:
    """Draw answers that are likely to be valid; None when no release or flavour is left."""
    parts = _with_needs(_wanted(rng, catalog), catalog)
    roles = _roles(rng, parts, catalog)
    used = expand(tuple(parts), catalog)
    bad_releases = releases_to_avoid(used, (), catalog)
    bad_flavours = flavours_to_avoid(used, catalog)
    releases = [name for name in catalog.releases if name not in bad_releases]
    if not releases:
        return None
    release = rng.choice(releases)
    possible = [f for f in catalog.releases[release].flavours if f not in bad_flavours]
    if not possible:
        return None
    flavours = rng.sample(possible, rng.randint(1, len(possible)))
    options = _options(rng, [catalog.parts[p] for p in used], roles, catalog)
    extras = [extra for extra in catalog.extras if rng.random() < 0.5]
    return {
        "name": f"random-{seed}",
        "description": rng.choice(DESCRIPTIONS),
        "roles": roles,
        "options": options,
        "flavours": flavours,
        "default_flavour": rng.choice(flavours),
        "release": release,
        "pins": {},
        "extras": extras,
        "variants": _variants(rng, roles) if "setup" in extras else {},
    }


def _variants(rng: random.Random, roles: dict[str, Any]) -> dict[str, Any]:
    """Sometimes a variant with more hosts, a ref, a package from another source."""
    counts = {name: r["count"] + rng.randint(0, 3) for name, r in roles.items() if r["count"] > 1}
    origin = f"github:NixOS/nixfmt/v1.{rng.randint(0, 4)}.0"
    drawn = {
        "large": {"counts": counts},
        "next-one": {"pins": {"nixpkgs": "nixos-unstable"}},
        "dev": {"sources": {"nixpkgs": {"nixfmt": origin}}},
    }
    return {name: variant for name, variant in drawn.items() if rng.random() < 0.5}


def _wanted(rng: random.Random, catalog: Catalog) -> list[str]:
    """A few visible parts, sometimes none; often several of one service."""
    visible = [p for p in catalog.parts.values() if not p.hidden]
    services = rng.sample(sorted({p.service for p in visible}), 1) if rng.random() < 0.9 else []
    services += rng.sample(sorted({p.service for p in visible}), 1) if rng.random() < 0.5 else []
    return [p.id for p in visible if p.service in services and rng.random() < 0.7]


def _with_needs(parts: list[str], catalog: Catalog) -> list[str]:
    """The parts and, transitively, the partners that they need."""
    found = dict.fromkeys(parts)
    todo = list(parts)
    while todo:
        for part_id in expand((todo.pop(),), catalog):
            for need in catalog.parts[part_id].needs:
                if not found.keys() & set(need.parts):
                    found[need.part] = None
                    todo.append(need.part)
    return list(found)


def _roles(rng: random.Random, parts: list[str], catalog: Catalog) -> dict[str, Any]:
    """Place each part on one or several roles: merged, spread, or of several kinds."""
    apart = any(need.elsewhere for p in parts for need in catalog.parts[p].needs)
    names = rng.sample(ROLES, rng.randint(2 if apart else 1, 5))
    placed: dict[str, list[str]] = {name: [] for name in names}
    for part_id in parts:
        part = catalog.parts[part_id]
        few = part.max_hosts == 1 or part.max_per_role == 1
        kinds = rng.choice((1, 1, 2)) if few else rng.randint(1, len(names))
        if part.max_hosts is not None:
            kinds = min(kinds, part.max_hosts)
        for name in rng.sample(names, min(kinds, len(names))):
            placed[name].append(part_id)
    return {name: _role(rng, own, catalog) for name, own in placed.items()}


def _role(rng: random.Random, parts: list[str], catalog: Catalog) -> dict[str, Any]:
    most = 4
    for part_id in expand(tuple(parts), catalog):
        part = catalog.parts[part_id]
        most = min(most, part.max_per_role or most, part.max_hosts or most)
    packages = rng.sample(PACKAGES, rng.choice((0, 0, 1, 2)))
    return {"count": rng.randint(1, most), "parts": parts, "packages": packages}


def _options(
    rng: random.Random, parts: list[Part], roles: dict[str, Any], catalog: Catalog
) -> dict[str, Any]:
    """Draw some options for the composition; what must differ between roles goes to the roles."""
    folders = _folders(rng)
    options: dict[str, Any] = {}
    for service in dict.fromkeys(p.service for p in parts):
        for spec in catalog.services[service].options.values():
            if spec.consent or rng.random() < 0.4:
                options.setdefault(service, {})[spec.key] = _value(rng, spec, folders)
    for part in parts:
        owners = [r for r in roles.values() if part.id in expand(tuple(r["parts"]), catalog)]
        for spec in part.options.values():
            tables = [options]
            if (spec.unique and len(owners) > 1) or rng.random() < 0.2:
                tables = [role.setdefault("options", {}) for role in owners]
            if tables != [options] or spec.consent or rng.random() < 0.4:
                for table in tables:
                    values = table.setdefault(part.service, {}).setdefault(part.name, {})
                    values[spec.key] = _value(rng, spec, folders)
    return options


def _folders(rng: random.Random) -> Iterator[str]:
    """Absolute paths, none of them twice and none inside another."""
    names = rng.sample(FOLDERS, len(FOLDERS))
    yield from (f"/{name}" for name in names)
    number = 0
    while True:
        number += 1
        yield f"/more{number}"


def _value(rng: random.Random, spec: OptionSpec, folders: Iterator[str]) -> Any:
    """Draw a value of an option; a type that is not known here keeps its default."""
    if spec.type == "integer":
        low = spec.minimum if spec.minimum is not None else 0
        high = spec.maximum if spec.maximum is not None else low + 8
        return rng.randint(low, min(high, low + 8))
    if spec.type == "choice":
        return rng.choice(spec.choices)
    if spec.type == "bool":
        return bool(spec.consent) or rng.random() < 0.5
    if spec.type == "users":
        return rng.sample(USERS, rng.randint(1, 3))
    if spec.type == "packages":
        return rng.sample(PACKAGES, rng.randint(0, 2))
    return next(folders) if spec.type in ("path", "path-or-empty") else spec.default


def write(composition: Project, catalog: Catalog, folder: Path) -> None:
    """Write a project the way the command does, without formatting, git or checks."""
    apply(make_plan(render(ProjectTopology(composition, catalog)), folder))


def main() -> None:
    """Write random projects and say what is in each."""
    parser = argparse.ArgumentParser(description="Write random valid compositions.")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=20, help="how many, one seed each")
    parser.add_argument("--out", type=Path, required=True, help="an existing or new folder")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    catalog = load_catalog()
    for seed in range(wanted.seed, wanted.seed + wanted.count):
        project = random_composition(seed, catalog)
        write(project, catalog, wanted.out / f"seed-{seed}")
        roles = "; ".join(f"{r.name}:{r.count} {' '.join(r.parts)}" for r in project.main.roles)
        print(f"seed-{seed}  {project.release}  {' '.join(project.flavours)}  {roles}")


if __name__ == "__main__":
    main()
