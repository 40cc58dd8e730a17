"""The command as a user meets it: goldens, bad input, dry run, second run, JSON."""

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from scaffold.cli import main
from scaffold.system import nix, process
from tests.tools.package_goldens import (
    ADDRESSES,
    GOLDENS,
    LAYOUTS,
    REPOS,
    SOURCES,
    arguments,
    builder_arguments,
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["nxc-scaffold", "package", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def kapack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REPOS / "kapack", tmp_path / "kapack"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


NEW = ("pulse", "--from", SOURCES / "cmake", "--source", "github:orchestra/pulse", "--defaults",
       "--ref", "v1.2.0",
       "--offline", "--no-check")  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_goldens_of_layouts(layout: str, run: Run, tmp_path: Path) -> None:
    repo = Path(shutil.copytree(REPOS / layout, tmp_path / "repo"))
    assert run("--repo", repo, *arguments(layout))[0] == 0
    assert contents(repo) == contents(GOLDENS / "layouts" / layout)
    assert run("--repo", repo, *arguments(layout))[0] == 0
    assert contents(repo) == contents(GOLDENS / "layouts" / layout)


@pytest.mark.parametrize("source", ADDRESSES)
def test_goldens_of_builders(source: str, run: Run, kapack: Path) -> None:
    assert run("--repo", kapack, *builder_arguments(source))[0] == 0
    assert contents(kapack / "pkgs" / f"new-{source}") == contents(GOLDENS / "builders" / source)


def test_goldens_are_formatted(nixfmt_program: str) -> None:
    files = list(GOLDENS.glob("builders/*/*.nix"))
    assert len(files) > len(ADDRESSES)
    assert [f for f in files if not nix.nixfmt_check(f)] == []


def test_a_dry_run_writes_nothing(run: Run, kapack: Path) -> None:
    before = contents(kapack)
    code, out, err = run("--repo", kapack, *NEW, "--dry-run", "--diff")
    assert code == 0
    assert contents(kapack) == before
    assert "+  pulse = pkgs.callPackage ./pkgs/pulse { inherit debug; };" in out
    assert "nothing was written" in err


def test_json(run: Run, kapack: Path) -> None:
    code, out, _ = run("--repo", kapack, *NEW, "--json")
    document = json.loads(out)
    assert code == document["exit"] == 0
    assert (document["layout"], document["package"]) == ("kapack", "pulse")
    assert {"path": "nur.nix", "verb": "edit"} in document["files"]
    assert document["proof"]["proved"] is False
    assert document["proof"]["reason"] == "--no-check was given"


@pytest.mark.nix
def test_json_has_the_names_before_and_after(run: Run, kapack: Path, nix_program: str) -> None:
    words = [word for word in NEW if word != "--no-check"]
    _, out, _ = run("--repo", kapack, *words, "--module", "--no-git", "--json")
    proof = json.loads(out)["proof"]
    (told,) = proof["entries"]
    assert (proof["proved"], proof["entry"], told["verdict"]) == (True, "nur.nix", "proved")
    assert set(told["after"]) - set(told["before"]) == {"pulse"}
    assert set(proof["module"]["after"]) - set(proof["module"]["before"]) == {"pulse"}


def test_git_knows_the_new_files(run: Run, kapack: Path) -> None:
    subprocess.run(["git", "init", "-q", str(kapack)], check=True)
    assert run("--repo", kapack, *NEW)[0] == 0
    argv = ["git", "-C", str(kapack), "ls-files"]
    listed = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    assert listed == "pkgs/pulse/default.nix\n"


#: A nixpkgs that has nothing but what the package takes.
STUB = """rec {
  callPackage = f: given:
    let function = import f; in
    function (builtins.intersectAttrs (builtins.functionArgs function) stub // given);
  lib = { fakeHash = ""; licenses.mit = 1; platforms.linux = 1; };
  stdenv.mkDerivation = f: let final = f final; in final;
  stub = { inherit callPackage lib stdenv; fetchFromGitHub = s: s; boost = 1; zeromq = 1;
    cmake = 1; pkg-config = 1; };
}"""


@pytest.mark.nix
@pytest.mark.parametrize(
    ("layout", "file", "path"),
    [
        ("auto", "pkgs/pulse/default.nix", "../first"),
        ("by-name", "pkgs/by-name/pu/pulse/package.nix", "../../fi/first/package.nix"),
    ],
)
def test_a_package_of_the_repository_is_called_where_nobody_passes_it(
    layout: str, file: str, path: str, run: Run, tmp_path: Path, nix_program: str
) -> None:
    repo = Path(shutil.copytree(REPOS / layout, tmp_path / "repo"))
    assert run(*NEW, "--repo", repo, "--dependency", "first")[0] == 0
    assert f"  first ? callPackage {path} {{ }},\n" in (repo / file).read_text()
    called = (repo / file).parent / path
    (called / "default.nix" if called.is_dir() else called).write_text("{ lib }: 7")
    expression = f"(with {STUB}; callPackage {repo / file} {{ }}).buildInputs"
    argv = ["nix-instantiate", "--eval", "--strict", "--json", "-E", expression]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == [1, 1, 7]


def test_a_repository_with_a_scope_passes_its_own_packages(run: Run, tmp_path: Path) -> None:
    repo = Path(shutil.copytree(REPOS / "by-name", tmp_path / "repo"))
    flake = (repo / "flake.nix").read_text().replace("inherit (pkgs) call", "inherit (self) call")
    scope = "pkgs.lib.makeScope pkgs.newScope (self: pkgs.lib.concatMapAttrs"
    flake = flake.replace("pkgs.lib.concatMapAttrs", scope).replace("\n      );", "\n      ));")
    (repo / "flake.nix").write_text(flake)
    assert run(*NEW, "--repo", repo, "--dependency", "first")[0] == 0
    text = (repo / "pkgs" / "by-name" / "pu" / "pulse" / "package.nix").read_text()
    assert "  first,\n" in text
    assert "callPackage" not in text


@pytest.mark.nix
def test_quick_checks_pass(run: Run, kapack: Path, nix_program: str) -> None:
    words = [w for w in NEW if w != "--no-check"]
    code, out, _ = run("--repo", kapack, *words, "--no-evaluation", "--json")
    found = {c["name"]: c["status"] for c in json.loads(out)["checks"]}
    assert code == 0
    assert found["syntax"] == found["lint"] == "ok"


BAD = [
    (("lib",), "name", "reserved"),
    (("a b",), "name", "must be letters"),
    (("PROCSET",), "name", "differs by case alone"),
    (("slurm-front-end",), "name", "exists already"),
    (("x", "--from", "nosuch"), "--from", "no such folder"),
    (("x", "--from", "https://example.org/page"), "--from", "no repository that is known"),
    (("x", "--builder", "cmak"), "builder", "no builder"),
    (("x", "--version", "one two"), "version", "no version"),
    (("x", "--licence", "GPL"), "licence", "is not exact"),
    (("x", "--hash", "abc"), "hash", "no hash"),
    (("x", "--set", "colour=blue"), "colour", "no such key"),
    (("x", "--force", "--keep"), "--force", "contradict"),
]


@pytest.mark.parametrize(("words", "where", "what"), BAD)
def test_bad_input_is_one_message_and_changes_nothing(
    words: tuple[str, ...], where: str, what: str, run: Run, kapack: Path
) -> None:
    before = contents(kapack)
    given = [w for w in NEW if w != "pulse"]
    if "--from" in words:
        given = given[2:]
    code, _, err = run(*words, "--repo", kapack, *given)
    lines = [line for line in err.splitlines() if line.startswith("error")]
    assert code == 2
    assert len(lines) == 1
    assert lines[0].startswith(f"error  {where}")
    assert what in lines[0]
    assert contents(kapack) == before


def test_a_source_without_a_licence_names_the_flag(run: Run, kapack: Path, tmp_path: Path) -> None:
    source = Path(shutil.copytree(SOURCES / "cmake", tmp_path / "bare"))
    (source / "LICENSE").unlink()
    before = contents(kapack)
    code, _, err = run("x", "--repo", kapack, "--from", source, *NEW[3:])
    assert code == 2
    assert "licence: is not answered: no licence was found" in err
    assert "Give --licence SPDX" in err
    assert contents(kapack) == before


def test_without_a_terminal_every_missing_answer_names_its_flag(run: Run, kapack: Path) -> None:
    code, _, err = run("x", "--repo", kapack, "--offline")
    assert code == 2
    for flag in ("--builder", "--version", "--licence", "--description", "--source"):
        assert f"Give {flag}" in err


def test_a_file_that_differs_is_a_conflict(run: Run, kapack: Path) -> None:
    assert run("--repo", kapack, *NEW)[0] == 0
    file = kapack / "pkgs/pulse/default.nix"
    file.write_text("{ }: 1\n")
    before = contents(kapack)
    assert run("--repo", kapack, *NEW)[0] == 3
    assert contents(kapack) == before
    assert run("--repo", kapack, *NEW, "--force")[0] == 0
    assert b"mkDerivation" in file.read_bytes()


def test_an_update_bumps_and_resets(run: Run, kapack: Path) -> None:
    words = [*NEW, "--hash", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]
    assert run("--repo", kapack, *words)[0] == 0
    code, _, err = run("--repo", kapack, "--update", "pulse", "--version", "1.3.0", "--no-check")
    text = (kapack / "pkgs/pulse/default.nix").read_text()
    assert code == 0
    assert "1.2.0 → 1.3.0" in err
    assert 'version = "1.3.0";' in text
    assert "hash = lib.fakeHash;" in text
    assert "47DEQ" not in text


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--update", "nosuch", "--version", "2"), "no package 'nosuch'"),
        (("--update", "procset", "--version", "2"), "it has no version"),
        (("--update", "zz-tool"), "Give --version"),
        (("--update", "zz-tool", "--version", "2 3"), "no version"),
    ],
)
def test_a_bad_update(words: tuple[str, ...], what: str, run: Run, kapack: Path) -> None:
    before = contents(kapack)
    code, _, err = run("--repo", kapack, *words)
    assert code == 2
    assert what in err
    assert contents(kapack) == before


