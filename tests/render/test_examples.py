"""The examples are, byte for byte, what the tool writes today, and nixfmt agrees with them."""

import subprocess
from pathlib import Path

import pytest

from scaffold.catalogue.reading import load_catalog
from tests.tools.examples import EXAMPLES, examples

CATALOG = load_catalog()


def on_disk(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


TREES = examples(CATALOG)


@pytest.mark.parametrize("name", TREES)
def test_example_is_what_the_tool_writes(name: str) -> None:
    rendered = {str(file.path): file.content for file in TREES[name].values()}
    assert on_disk(EXAMPLES / name) == rendered, "run `make examples` and look at the difference"


def test_every_folder_is_an_example() -> None:
    folders = {path.name for path in EXAMPLES.iterdir() if (path / "flake.nix").is_file()}
    assert folders == set(TREES)


def test_nixfmt_changes_nothing(nixfmt_program: str) -> None:
    files = sorted(EXAMPLES.rglob("*.nix"))
    done = subprocess.run([nixfmt_program, "--check", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
