"""What NUR's restricted evaluation refuses."""

import pytest

from tests.checks.rules.findings import found, package_lines
from tests.checks.rules.samples import LIST, package
from tests.survey.projects import write


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NUR121", package('src = builtins.fetchGit { url = "x"; };'), [3]),
        ("NUR121", package('src = fetchTarball "https://x.org/a";'), [3]),
        ("NUR121", package('src = fetchTarball "https://x.org/a";', head="fetchTarball"), []),
        ("NUR133", package("x = import (fetchFromGitHub { });"), [3]),
        ("NUR133", package('s = fetchgit { };\nx = import "${fetchgit { }}/x.nix";'), [4]),
        ("NUR133", package('x = builtins.readFile (fetchgit { } + "/x");'), [3]),
        ("NUR133", package("x = builtins.readFile ./x;"), []),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    assert package_lines(tmp_path, code, text) == lines


def test_what_stands_in_for_pkgs_is_not_evaluated_by_nur(tmp_path):
    default = '{ pkgs ? import (fetchTarball { url = "x"; }) { } }: { a = pkgs.a; }'
    write(tmp_path, {"default.nix": default, "pkgs/a/default.nix": package("x = 1;")})
    assert found(tmp_path, "NUR121") == []
    other = default.replace("{ pkgs ?", "{ pkgs, other ?")
    write(tmp_path, {"default.nix": other})
    assert found(tmp_path, "NUR121") == [("NUR121", "default.nix", 1)]


def test_a_file_that_no_list_names_is_not_evaluated_by_nur(tmp_path):
    fetches = package('src = builtins.fetchGit { url = "x"; };')
    write(tmp_path, {"default.nix": LIST, "pkgs/a/default.nix": "", "pkgs/a/head.nix": fetches})
    assert found(tmp_path, "NUR121") == []
    listed = "{ pkgs }: { a = pkgs.callPackage ./pkgs/a/head.nix { }; }"
    write(tmp_path, {"default.nix": listed})
    assert found(tmp_path, "NUR121") == [("NUR121", "pkgs/a/head.nix", 3)]


@pytest.mark.parametrize("named", ["./a", "./a/default.nix"])
def test_a_list_in_the_folder_of_packages_names_them_from_there(tmp_path, named):
    fetches = package('src = builtins.fetchGit { url = "x"; };')
    listed = f"{{ pkgs }}: {{ a = pkgs.callPackage {named} {{ }}; }}\n"
    flake = "{ outputs = { self, nixpkgs }: { packages.x = import ./pkgs/packages.nix { }; }; }\n"
    files = {"flake.nix": flake, "pkgs/packages.nix": listed}
    write(tmp_path, {**files, "pkgs/a/default.nix": fetches, "pkgs/b/default.nix": fetches})
    assert found(tmp_path, "NUR121") == [("NUR121", "pkgs/a/default.nix", 3)]


def test_a_list_names_packages_without_a_dot_too(tmp_path):
    fetches = package('src = builtins.fetchGit { url = "x"; };')
    comment = "# x = pkgs.callPackage ./pkgs/x { };"
    listed = f"{{ pkgs }}: {{\n  {comment}\n  a = pkgs.callPackage pkgs/a {{ }};\n}}\n"
    files = {"pkgs/a/default.nix": fetches, "pkgs/b/default.nix": fetches}
    write(tmp_path, {"default.nix": listed, **files})
    assert found(tmp_path, "NUR121") == [("NUR121", "pkgs/a/default.nix", 3)]
