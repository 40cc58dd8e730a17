""".nxc-scaffold.toml: whether it can be read, and which version of the tool wrote it."""

import pytest

from scaffold import __version__
from tests.checks.rules.findings import found, lines_hit
from tests.survey.projects import project


@pytest.mark.parametrize(
    ("version", "hits"),
    [
        ('"0.0.1"', [2]),
        (f'"{__version__}"', []),
        ('"999.0"', []),
        ('"no version"', []),
        ("3.5", []),
        ('["0.0.1"]', []),
    ],
)
def test_a_project_of_an_older_version_is_pointed_out(tmp_path, version, hits):
    text = f"schema = 1\ntool_version = {version}\n"
    assert lines_hit(tmp_path, "NXC309", {".nxc-scaffold.toml": text}) == hits


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb =\n", 2), ("\udcff", None)])
def test_answers_that_cannot_be_read_are_told_once(tmp_path, text, line):
    project(tmp_path)
    (tmp_path / ".nxc-scaffold.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert found(tmp_path, "NXC308", "NXC309") == [("NXC308", ".nxc-scaffold.toml", line)]


def test_a_project_without_recorded_answers_is_fine(tmp_path):
    project(tmp_path)
    assert found(tmp_path, "NXC308", "NXC309") == []
