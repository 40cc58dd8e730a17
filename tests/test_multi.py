"""multi: several compositions in one flake, each whole, all with the same pins and flavours."""

import json
import tomllib

import pytest
from click.testing import CliRunner

from scaffold import multi, multisources
from scaffold.answers import Layer
from scaffold.cli import cli
from scaffold.errors import InputError
from tests.building import CATALOG
from tests.tools.examples import example

NOTHING = Layer("the test", {})


def run(*args: str) -> str:
    done = CliRunner().invoke(cli, ["multi", *args], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def project(shared: Layer = NOTHING, **sources):
    return multi.build("lab", multisources.layers_of(sources, CATALOG), shared, CATALOG)


def files(shared: Layer = NOTHING, **sources) -> dict[str, str]:
    tree = multi.render_all(project(shared, **sources), CATALOG)
    return {str(file.path): file.content.decode() for file in tree.values()}


def refused(shared: Layer = NOTHING, **sources) -> str:
    with pytest.raises(InputError) as caught:
        project(shared, **sources)
    return str(caught.value)


@pytest.mark.parametrize("stack", ["oar", "web"])
def test_a_composition_is_what_it_would_be_alone(stack):
    found = files(oar="oar", web="web")
    alone = {str(f.path): f.content.decode() for f in example(stack, CATALOG).values()}
    own = {path.removeprefix(f"{stack}/"): t for path, t in found.items() if path.startswith(stack)}
    assert set(own) == {p for p in alone if p.startswith(("parts/", "composition", "test_script"))}
    for path in set(own) - {"test_script.py"}:
        assert own[path] == alone[path]


def test_the_flake_has_what_any_of_them_needs():
    flake = files(web="web", oar="oar")["flake.nix"]
    assert "compositions = import ./compositions.nix;" in flake
    assert "composition = ./composition.nix" not in flake
    assert "kapack.nixosModules.oar" in flake
    assert '."web::vm";' in flake


def test_files_that_a_service_brings_lie_where_the_flake_looks_for_them():
    agreed = {"options": {"beegfs": {"accept_license": True}}}
    beegfs = {**CATALOG.stacks["beegfs"].answers, **agreed}
    found = files(fs=beegfs, web="web")
    assert "beegfs/overlay.nix" in found
    assert "./beegfs/overlay.nix" in found["flake.nix"]


def test_every_test_script_names_its_own_hosts_only():
    found = files(oar="oar", web="web")
    assert "frontend" in found["oar/test_script.py"]
    assert "frontend" not in found["web/test_script.py"]


def test_what_is_shared_is_answered_once():
    one = project(Layer("flags", {"release": "23.05", "flavours": ["vm"]}), a="web", b="mpi")
    assert {c.release for c in one.compositions} == {"23.05"}
    assert {c.flavours for c in one.compositions} == {("vm",)}


def test_without_an_answer_they_have_the_flavours_that_all_take():
    assert project(a="web", b="k3s").first.flavours == ("vm", "g5k-nfs-store")


def test_a_flavour_that_one_of_them_cannot_run_is_told_with_its_name():
    told = refused(Layer("flags", {"flavours": ["docker"]}), a="web", b="k3s")
    assert "compositions.b: flavours: 'docker' cannot be used (k3s.server" in told


@pytest.mark.parametrize("name", ["parts", "two-words", "with", "1st"])
def test_a_name_that_is_no_folder_or_attribute_is_told(name):
    assert f"compositions.{name}: {name!r}" in refused(**{name: "web", "b": "nfs"})


def test_one_composition_is_for_new():
    assert "Give two or more" in refused(a="web")


def test_an_unknown_stack_is_told():
    with pytest.raises(InputError, match="Did you mean web"):
        multisources.layers_of({"a": "wbe"}, CATALOG)


def test_the_answers_generate_the_same_project_again(tmp_path):
    target = tmp_path / "lab"
    args = ("--no-check", "--no-git", "-q")
    run(
        str(target),
        "--composition",
        "web",
        "--composition",
        "hpc=slurm",
        "--release",
        "24.11",
        *args,
    )
    before = {p: p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}
    again = run(str(target), "--answers", str(target / ".nxc-scaffold.toml"), "--json", *args)
    assert {f["verb"] for f in json.loads(again)["files"]} == {"identical"}
    assert before == {p: p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}
    kept = tomllib.loads((target / ".nxc-scaffold.toml").read_text())
    assert kept["release"] == "24.11"
    assert list(kept["compositions"]) == ["web", "hpc"]


def test_it_is_checked_composition_by_composition(tmp_path, nix_program):
    args = ("--composition", "web", "--composition", "hpc=slurm", "--no-flake-check", "--no-git")
    done = json.loads(run(str(tmp_path / "lab"), *args, "--json"))
    assert list(done["compositions"]) == ["web", "hpc"]
    by_name = [check["name"] for check in done["checks"]]
    assert by_name.count("composition") == by_name.count("test script") == 2
    assert {check["status"] for check in done["checks"] if check["name"] != "format"} == {"ok"}


def test_a_dry_run_writes_nothing(tmp_path):
    run(str(tmp_path / "lab"), "--composition", "web", "--composition", "nfs", "--dry-run")
    assert not (tmp_path / "lab").exists()
