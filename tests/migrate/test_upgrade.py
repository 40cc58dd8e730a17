"""A composition written by hand is moved to a release; what is not named keeps its bytes."""

import difflib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.base.errors import InputError
from scaffold.nixlang.parser import parse
from scaffold.nixlang.quote import nix_string
from scaffold.nixlang.twice import defined_twice
from tests.migrate.fields import COMPOSITION, FILES, FLAKE, edited, left, upgraded


def changed_lines(old: str, new: str) -> list[str]:
    """Return the lines that differ, with the sign that diff gives them."""
    found = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return [line for line in found if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_the_inputs_get_the_refs_of_the_release_and_keep_their_spelling(tmp_path):
    outcome = upgraded(tmp_path, "25.05", FILES)
    assert (outcome.source, outcome.target) == ("22.11", "25.05")
    assert changed_lines(FLAKE, outcome.draft.text("flake.nix")) == [
        '-    nixpkgs.url = "github:NixOS/nixpkgs/22.11"; # pinned in a hurry',
        '-    nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git";',
        '+    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05"; # pinned in a hurry',
        '+    nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=25.05";',
        '-    kapack.url = "github:oar-team/nur-kapack?ref=regale";',
        '+    kapack.url = "github:oar-team/nur-kapack?ref=25.05";',
        '-      defaultPackage.${system} = self.packages.${system}."composition::nixos-test";',
        "-      devShell.${system} = nxc.devShells.${system}.nxcShellFull;",
        '+      defaultPackage.${system} = self.packages.${system}."composition::vm";',
        "+      devShells.${system}.default = nxc.devShells.${system}.nxcShell;",
    ]


def test_the_composition_gets_new_names_and_keeps_everything_else(tmp_path):
    outcome = upgraded(tmp_path, "25.05", FILES)
    assert changed_lines(COMPOSITION, outcome.draft.text("composition.nix")) == [
        "-  nodes = {",
        "+  roles = {",
        "-      environment.systemPackages = with pkgs; [ exa jq ];",
        '-      services.openssh = { enable = true; permitRootLogin = "yes"; };',
        '-      users.users.root.password = "letmein";',
        "-      environment.noXlibs = true;",
        "+      environment.systemPackages = with pkgs; [ eza jq ];",
        '+      services.openssh = { enable = true; settings.PermitRootLogin = "yes"; };',
    ]
    assert json.loads(outcome.draft.text("nxc.json"))["default_flavour"] == "vm"


def test_what_is_upgraded_twice_changes_once(tmp_path):
    first = upgraded(tmp_path / "a", "26.05", FILES)
    texts = {name: first.draft.text(name) or "" for name in FILES}
    again = upgraded(tmp_path / "b", "26.05", texts)
    assert again.draft.changed() == {}
    assert again.source == "26.05"


def test_a_newer_nixpkgs_leaves_nxc_and_kapack_their_own(tmp_path):
    text = upgraded(tmp_path, "26.05", FILES).draft.text("flake.nix")
    parse(text)
    assert "nxc.inputs.nixpkgs.follows" not in text
    assert 'kapack.inputs.nixpkgs.follows = "nxc/nixpkgs";' in text
    assert "inherit nixpkgs system;" in text
    assert "NUR = null;" in text
    assert "pkgs = kapack.inputs.nixpkgs.legacyPackages.${system};" in text
    assert "({ lib, ... }: { boot.initrd.systemd.enable = lib.mkForce false; })" in text


def test_25_11_has_the_scripted_initrd_by_itself(tmp_path):
    text = upgraded(tmp_path, "25.11", FILES).draft.text("flake.nix")
    assert "boot.initrd" not in text
    assert "NUR = null;" in text


def test_the_line_for_the_initrd_joins_what_is_there(tmp_path):
    flake = FLAKE.replace(
        "composition = ./composition.nix;",
        "composition = ./composition.nix;\n"
        "        extraConfigurations = modules ++ [ ./base.nix ];",
    ).replace('let system = "x86_64-linux";', 'let system = "x86_64-linux"; modules = [ ];')
    text = upgraded(tmp_path, "26.05", {**FILES, "flake.nix": flake}).draft.text("flake.nix")
    parse(text)
    assert "(modules ++ [ ./base.nix ]) ++ [ ({ lib, ... }: { boot.initrd" in text


def test_containers_need_no_line_for_the_initrd(tmp_path):
    flake = FLAKE.replace(
        "composition = ./composition.nix;",
        'composition = ./composition.nix;\n        flavours = nixpkgs.lib.getAttrs [ "docker" ] '
        "nxc.lib.flavours;",
    )
    text = upgraded(tmp_path, "26.05", {**FILES, "flake.nix": flake}).draft.text("flake.nix")
    assert "boot.initrd" not in text


# --- what the release has to have -----------------------------------------------------------------


def test_what_kapack_lacks_is_told_with_the_place_and_the_releases_that_have_it(tmp_path):
    part = "{ pkgs, nur, ... }:\n{\n  imports = [ nur.repos.kapack.modules.bdpo ];\n}\n"
    outcome = upgraded(tmp_path, "25.05", {**FILES, "part.nix": part})
    (problem,) = outcome.blocked
    assert problem.where == "part.nix:3"
    assert problem.what == "module bdpo: the kapack of 25.05 (25.05) has no such module"
    assert problem.remedy.startswith("23.05 (from a private source)")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("pkgs.nur.repos.kapack.ear", "package ear: the kapack of 25.05 (25.05) marks the package"),
        ("with pkgs.nur.repos.kapack; [ melissa ]", "package melissa: "),
        ("let inherit (nur.repos.kapack) examon; in examon", "package examon: "),
        ("{ services.ear.extraConfigCommands = { }; }", "option ear.extraConfigCommands: "),
    ],
)
def test_every_way_to_name_something_of_kapack_is_seen(tmp_path, text, what):
    part = f"{{ pkgs, nur, ... }}:\n{text}\n"
    outcome = upgraded(tmp_path, "25.05", {**FILES, "part.nix": part})
    assert [p.what[: len(what)] for p in outcome.blocked] == [what]


