"""Compositions and their roles are called with stand-ins, without nixpkgs."""

import pytest

from scaffold.survey.discovery import survey
from scaffold.survey.stub import Reader
from tests.survey.projects import FLAKE, project, write

pytestmark = pytest.mark.nix


def reader(root):
    return Reader(survey([root]).projects[0])


def test_roles_hosts_and_script(nix_program, tmp_path):
    (called,) = reader(project(tmp_path)).called
    views = called.views["composition"]
    assert len(views) == 7
    view = views["vm"]
    assert view.roles == {"node": "lambda", "server": "lambda"}
    assert view.hosts == ("node1", "node2", "server")
    assert "wait_for_unit" in view.test_script
    assert view.places["roles.server"].line == 4


def test_options_of_roles(nix_program, tmp_path):
    text = """
    { pkgs, lib, nur, modulesPath, ... }:
    let
      common = import ./common.nix { inherit pkgs; };
    in
    {
      roles.a = { config, ... }: {
        imports = [ common nur.repos.kapack.modules.oar ./more.nix ];
        services.x = lib.mkIf (!config.services.y.enable) { enable = lib.mkForce true; };
        services.off = lib.mkIf false { enable = true; };
        environment.systemPackages = with pkgs; [ curl python3.pkgs.numpy ];
      };
    }
    """
    project(tmp_path, composition_nix=text)
    common = "{ pkgs }: { users.users.a.isNormalUser = true; }"
    write(tmp_path, {"common.nix": common, "more.nix": "{ lib, ... }: { time.timeZone = null; }"})
    (called,) = reader(tmp_path).deeply
    role = called.options["composition"]["a"]
    assert role.failure == ""
    assert role.unknown == ("kapack.modules.oar",)
    assert role.value("services.x.enable") is True
    assert role.value("users.users.a.isNormalUser") is True
    assert [o.name for o in role.options if "off" in o.path] == []
    (packages,) = role.below("environment.systemPackages")
    assert packages.value[0] == {"package": "curl"}
    assert next(role.below("services.x")).place.line == 9


def test_a_role_that_fails_leaves_the_others_known(nix_program, tmp_path):
    text = """
    { ... }:
    {
      roles.good = { ... }: { services.a.enable = true; };
      roles.bad = { ... }: { imports = [ (import ./f.nix) ]; };
    }
    """
    project(tmp_path, composition_nix=text)
    write(tmp_path, {"f.nix": "{ needed }: needed.x.y.z.q or { } // 1"})
    (called,) = reader(tmp_path).deeply
    roles = called.options["composition"]
    assert roles["good"].value("services.a.enable") is True
    assert roles["bad"].failure


def test_a_wrong_import_is_a_defect_with_its_place(nix_program, tmp_path):
    project(tmp_path, composition_nix="{ ... }:\n{ roles = import ./f.nix { }; }\n")
    write(tmp_path, {"f.nix": "{ needed }: { a = { ... }: { }; }"})
    (called,) = reader(tmp_path).called
    failure = called.failures["composition"]
    assert failure.is_defect
    assert "needed" in failure.message


def test_what_a_stand_in_cannot_play_is_no_defect(nix_program, tmp_path):
    project(tmp_path, composition_nix="{ pkgs, ... }: { roles = { a = 1 + pkgs.x; }; }\n")
    (called,) = reader(tmp_path).called
    assert not called.failures["composition"].is_defect


def test_setup_is_read_with_the_selected_variant(nix_program, tmp_path):
    flake = FLAKE.replace("inherit nixpkgs", "setup = ./setup.toml; inherit nixpkgs")
    text = "{ setup, ... }: { roles.a = { ... }: { }; rolesDistribution.a = setup.params.n; }"
    project(tmp_path, flake_nix=flake, composition_nix=text)
    setup = '[project]\nselected = "big"\n[params]\nn = 1\n[big.params]\nn = 3\n'
    write(tmp_path, {"setup.toml": setup})
    (called,) = reader(tmp_path).called
    assert called.views["composition"]["vm"].hosts == ("a1", "a2", "a3")


def test_a_composition_that_fails_leaves_the_others_known(nix_program, tmp_path):
    flake = FLAKE.replace("composition = ./composition.nix", "compositions = ./all.nix")
    project(tmp_path, flake_nix=flake)
    text = """
    {
      good = { ... }: { roles.a = { ... }: { services.x.enable = true; }; };
      bad = { ... }: { roles.a = { ... }: { imports = [ (import ./part.nix { }) ]; }; };
    }
    """
    write(tmp_path, {"all.nix": text, "part.nix": "{ pkgs }: { services.x.enable = true; }"})
    (called,) = reader(tmp_path).deeply
    assert called.options["good"]["a"].failure == ""
    assert called.options["good"]["a"].value("services.x.enable") is True
    assert "required argument 'pkgs'" in called.options["bad"]["a"].failure


def test_compositions_that_are_computed(nix_program, tmp_path):
    flake = FLAKE.replace("composition = ./composition.nix", "compositions = import ./all.nix")
    project(tmp_path, flake_nix=flake)
    made = 'let make = n: { ... }: { roles.${n} = { ... }: { }; }; in { x = make "a"; }'
    write(tmp_path, {"all.nix": made})
    (called,) = reader(tmp_path).called
    assert called.views["x"]["docker"].hosts == ("a",)


def test_a_composition_in_the_flake_itself(nix_program, tmp_path):
    flake = FLAKE.replace("./composition.nix", "{ pkgs, ... }: { nodes.a = { ... }: { }; }")
    (called,) = reader(project(tmp_path, flake_nix=flake, composition_nix="")).called
    assert called.views["composition"]["vm"].roles == {"a": "lambda"}
