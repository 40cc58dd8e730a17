"""Package sets: kapack and one of a laboratory's own are used by the same data."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scaffold.base.errors import InputError
from scaffold.catalogue.choices import releases_to_avoid
from scaffold.catalogue.package_sets import contents, setup_tables
from scaffold.catalogue.reading import load_catalog
from scaffold.cli.main import cli

FOLDER = Path(__file__).parents[1] / "fixtures/catalogue-with-packages"
CATALOG = load_catalog([FOLDER])
REVISION = "0123456789abcdef0123456789abcdef01234567"


def new(target: Path, *more: str) -> dict[str, str]:
    own = ("new", str(target), "--catalogue", str(FOLDER), "--defaults", "--no-git", "--quiet")
    done = CliRunner().invoke(cli, [*own, "--no-flake-check", *more], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return {str(f.relative_to(target)): f.read_text() for f in target.rglob("*") if f.is_file()}


@pytest.fixture
def folder(tmp_path):
    """A catalogue folder with one release less to say than the fixture."""
    return tmp_path / "own"


def faults(folder: Path, text: str, service: str = "") -> str:
    folder.mkdir()
    (folder / "package_sets.toml").write_text(text)
    if service:
        (folder / "services/pulse").mkdir(parents=True)
        (folder / "services/pulse/node.nix").write_text("{ }\n")
        (folder / "services/pulse/service.toml").write_text(
            'title = "P"\ndescription = "p"\n[parts.node]\ndescription = "n"\n'
            f'module = "node.nix"\n{service}\n'
        )
    with pytest.raises(InputError) as caught:
        load_catalog([folder])
    return str(caught.value)


def test_a_package_set_of_ones_own_is_wired_into_the_flake(tmp_path):
    files = new(tmp_path / "lab", "--role", "node=pulse.node", "--release", "25.05")
    flake = files["flake.nix"]
    assert 'labpkgs.url = "github:lab/packages/main";' in flake
    assert 'labpkgs.inputs.nixpkgs.follows = "nixpkgs";' in flake
    assert "(final: _prev: { lab = import labpkgs { pkgs = final; }; })" in flake
    assert "extraConfigurations = [ labpkgs.nixosModules.pulse ];" in flake
    assert "NUR" not in flake
    assert "kapack" not in flake


def test_it_goes_with_kapack(tmp_path):
    roles = ("--role", "node=pulse.node,mpi.npb,mpi.node", "--role", "other=mpi.node")
    flake = new(tmp_path / "lab", *roles, "--release", "25.05")["flake.nix"]
    assert flake.index("NUR = null;") < flake.index("overlays = [")
    assert flake.index("nur.repos.kapack = import") < flake.index("lab = import labpkgs")


def test_what_it_renders_is_what_nixfmt_writes(tmp_path, nixfmt_program):
    import subprocess

    new(tmp_path / "lab", "--role", "node=pulse.node,mpi.npb,mpi.node", "--role", "b=mpi.node")
    files = sorted((tmp_path / "lab").rglob("*.nix"))
    done = subprocess.run(
        [nixfmt_program, "--check", *files], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_a_release_whose_revision_lacks_a_module_is_excluded_with_the_reason():
    excluded = releases_to_avoid(["pulse.node"], (), CATALOG)
    assert excluded == {"23.05": "pulse.node: labpkgs v1 has no module pulse"}


def test_a_package_that_cannot_be_used_is_told_with_its_reason():
    excluded = releases_to_avoid(["pulse.old"], (), CATALOG)
    assert excluded["25.05"] == "pulse.old: labpkgs main: oldtool is not ported to this release"


def test_variants_take_packages_of_it_from_other_sources(tmp_path):
    source = f"github:lab/pulse/{REVISION}"
    variant = f"dev:labpkgs.pulse={source}"
    files = new(
        tmp_path / "lab", "--role", "node=pulse.node", "--extra", "setup", "--variant", variant
    )
    assert "[dev.build.lab.pulse.src.fetchFromGitHub]" in files["setup.toml"]


def test_a_pin_of_it_is_taken(tmp_path):
    flake = new(tmp_path / "lab", "--role", "node=pulse.node", "--pin", "labpkgs=next")["flake.nix"]
    assert 'labpkgs.url = "github:lab/packages/next";' in flake


def test_the_row_of_a_release_says_more_than_the_package_set():
    kapack = contents("kapack", "25.05", CATALOG)
    assert kapack is not None
    assert kapack.pin == CATALOG.releases["25.05"].inputs["kapack"]
    assert "oar" in kapack.modules
    lab = contents("labpkgs", "23.05", CATALOG)
    assert lab is not None
    assert lab.pin is not None
    assert lab.pin.ref == "v1"


def test_setup_toml_has_a_table_for_each():
    assert setup_tables(CATALOG) == {
        "nixpkgs": "build",
        "kapack": "build.nur.repos.kapack",
        "labpkgs": "build.lab",
    }


ENTRY = 'description = "d"\ninput = "lab"\noverlay = "(_: _: { })"\n'


@pytest.mark.parametrize("name", ["nixpkgs", "setup"])
def test_a_name_that_answers_use_for_something_else_is_refused(folder, name):
    assert f"[{name}] has a name that means something else" in faults(folder, f"[{name}]\n{ENTRY}")


def test_an_unknown_release_is_told_with_the_closest(folder):
    found = faults(folder, f'[lab]\n{ENTRY}[lab.releases."25.50"]\nmodules = []\n')
    assert "[lab.releases] names the unknown release '25.50'" in found
    assert "25.05" in found


def test_a_part_that_names_an_unknown_package_set_is_told(folder):
    found = faults(folder, f"[lab]\n{ENTRY}", 'package_sets.lob = { packages = ["x"] }')
    assert "parts.node.package_sets refers to 'lob', which does not exist" in found
    assert "Did you mean lab?" in found


def test_a_part_cannot_take_modules_of_one_that_names_none(folder):
    found = faults(folder, f"[lab]\n{ENTRY}", 'package_sets.lab = { modules = ["x"] }')
    assert "parts.node takes modules of lab, which does not name any" in found
