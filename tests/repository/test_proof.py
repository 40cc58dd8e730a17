"""A registration is evaluated before it is written: the new name is there, and nothing else is."""

from pathlib import Path, PurePosixPath

import pytest

from scaffold.base.errors import InputError
from scaffold.repository.edits import together
from scaffold.repository.layout import Layout
from scaffold.repository.layouts import find_layout
from scaffold.repository.proof import Proof, prove
from scaffold.repository.register import Entry, module_registration, registration
from scaffold.system import process
from scaffold.writer.tree import File, Tree, text_file
from tests.repository.test_reading import CALL, LISTED, LOADED, ONE, PACKAGE, outputs, repository

pytestmark = pytest.mark.nix
REPOS = Path(__file__).parents[1] / "fixtures" / "repos"


def registered(layout: Layout, name: str = "new") -> Tree:
    file = layout.package_file(name)
    return Tree([text_file(str(file), PACKAGE), *registration(Entry(name, file), layout)])


def proof_of(root: Path) -> Proof:
    layout = find_layout(root)
    return prove(layout, "new", registered(layout))


def told(proof: Proof) -> dict[str, str]:
    return {str(each.entry): each.verdict for each in proof.told}


@pytest.mark.parametrize("files", [files for files, *_ in LISTED])
def test_a_list_is_proved(tmp_path: Path, files: dict[str, str], nix_program: str) -> None:
    proof = proof_of(repository(tmp_path, files))
    assert set(told(proof).values()) == {"proved"}, proof.sentence("new")


@pytest.mark.parametrize(("loader", "existing"), [(loader, file) for loader, file, _ in LOADED])
def test_a_loaded_folder_is_proved(
    tmp_path: Path, loader: str, existing: str, nix_program: str
) -> None:
    files = {"default.nix": f"{{ pkgs }}: {{ lib = {{ }}; }} // {loader}", existing: PACKAGE}
    proof = proof_of(repository(tmp_path, files))
    assert told(proof) == {"default.nix": "proved"}, proof.sentence("new")


def test_modules_of_flake_parts_are_put_together(tmp_path: Path, nix_program: str) -> None:
    files = {
        "flake.nix": outputs(
            "inputs.parts.lib.mkFlake { inherit inputs; } {\n  imports = [ ./more.nix ];\n"
            "  perSystem = { pkgs, ... }: { pkgsDirectory = ./nix; packages.two = pkgs.hello; };\n}"
        ),
        "more.nix": "{ perSystem = { self', ... }: { packages.three = self'.packages.two; }; }",
        "nix/one/package.nix": PACKAGE,
    }
    proof = proof_of(repository(tmp_path, files))
    assert proof.sentence("new") == "flake.nix gives new, and 3 other names as before"


@pytest.mark.parametrize("layout", ["auto", "by-name", "flake", "kapack", "parts", "template"])
def test_the_fixtures_are_proved(layout: str, nix_program: str) -> None:
    assert set(told(proof_of(REPOS / layout)).values()) == {"proved"}


BOTH = {
    "default.nix": "{ pkgs }: {\n  lib = { };\n  one = pkgs.callPackage ./pkgs/one { };\n}",
    "flake.nix": outputs("{ packages.x86_64-linux = import ./default.nix { pkgs = nixpkgs; }; }"),
    **ONE,
}


def test_the_flake_and_default_nix_are_both_evaluated(tmp_path: Path, nix_program: str) -> None:
    proof = proof_of(repository(tmp_path, BOTH))
    assert told(proof) == {"default.nix": "proved", "flake.nix": "proved"}
    assert proof.entry == PurePosixPath("flake.nix")
    assert "default.nix gives new, and 2 other names as before" in proof.sentence("new")


def test_a_flake_that_is_not_evaluated_is_not_claimed(tmp_path: Path, nix_program: str) -> None:
    broken = BOTH["flake.nix"].replace("pkgs = nixpkgs;", 'pkgs = nixpkgs; x = throw "why";')
    broken = broken.replace("outputs = {", 'outputs = assert throw "no stand-in"; {')
    proof = proof_of(repository(tmp_path, BOTH | {"flake.nix": broken}))
    assert proof.entry == PurePosixPath("default.nix")
    assert "flake.nix: not proved" in proof.sentence("new") or "flake.nix" not in told(proof)


