"""Registering keeps every other byte, keeps the order, and does it once."""

import shutil
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest

from scaffold.base.errors import InputError
from scaffold.repository.choosing import Stop, choose
from scaffold.repository.files import Files
from scaffold.repository.follow.values import Loaded
from scaffold.repository.layouts import find_layout
from scaffold.repository.packages_table import table_row
from scaffold.repository.places import SetPlace, with_binding
from scaffold.repository.reading import Reader
from scaffold.repository.register import Entry, check_name, module_registration, registration

REPOS = Path(__file__).parents[1] / "fixtures" / "repos"


@pytest.fixture
def kapack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REPOS / "kapack", tmp_path / "kapack"))


def place_in(text: str) -> SetPlace | Stop:
    with TemporaryDirectory() as folder:
        (Path(folder) / "default.nix").write_bytes(text.encode())
        files = Files(Path(folder))
        found = choose(Reader(files).expression(PurePosixPath("default.nix")), files)
        assert not isinstance(found, Loaded)
        return found


def added(text: str, name: str) -> str:
    place = place_in(text)
    assert isinstance(place, SetPlace)
    return with_binding(place, name, f"pkgs.callPackage ./pkgs/{name} {{ }}", place.packages)


@pytest.mark.parametrize(
    ("layout", "kind"),
    [("kapack", "kapack"), ("template", "nur"), ("auto", "auto"), ("by-name", "by-name"),
     ("flake", "flake"), ("parts", "flake")],
)  # fmt: skip
def test_layouts_are_found(layout: str, kind: str) -> None:
    assert find_layout(REPOS / layout).kind == kind


SORTED = """{ pkgs }: {
  # about b
  b = pkgs.callPackage ./pkgs/b { };
  d = pkgs.callPackage ./pkgs/d { }; # why
}
"""


def test_the_line_goes_where_the_order_wants_it() -> None:
    assert added(SORTED, "a").splitlines()[1] == "  a = pkgs.callPackage ./pkgs/a { };"
    assert added(SORTED, "c").splitlines()[3] == "  c = pkgs.callPackage ./pkgs/c { };"
    assert added(SORTED, "e").splitlines()[4] == "  e = pkgs.callPackage ./pkgs/e { };"


def test_without_an_order_it_goes_after_the_last_package() -> None:
    text = SORTED.replace("b = ", "z = ")
    assert added(text, "a").splitlines()[4] == "  a = pkgs.callPackage ./pkgs/a { };"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_other_byte_stays(newline: str) -> None:
    text = SORTED.replace("\n", newline)
    for name in ("a", "c", "e"):
        new = added(text, name)
        line = f"  {name} = pkgs.callPackage ./pkgs/{name} {{ }};{newline}"
        assert new.replace(line, "", 1) == text


@pytest.mark.parametrize(
    "text",
    ["{ pkgs }: { }", "{ pkgs }:\n{\n}\n", "{ pkgs }: {\n  # comment\n}", "{ pkgs }: { lib = 1; }"],
)
def test_a_set_without_packages_gets_its_first(text: str) -> None:
    place = place_in(added(text, "a"))
    assert isinstance(place, SetPlace)
    assert [name for name, _ in place.packages] == ["a"]


def test_the_set_is_found_through_let_and_updates() -> None:
    text = (
        "{ pkgs }: let x = { y = 1; }; in x // rec {\n  a = pkgs.callPackage ./a { };\n} // { }\n"
    )
    assert "\n  b = pkgs" in added(text, "b")


def test_a_second_registration_changes_nothing(kapack: Path) -> None:
    entry = Entry("pulse", PurePosixPath("pkgs/pulse/default.nix"), ("procset",), debug=True)
    (edit,) = registration(entry, find_layout(kapack))
    (kapack / "nur.nix").write_bytes(edit.content)
    (again,) = registration(entry, find_layout(kapack))
    assert again.content == edit.content
    assert b"pulse = pkgs.callPackage ./pkgs/pulse { inherit debug procset; };" in edit.content


def test_the_table_gets_its_row_in_order_and_once(kapack: Path) -> None:
    layout = find_layout(kapack)
    edit = table_row("pulse", "pulse-1", "Pipes | and *stars*", layout)
    assert edit is not None
    lines = edit.content.decode().split("\n")
    assert lines[3] == r"|pulse|pulse-1|Pipes \| and \*stars\*|"
    (kapack / "packages.md").write_bytes(edit.content)
    again = table_row("pulse", "pulse-2", "other", layout)
    assert again is not None
    assert again.content == edit.content


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("lib", "reserved"),
        ("modules", "reserved"),
        ("overlays", "reserved"),
        ("debug", "reserved"),
        ("1st", "must be letters"),
        ("a b", "must be letters"),
        ("with", "keyword"),
        ("Procset", "differs by case alone"),
    ],
)
def test_names_that_cannot_be(name: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        check_name(name, find_layout(REPOS / "kapack"))


def test_a_name_of_something_else_is_refused(kapack: Path) -> None:
    entry = Entry("slurm-front-end", PurePosixPath("pkgs/slurm-front-end/default.nix"))
    with pytest.raises(InputError, match="exists already"):
        registration(entry, find_layout(kapack))


def test_a_module_goes_beside_the_others(kapack: Path) -> None:
    path, edit = module_registration("pulse", find_layout(kapack))
    assert str(path) == "modules/services/pulse.nix"
    assert b"  pulse = ./services/pulse.nix;\n" in edit.content


def test_no_place_for_modules_is_said(tmp_path: Path) -> None:
    repo = shutil.copytree(REPOS / "flake", tmp_path / "flake")
    with pytest.raises(InputError, match="no list of NixOS modules"):
        module_registration("pulse", find_layout(Path(repo)))


def test_a_syntax_error_is_one_message_with_its_line(kapack: Path) -> None:
    file = kapack / "nur.nix"
    file.write_text(file.read_text().replace("./pkgs/procset { };", "./pkgs/procset { }"))
    with pytest.raises(InputError, match="no valid Nix") as caught:
        find_layout(kapack)
    assert [p.where for p in caught.value.problems] == ["nur.nix:14"]


def test_a_folder_without_packages_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "default.nix").write_text("{ x }: x + 1\n")
    with pytest.raises(InputError, match="not a set of packages") as caught:
        find_layout(tmp_path)
    assert caught.value.problems[0].where == "default.nix:1"


COMPOSE = """{
  outputs = { nixpkgs, nxc, ... }: {
    packages.x86_64-linux = nxc.lib.compose {
      inherit nixpkgs;
      composition = ./composition.nix;
    };
  };
}
"""


@pytest.mark.parametrize(
    "files",
    [{"flake.nix": COMPOSE}, {"flake.nix": "{ }", "nxc.json": "{}"},
     {"flake.nix": "{ }", ".nxc-scaffold.toml": ""}],
)  # fmt: skip
def test_a_composition_is_no_repository_of_packages(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match="NixOS Compose project") as caught:
        find_layout(tmp_path)
    assert "--package-from" in caught.value.problems[0].remedy


@pytest.mark.parametrize(
    "packages",
    [
        "genAttrs systems (system: import ./pkgs { inherit nixpkgs system; })",
        "foldl' (a: b: a // b) (import ./all.nix { inherit pkgs; }) [ ]",
        "(args: { x = 1; }.y) { inherit pkgs; }",
        "unknown { x = 1; }",
    ],
)
def test_the_argument_of_a_function_is_never_the_set(packages: str) -> None:
    assert isinstance(place_in(f"{{ pkgs }}: {packages}"), Stop)