def test_a_flavour_that_the_release_lacks_is_told_with_the_place(tmp_path):
    flake = FLAKE.replace(
        "composition = ./composition.nix;",
        'composition = ./composition.nix;\n        flavours = nixpkgs.lib.getAttrs [ "nspawn" ] '
        "nxc.lib.flavours;",
    ).replace("nixpkgs/22.11", "nixpkgs/nixos-21.11")
    files = {**FILES, "flake.nix": flake}
    (problem,) = upgraded(tmp_path / "a", "22.11", files).blocked
    assert problem.where == "flake.nix:19"
    assert problem.what == "flavour nspawn: the NixOS Compose of 22.11 does not have it"
    assert problem.remedy.endswith("23.05 can")
    assert upgraded(tmp_path / "b", "23.05", files).blocked == ()


def test_a_setup_toml_that_is_none_is_told_with_what_else_is_in_the_way(tmp_path):
    flake = FLAKE.replace("composition = ./", "setup = ./setup.toml;\n        composition = ./")
    part = "{ nur, ... }:\n{\n  imports = [ nur.repos.kapack.modules.bdpo ];\n}\n"
    files = {**FILES, "flake.nix": flake, "setup.toml": "[a]\nb = 1 c\n", "part.nix": part}
    setup, module = upgraded(tmp_path, "25.05", files).blocked
    assert setup.where == "setup.toml:2"
    assert setup.what.startswith("it is not TOML: ")
    assert module.where == "part.nix:3"


def test_what_the_release_has_is_no_problem(tmp_path):
    assert upgraded(tmp_path, "25.05", FILES).blocked == ()


def test_a_private_source_is_left_to_a_person(tmp_path):
    part = "{ pkgs, ... }:\n{ environment.systemPackages = [ pkgs.nur.repos.kapack.bdpo ]; }\n"
    outcome = upgraded(tmp_path, "23.05", {**FILES, "part.nix": part})
    assert outcome.blocked == ()
    assert left(outcome)["kapack-content"] == "part.nix:2"


