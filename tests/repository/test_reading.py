"""Where a new package goes is found by following what the repository's files return."""

from pathlib import Path, PurePosixPath

import pytest

from scaffold.base.errors import InputError
from scaffold.nixlang import parser
from scaffold.repository.edits import together
from scaffold.repository.layout import Layout
from scaffold.repository.layouts import find_layout
from scaffold.repository.register import Entry, module_registration, registration

CALL = "callPackage ./one { }"
SET = "{ pkgs }:\n{\n  one = pkgs.callPackage ./one { };\n}\n"
PACKAGE = "{ hello }:\nhello\n"
ONE = {"pkgs/one/default.nix": PACKAGE}


def repository(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def outputs(text: str) -> str:
    return f"{{\n  outputs = {{ self, nixpkgs, flake-utils, ... }}@inputs: {text};\n}}\n"


#: Files of a repository, the file that is edited (or nothing), and where a new package goes.
LISTED = [
    # what is not packages stands beside an import
    ({"default.nix": "{ pkgs }: { modules = import ./m; } // import ./pkgs { inherit pkgs; }",
      "pkgs/default.nix": SET, **ONE}, "pkgs/default.nix", "pkgs/new/default.nix"),
    ({"default.nix": "{ pkgs }:\nlet all = import ./all.nix; in\n{ lib = { }; } // all pkgs",
      "all.nix": "pkgs: with pkgs; {\n  one = callPackage ./nix/one.nix { };\n}",
      "nix/one.nix": PACKAGE}, "all.nix", "nix/new.nix"),
    ({"default.nix": "{ pkgs }: assert true; (args: import ./pkgs args) { inherit pkgs; }",
      "pkgs/default.nix": SET}, "pkgs/default.nix", "pkgs/new/default.nix"),
    ({"default.nix": "{ pkgs }: pkgs.callPackages ./pkgs { }",
      "pkgs/default.nix": "{ callPackage }: { one = callPackage ./one { }; }"},
     "pkgs/default.nix", "pkgs/new/default.nix"),
    ({"default.nix": "{ pkgs }: pkgs.lib.makeScope pkgs.newScope (self: with self; {\n"
      "  one = callPackage ./pkgs/one { };\n})", **ONE}, "default.nix", "pkgs/new/default.nix"),
    ({"default.nix": "{ pkgs }: pkgs.lib.recurseIntoAttrs (pkgs.lib.optionalAttrs true {\n"
      "  one = pkgs.callPackage ./pkgs/one { };\n})", **ONE},
     "default.nix", "pkgs/new/default.nix"),
    ({"default.nix": "{ pkgs }: builtins.foldl' (a: b: a // b) (import ./all.nix { inherit pkgs; })"
      " [ { lib = { }; } ]", "all.nix": SET, "one/default.nix": PACKAGE},
     "all.nix", "new/default.nix"),
    ({"default.nix": "{ pkgs }: (pkgs.lib.makeExtensible (self: {\n  one = pkgs.callPackage "
      "./one/package.nix { };\n}))", "one/package.nix": PACKAGE},
     "default.nix", "new/package.nix"),
    ({"default.nix": "{ pkgs }: import ./overlay.nix (pkgs.extend (import ./overlay.nix)) pkgs",
      "overlay.nix": "final: prev: {\n  one = final.callPackage ./pkgs/one { };\n}", **ONE},
     "overlay.nix", "pkgs/new/default.nix"),
    ({"default.nix": "{ pkgs }: if pkgs ? x then { } else import ./pkgs { inherit pkgs; }",
      "pkgs/default.nix": SET, **ONE}, "pkgs/default.nix", "pkgs/new/default.nix"),
    ({"default.nix": "{ pkgs }: builtins.mapAttrs (_: f: pkgs.callPackage f { }) {\n"
      "  one = ./pkgs/one;\n}", **ONE}, "default.nix", "pkgs/new/default.nix"),
    ({"flake.nix": outputs("let all = nixpkgs.lib.genAttrs [ \"x\" ]; in { packages = all"
      " (system: import ./pkgs { pkgs = nixpkgs.legacyPackages.${system}; }); }"),
      "pkgs/default.nix": SET, **ONE}, "pkgs/default.nix", "pkgs/new/default.nix"),
    ({"flake.nix": outputs("flake-utils.lib.eachDefaultSystem (system: let pkgs = import nixpkgs {"
      " inherit system; }; in { packages = rec { one = pkgs.callPackage ./one.nix { }; }; })"),
      "one.nix": PACKAGE}, "flake.nix", "new.nix"),
    ({"flake.nix": outputs("inputs.parts.lib.mkFlake { inherit inputs; } ./parts"),
      "parts/default.nix": "{ imports = [ ./packages.nix ]; }",
      "parts/packages.nix": "{ perSystem = { pkgs, ... }: { packages = {\n"
      "  one = pkgs.callPackage ../pkgs/one { };\n}; }; }", **ONE},
     "parts/packages.nix", "pkgs/new/default.nix"),
    ({"flake.nix": outputs("{ legacyPackages.x86_64-linux = import ./pkgs { pkgs = nixpkgs; };"
      " packages.x86_64-linux = nixpkgs.lib.filterAttrs (_: v: v ? x)"
      " self.legacyPackages.x86_64-linux; }"), "pkgs/default.nix": SET},
     "pkgs/default.nix", "pkgs/new/default.nix"),
]  # fmt: skip

LOADED = [
    ("pkgs.lib.mapAttrs (name: _: pkgs.callPackage (./pkgs + \"/${name}\") { })"
     " (builtins.readDir ./pkgs)", "pkgs/one/default.nix", "pkgs/new/default.nix"),
    ("pkgs.lib.genAttrs (builtins.attrNames (builtins.readDir ./nix))"
     " (name: pkgs.callPackage ./nix/${name}/p.nix { })", "nix/one/p.nix", "nix/new/p.nix"),
    ("pkgs.lib.mapAttrs' (file: _: pkgs.lib.nameValuePair (pkgs.lib.removeSuffix \".nix\" file)"
     " (pkgs.callPackage (./flat + (\"/\" + file)) { })) (builtins.readDir ./flat)",
     "flat/one.nix", "flat/new.nix"),
    ("builtins.listToAttrs (map (name: { inherit name; value = pkgs.callPackage"
     " \"${./pkgs}/${name}\" { }; }) (builtins.attrNames (builtins.readDir ./pkgs)))",
     "pkgs/one/default.nix", "pkgs/new/default.nix"),
    ("pkgs.lib.packagesFromDirectoryRecursive { inherit (pkgs) callPackage; directory = ./pkgs; }",
     "pkgs/one/package.nix", "pkgs/new/package.nix"),
    ("pkgs.lib.packagesFromDirectoryRecursive { inherit (pkgs) callPackage; directory = ./pkgs; }",
     "pkgs/one.nix", "pkgs/new.nix"),
    ("pkgs.lib.concatMapAttrs (first: _: pkgs.lib.mapAttrs (name: _: pkgs.callPackage"
     " (./all + \"/${first}/${name}\") { }) (builtins.readDir (./all + \"/${first}\")))"
     " (builtins.readDir ./all)", "all/on/one/default.nix", "all/ne/new/default.nix"),
]  # fmt: skip


def edit(layout: Layout) -> tuple[str, str]:
    files = registration(Entry("new", layout.package_file("new")), layout)
    return (str(files[0].path), files[0].content.decode()) if files else ("", "")


@pytest.mark.parametrize(("files", "register", "package"), LISTED)
def test_a_list_is_found(
    tmp_path: Path, files: dict[str, str], register: str, package: str
) -> None:
    layout = find_layout(repository(tmp_path, files))
    path, text = edit(layout)
    assert path == register
    assert str(layout.package_file("new")) == package
    assert "new = " in text
    parser.parse(text)


@pytest.mark.parametrize(("loader", "existing", "package"), LOADED)
def test_a_loaded_folder_is_found(tmp_path: Path, loader: str, existing: str, package: str) -> None:
    files = {"default.nix": f"{{ pkgs }}: {{ lib = {{ }}; }} // {loader}", existing: PACKAGE}
    layout = find_layout(repository(tmp_path, files))
    assert edit(layout) == ("", "")
    assert str(layout.package_file("new")) == package
    assert str(layout.existing_file("one")) == existing
    assert layout.names() >= {"one"}


#: What is not understood, with the file and line that the refusal names.
REFUSED = [
    ({"default.nix": "{ pkgs }:\nfoo {\n  one = pkgs.callPackage ./one { };\n}"}, "default.nix:2"),
    ({"default.nix": "{ pkgs }: { modules = { }; overlays = { }; }", **ONE}, "default.nix:1"),
    ({"default.nix": "{ pkgs }: import ./a.nix pkgs", "a.nix": "pkgs:\n\npkgs.lib.load ./pkgs"},
     "a.nix:3"),
    ({"default.nix": "{ pkgs }: import (fetchTarball \"https://example.org\")", **ONE},
     "default.nix:1"),
    ({"default.nix": "let a = b; b = a; in a"}, "default.nix:1"),
    ({"flake.nix": outputs("let system = \"x\"; in {\n  packages.${system}.one = nixpkgs"
      ".callPackage ./one { };\n}")}, "flake.nix:2"),
    ({"default.nix": "{ pkgs }: pkgs.lib.genAttrs [ \"one\" ] (n: pkgs.callPackage ./${n} { })"},
     "default.nix:1"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "where"), REFUSED)
def test_what_is_not_understood_is_refused_with_its_line(
    tmp_path: Path, files: dict[str, str], where: str
) -> None:
    with pytest.raises(InputError) as caught:
        find_layout(repository(tmp_path, files), "new")
    problem = caught.value.problems[0]
    assert problem.where == where
    assert "new = pkgs.callPackage ./pkgs/new { };" in problem.remedy


def test_a_folder_of_pkgs_by_name_for_flake_parts_is_found(tmp_path: Path) -> None:
    files = {
        "flake.nix": outputs(
            "inputs.parts.lib.mkFlake { inherit inputs; } {\n"
            "  perSystem = { ... }: { pkgsDirectory = ./nix; };\n}"
        ),
        "nix/one/package.nix": PACKAGE,
    }
    layout = find_layout(repository(tmp_path, files))
    assert edit(layout) == ("", "")
    assert str(layout.package_file("new")) == "nix/new/package.nix"
    assert layout.names() == {"one"}


def test_a_folder_of_other_first_letters_is_found_by_looking(tmp_path: Path) -> None:
    loader = LOADED[-1][0]
    files = {
        "default.nix": f"{{ pkgs }}: {loader}",
        "all/wa/home-assistant-waves/default.nix": PACKAGE,
    }
    layout = find_layout(repository(tmp_path, files))
    found = layout.existing_file("home-assistant-waves")
    assert str(found) == "all/wa/home-assistant-waves/default.nix"
    assert layout.names() == {"home-assistant-waves"}


def test_several_loaded_folders_are_told(tmp_path: Path) -> None:
    load = "pkgs.lib.packagesFromDirectoryRecursive { inherit (pkgs) callPackage; directory = %s; }"
    files = {
        "default.nix": f"{{ pkgs }}: {load % './a'} // {load % './b'}",
        "a/one/package.nix": PACKAGE,
        "b/two/package.nix": PACKAGE,
        "b/three/package.nix": PACKAGE,
    }
    layout = find_layout(repository(tmp_path, files))
    assert str(layout.package_file("new")) == "b/new/package.nix"
    assert "; a/ loaded too: choose with --file" in layout.evidence
    assert layout.names() == {"one", "two", "three"}


@pytest.mark.parametrize("module", [False, True])
def test_bytes_that_are_no_utf_8_are_kept(tmp_path: Path, *, module: bool) -> None:
    text = (
        b"{ pkgs }: {\r\n  # caf\xe9\r\n  modules = {\r\n  };\r\n"
        b"  one = pkgs.callPackage ./one { };\r\n}"
    )
    (tmp_path / "default.nix").write_bytes(text)
    layout = find_layout(tmp_path)
    (file,) = registration(Entry("new", layout.package_file("new")), layout)
    edits = [file, module_registration("new", layout)[1]] if module else [file]
    (new,) = together([edit for edit in edits if edit], layout.files.text)
    line = b"  new = pkgs.callPackage ./pkgs/new { };\r\n"
    listed = b"    new = ./modules/new.nix;\r\n" if module else b""
    assert new.content.replace(line, b"", 1).replace(listed, b"", 1) == text
    assert line in new.content


def test_a_folder_is_loaded_only_where_its_own_loader_is_read(tmp_path: Path) -> None:
    files = {
        "default.nix": "{ pkgs }: {\n  one = pkgs.callPackage ./pkgs/by-name/on/one { };\n"
        "  overlays = pkgs.lib.mapAttrs (n: _: import (./overlays + n)) (readDir ./overlays);\n}",
        "pkgs/by-name/on/one/default.nix": PACKAGE,
    }
    layout = find_layout(repository(tmp_path, files))
    assert layout.kind == "nur"
    assert "\n  new = pkgs.callPackage ./pkgs/by-name/ne/new { };\n" in edit(layout)[1]


def test_every_file_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "default.nix": "{ pkgs }: import ./pkgs { inherit pkgs; } // { modules = import ./m; }",
        "pkgs/default.nix": SET + "# once",
        "m/default.nix": "{ m = ./m.nix; }",
        "flake.nix": outputs("{ packages.x = import ./default.nix { pkgs = nixpkgs; }; }"),
    }
    read: list[str] = []
    parse = parser._Parser.__init__

    def counted(self: parser._Parser, text: str) -> None:
        read.append(text)
        parse(self, text)

    parser._parsed.cache_clear()
    monkeypatch.setattr(parser._Parser, "__init__", counted)
    layout = find_layout(repository(tmp_path, files))
    registration(Entry("new", PurePosixPath("pkgs/new/default.nix")), layout)
    module_registration("new", layout)
    assert sorted(read.count(text) for text in files.values()) == [1, 1, 1, 1]


