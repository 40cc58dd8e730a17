"""Files that git does not know."""

import subprocess

import pytest

from tests.checks.rules.findings import found
from tests.checks.rules.samples import LIST, package
from tests.survey.projects import project, write

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


def test_what_git_does_not_know_and_what_it_should_not_know(tmp_path):
    project(tmp_path)
    write(tmp_path, {"x.nix": "import ./y.nix", "y.nix": "{ }", "build/composition::vm": ""})
    for words in (["init", "-q"], ["add", ".", ":!y.nix"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)
    assert found(tmp_path, "NXC704") == [("NXC704", "x.nix", 1)]
    assert found(tmp_path, "NXC702") == [("NXC702", "build/composition::vm", None)]


def test_a_flake_that_git_does_not_know_is_told_at_its_beginning(tmp_path):
    project(tmp_path)
    subprocess.run(["git", "-C", str(tmp_path), "init", "-q"], check=True)
    assert ("NXC704", "flake.nix", 1) in found(tmp_path, "NXC704")


def test_a_package_that_git_does_not_know(tmp_path):
    write(tmp_path, {"default.nix": LIST, "pkgs/a/default.nix": package("x = 1;")})
    for words in (["init", "-q"], ["add", "default.nix"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    assert found(tmp_path, "NXC704") == [("NXC704", "default.nix", 1)]
