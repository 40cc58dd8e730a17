"""A composition is moved from nur-kapack to its successor."""

import pytest

from scaffold.base.errors import InputError
from scaffold.migrate.upgrade import Outcome, upgrade_project
from scaffold.nixlang.parser import parse
from scaffold.survey.discovery import survey
from tests.migrate.fields import CATALOG, COMPOSITION, FILES, FLAKE, left, written


def moved(folder, files: dict[str, str], target: str = "25.05") -> Outcome:
    (project,) = survey([written(folder, files)]).projects
    return upgrade_project(project, target, CATALOG, new_kapack=True)


def test_the_flake_takes_modules_and_packages_from_kapack(tmp_path):
    text = moved(tmp_path, FILES).draft.text("flake.nix")
    parse(text)
    assert "NUR" not in text
    assert "repoOverrides" not in text
    assert 'kapack.url = "gitlab:kairns/kapack?host=gricad-gitlab.univ-grenoble-alpes.fr";' in text
    assert 'kapack.inputs.nixpkgs.follows = "nixpkgs";' in text
    assert "outputs = { self, nixpkgs, nxc, kapack }:" in text
    assert "extraConfigurations = builtins.attrValues kapack.nixosModules;" in text
    assert "overlays = [ (_: _: kapack.packages.${system}) ];" in text
    assert "inherit nixpkgs system;" in text


def test_the_composition_has_no_argument_nur_and_no_import(tmp_path):
    text = moved(tmp_path, FILES).draft.text("composition.nix")
    parse(text)
    assert text.startswith("{ pkgs, ... }:\n")
    assert "imports" not in text
    assert text.count("\n") == COMPOSITION.count("\n") - 3  # imports, root's password, noXlibs


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{ pkgs, nur }: pkgs.nur.repos.kapack.oar", "{ pkgs }: pkgs.oar"),
        ("{ nur, pkgs }: [ nur.repos.kapack.oar ]", "{ pkgs }: [ pkgs.oar ]"),
        (
            "{ pkgs, nur }: with pkgs; [ nur.repos.kapack.npb jq ]",
            "{ pkgs }: with pkgs; [ npb jq ]",
        ),
        (
            "{ pkgs, nur, ... }: { imports = [ ./a.nix nur.repos.kapack.modules.oar ]; }",
            "{ pkgs, ... }: { imports = [ ./a.nix ]; }",
        ),
        (
            "{ pkgs, nur, lib }: import ./x.nix { inherit pkgs nur lib; }",
            "{ pkgs, lib }: import ./x.nix { inherit pkgs lib; }",
        ),
        (
            "{ pkgs, nur, ... }: { services.oar.package = nur.repos.kapack.oar-with-plugins; }",
            "{ pkgs, ... }: { services.oar.plugins = [ pkgs.oar-plugins ]; }",
        ),
    ],
)
def test_every_way_to_name_a_package_or_module(tmp_path, old, new):
    outcome = moved(tmp_path, {**FILES, "part.nix": old + "\n"})
    assert outcome.draft.text("part.nix") == new + "\n"


def test_what_is_there_of_modules_and_overlays_is_kept(tmp_path):
    flake = FLAKE.replace(
        "composition = ./composition.nix;",
        "composition = ./composition.nix;\n        extraConfigurations = [ ./base.nix ];\n"
        "        overlays = [ (import ./overlay.nix) ];",
    )
    text = moved(tmp_path, {**FILES, "flake.nix": flake}).draft.text("flake.nix")
    parse(text)
    assert "builtins.attrValues kapack.nixosModules ++ [ ./base.nix ];" in text
    assert text.index("(import ./overlay.nix)") < text.index("(_: _: kapack.packages.${system})")


def test_setup_toml_names_packages_of_pkgs(tmp_path):
    setup = '# [x.build.nur.repos.kapack.oar]\n[dev.build.nur.repos.kapack.oar]\nsrc = "/x"\n'
    text = moved(tmp_path, {**FILES, "setup.toml": setup}).draft.text("setup.toml")
    assert text == setup.replace("[dev.build.nur.repos.kapack.oar]", "[dev.build.oar]")


def test_what_is_not_known_of_it_is_told(tmp_path):
    assert left(moved(tmp_path, FILES))["kapack-home"] == "flake.nix"


def test_with_a_newer_nixpkgs_it_needs_no_other(tmp_path):
    text = moved(tmp_path, FILES, "26.05").draft.text("flake.nix")
    parse(text)
    assert "nur = rec" not in text
    assert "boot.initrd.systemd.enable = lib.mkForce false;" in text


def test_other_repositories_of_nur_are_in_the_way(tmp_path):
    part = "{ pkgs, ... }: pkgs.nur.repos.somebody.tool\n"
    with pytest.raises(InputError, match=r"nur\.repos\.somebody comes from NUR too"):
        moved(tmp_path, {**FILES, "part.nix": part})


def test_without_nur_kapack_there_is_nothing_to_move(tmp_path):
    flake = FLAKE.replace("github:oar-team/nur-kapack", "github:somebody/nur-kapack")
    with pytest.raises(InputError, match="there is no input kapack"):
        moved(tmp_path, {**FILES, "flake.nix": flake})
