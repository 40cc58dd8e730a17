"""Branches and tags that inputs name, or do not."""

import pytest

from scaffold.checks import engine
from scaffold.survey.discovery import survey
from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed, lock
from tests.survey.projects import project, write


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("NXC102", "nixpkgs/nixos-25.05", "nixpkgs/25.05", 3),
        ("NXC103", "nixpkgs/nixos-25.05", "nixpkgs", 3),
        ("NXC103", "nixpkgs/nixos-25.05", "nixpkgs/nixos-unstable", 3),
        ("NXC104", ".git?ref=25.05", ".git", 4),
    ],
)
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("NXC105", 'kapack.url = "github:oar-team/nur-kapack";'),
        ("NXC120", 'kapack.url = "github:oar-team/nur-kapack/regale-2211";'),
    ],
)
def test_kapack(tmp_path, code, line):
    flake = changed(("    nxc.url", f"    {line}\n    nxc.url"), ("nxc }", "nxc, kapack }"))
    assert lines_hit(tmp_path, code, {}, flake_nix=flake) == [4]


def test_a_locked_input_without_branch_is_a_note(tmp_path):
    project(tmp_path, flake_nix=changed((".git?ref=25.05", ".git")))
    write(tmp_path, lock())

    run = engine.run(survey([tmp_path]), lambda _: engine.Wanted(frozenset({"NXC104"})))
    assert [f.severity.word for f in run.findings] == ["note"]
