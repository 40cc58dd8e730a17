"""Projects are found by looking at what their files say."""

import pytest

from scaffold.base.errors import InputError
from scaffold.survey.discovery import survey
from tests.survey.projects import COMPOSITION, FLAKE, project, write


def test_a_flake_that_calls_compose_is_a_project(tmp_path):
    found = survey([project(tmp_path)])
    (one,) = found.projects
    assert one.root == tmp_path
    (call,) = one.calls
    assert call.library == "nxc"
    assert set(call.arguments) == {"nixpkgs", "system", "composition"}
    assert [(c.name, c.file) for c in one.compositions] == [
        ("composition", tmp_path / "composition.nix")
    ]


def test_the_call_may_stand_in_another_file_and_take_all_inputs_as_one(tmp_path):
    flake = """
    {
      inputs.nxc.url = "github:oar-team/nixos-compose";
      outputs = inputs: inputs.parts.lib.mkFlake { inherit inputs; } { imports = [ ./nxc ]; };
    }
    """
    call = "{ inputs, stdenv }:\ninputs.nxc.lib.compose { composition.roles.a = { ... }: { }; }\n"
    write(tmp_path, {"flake.nix": flake, "nxc/default.nix": call})
    (one,) = survey([tmp_path]).projects
    (composition,) = one.compositions
    assert composition.file is None
    assert one.calls[0].file.path == tmp_path / "nxc/default.nix"


@pytest.mark.parametrize(
    "call",
    [
        "let inherit (nxc.lib) compose; in compose { composition = ./composition.nix; }",
        "let compose = nxc.lib.compose; in compose { composition = ./composition.nix; }",
        "with nxc.lib; compose { composition = ./composition.nix; }",
        "let c = ./composition.nix; in nxc.lib.compose { composition = c; }",
    ],
)
def test_ways_to_spell_the_call(tmp_path, call):
    flake = f'{{ inputs.nxc.url = "github:o/nixos-compose"; outputs = {{ nxc, ... }}: {call}; }}'
    (one,) = survey([project(tmp_path, flake_nix=flake)]).projects
    assert one.compositions[0].file == tmp_path / "composition.nix"


def test_another_function_of_that_name_is_no_call(tmp_path):
    flake = '{ inputs.f.url = "github:o/f"; outputs = { f, ... }: f.lib.compose { a = 1; }; }'
    found = survey([write(tmp_path, {"flake.nix": flake})])
    assert found.projects == ()


@pytest.mark.parametrize("given", ["import ./all.nix", "./all.nix"])
def test_several_compositions_in_a_file_of_their_own(tmp_path, given):
    flake = FLAKE.replace("composition = ./composition.nix", f"compositions = {given}")
    names = "{ one = ./composition.nix; two = import ./two; }"
    project(tmp_path, flake_nix=flake)
    write(tmp_path, {"all.nix": names, "two/default.nix": COMPOSITION})
    (one,) = survey([tmp_path]).projects
    assert {c.name: c.file for c in one.compositions} == {
        "one": tmp_path / "composition.nix",
        "two": tmp_path / "two/default.nix",
    }


def test_several_flakes_are_several_projects_and_files_belong_to_the_nearest(tmp_path):
    project(tmp_path / "a")
    project(tmp_path / "b/c")
    found = survey([tmp_path])
    assert [p.root.name for p in found.projects] == ["a", "c"]
    assert all(len(p.files) == 2 for p in found.projects)


def test_a_folder_inside_a_project_means_the_project(tmp_path):
    project(tmp_path)
    (tmp_path / "parts").mkdir()
    assert survey([tmp_path / "parts"]).projects[0].root == tmp_path


def test_the_tool_of_the_same_name_is_named(tmp_path):
    flake = '{ inputs.n.url = "github:garnix-io/nixos-compose"; outputs = { n, ... }: { }; }'
    found = survey([write(tmp_path, {"flake.nix": flake})])
    assert found.projects == ()
    assert "garnix-io" in found.others[0].what


def test_an_input_that_is_never_used_to_compose_is_named(tmp_path):
    flake = '{ inputs.nxc.url = "github:o/nixos-compose"; outputs = { nxc, ... }: { }; }'
    found = survey([write(tmp_path, {"flake.nix": flake})])
    assert "no call" in found.others[0].what


def test_a_composition_without_flake_is_found_by_nxc_json(tmp_path):
    project(tmp_path, flake_nix="", nxc_json='{"composition": "composition.nix"}')
    (one,) = survey([tmp_path]).projects
    assert one.calls == ()
    assert one.compositions[0].file == tmp_path / "composition.nix"


def test_an_nxc_json_of_another_program_is_not_ours(tmp_path):
    write(tmp_path, {"nxc.json": '{"tags": []}', "composition.nix": "{ }"})
    assert survey([tmp_path]).projects == ()


def test_a_nur_repository_is_found(tmp_path):
    listed = "{ pkgs ? import <nixpkgs> { } }: { a = pkgs.callPackage ./pkgs/a { }; }"
    write(tmp_path, {"default.nix": listed, "pkgs/a/default.nix": "{ stdenv }: stdenv"})
    (one,) = survey([tmp_path]).repositories
    assert one.layout.kind == "nur"


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        survey([tmp_path / "nowhere"])


def test_links_out_of_the_project_are_not_followed(tmp_path):
    project(tmp_path / "a")
    (tmp_path / "a/self").symlink_to(tmp_path)
    (tmp_path / "a/pipe.nix").symlink_to("/dev/zero")
    assert len(survey([tmp_path]).projects[0].files) == 2


def test_a_repository_whose_list_cannot_be_understood_is_still_looked_at(tmp_path):
    listed = "{ pkgs }: import (pkgs.lists.of { my = ./pkgs; })"
    write(tmp_path, {"default.nix": listed, "pkgs/a/default.nix": "{ stdenv }: stdenv.lib"})
    found = survey([tmp_path])
    assert found.repositories == ()
    assert [repository.root for repository in found.unread] == [tmp_path.resolve()]
    assert "could not be read" in found.others[0].what
    assert found.loose == ()