MODULES = [
    ({"modules/default.nix": "{\n  oar = ./services/oar.nix;\n  fs = ./hardware/fs.nix;\n}"},
     "modules = import ./modules;", "modules/default.nix", "modules/services/new.nix",
     "new = ./services/new.nix;"),
    ({}, "nixosModules = {\n    fs = import ./nixos/fs.nix;\n  };", "default.nix", "nixos/new.nix",
     "new = import ./nixos/new.nix;"),
    ({"n/default.nix": "{\n  fs = ./fs.nix;\n}"}, "modules = { nixos = x; };\n  nixosModules ="
     " import ./n;", "n/default.nix", "n/new.nix", "new = ./new.nix;"),
    ({"m.nix": "{ }"}, "modules = import ./m.nix;", "m.nix", "modules/new.nix",
     "new = ./modules/new.nix;"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "listed", "register", "module", "line"), MODULES)
def test_a_module_goes_where_modules_are_listed(
    tmp_path: Path, files: dict[str, str], listed: str, register: str, module: str, line: str
) -> None:
    text = f"{{ pkgs }}: {{\n  {listed}\n  one = pkgs.{CALL};\n}}"
    layout = find_layout(repository(tmp_path, {"default.nix": text, **files}))
    path, edited = module_registration("new", layout)
    assert edited is not None
    assert (str(path), str(edited.path)) == (module, register)
    assert line in edited.content.decode()