@pytest.mark.nix
def test_a_registration_is_proved_before_it_is_written(
    run: Run, kapack: Path, nix_program: str
) -> None:
    code, _, err = run("--repo", kapack, *(w for w in NEW if w != "--no-check"))
    assert "nur.nix gives pulse, and 6 other names as before" in " ".join(err.split())
    assert (kapack / "pkgs" / "pulse" / "default.nix").is_file()
    assert code in (0, 1)


@pytest.mark.nix
def test_a_registration_that_is_not_proved_is_not_written(
    run: Run, tmp_path: Path, nix_program: str
) -> None:
    """The list is read in the file, but a condition that only nix can tell leaves it out."""
    (tmp_path / "default.nix").write_text(
        '{ pkgs }:\n{ lib = { }; } // pkgs.lib.optionalAttrs (builtins.getEnv "LISTED" != "") {\n'
        "  one = pkgs.callPackage ./one { };\n}\n"
    )
    before = contents(tmp_path)
    code, _, err = run("--repo", tmp_path, *(w for w in NEW if w != "--no-check"))
    told = " ".join(err.split())
    assert code == 2
    assert "default.nix would not give pulse" in told
    assert "pulse = pkgs.callPackage" in told
    assert contents(tmp_path) == before


def test_a_list_that_is_not_found_is_refused_with_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "default.nix").write_text("{ pkgs }:\n\npkgs.lib.gather ./pkgs\n")
    before = contents(tmp_path)
    code, _, err = run("--repo", tmp_path, *NEW)
    told = " ".join(err.split())
    assert code == 2
    assert "default.nix:3" in told
    assert "pulse = pkgs.callPackage ./pkgs/pulse { };" in told
    assert contents(tmp_path) == before


