"""Python packages in forms that nixpkgs refuses."""

import pytest

from scaffold.checks import engine
from scaffold.commands import check
from scaffold.survey.discovery import survey
from tests.checks.rules.findings import package_lines
from tests.checks.rules.samples import PYTHON, package


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR101", package('pname = "a";', **PYTHON), [2]),
        ("NUR101", package("pyproject = true;", **PYTHON), []),
        ("NUR101", package('format = "other";', **PYTHON), []),
        ("NUR110", package("x = python27Packages.numpy;", head="python27Packages"), [1]),
        ("NUR122", package('pytestFlagsArray = [ "x" ];'), [3]),
        ("NUR124", package("propagatedBuildInputs = [ ];", **PYTHON), [3]),
        ("NUR124", package("propagatedBuildInputs = [ ];"), []),
        ("NUR125", package('format = "setuptools";', **PYTHON), [3]),
        ("NUR125", package('format = "wheel";', **PYTHON), []),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines


@pytest.mark.parametrize(("release", "severity"), [("nixos-25.05", "warning"), ("x", "error")])
def test_an_older_pin_makes_a_warning_of_what_a_newer_release_refuses(tmp_path, release, severity):

    flake = f'{{ inputs.nixpkgs.url = "github:NixOS/nixpkgs/{release}"; outputs = _: {{ }}; }}'
    package_lines(tmp_path, "NUR101", package("x = 1;", **PYTHON), **{"flake.nix": flake})
    run = engine.run(survey([tmp_path]), lambda _: engine.Wanted(frozenset({"NUR101"})))
    assert [f.severity.word for f in run.findings] == [severity]


def test_what_a_package_imports_is_renamed(tmp_path):
    text = package("propagatedBuildInputs = [ ];", **PYTHON)
    package_lines(tmp_path, "NUR124", text)
    assert check.run(check.Options((tmp_path,), select=("NUR124",), fix=True)) == 0
    after = (tmp_path / "pkgs/a/default.nix").read_text()
    assert after == text.replace("propagatedBuildInputs", "dependencies")
