"""What packages of less usual sources look like, and what is asked of the user."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.cli import main
from scaffold.packages.package import interpolated
from scaffold.system import nix
from tests.tools.package_goldens import REPOS

MORE = ("--defaults", "--offline", "--no-check", "--no-git", "--licence", "MIT",
        "--description", "Reed")  # fmt: skip
PYTHON = '[project]\nname = "reed"\nversion = "1.0"\n[build-system]\n'
CRATE = '[package]\nname = "reed"\nversion = "1.0"\n'

Files = dict[str, str]
Add = Callable[..., tuple[int, str, str]]

#: Files of a source, and what its package says.
FORMS: dict[str, tuple[Files, list[str]]] = {
    "maturin": (
        {
            "pyproject.toml": f'{PYTHON}requires = ["maturin"]\nbuild-backend = "maturin"\n',
            "Cargo.toml": CRATE,
            "Cargo.lock": "#\n",
        },
        [
            "cargoDeps = rustPlatform.fetchCargoVendor",
            "build-system = [ rustPlatform.maturinBuildHook ];",
            "nativeBuildInputs = [ rustPlatform.cargoSetupHook ];",
        ],
    ),
    "maturin without a lock": (
        {
            "pyproject.toml": f'{PYTHON}requires = ["maturin"]\nbuild-backend = "maturin"\n',
            "Cargo.toml": CRATE,
        },
        ["# Upstream has no Cargo.lock here", "rustPlatform.cargoSetupHook and cargoDeps ="],
    ),
    "crate without a lock": (
        {"Cargo.toml": CRATE},
        ["# Upstream has no Cargo.lock here", "take # cargoLock.lockFile instead of cargoHash."],
    ),
    "submodules": (
        {"pyproject.toml": PYTHON, ".gitmodules": '[submodule "a"]\n\tpath = a\n'},
        ["# Upstream has git submodules: where the build needs them, add fetchSubmodules = true"],
    ),
    "scikit": (
        {
            "pyproject.toml": f'{PYTHON}requires = ["scikit-build-core", "cmake"]\n',
            "CMakeLists.txt": "project(reed)\npython_add_library(reed reed.c)\n",
        },
        ["dontUseCmakeConfigure = true;", "cmake ninja"],
    ),
    "kbuild": (
        {"Kbuild": "obj-m := reed.o\n", "dkms.conf": 'PACKAGE_VERSION="1.0"\n'},
        ['"M=$(PWD)"', 'buildFlags = [ "modules" ];'],
    ),
    "gem": (
        {"reed.gemspec": 's.name = "reed"\ns.version = "1.0"\ns.add_dependency "tone"\n'},
        ["# Not known by its name in nixpkgs: tone (gem)"],
    ),
}


@pytest.fixture
def add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Add:
    """Add a package to a repository of the template's layout."""
    shutil.copytree(REPOS / "template", tmp_path / "nur")

    def call(*words: object) -> tuple[int, str, str]:
        argv = ["nxc-scaffold", "package", "--repo", tmp_path / "nur", "reed", *words]
        monkeypatch.setattr("sys.argv", [str(word) for word in argv])
        with pytest.raises(SystemExit) as ended:
            main.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def tree(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def package(tmp_path: Path) -> str:
    text = (tmp_path / "nur/pkgs/reed/default.nix").read_text()
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str, add: Add, tmp_path: Path, nixfmt_program: str) -> None:
    files, lines = FORMS[form]
    source = tree(tmp_path / "reed", files)
    words = ("--source", "github:orchestra/reed", "--ref", "v1.0")
    code, _, err = add("--from", source, *words, *MORE)
    assert code == 0, err
    text = package(tmp_path)
    assert [line for line in lines if line not in text] == []
    assert nix.nixfmt_check(tmp_path / "nur/pkgs/reed/default.nix")


def repository(
    folder: Path, *tags: str, origin: str = "https://github.com/orchestra/choir.git"
) -> Path:
    commit = ("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x")
    for words in (("init", "-q"), ("add", "-A"), commit, ("remote", "add", "origin", origin)):
        subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)
    for tag in tags:
        subprocess.run(["git", "-C", str(folder), "tag", tag], check=True)
    return folder


FOLDERS = {
    "pyproject.toml": (PYTHON, 'sourceRoot = "${src.name}/parts/reed";'),
    "reed.cabal": ("name: reed\nversion: 1.0\n", 'postUnpack = "sourceRoot+=/parts/reed";'),
}


@pytest.mark.parametrize("file", FOLDERS)
def test_a_folder_of_a_repository_is_built_there(file: str, add: Add, tmp_path: Path) -> None:
    text, line = FOLDERS[file]
    tree(tmp_path / "choir", {f"parts/reed/{file}": text})
    repository(tmp_path / "choir", "reed-v1.0", "v7.0")
    assert add("--from", tmp_path / "choir/parts/reed", *MORE)[0] == 0
    assert line in package(tmp_path)
    assert 'tag = "reed-v${version}";' in package(tmp_path)


def test_crates_of_a_module_in_a_folder_are_looked_up_there(add: Add, tmp_path: Path) -> None:
    backend = 'requires = ["maturin"]\nbuild-backend = "maturin"\n'
    files = {"pyproject.toml": PYTHON + backend, "Cargo.toml": CRATE, "Cargo.lock": "#\n"}
    tree(tmp_path / "choir", {f"parts/reed/{name}": text for name, text in files.items()})
    repository(tmp_path / "choir", "reed-v1.0", "v7.0")
    assert add("--from", tmp_path / "choir/parts/reed", *MORE)[0] == 0
    assert re.search(r"inherit pname version src sourceRoot ?;", package(tmp_path))