def wrong(tmp_path: Path, content: str) -> InputError:
    root = repository(tmp_path, BOTH)
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    layout = find_layout(root)
    tree = Tree([File(PurePosixPath("default.nix"), content.encode())])
    with pytest.raises(InputError) as caught:
        prove(layout, "new", tree)
    assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before
    return caught.value


def test_a_name_that_is_not_there_afterwards_is_refused(tmp_path: Path, nix_program: str) -> None:
    error = wrong(tmp_path, BOTH["default.nix"] + " # nothing new")
    assert "default.nix would not give new" in error.problems[0].what
    assert "new = pkgs.callPackage ./pkgs/new { };" in error.problems[0].remedy


def test_other_names_that_change_are_refused(tmp_path: Path, nix_program: str) -> None:
    error = wrong(tmp_path, "{ pkgs }: { lib = { }; new = pkgs.hello; }")
    assert "would give other names too: one" in error.problems[0].what


def test_files_of_packages_are_not_read(tmp_path: Path, nix_program: str) -> None:
    files = BOTH | {"pkgs/one/default.nix": 'throw "read"'}
    assert set(told(proof_of(repository(tmp_path, files))).values()) == {"proved"}


def test_nothing_is_fetched(tmp_path: Path, nix_program: str) -> None:
    text = (
        '{ pkgs ? import (fetchTarball "https://example.org/x") { }, x ? <nixpkgs/lib> }:\n'
        'with (import (builtins.fetchGit { url = "https://example.org"; }) { }).lib;\n'
        "{\n  one = pkgs.callPackage ./pkgs/one { };\n}"
    )
    proof = proof_of(repository(tmp_path, {"default.nix": text, **ONE}))
    assert told(proof) == {"default.nix": "proved"}


def test_options_of_nix_reach_the_evaluation(tmp_path: Path, nix_program: str) -> None:
    files = {"default.nix": "{ pkgs }: {\n  one = pkgs.callPackage ./pkgs/one { };\n}", **ONE}
    layout = find_layout(repository(tmp_path, files))
    wrong = ("--option", "restrict-eval", "true")
    proof = prove(layout, "new", registered(layout), wrong)
    assert told(proof) == {"default.nix": "unknown"}


def test_without_nix_nothing_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "which", lambda name: None)
    proof = proof_of(repository(tmp_path, BOTH))
    assert proof.entry is None
    assert proof.sentence("new") == "not proved: nix-instantiate is not on PATH"


@pytest.mark.parametrize(
    ("files", "entry"),
    [
        ({"default.nix": f"{{ pkgs }}: {{\n  modules = import ./m;\n  one = pkgs.{CALL};\n}}",
          "m/default.nix": "{\n  oar = ./oar.nix;\n}", **ONE}, "default.nix"),
        ({"flake.nix": outputs("{ nixosModules.oar = ./oar.nix; packages.x86_64-linux = let pkgs ="
         f" nixpkgs.legacyPackages.x86_64-linux; in {{\n  one = pkgs.{CALL};\n}}; }}"), **ONE},
         "flake.nix"),
        ({"flake.nix": outputs("inputs.parts.lib.mkFlake { inherit inputs; } { flake.nixosModules ="
         " {\n  oar = ./oar.nix;\n}; perSystem = { pkgs, ... }: { packages = {\n  one ="
         f" pkgs.{CALL};\n}}; }}; }}"), **ONE}, "flake.nix"),
    ],
)  # fmt: skip
def test_a_module_is_proved_too(
    tmp_path: Path, files: dict[str, str], entry: str, nix_program: str
) -> None:
    layout = find_layout(repository(tmp_path, files))
    proof = prove(layout, "new", with_module(layout), module=True)
    assert proof.module_sentence("new") == f"{entry} gives the module new, and 1 others as before"
    assert proof.module is not None
    assert proof.module.document() == {
        "file": entry, "verdict": "proved", "reason": "", "before": ["oar"],
        "after": ["new", "oar"],
    }  # fmt: skip