# --- what is not understood is not touched --------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("github:somebody/nur-kapack/mine", None),
        ("github:oar-team/nur-kapack/my-experiment", "kapack-content"),
        ("path:/home/me/nur-kapack", None),
    ],
)
def test_a_kapack_of_ones_own_stays(tmp_path, url, rule):
    flake = FLAKE.replace("github:oar-team/nur-kapack?ref=regale", url)
    outcome = upgraded(tmp_path, "25.05", {**FILES, "flake.nix": flake})
    assert f'"{url}"' in outcome.draft.text("flake.nix")
    if rule:
        assert rule in left(outcome)


def test_a_fork_of_nxc_stays_and_is_told(tmp_path):
    flake = FLAKE.replace(
        "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git",
        "github:somebody/nixos-compose/feature",
    )
    outcome = upgraded(tmp_path, "25.05", {**FILES, "flake.nix": flake})
    assert '"github:somebody/nixos-compose/feature"' in outcome.draft.text("flake.nix")
    assert left(outcome)["inputs"] == "flake.nix:6"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("github:NixOS/nixpkgs/nixos-22.11", "github:NixOS/nixpkgs/nixos-25.05"),
        ("github:nixos/nixpkgs?ref=nixos-22.11", "github:nixos/nixpkgs?ref=nixos-25.05"),
        ("github:NixOS/nixpkgs/22.11?dir=x", "github:NixOS/nixpkgs/nixos-25.05?dir=x"),
        ("nixpkgs/nixos-22.11", "nixpkgs/nixos-25.05"),
    ],
)
def test_every_spelling_of_nixpkgs_is_kept(tmp_path, old, new):
    flake = FLAKE.replace("github:NixOS/nixpkgs/22.11", old)
    text = upgraded(tmp_path, "25.05", {**FILES, "flake.nix": flake}).draft.text("flake.nix")
    assert f'nixpkgs.url = "{new}";' in text


def test_line_ends_of_windows_are_kept(tmp_path):
    files = {**FILES, "flake.nix": FLAKE.replace("\n", "\r\n")}
    text = upgraded(tmp_path, "26.05", files).draft.text("flake.nix")
    assert "\n" not in text.replace("\r\n", "")


# --- refusals -------------------------------------------------------------------------------------


def test_going_back_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"stands on 22\.11, which is newer than 22\.05"):
        upgraded(tmp_path, "22.05", FILES)


def test_a_broken_lock_is_refused_with_its_line(tmp_path):
    with pytest.raises(InputError, match=r"flake\.lock:2: it is not JSON"):
        upgraded(tmp_path, "25.05", {**FILES, "flake.lock": "{\n<<<<<<< HEAD\n"})


def test_a_file_that_is_no_nix_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"part\.nix: it is no Nix"):
        upgraded(tmp_path, "25.05", {**FILES, "part.nix": "{ a = ;\n"})


# --- the lock -------------------------------------------------------------------------------------


def locked(original: dict[str, str], modified: int = 1_700_000_000) -> str:
    node = {"original": original, "locked": {**original, "lastModified": modified, "rev": "a" * 40}}
    root = {"inputs": {"nixpkgs": "nixpkgs"}}
    return json.dumps({"nodes": {"nixpkgs": node, "root": root}, "root": "root", "version": 7})


def test_the_inputs_whose_lock_is_for_another_address_are_named(tmp_path):
    lock = locked({"type": "github", "owner": "NixOS", "repo": "nixpkgs", "ref": "22.11"})
    outcome = upgraded(tmp_path, "25.05", {**FILES, "flake.lock": lock})
    assert "nixpkgs" in outcome.stale


def test_the_date_of_a_moving_branch_tells_where_a_project_stands(tmp_path):
    flake = FLAKE.replace("nixpkgs/22.11", "nixpkgs/nixos-unstable")
    lock = locked({"type": "github", "owner": "NixOS", "repo": "nixpkgs", "ref": "nixos-unstable"})
    files = {**FILES, "flake.nix": flake, "flake.lock": lock}  # locked in November 2023
    assert upgraded(tmp_path, "25.05", files).source == "23.11"


def test_a_composition_on_a_moving_branch_goes_to_the_release_it_is_told(tmp_path):
    flake = FLAKE.replace("nixpkgs/22.11", "nixpkgs/nixpkgs-unstable")
    text = upgraded(tmp_path, "26.05", {**FILES, "flake.nix": flake}).draft.text("flake.nix")
    assert "github:NixOS/nixpkgs/nixos-26.05" in text


