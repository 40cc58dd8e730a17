"""Files that nix cannot read, and those that no rule has read."""

import pytest

from tests.checks.rules.findings import found, lines_hit
from tests.checks.rules.samples import composition
from tests.survey.projects import project

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC001", "{\n  a = ;\n}\n", [2]),
        ("NXC003", "{\n  a = 1;\n  a = 2;\n}\n", [2]),
        ("NXC003", "{\n  a = b;\n}\n", [2]),
    ],
)
def test_it_fires_on_files(tmp_path, code, text, lines):
    files = {"x.nix": text, "f.nix": "{ needed, given ? 1 }: needed"}
    assert lines_hit(tmp_path, code, files) == lines


def test_a_failure_whose_cause_is_told_is_not_told_again(tmp_path):
    text = composition("roles = undefinedName;")
    project(tmp_path, composition_nix=text)
    assert [code for code, _, _ in found(tmp_path, "NXC003", "NXC401")] == ["NXC003"]


def test_files_that_no_rule_could_read_are_told(tmp_path):
    project(tmp_path)
    (tmp_path / "x.nix").write_bytes(b"\xff\xfe")
    assert found(tmp_path, "NXC002") == [("NXC002", "x.nix", None)]
