"""Rules of flake.nix: each fires on what it is about, and on nothing near it."""

from datetime import date

import pytest

from tests.checks.rules.findings import found, lines_hit
from tests.survey.projects import FLAKE, project, write


def lock(date_of_nxc="1753000000", **nodes):
    """Return a lock file whose nxc is of a day, with its nixpkgs following that of the flake."""
    import json

    document = {
        "nodes": {
            "nixpkgs": {"locked": {"type": "github", "owner": "NixOS", "repo": "nixpkgs"}},
            "nxc": {
                "inputs": {"nixpkgs": ["nixpkgs"]},
                "locked": {"type": "git", "url": "x", "lastModified": int(date_of_nxc)},
            },
            "root": {"inputs": {"nixpkgs": "nixpkgs", "nxc": "nxc"}},
            **nodes,
        },
        "root": "root",
        "version": 7,
    }
    return {"flake.lock": json.dumps(document, indent=2)}


OLD = "1650000000"  # April 2022


def changed(*pairs):
    text = FLAKE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_a_release_is_told_from_the_day_on_which_its_support_has_ended(tmp_path):
    project(tmp_path)
    assert found(tmp_path, "NXC101", today=date(2025, 12, 31)) == []
    assert found(tmp_path, "NXC101", today=date(2026, 1, 1)) == [("NXC101", "flake.nix", 3)]


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("NXC102", "nixpkgs/nixos-25.05", "nixpkgs/25.05", 3),
        ("NXC103", "nixpkgs/nixos-25.05", "nixpkgs", 3),
        ("NXC103", "nixpkgs/nixos-25.05", "nixpkgs/nixos-unstable", 3),
        ("NXC104", ".git?ref=25.05", ".git", 4),
        ("NXC106", '    nxc.inputs.nixpkgs.follows = "nixpkgs";\n', "", 4),
        ("NXC108", "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=25.05",
         "path:/home/me/nixos-compose", 4),
        ("NXC109", "nixpkgs/nixos-25.05", "nixpkgs?tag=25.05", 3),
        ("NXC110", "{ self, nixpkgs, nxc }", "{ self, nixpkgs }", 4),
        ("NXC110", "{ self, nixpkgs, nxc }", "{ self, nixpkgs, nxc, other }", 8),
        ("NXC111", "packages.${system}", "devShell.${system} = nxc.x; packages.${system}", 13),
        ("NXC112", "packages.${system}", 'x = self."composition::nixos-test"; packages.${system}',
         13),
        ("NXC114", "inherit nixpkgs system;", "inherit nixpkgs system; modules = [ ];", 14),
        ("NXC115", "composition = ./composition.nix", "compositions = ./composition.nix", 15),
        ("NXC117", "inherit nixpkgs",
         'flavours = nixpkgs.lib.getAttrs [ "vms" ] 1; inherit nixpkgs', 14),
        ("NXC117", "packages.${system}", 'x = self."composition::docekr"; packages.${system}', 13),
        ("NXC118", "inherit nixpkgs system;", "inherit system;", 13),
        ("NXC118", "composition = ./composition.nix;", "", 13),
        ("NXC119", 'follows = "nixpkgs"', 'follows = "nixpkg"', 5),
        ("NXC121", "nixos-25.05", "nixos-26.05", 13),
        ("NXC123", "nixpkgs/nixos-25.05", "nixpkgs/nixos-22.05", 4),
        ("NXC124", 'system = "x86_64-linux";', 'system = "x86_64-linux"; own = final: prev: { };',
         10),
    ],
)  # fmt: skip
def test_it_fires(tmp_path, code, old, new, line):
    assert lines_hit(tmp_path, code, {}, flake_nix=changed((old, new))) == [line]