# --- what is left to a person ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{ systemd.enableUnifiedCgroupHierarchy = false; }", "cgroup-v1"),
        ("{ services.oar.web.monika.enable = true; }", "fcgiwrap"),
        ("{ services.oar.dbserver.enable = true; }", "state-version"),
        ("{ services.promtail.enable = true; }", "promtail"),
        ("{ pkgs, ... }: { services.phpfpm.phpPackage = pkgs.php74; }", "php74"),
        ('{ x = "for r in resources: Resource.create(r)"; }', "oar-api"),
        ('{ systemd.services.x.after = [ "network-setup.service" ]; }', "network-setup"),
        ("{ helpers }: helpers.makeMany { } 2", "make-many"),
        ("{ pkgs, ... }: { x = pkgs.poetry2nix; }", "poetry2nix"),
        (
            "{ services.postgresql.ensureUsers = [ { name = 1; ensurePermissions = { }; } ]; }",
            "postgresql-permissions",
        ),
        ("{ services.haveged.refill_threshold = 1; }", None),
    ],
)
def test_what_only_a_person_can_do_is_listed_with_its_place(tmp_path, text, rule):
    outcome = upgraded(tmp_path, "26.05", {**FILES, "part.nix": text + "\n"})
    found = {note.rule for note in outcome.draft.left if note.where == "part.nix:1"}
    assert found == ({rule} if rule else set())
    assert all(note.advice for note in outcome.draft.left)
    assert outcome.draft.text("part.nix") == text + "\n"


def test_nothing_is_told_of_monika_that_is_off(tmp_path):
    text = "{ services.oar.web.monika.enable = false; }\n"
    assert "fcgiwrap" not in left(upgraded(tmp_path, "25.05", {**FILES, "part.nix": text}))


def test_an_option_that_uses_what_is_gone_is_not_called_gone_itself(tmp_path):
    text = "{ services.oar.web.monika.enable = true; services.fcgiwrap.enable = true; }\n"
    outcome = upgraded(tmp_path, "25.05", {**FILES, "part.nix": text})
    assert [note.what for note in outcome.draft.left if note.rule == "fcgiwrap"] == [
        "services.oar.web.monika.enable cannot be evaluated from 24.11 on",
        "services.fcgiwrap is not there from 24.11 on",
    ]


def test_folders_of_one_computer_are_named(tmp_path):
    setup = (
        '[dev.options]\nnix-flags = "--override-input kapack path:/home/me/kapack"\n'
        '[dev.build.nur.repos.kapack]\noar = { src = "/home/me/oar" }\n'
    )
    flake = FLAKE.replace("composition = ./", "setup = ./setup.toml;\n        composition = ./")
    outcome = upgraded(tmp_path, "25.05", {**FILES, "flake.nix": flake, "setup.toml": setup})
    found = [n.where for n in outcome.draft.left if n.rule == "setup-override"]
    assert found == ["setup.toml:2", "setup.toml:4"]


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{ nix.binaryCaches = [ ]; }", "{ nix.settings.substituters = [ ]; }"),
        ("{ nix = { maxJobs = 2; }; }", "{ nix = { settings.max-jobs = 2; }; }"),
        (
            "{ config, ... }: { x = config.services.openssh.permitRootLogin; }",
            "{ config, ... }: { x = config.services.openssh.settings.PermitRootLogin; }",
        ),
        (
            "{ services.grafana.auth.anonymous.enable = true; }",
            '{ services.grafana.settings."auth.anonymous".enabled = true; }',
        ),
        (
            '{ users.users.me = { passwordFile = "/x"; }; }',
            '{ users.users.me = { hashedPasswordFile = "/x"; }; }',
        ),
        ('{ services.x.passwordFile = "/x"; }', '{ services.x.passwordFile = "/x"; }'),
        (
            "{ lib, ... }: lib.mkIf true { services.openssh.useDns = true; }",
            "{ lib, ... }: lib.mkIf true { services.openssh.settings.UseDns = true; }",
        ),
        ("{ pkgs }: pkgs.system", "{ pkgs }: pkgs.stdenv.hostPlatform.system"),
        ("{ pkgs }: pkgs.xorg.xauth", "{ pkgs }: pkgs.xauth"),
        ("{ lib }: lib.types.string", "{ lib }: lib.types.str"),
        ("{ lib }: with lib; literalExample 1", "{ lib }: with lib; literalExpression 1"),
        ('{ lib }: lib.mdDoc "x"', '{ lib }: "x"'),
        ("{ exa, lib }: [ exa ]", "{ eza, lib }: [ eza ]"),
        ("{ pkgs }: let exa = 1; in with pkgs; [ exa ]", None),
        ("{ pkgs }: { x.exa = pkgs.jq; }", None),
        ("{ services.k3s.docker = true; a = 1; }", "{ a = 1; }"),
        ("# exa and services.openssh.permitRootLogin\n{ }", None),
    ],
)
def test_names_are_changed_where_they_mean_what_changed(tmp_path, old, new):
    assert edited(tmp_path, old) == (old if new is None else new)


