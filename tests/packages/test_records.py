"""Packages that a composition carries itself: made from a source once, then from the answers."""

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffold.answers import document
from scaffold.answers import project as project_of
from scaffold.asking.layers import Layer
from scaffold.base.errors import InputError
from scaffold.cli import main
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from scaffold.system import nix
from tests.building import CATALOG, completed, compose, texts
from tests.tools.package_goldens import ADDRESSES, SOURCES

Run = Callable[..., tuple[int, str]]
RECORD = {
    "builder": "cmake",
    "source": "github:orchestra/pulse",
    "ref": "v1.2.0",
    "version": "1.2.0",
    "description": "Pulse counter",
    "licence": ["mit"],
}


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(*words: object) -> tuple[int, str]:
        quick = ("--no-check", "--no-git", "--offline")
        monkeypatch.setattr("sys.argv", ["nxc-scaffold", "new", *map(str, words), *quick])
        with pytest.raises(SystemExit) as ended:
            main.main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return call


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


FROM_FOLDER = (
    "--stack", "blank", "--defaults", "--set", "roles.host.packages=pulse",
    "--package-from", "pulse=pulse", "--set", "packages_from.pulse.source=github:orchestra/pulse",
    "--set", "packages_from.pulse.ref=v1.2.0",
)  # fmt: skip


def test_the_source_is_looked_at_once(new: Run, tmp_path: Path) -> None:
    shutil.copytree(SOURCES / "cmake", tmp_path / "pulse")
    code, err = new("lab", *FROM_FOLDER)
    assert code == 0, err
    first = contents(tmp_path / "lab")
    assert "environment.systemPackages = [ pkgs.pulse ];" in first["composition.nix"]
    assert "(import ./packages)" in first["flake.nix"]
    assert "pulse = final.callPackage ./pulse { };" in first["packages/default.nix"]
    assert 'repo = "pulse";' in first["packages/pulse/default.nix"]
    shutil.rmtree(tmp_path / "pulse")
    saved = tmp_path / "saved.toml"
    (tmp_path / "lab/.nxc-scaffold.toml").rename(saved)
    shutil.rmtree(tmp_path / "lab")
    code, err = new("lab", "--answers", saved)
    assert code == 0, err
    assert contents(tmp_path / "lab") == first


def test_a_flag_looks_anew(new: Run, tmp_path: Path) -> None:
    source = Path(shutil.copytree(SOURCES / "cmake", tmp_path / "pulse"))
    assert new("lab", *FROM_FOLDER)[0] == 0
    file = source / "CMakeLists.txt"
    file.write_text(file.read_text().replace("1.2.0", "1.3.0"))
    saved = tmp_path / "lab/.nxc-scaffold.toml"
    assert new("lab", "--answers", saved, "--force", *FROM_FOLDER[2:])[0] == 0
    assert tomllib.loads(saved.read_text())["packages_from"]["pulse"]["version"] == "1.3.0"


def test_what_the_source_does_not_say_names_its_flag(new: Run, tmp_path: Path) -> None:
    source = Path(shutil.copytree(SOURCES / "cmake", tmp_path / "pulse"))
    (source / "LICENSE").unlink()
    code, err = new("lab", *FROM_FOLDER)
    assert code == 2
    assert "packages_from.pulse.licence: is not answered" in err
    assert "Give --set packages_from.pulse.licence=" in err
    assert not (tmp_path / "lab").exists()
    code, err = new("lab", *FROM_FOLDER, "--set", "packages_from.pulse.licence=MIT")
    assert code == 0, err


@pytest.mark.parametrize(
    ("word", "what"),
    [
        ("pulse", "is not NAME=SOURCE"),
        ("pulse=", "is not NAME=SOURCE"),
        ("pulse=nosuch", "there is no such folder"),
        ("pulse=https://example.org/page", "no repository that is known"),
    ],
)
def test_a_bad_source_is_told(word: str, what: str, new: Run) -> None:
    code, err = new("lab", "--stack", "blank", "--defaults", "--package-from", word)
    assert code == 2
    assert what in err


