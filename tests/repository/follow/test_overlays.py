"""Packages of overlays and of sets that others inherit from are registered where they are bound."""

from pathlib import Path

import pytest

from scaffold.base.errors import InputError
from scaffold.repository.layouts import find_layout
from scaffold.repository.proof import prove
from scaffold.repository.register import Entry, registration
from scaffold.writer.tree import Tree, text_file
from tests.repository.test_proof import proof_of, told
from tests.repository.test_reading import PACKAGE, outputs, repository

OVERLAY = "final: prev: {\n  one = final.callPackage ./pkgs/one { };\n}\n"
ONE = {"pkgs/one/default.nix": PACKAGE}
NEW = "  new = final.callPackage ./pkgs/new { };\n"
FROM_OVERLAY = "let pkgs = import nixpkgs {{ inherit system; overlays = {}; }}; in {}"
NAMED = "{\n    inherit (pkgs) one;\n  }"

#: What default.nix or the flake says, and where the list of names is, if there is one.
APPLIED = [
    ("{ pkgs }: import ./overlay.nix pkgs pkgs", ""),
    ("{ pkgs }: let all = pkgs.extend (import ./overlay.nix); in {\n  inherit (all) one;\n}",
     "default.nix:2"),
    ("{ pkgs }: let all = pkgs.appendOverlays [ (import ./overlay.nix) ]; in {\n"
     "  inherit (all) one;\n}", "default.nix:2"),
    ("{ nixpkgs }: let all = import nixpkgs { overlays = [ (import ./overlay.nix) ]; }; in {\n"
     "  inherit (all)\n    one\n    ;\n}", "default.nix:2"),
    ("{ pkgs }: pkgs.lib.makeScope pkgs.newScope (self: import ./overlay.nix self pkgs)", ""),
    ("{ pkgs }: let one = final: prev: { }; in pkgs.lib.composeExtensions one"
     " (import ./overlay.nix) pkgs pkgs", ""),
    ("{ pkgs }: pkgs.lib.composeManyExtensions [ (import ./overlay.nix) ] pkgs pkgs", ""),
    ("{ pkgs }: pkgs.lib.fix (pkgs.lib.extends (import ./overlay.nix) (self: pkgs))", ""),
    ("{ pkgs }: let names = builtins.attrNames (import ./overlay.nix pkgs pkgs); in"
     " pkgs.lib.genAttrs names (name: (pkgs.extend (import ./overlay.nix)).${name})", ""),
]  # fmt: skip
FLAKES = [
    ("{ overlays.default = import ./overlay.nix; packages.x86_64-linux = let pkgs = import nixpkgs"
     " { system = \"x86_64-linux\"; overlays = [ self.overlays.default ]; }; in {\n"
     "    inherit (pkgs) one;\n  }; }", "flake.nix:3"),
    ("flake-utils.lib.eachDefaultSystem (system: let pkgs = import nixpkgs { inherit system;"
     " overlays = builtins.attrValues self.overlays; }; in { packages = {\n"
     "    inherit (pkgs) one;\n  }; }) // { overlays.default = import ./overlay.nix; }",
     "flake.nix:3"),
    ("{ overlays.default = import ./overlay.nix; packages.x86_64-linux ="
     " self.overlays.default nixpkgs.legacyPackages.x86_64-linux { }; }", ""),
    ("inputs.parts.lib.mkFlake { inherit inputs; } { flake.overlays.default = import ./overlay.nix;"
     " perSystem = { system, pkgs, ... }: { _module.args.pkgs = import inputs.nixpkgs {"
     " inherit system; overlays = [ self.overlays.default ]; }; packages = {\n"
     "    inherit (pkgs) one;\n  }; }; }", "flake.nix:3"),
]  # fmt: skip


def edits(root: Path) -> dict[str, str]:
    layout = find_layout(root)
    found = registration(Entry("new", layout.package_file("new")), layout)
    return {str(edit.path): edit.content.decode() for edit in found}


@pytest.mark.parametrize(
    ("files", "named"),
    [*(({"default.nix": text, "overlay.nix": OVERLAY}, at) for text, at in APPLIED),
     *(({"flake.nix": outputs(text), "overlay.nix": OVERLAY}, at) for text, at in FLAKES)],
)  # fmt: skip
def test_a_package_goes_into_the_overlay_and_into_the_list(
    tmp_path: Path, files: dict[str, str], named: str
) -> None:
    root = repository(tmp_path, {**files, **ONE})
    found = edits(root)
    assert NEW in found.pop("overlay.nix")
    assert list(found) == ([named.partition(":")[0]] if named else [])
    for path, text in found.items():
        assert text.replace("new ", "").replace("    new\n", "") == files[path]
        assert f"named in {named} too" in find_layout(root).evidence