def test_a_deprecated_name_of_before_the_source_is_changed_too(tmp_path):
    """Its warning may have been overlooked, and the target may have no word for it any more."""
    flake = FLAKE.replace("nixpkgs/22.11", "nixpkgs/nixos-24.11")
    part = "{ nix.trustedUsers = [ ]; }\n"
    outcome = upgraded(tmp_path, "25.05", {**FILES, "flake.nix": flake, "part.nix": part})
    assert outcome.draft.text("part.nix") == "{ nix.settings.trusted-users = [ ]; }\n"


def test_an_option_that_moved_after_the_target_stays(tmp_path):
    text = '{ services.openssh.banner = "x"; }'
    assert edited(tmp_path / "a", text, "25.05") == text
    assert "settings.Banner" in edited(tmp_path / "b", text, "26.05")


def test_an_option_whose_new_name_is_set_beside_it_is_left_to_a_person(tmp_path):
    text = "{ nix.binaryCaches = [ a ]; nix.settings.substituters = [ b ]; }\n"
    draft = upgraded(tmp_path, "25.05", {**FILES, "part.nix": text}).draft
    assert draft.text("part.nix") == text
    (note,) = (note for note in draft.left if note.file == "part.nix")
    assert note.advice == "join the two by hand"


def test_two_old_names_of_one_option_do_not_become_the_same(tmp_path):
    text = "{ nix.binaryCaches = [ a ]; nix.binaryCaches = [ b ]; nix.trustedBinaryCaches = c; }\n"
    one = "{ services.openssh.permitRootLogin = a; services.sshd.permitRootLogin = b; }\n"
    for before in (text, one):
        draft = upgraded(tmp_path, "25.05", {**FILES, "part.nix": before}).draft
        after = draft.text("part.nix") or ""
        assert len(defined_twice(parse(after))) <= len(defined_twice(parse(before)))


def test_an_option_of_the_table_of_all_moves_is_renamed(tmp_path):
    old = "{ boot.cleanTmpDir = true; }"
    assert edited(tmp_path, old) in (old, "{ boot.tmp.cleanOnBoot = true; }")


def test_an_hwloc_for_oar_is_wanted_in_one_release_and_may_go_later(tmp_path):
    overlay = "{ nixpkgs.overlays = [ (_: super: { hwloc = super.hwloc; }) ]; }\n"
    for target, part, where in (
        ("24.11", "{ }\n", "composition.nix:6"),
        ("24.11", overlay, ""),
        ("25.05", overlay, "part.nix:1"),
        ("25.05", "{ }\n", ""),
    ):
        outcome = upgraded(tmp_path, target, {**FILES, "part.nix": part})
        assert left(outcome).get("hwloc", "") == where, (target, part)


@given(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs", "Cc"])))
def test_comments_of_any_text_and_strings_keep_their_bytes(words):
    comment = f"# {words} services.openssh.permitRootLogin\n"
    quoted = nix_string(words)
    with TemporaryDirectory() as folder:
        text = f"{comment}{{\n  x = {quoted}; # exa {words}\n  nix.maxJobs = 2;\n}}\n"
        expected = text.replace("  nix.maxJobs = 2;\n", "  nix.settings.max-jobs = 2;\n")
        assert edited(Path(folder), text) == expected