def with_packages(**packages: Any) -> dict[str, str]:
    composition = compose("host", packages_from=packages)
    files = render(ProjectTopology(composition, CATALOG)).values()
    return {str(file.path): file.content.decode() for file in files}


BAD = [
    ("pulse", {"colour": "blue"}, "there is no such key"),
    ("pulse", {"builder": "cmak"}, "no builder"),
    ("pulse", {"licence": "GPL"}, "is not exact"),
    ("pulse", {"source": "./nosuch"}, "there is no such folder"),
    ("pulse", {"inputs": {"build": ["a; b"]}}, "'a; b'"),
    ("pulse", {"inputs": {"bild": ["a"]}}, "there is no such key"),
    ("pulse", {"extra": {"files": {"../x": "1"}}}, "no table of texts"),
    ("pulse", {"extra": {"self": "abort"}}, "'abort'"),
    ("pulse", {"extra": {"library": ["a b"]}}, "'a b'"),
    ("pulse", {"pname": "a b"}, "no name of a package"),
    ("pulse", {"version": None}, "version is not answered"),
    ("lib", {}, "is reserved"),
    ("cmake", {}, "is what its own builder is called"),
    ("a b", {}, "must be letters"),
]


@pytest.mark.parametrize(("name", "change", "what"), BAD)
def test_a_bad_record_is_told(name: str, change: dict[str, Any], what: str) -> None:
    record = {k: v for k, v in {**RECORD, **change}.items() if v is not None}
    with pytest.raises(InputError) as caught:
        with_packages(**{name: record})
    problem = caught.value.problems[0]
    assert problem.where.startswith(f"packages_from.{name}")
    assert what in f"{problem.where.rpartition('.')[2]} {problem.what}"


def test_no_table_of_records_is_told() -> None:
    with pytest.raises(InputError, match="is not a table"):
        compose("host", packages_from="pulse")


def test_packages_of_one_composition_can_need_each_other() -> None:
    harp = {**RECORD, "inputs": {"build": ["pulse"]}}
    text = with_packages(pulse=RECORD, harp=harp)["packages/harp/default.nix"]
    assert "  pulse,\n" in text
    assert "buildInputs = [ pulse ];" in text


def test_several_compositions_share_the_overlay() -> None:
    members = {"one": {"roles": {"a": {}}}, "two": {"roles": {"b": {}}}}
    shared = {"name": "lab", "packages_from": {"pulse": RECORD, "harp": RECORD}}
    files = texts(completed(Layer("the test", {**shared, "compositions": members})))
    assert "harp" in files["packages/default.nix"]
    assert "pulse" in files["packages/default.nix"]
    assert "(import ./packages)" in files["flake.nix"]
    members["one"] |= {"packages_from": {"pulse": RECORD}}
    with pytest.raises(InputError, match="packages_from: is the same for all compositions"):
        completed(Layer("the test", {"name": "lab", "compositions": members}))


@pytest.mark.parametrize("source", ADDRESSES)
def test_every_builder_is_carried_as_it_is_packaged(
    source: str, new: Run, tmp_path: Path, nixfmt_program: str
) -> None:
    shutil.copytree(SOURCES / source, tmp_path / "src")
    told = {"source": ADDRESSES[source], "description": "D", "version": "1.0", "licence": "MIT",
            "ref": "v1.0", "builder": "ruby" if source == "bundle" else source}  # fmt: skip
    told["builder"] = "ruby" if source == "gem" else told["builder"]
    words = [w for k, v in told.items() for w in ("--set", f"packages_from.new-one.{k}={v}")]
    code, err = new(
        "lab", "--stack", "blank", "--defaults", "--package-from", "new-one=src", *words
    )
    assert code == 0, err
    files = sorted((tmp_path / "lab/packages").rglob("*.nix"))
    assert len(files) >= 2
    assert [f for f in files if not nix.nixfmt_check(f)] == []
    first = contents(tmp_path / "lab")
    again = document.load_file(tmp_path / "lab/.nxc-scaffold.toml").answers
    tree = render(ProjectTopology(project_of.build(again, CATALOG), CATALOG))
    assert {p: f for p, f in first.items() if p.startswith("packages")} == {
        str(f.path): f.content.decode() for f in tree.values() if f.path.parts[0] == "packages"
    }