def test_the_small_project_itself_has_nothing(nix_program, tmp_path):
    settings = '{"composition": "composition.nix", "default_flavour": "vm"}'
    assert found(project(tmp_path, nxc_json=settings)) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("NXC105", 'kapack.url = "github:oar-team/nur-kapack";'),
        ("NXC107", 'kapack.url = "github:oar-team/nur-kapack/25.05";'),
        ("NXC120", 'kapack.url = "github:oar-team/nur-kapack/regale-2211";'),
    ],
)
def test_kapack(tmp_path, code, line):
    flake = changed(("    nxc.url", f"    {line}\n    nxc.url"), ("nxc }", "nxc, kapack }"))
    assert lines_hit(tmp_path, code, {}, flake_nix=flake) == [4]


def test_kapack_is_given_to_nur(tmp_path):
    text = 'kapack.url = "github:oar-team/nur-kapack/25.05"; NUR.url = "github:nix-community/NUR";'
    flake = changed(
        ("    nxc.url", f"    {text}\n    nxc.url"),
        ("nxc }", "nxc, kapack, NUR }"),
        ("inherit nixpkgs system;", "inherit nixpkgs system NUR;"),
    )
    assert lines_hit(tmp_path, "NXC122", {}, flake_nix=flake) == [14]
    given = flake.replace("system NUR;", "system NUR; repoOverrides = { inherit kapack; };")
    assert lines_hit(tmp_path, "NXC122", {}, flake_nix=given) == []


def test_follows_is_not_asked_for_where_a_newer_nixpkgs_must_not_build_the_client(tmp_path):
    flake = changed(
        ('    nxc.inputs.nixpkgs.follows = "nixpkgs";\n', ""), ("nixos-25.05", "nixos-25.11")
    )
    assert lines_hit(tmp_path, "NXC106", {}, flake_nix=flake) == []


def test_a_locked_input_without_branch_is_a_note(tmp_path):
    project(tmp_path, flake_nix=changed((".git?ref=25.05", ".git")))
    write(tmp_path, lock())
    from scaffold.checks import engine
    from scaffold.survey.discovery import survey

    run = engine.run(survey([tmp_path]), lambda _: engine.Wanted(frozenset({"NXC104"})))
    assert [f.severity.word for f in run.findings] == ["note"]


@pytest.mark.parametrize(
    ("code", "new"),
    [
        ("NXC112", 'x = self."composition::nixos-test"; packages.${system}'),
        ("NXC113", "devShells.x.default = nxc.devShells.x.nxcShellFull; packages.${system}"),
    ],
)
def test_what_an_old_library_has_is_no_defect_with_an_old_lock(tmp_path, code, new):
    flake = changed(("packages.${system}", new))
    assert lines_hit(tmp_path, code, lock(OLD), flake_nix=flake) == []
    assert lines_hit(tmp_path, code, lock(), flake_nix=flake) == [13]


def test_the_new_shell_is_missing_from_an_old_library(tmp_path):
    flake = changed(("packages.${system}", "devShells.x = nxc.x.nxcShellLite; packages.${system}"))
    assert lines_hit(tmp_path, "NXC113", lock(OLD), flake_nix=flake) == [13]


def test_setup_toml_has_to_be_passed(tmp_path):
    setup = {"setup.toml": "[params]\nn = 1\n"}
    assert lines_hit(tmp_path, "NXC116", setup) == [13]
    flake = changed(("inherit nixpkgs", "setup = ./setup.toml; inherit nixpkgs"))
    assert lines_hit(tmp_path, "NXC116", setup, flake_nix=flake) == []


def test_arguments_that_are_computed_are_said_to_be(tmp_path):
    flake = changed(
        ("nxc.lib.compose {", "nxc.lib.compose (nixpkgs // {"), ("      };\n", "      });\n")
    )
    assert lines_hit(tmp_path, "NXC125", {}, flake_nix=flake) == [13]


def test_systemd_in_stage_1_is_turned_off_by_hand(tmp_path):
    flake = changed(
        ("nixos-25.05", "nixos-26.05"),
        ("inherit nixpkgs", "extraConfigurations = [ { boot.initrd.systemd.enable = false; } ];"
         " inherit nixpkgs"),
    )  # fmt: skip
    assert lines_hit(tmp_path, "NXC121", {}, flake_nix=flake) == []