def with_module(layout: Layout) -> Tree:
    path, edit = module_registration("new", layout)
    module = [text_file(str(path), "{ }"), *([edit] if edit else [])]
    files = [*registered(layout).values(), *module]
    return Tree(together(files, layout.files.text))


def test_a_module_that_would_not_be_there_is_refused(tmp_path: Path, nix_program: str) -> None:
    text = f"{{ pkgs }}: {{\n  modules = import ./m;\n  one = pkgs.{CALL};\n}}"
    files = {"default.nix": text, "m/default.nix": "{\n  oar = ./oar.nix;\n}", **ONE}
    layout = find_layout(repository(tmp_path, files))
    with pytest.raises(InputError, match=r"default\.nix would not give new") as caught:
        prove(layout, "new", registered(layout), module=True)
    assert caught.value.problems[0].where == "--module"


def test_a_repository_that_would_not_evaluate_any_more_is_refused(
    tmp_path: Path, nix_program: str
) -> None:
    """The set holds groups of packages, each a function of its own: a package is none."""
    text = (
        "{ pkgs }:\nlet\n  groups = {\n    one = ./one;\n    two = ./two;\n  };\n"
        "  load = _: path: import path { inherit pkgs; };\nin\n"
        "builtins.foldl' (a: b: a // b) (builtins.mapAttrs load groups)"
        " (builtins.attrValues (builtins.mapAttrs load groups))\n"
    )
    group = "{ pkgs }: { inner = pkgs.hello; }"
    files = {"default.nix": text, "one/default.nix": group, "two/default.nix": group}
    layout = find_layout(repository(tmp_path, files))
    with pytest.raises(InputError, match=r"default\.nix would not evaluate any more") as caught:
        prove(layout, "new", registered(layout))
    assert "Add to the set of packages by hand" in caught.value.problems[0].remedy


@pytest.mark.parametrize(
    ("given", "what"),
    [("{ inherit pkgs; }", "called with unexpected argument 'pkgs'"), ("{ }", "")],
)
def test_a_package_that_is_given_what_it_does_not_take_is_refused(
    tmp_path: Path, given: str, what: str, nix_program: str
) -> None:
    """The repository calls its packages by a function of its own, which passes something more."""
    text = (
        f"{{ pkgs }}:\nlet\n  callPackage = path: pkgs.callPackage path {given};\nin\n"
        "{\n  one = callPackage ./one;\n}\n"
    )
    files = {"default.nix": text, "one/default.nix": "{ ... }: { }"}
    layout = find_layout(repository(tmp_path, files))
    tree = registered(layout)
    if not what:
        assert told(prove(layout, "new", tree)) == {"default.nix": "proved"}
        return
    with pytest.raises(InputError, match=what) as caught:
        prove(layout, "new", tree)
    assert "nxc-scaffold-" not in caught.value.problems[0].what
    remedy = "Write it with --no-evaluation, and end the arguments of new/default.nix with `...`"
    assert caught.value.problems[0].remedy == remedy


def test_packages_in_a_set_of_their_own_are_built_and_proved_there(
    tmp_path: Path, nix_program: str
) -> None:
    files = {
        "default.nix": "{ pkgs }: { lib = { }; pkgs = import ./pkgs { inherit pkgs; }; }",
        "pkgs/default.nix": "{ pkgs }: {\n  one = pkgs.callPackage ./one { };\n}\n",
        "pkgs/one/default.nix": PACKAGE,
    }
    layout = find_layout(repository(tmp_path, files))
    assert layout.register == PurePosixPath("pkgs/default.nix")
    assert layout.build_command("new") == "nix-build -A pkgs.new"
    assert layout.phases_command("new") == "nxc-scaffold phases pkgs.new"
    proof = prove(layout, "new", registered(layout))
    assert proof.sentence(layout.attribute("new")) == (
        "default.nix gives pkgs.new, and 1 other names as before"
    )