@pytest.mark.nix
@pytest.mark.parametrize(
    "files",
    [*({"default.nix": text, "overlay.nix": OVERLAY} for text, _ in APPLIED),
     *({"flake.nix": outputs(text), "overlay.nix": OVERLAY} for text, _ in FLAKES)],
)  # fmt: skip
def test_it_is_proved(tmp_path: Path, files: dict[str, str], nix_program: str) -> None:
    proof = proof_of(repository(tmp_path, {**files, **ONE}))
    assert set(told(proof).values()) == {"proved"}, proof.sentence("new")


#: Packages that a set takes from another one of the same file: what is written, and the lines that
#: are new.
INHERITED = [
    ("{ pkgs }: let all = {\n  one = pkgs.callPackage ./pkgs/one { };\n}; in {\n"
     "  inherit (all)\n    one # why\n  ;\n}",
     ["  new = pkgs.callPackage ./pkgs/new { };", "    new"]),
    ("{ pkgs }: let\n  one = pkgs.callPackage ./pkgs/one { };\nin {\n  inherit one;\n}",
     ["  new = pkgs.callPackage ./pkgs/new { };"]),
    ("{ pkgs }: let all = pkgs.lib.makeScope pkgs.newScope (self: with self; {\n"
     "  one = callPackage ./pkgs/one { };\n}); in rec {\n  modules = { };\n"
     "  inherit (pkgs) hello;\n  inherit (all)\n    one\n    ;\n}",
     ["  new = callPackage ./pkgs/new { };", "    new"]),
    ("{ pkgs }: let a = rec {\n  one = pkgs.callPackage ./pkgs/one { };\n};\n"
     "b = {\n  inherit (a)\n    one\n    ;\n}; in {\n  inherit (b)\n    one\n    ;\n}",
     ["  new = pkgs.callPackage ./pkgs/new { };", "    new", "    new"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "lines"), INHERITED)
def test_a_list_of_inherited_names_gets_the_name(
    tmp_path: Path, text: str, lines: list[str]
) -> None:
    found = edits(repository(tmp_path, {"default.nix": text, **ONE}))
    (new,) = found.values()
    added = [line for line in new.splitlines() if "new" in line and "newScope" not in line]
    assert added[: len(lines)] == lines
    rest = "\n".join(line for line in new.splitlines() if line not in lines)
    assert rest.replace("inherit new one;", "inherit one;") == text


@pytest.mark.nix
@pytest.mark.parametrize("text", [text for text, _ in INHERITED])
def test_an_inherited_package_is_proved(tmp_path: Path, text: str, nix_program: str) -> None:
    proof = proof_of(repository(tmp_path, {"default.nix": text, **ONE}))
    assert told(proof) == {"default.nix": "proved"}, proof.sentence("new")


@pytest.mark.nix
def test_a_name_that_nothing_is_bound_to_is_no_proof(tmp_path: Path, nix_program: str) -> None:
    """The list alone would make evaluation show the name, but not a package."""
    text = (
        "{ pkgs }: let all = {\n  one = pkgs.callPackage ./one { };\n}; in { inherit (all) one; }"
    )
    layout = find_layout(repository(tmp_path, {"default.nix": text}))
    wrong = text.replace("(all) one", "(all) one new")
    with pytest.raises(InputError, match="would name new, which nothing is bound to there"):
        prove(layout, "new", Tree([text_file("default.nix", wrong)]))


@pytest.mark.parametrize("file", ["_nur.nix", "package-set.nix", "pkgs/default.nix"])
def test_a_list_in_a_file_of_another_name_is_found(tmp_path: Path, file: str) -> None:
    up = "../" if "/" in file else "./"
    text = f"{{ pkgs ? import <nixpkgs> {{ }} }}: {{\n  one = pkgs.callPackage {up}one {{ }};\n}}"
    layout = find_layout(repository(tmp_path, {file: text, "one/default.nix": PACKAGE}))
    assert layout.kind == "other"
    assert str(layout.package_file("new")) == "new/default.nix"
    assert layout.build_command("new") == f"nix-build {file} -A new"
    assert layout.phases_command("new") == f"nxc-scaffold phases new --file {file}"
    assert f"  new = pkgs.callPackage {up}new {{ }};" in edits(tmp_path)[file]


def test_of_several_such_files_none_is_guessed(tmp_path: Path) -> None:
    text = "{ pkgs }: {\n  one = pkgs.callPackage ./one { };\n}"
    files = {"a.nix": text, "b.nix": text.replace("one", "two")}
    with pytest.raises(InputError, match=r"each of these lists packages: a\.nix, b\.nix"):
        find_layout(repository(tmp_path, files))
