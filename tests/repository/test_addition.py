"""BeeGFS as an addition to a repository: the same files as in a composition, registered once."""

import subprocess

import pytest

from scaffold.base.folders import templates_folder
from scaffold.writer.apply import apply
from scaffold.writer.plan import make_plan
from scaffold.writer.steps import Verb
from tests.tools.nur_addition import addition

SERVICE = templates_folder() / "services" / "beegfs"
PACKAGES = (
    "{ pkgs }:\n\nrec {\n  modules = import ./modules;\n\n  a = pkgs.callPackage ./pkgs/a { };\n}\n"
)


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "nur.nix").write_text(PACKAGES)
    (tmp_path / "modules" / "services").mkdir(parents=True)
    (tmp_path / "modules" / "default.nix").write_text("{\n  oar = ./services/oar.nix;\n}\n")
    (tmp_path / "pkgs" / "a").mkdir(parents=True)
    (tmp_path / "pkgs" / "a" / "default.nix").write_text("{ hello }:\nhello\n")
    return tmp_path


def test_the_lines_register_package_and_module(repository):
    apply(make_plan(addition("beegfs", repository), repository))
    assert (
        "\n  beegfs = pkgs.callPackage ./pkgs/beegfs { };\n" in (repository / "nur.nix").read_text()
    )
    modules = (repository / "modules" / "default.nix").read_text()
    assert "\n  beegfs = ./services/beegfs.nix;\n" in modules


def test_the_source_is_that_of_compositions(repository):
    tree = {str(path): file.content for path, file in addition("beegfs", repository).items()}
    assert tree["pkgs/beegfs/default.nix"] == (SERVICE / "package.nix").read_bytes()
    assert tree["pkgs/beegfs/kernel-module.nix"] == (SERVICE / "kernel-module.nix").read_bytes()
    ours = (SERVICE / "module.nix").read_text().splitlines()
    theirs = tree["modules/services/beegfs.nix"].decode().splitlines()
    assert len(set(ours) - set(theirs)) == 2


def test_a_second_run_changes_nothing(repository):
    apply(make_plan(addition("beegfs", repository), repository))
    plan = make_plan(addition("beegfs", repository), repository)
    assert {step.verb for step in plan.steps} == {Verb.IDENTICAL}


def test_the_files_are_formatted(repository, nixfmt_program):
    apply(make_plan(addition("beegfs", repository), repository))
    files = [
        "pkgs/beegfs/default.nix",
        "pkgs/beegfs/kernel-module.nix",
        "modules/services/beegfs.nix",
    ]
    subprocess.run([nixfmt_program, "--check", *files], cwd=repository, check=True)
