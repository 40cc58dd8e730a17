"""Packages that no list names, and listed ones that are not there."""

from tests.checks.rules.findings import found, package_lines
from tests.checks.rules.samples import LIST, META, package
from tests.survey.projects import write


def test_a_package_that_no_list_names(tmp_path):
    files = {"pkgs/forgotten/default.nix": package(META)}
    package_lines(tmp_path, "NUR111", package(META), **files)
    assert found(tmp_path, "NUR111") == [("NUR111", "pkgs/forgotten/default.nix", 1)]


def test_a_listed_package_that_is_not_there(tmp_path):
    write(tmp_path, {"default.nix": LIST, "pkgs/b/default.nix": package(META)})
    assert found(tmp_path, "NUR123") == [("NUR123", "default.nix", 1)]


def test_a_file_that_is_asked_for_need_not_be_there(tmp_path):
    guarded = "if builtins.pathExists ./x.nix then pkgs.callPackage ./x.nix { } else { }"
    write(tmp_path, {"default.nix": f"{{ pkgs }}: {{ x = {guarded}; }}", "pkgs/a/default.nix": ""})
    assert found(tmp_path, "NUR123") == []
