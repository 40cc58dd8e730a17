"""Files that nix cannot read, and those that no rule has read."""

import pytest

from scaffold.checks import engine
from scaffold.survey.discovery import survey
from tests.checks.rules.findings import found, lines_hit
from tests.checks.rules.samples import composition
from tests.survey.projects import project, write

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


def test_syntax_that_only_a_newer_nix_reads_is_a_note(tmp_path, monkeypatch):
    from scaffold.system import nix
    from scaffold.system.nix_errors import NixError, classify

    project(tmp_path)
    root = tmp_path.resolve()
    write(root, {"x.nix": "{ }"})

    def parse_all(files, *_):
        if root / "x.nix" in files:
            raise NixError(classify(f"error: syntax error, unexpected |>\n  at {root}/x.nix:1:1:"))

    monkeypatch.setattr(nix, "parse_all", parse_all)
    run = engine.run(survey([root]), lambda _: engine.Wanted(frozenset({"NXC003"})))
    assert [(f.severity.word, f.path.name) for f in run.findings] == [("note", "x.nix")]
