"""Templates of the user's own are read whole or refused."""

from pathlib import Path

import pytest

from scaffold.base.errors import InputError
from scaffold.commands import template_source


def template(folder: Path) -> Path:
    (folder / "{{cookiecutter.name}}").mkdir(parents=True)
    (folder / "{{cookiecutter.name}}/a.txt").write_text("a\n")
    (folder / "cookiecutter.json").write_text('{"name": "lab"}')
    return folder


@pytest.mark.parametrize(
    ("path", "files", "refused"),
    [
        ("{{cookiecutter.name}}/part", False, True),
        ("{{cookiecutter.name}}/part", True, False),
        ("elsewhere", False, False),
        ("../{{above}}", False, False),
    ],
)
def test_a_submodule_that_was_not_fetched_is_told(
    path: str, files: bool, refused: bool, tmp_path: Path
) -> None:
    folder = template(tmp_path / "template")
    (folder / path).mkdir(parents=True)
    (folder / ".gitmodules").write_text(f'[submodule "x"]\n\tpath = {path}\n\turl = x\n')
    if files:
        (folder / path / "b.txt").write_text("b\n")
    if not refused:
        assert template_source.get(str(folder), ref=None, trust=False, values={})
        return
    with pytest.raises(InputError, match="is a git submodule, which is not fetched"):
        template_source.get(str(folder), ref=None, trust=False, values={})
