"""Flavours that do not evaluate."""

import pytest

from scaffold.checks import engine
from scaffold.checks.registry import matching
from scaffold.survey.discovery import survey
from scaffold.system import nix
from scaffold.system.nix_errors import NixError, classify
from tests.checks.rules.findings import found
from tests.checks.rules.samples import role
from tests.survey.projects import project

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


def evaluated(tmp_path, monkeypatch, stderr, codes=("NXC901",), **files):
    """Check a project for real with a nix that says something of flavour vm."""
    monkeypatch.setattr(nix, "flake_packages", lambda *_, **__: ("composition::vm", "::vm", "x"))

    def eval_flavour(root, *_, **__):
        raise NixError(classify(stderr, root))

    monkeypatch.setattr(nix, "eval_flavour", eval_flavour)
    root = project(tmp_path, **files).resolve()
    wanted = engine.Wanted(matching(codes, ""), evaluate=True)
    return engine.run(survey([root]), lambda _: wanted).checked[0]


def test_a_flavour_that_does_not_evaluate_is_an_error_with_its_place(tmp_path, monkeypatch):
    stderr = f"error: undefined variable 'x'\n\n       at {tmp_path}/composition.nix:4:7:\n"
    checked = evaluated(tmp_path, monkeypatch, stderr)
    (finding,) = checked.findings
    assert finding.rule.code == "NXC901"
    assert (finding.path.name, finding.line) == ("composition.nix", 4)
    assert finding.message == "composition::vm: undefined variable 'x'"


def test_evaluation_is_only_done_when_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(nix, "flake_packages", lambda *_, **__: pytest.fail("not asked for"))
    assert found(project(tmp_path), "NXC901") == []


def test_without_network_the_evaluation_is_not_done(tmp_path, monkeypatch):
    checked = evaluated(tmp_path, monkeypatch, "error: unable to download 'https://x': failed")
    assert checked.findings == ()
    assert [(level.status, level.level.name) for level in checked.levels] == [
        ("not done", "EVALUATION")
    ]


def test_what_another_rule_has_told_of_a_place_is_not_told_again(tmp_path, monkeypatch):
    stderr = f"error: attribute 'exa' missing\n\n       at {tmp_path}/composition.nix:4:7:\n"
    codes = ("NXC602", "NXC901")
    inside = role("environment.systemPackages = [ pkgs.exa ];")
    checked = evaluated(tmp_path, monkeypatch, stderr, codes, composition_nix=inside)
    assert [f.rule.code for f in checked.findings] == ["NXC602"]
    checked = evaluated(tmp_path, monkeypatch, stderr, codes, composition_nix=role("a = 1;"))
    assert [f.rule.code for f in checked.findings] == ["NXC901"]