@pytest.mark.parametrize("origin", ["https://github.com/orchestra/choir.git", "upstream"])
@pytest.mark.parametrize(
    "source",
    [
        "github:orchestra/reed",
        "https://git.example.org/reed.git",
        "https://example.org/reed-1.0.tar.gz",
    ],
)
def test_another_source_has_not_the_folders_of_this_one(
    source: str, origin: str, add: Add, tmp_path: Path
) -> None:
    tree(tmp_path / "choir", {"parts/reed/pyproject.toml": PYTHON})
    (tmp_path / "upstream").mkdir()
    where = origin if ":" in origin else str(tmp_path / origin)
    repository(tmp_path / "choir", "v7.0", origin=where)
    folder = tmp_path / "choir/parts/reed"
    ref = () if source.endswith(".gz") else ("--ref", "v1.0")
    assert add("--from", folder, "--source", source, *ref, *MORE)[0] == 0
    assert "sourceRoot" not in package(tmp_path)
    assert "7.0" not in package(tmp_path)


def test_a_folder_of_the_nur_itself_stays_a_path(add: Add, tmp_path: Path) -> None:
    tree(tmp_path / "nur", {"src/reed/pyproject.toml": PYTHON})
    repository(tmp_path / "nur", "v7.0")
    code, _, err = add("--from", tmp_path / "nur/src/reed", *MORE)
    assert code == 0, err
    assert "src = ../../src/reed;" in package(tmp_path)


@pytest.mark.parametrize(("version", "tag"), [("1.0", "choir_1.0"), ("2.0", "v2.0")])
def test_a_version_that_is_given_has_its_own_tag(
    version: str, tag: str, add: Add, tmp_path: Path
) -> None:
    source = repository(tree(tmp_path / "reed", {"x.conf": "x"}), "choir_1.0", "v2.0")
    assert add("--from", source, "--version", version, *MORE)[0] == 0
    shown = tag.replace(version, "${finalAttrs.version}")
    assert f'tag = "{shown}";' in package(tmp_path)


def test_a_version_without_a_tag_is_asked_for_its_ref(add: Add, tmp_path: Path) -> None:
    source = repository(tree(tmp_path / "reed", {"x.conf": "x"}), "v2.0")
    code, _, err = add("--from", source, "--version", "3.0", *MORE)
    assert code == 2
    assert "ref: is not answered" in err
    assert not (tmp_path / "nur/pkgs/reed").exists()


def test_a_builder_that_is_not_certain_is_told(add: Add, tmp_path: Path) -> None:
    files = {"CMakeLists.txt": "project(x)\n", "meson.build": "project('x', 'c')\n"}
    source = tree(tmp_path / "reed", files)
    words = (
        "--from",
        source,
        "--source",
        "github:orchestra/reed",
        "--version",
        "1.0",
        "--ref",
        "v1.0",
        *MORE,
    )
    _, out, err = add(*words)
    assert "not certain: there is cmake" in " ".join((out + err).split())
    _, out, err = add(*words, "--builder", "meson", "--force")
    assert "not certain" not in out + err


def test_a_page_of_a_folder_is_built_there(add: Add, tmp_path: Path) -> None:
    source = tree(tmp_path / "reed", {"pyproject.toml": PYTHON})
    page = "https://github.com/orchestra/choir/tree/v1.0/parts/reed"
    code, _, err = add("--from", source, "--source", page, *MORE)
    assert code == 0, err
    assert 'sourceRoot = "${src.name}/parts/reed";' in package(tmp_path)
    assert 'tag = "v${version}";' in package(tmp_path)


def test_a_local_archive_is_looked_at_and_needs_an_address(add: Add, tmp_path: Path) -> None:
    tree(tmp_path / "in/reed-1.0", {"pyproject.toml": PYTHON.replace('"1.0"', '"0.9"')})
    file = shutil.make_archive(str(tmp_path / "reed-1.0"), "gztar", tmp_path / "in")
    code, _, err = add("--from", file, *MORE)
    assert code == 2
    assert "source" in err
    code, _, err = add("--from", file, "--source", "https://example.org/reed-1.0.tar.gz", *MORE)
    assert code == 0, err
    assert 'url = "https://example.org/reed-${version}.tar.gz";' in package(tmp_path)
    assert 'version = "1.0";' in package(tmp_path)


def test_a_byte_order_mark_is_no_part_of_a_file(add: Add, tmp_path: Path) -> None:
    source = tree(tmp_path / "reed", {"pyproject.toml": "\ufeff" + PYTHON})
    words = ("--source", "github:orchestra/reed", "--ref", "v1.0")
    assert add("--from", source, *words, *MORE)[0] == 0
    assert 'version = "1.0";' in package(tmp_path)


@pytest.mark.parametrize(
    ("text", "version", "written"),
    [
        ("v1.2", "1.2", '"v${version}"'),
        ("1.2", "1.2", "version"),
        ("https://x/v1.2/x-1.2-src.zip", "1.2", '"https://x/v${version}/x-${version}-src.zip"'),
        ("x-1.2.3", "1.2", '"x-1.2.3"'),
        ("x-11.2", "1.2", '"x-11.2"'),
        ("x", "", '"x"'),
    ],
)
def test_an_address_follows_the_version_wherever_it_stands(
    text: str, version: str, written: str
) -> None:
    assert interpolated(text, version, "") == written