def test_a_composition_is_refused_and_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "flake.nix").write_text(
        "{ outputs = { nxc, ... }: { packages.x = nxc.lib.compose { a = 1; }; }; }\n"
    )
    before = contents(tmp_path)
    code, _, err = run("--repo", tmp_path, *NEW)
    assert code == 2
    assert "--package-from" in err
    assert contents(tmp_path) == before


def test_a_package_and_a_module_of_one_file_are_both_registered(run: Run, tmp_path: Path) -> None:
    (tmp_path / "default.nix").write_text(
        "{ pkgs }:\n{\n  modules = {\n    one = ./modules/one.nix;\n  };\n\n"
        "  one = pkgs.callPackage ./pkgs/one { };\n}\n"
    )
    assert run("--repo", tmp_path, *NEW, "--module")[0] == 0
    text = (tmp_path / "default.nix").read_text()
    assert "    pulse = ./modules/pulse.nix;\n" in text
    assert "  pulse = pkgs.callPackage ./pkgs/pulse { };\n" in text
    assert (tmp_path / "modules" / "pulse.nix").is_file()


def test_reserved_names_are_not_offered(run: Run, kapack: Path) -> None:
    code, _, err = run("--repo", kapack, "--update", "modules", "--version", "2", "--no-check")
    assert code == 2
    assert "did you mean modules" not in err.lower()
    for name in ("lib", "overlays", "pkgs"):
        assert f" {name}" not in err.replace("no package", "")


def test_a_branch_is_no_ref(run: Run, kapack: Path) -> None:
    """A hash of what a branch is today is wrong after the next push."""
    words = [word for word in NEW if word not in ("--ref", "v1.2.0")]
    code, _, err = run("--repo", kapack, *words, "--ref", "main")
    assert code == 2
    assert "'main' is a branch" in err
    at = words.index("github:orchestra/pulse")
    words[at] = "https://github.com/orchestra/pulse/tree/main/lib"
    code, _, err = run("--repo", kapack, *words)
    assert code == 2
    assert "ref: is not answered" in err
    code, out, _ = run("--repo", kapack, *words, "--ref", "v1.2.0", "--dry-run", "--diff")
    assert code == 0
    assert '+  sourceRoot = "${finalAttrs.src.name}/lib";' in out


@pytest.mark.nix
def test_a_nix_option_reaches_every_call_of_nix(
    run: Run, kapack: Path, monkeypatch: pytest.MonkeyPatch, nix_program: str
) -> None:
    """Also the parsing of what was written: a feature of the language decides what is Nix."""
    called: list[list[str]] = []
    really = process.run

    def recorded(argv: Sequence[str], **more: Any) -> process.Completed:
        if Path(argv[0]).name.startswith("nix") and "nixfmt" not in argv[0]:
            called.append(list(argv))
        return really(argv, **more)

    monkeypatch.setattr(process, "run", recorded)
    words = [word for word in NEW if word != "--no-check"]
    run("--repo", kapack, *words, "--no-git", "--nix-option", "pure-eval=false")
    asked = [" ".join(argv) for argv in called if "--version" not in argv]
    assert any("--parse" in line for line in asked)
    assert any("--eval" in line for line in asked)
    assert [line for line in asked if "--option pure-eval false" not in line] == []
