"""What the tool writes passes its own checks, but for the support of the release it pins."""

from datetime import date
from pathlib import Path

import pytest

from scaffold.checks import engine
from scaffold.survey.discovery import survey
from tests.checks.rules.findings import found
from tests.survey.projects import project

EXAMPLES = Path(__file__).parents[2] / "generated_examples"


@pytest.mark.nix
def test_no_rule_finds_anything_in_the_examples(nix_program):
    run = engine.run(survey([EXAMPLES]), lambda _: engine.Wanted(), today=date(2026, 12, 1))
    found = [(f.rule.code, str(f.path.relative_to(EXAMPLES)), f.message) for f in run.findings]
    assert [entry for entry in found if entry[0] != "NXC101"] == []
    assert len(run.checked) >= 20
    assert {level.status for checked in run.checked for level in checked.levels} == {"done"}


def test_the_small_project_of_the_tests_has_nothing(nix_program, tmp_path):
    settings = '{"composition": "composition.nix", "default_flavour": "vm"}'
    assert found(project(tmp_path, nxc_json=settings)) == []
