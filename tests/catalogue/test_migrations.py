"""The tables of what changes between releases can be read, and say what they should."""

import json
import subprocess
import sys

import pytest

from scaffold.base.folders import templates_folder
from scaffold.catalogue.migrations import (
    Gone,
    kapack_at,
    kapack_branches,
    migrations,
    option_moves,
    package_moves,
)
from scaffold.catalogue.reading import load_catalog

CATALOG = load_catalog()
ALL = migrations()


@pytest.mark.parametrize("migration", ALL.values(), ids=lambda migration: migration.name)
def test_every_migration_says_how_it_is_known_and_what_a_person_has_to_do(migration):
    assert migration.evidence
    assert migration.mechanical or migration.what
    assert bool(migration.first) == bool(migration.last_fine)
    assert migration.last_fine <= migration.first


def test_renames_name_an_option_that_nixpkgs_moved_the_same_way():
    moves = option_moves()
    for migration in ALL.values():
        move = moves.get(migration.old) if migration.kind == "option-renamed" else None
        if move is not None and move.new:
            assert move.new == migration.new.replace('"', ""), migration.name


def test_a_migration_concerns_its_first_release_and_those_after_it():
    one = ALL["ssh-permit-root-login"]
    assert [one.concerns(r) for r in ("22.11", "23.05", "26.05")] == [False, True, True]
    assert ALL["state-version"].concerns("22.05")


def test_the_moves_know_the_options_of_real_compositions():
    moves = option_moves()
    assert moves["services.openssh.permitRootLogin"].new == (
        "services.openssh.settings.PermitRootLogin"
    )
    assert moves["environment.noXlibs"].new == ""
    assert moves["environment.noXlibs"].since == "24.11"


def test_the_moves_know_packages_that_are_gone_without_a_word():
    packages = package_moves()
    assert packages["pkgs"]["exa"].kind == "gone"
    assert packages["pkgs"]["iproute"].kind == "gone"
    assert {"pkgs", "python3Packages", "lib"} <= set(packages)


@pytest.mark.parametrize(
    ("day", "release"),
    [("2025-05-15", "25.05"), ("2025-10-27", "25.11"), ("2025-12-01", "26.05"), ("", "")],
)
def test_the_day_of_an_alias_tells_the_first_release_that_has_it(day, release):
    assert Gone("throw", "", day).since == release


@pytest.mark.parametrize("release", CATALOG.releases)
def test_the_inventory_knows_the_kapack_of_every_release(release):
    row = CATALOG.releases[release]
    branch = kapack_at(row.inputs["kapack"].ref)
    assert branch is not None
    assert set(row.package_sets["kapack"].modules) == set(branch.modules)
    assert "oar" in set(branch.packages) - {*branch.broken, *branch.private}
    for name in row.package_sets["kapack"].unusable:
        assert name not in branch.packages or name in (*branch.broken, *branch.private), name


def test_a_branch_and_its_commit_are_the_same_and_others_are_unknown():
    head = kapack_branches()["25.05"]
    assert kapack_at("25.05") is head
    assert kapack_at(head.commit) is head
    assert kapack_at("regale-2211") is None


def test_names_alone_are_kept():
    """The files hold names, releases and dates: no sentence of anybody else's."""
    for name in ("options", "packages", "kapack"):
        text = (templates_folder() / "moves" / f"{name}.json").read_text(encoding="utf-8")
        words = json.dumps(json.loads(text)).split('"')
        assert not [word for word in words[1::2] if word.count(" ") > 1], name


def test_they_are_read_only_when_they_are_asked_for():
    code = (
        "import sys; from scaffold.catalogue.reading import load_catalog; load_catalog();"
        "print('scaffold.catalogue.migrations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "False\n", done.stderr