def test_nixpkgs_beside_the_packages_is_no_set_of_theirs(tmp_path: Path) -> None:
    files = {"default.nix": "{ pkgs }: { inherit pkgs; lib = { }; one = 1; }"}
    with pytest.raises(InputError, match="it lists no packages"):
        find_layout(repository(tmp_path, files))


FOLDERS = (
    '{ pkgs }:\nlet\n  callPackageDir = dir: pkgs.callPackage (dir + "/FILE") { };\nin\n'
    "{\n  one = callPackageDir ./one;\n}\n"
)


def test_a_function_that_adds_the_file_to_a_folder(tmp_path: Path, nix_program: str) -> None:
    files = {"default.nix": FOLDERS.replace("FILE", "package.nix"), "one/package.nix": PACKAGE}
    layout = find_layout(repository(tmp_path, files))
    assert layout.package_file("new") == PurePosixPath("new/package.nix")
    tree = registered(layout)
    assert "  new = callPackageDir ./new;\n" in tree[PurePosixPath("default.nix")].content.decode()
    assert told(prove(layout, "new", tree)) == {"default.nix": "proved"}


def test_a_file_that_the_repository_looks_for_elsewhere_is_refused(
    tmp_path: Path, nix_program: str
) -> None:
    files = {
        "default.nix": FOLDERS.replace("FILE", "derivation.nix"),
        "one/derivation.nix": PACKAGE,
    }
    layout = find_layout(repository(tmp_path, files))
    with pytest.raises(InputError, match=r"new/derivation\.nix is not there"):
        prove(layout, "new", registered(layout))


def test_of_several_loaded_folders_another_one_is_named(tmp_path: Path, nix_program: str) -> None:
    load = 'builtins.mapAttrs (n: _: pkgs.callPackage (DIR + "/${n}") GIVEN) (builtins.readDir DIR)'
    one = load.replace("DIR", "./one").replace("GIVEN", "{ inherit pkgs; }")
    other = load.replace("DIR", "./two").replace("GIVEN", "{ }")
    files = {
        "default.nix": f"{{ pkgs }}: ({one}) // ({other})",
        "one/a/default.nix": "{ ... }: { }",
        "one/b/default.nix": "{ ... }: { }",
        "two/c/default.nix": PACKAGE,
    }
    layout = find_layout(repository(tmp_path, files))
    with pytest.raises(InputError) as caught:
        prove(layout, "new", registered(layout))
    assert "Choose another folder with --file two/new/default.nix" in (
        caught.value.problems[0].remedy
    )


@pytest.mark.parametrize(
    "body",
    [
        "if pkgs.isBig then import ./nosuch.nix else import ./nosuch.nix",
        "builtins.seq (builtins.readFile ./nosuch) { }",
        "builtins.seq (builtins.readDir ./nosuch) { }",
        "builtins.seq (import ./one/default.nix { wrong = 1; }) { }",
        "builtins.seq (import ./broken.nix) { }",
        "throw (toString ./one)",
        "assert builtins.trace (toString ./.) false; { }",
        "builtins.seq (1 + ./one) { }",
        "{ a = throw (toString ./.); }.a",
    ],
)
def test_no_message_names_the_copy_that_was_evaluated(
    tmp_path: Path, body: str, nix_program: str
) -> None:
    text = f"{{ pkgs }}:\n{{\n  one = pkgs.callPackage ./one {{ }};\n}}\n// ({body})\n"
    only_after = text.replace(
        f"({body})", f"(if builtins.pathExists ./new then ({body}) else {{ }})"
    )
    for each in (text, only_after):
        files = {"default.nix": each, "one/default.nix": PACKAGE, "broken.nix": "{ = }"}
        layout = find_layout(repository(tmp_path, files))
        try:
            proof = prove(layout, "new", registered(layout))
            said = [proof.sentence("new")]
        except InputError as error:
            said = [f"{p.where} {p.what} {p.remedy}" for p in error.problems]
        for sentence in said:
            assert "nxc-scaffold-" not in sentence
            assert str(tmp_path) not in sentence
