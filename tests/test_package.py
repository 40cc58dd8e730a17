"""The built wheel, installed alone, works from any folder: templates travel in it."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from scaffold import __version__

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel with the backend that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def command(wheel, tmp_path_factory):
    """Install the wheel into a new environment that takes only the dependencies from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    install = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    done = subprocess.run([*install, wheel], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = next(folder.glob("lib/python*/site-packages"))
    libraries = next(path for path in sys.path if (Path(path) / "click").is_dir())
    (site / "libraries.pth").write_text(libraries + "\n")
    return folder / "bin/nxc-scaffold"


def run(command, *arguments, cwd):
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        [command, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def test_the_wheel_holds_every_template_and_nothing_of_the_tests(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    files = [path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert {f"scaffold/{path}" for path in files if "__pycache__" not in path.parts} <= names
    assert "scaffold/py.typed" in names
    assert "scaffold/survey/stub.nix" in names
    assert not [name for name in names if name.startswith(("tests/", "generated_examples/"))]


def test_the_installed_command_works_from_any_folder(command, tmp_path):
    version = run(command, "--version", cwd=tmp_path)
    assert version.stdout == f"nxc-scaffold {__version__}\n", version.stderr
    told = "import scaffold; print(scaffold.__file__)"
    where = run(command.with_name("python"), "-c", told, cwd=tmp_path)
    assert str(command.parents[1]) in where.stdout
    done = run(
        *(command, "new", "nfs", "--stack", "nfs", "--defaults", "--no-check", "--no-git"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    example = ROOT / "generated_examples/nfs"
    for path in (p for p in example.rglob("*") if p.is_file()):
        found = (tmp_path / "nfs" / path.relative_to(example)).read_bytes()
        if path.name == ".nxc-scaffold.toml":  # the example has no record of what was written
            found = found.partition(b"\n\n# What was written last")[0] + b"\n"
        assert found == path.read_bytes()


def test_the_editable_install_reads_the_templates_of_the_checkout(tmp_path):
    """``.ci/setup`` installs with --editable; then there is no scaffold/templates."""
    assert not (ROOT / "scaffold/templates").exists()
    done = run(
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from scaffold.base.folders import templates_folder; print(templates_folder())",
        cwd=tmp_path,
    )
    assert done.stdout.strip() == str(ROOT / "templates")
