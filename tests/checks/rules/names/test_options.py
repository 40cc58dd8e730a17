"""Options that the release does not have, or calls otherwise."""

import pytest

from scaffold.checks import engine
from scaffold.checks.registry import matching
from scaffold.survey.discovery import survey
from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import release, role
from tests.survey.projects import project

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("pinned", "inside", "hits"),
    [
        ("25.05", 'services.openssh.permitRootLogin = "yes";', 1),
        ("22.11", 'services.openssh.permitRootLogin = "yes";', 0),
        ("25.05", "environment.noXlibs = true;", 1),
        ("25.05", "services.sshd.enable = true;", 0),
        ("unstable", 'services.openssh.permitRootLogin = "yes";', 0),
    ],
)
def test_options_that_moved(tmp_path, pinned, inside, hits):
    text, flake = role(inside), release(pinned)
    assert len(lines_hit(tmp_path, "NXC601", {}, composition_nix=text, flake_nix=flake)) == hits


def test_a_renamed_option_is_mended_where_its_path_is_spelt_out(tmp_path, monkeypatch):
    from scaffold.commands import check

    text = role('services.openssh.permitRootLogin = "yes";')
    project(tmp_path, composition_nix=text)
    assert check.run(check.Options((tmp_path,), select=("NXC601",), fix=True)) == 0
    after = (tmp_path / "composition.nix").read_text()
    assert after == text.replace("openssh.permitRootLogin", "openssh.settings.PermitRootLogin")


def test_a_renamed_option_in_nested_sets_is_told_and_left(tmp_path):
    text = role('services.openssh = {\n  permitRootLogin = "yes";\n};')
    project(tmp_path, composition_nix=text)
    run = engine.run(survey([tmp_path]), lambda _: engine.Wanted(matching(["NXC601"], "")))
    (finding,) = run.findings
    assert finding.line == 5
    new = finding.edits[0].new if finding.edits else "settings.PermitRootLogin"
    assert new == "settings.PermitRootLogin"


def test_a_renamed_option_is_left_where_the_new_name_is_set_already(tmp_path, capsys):
    from scaffold.commands import check

    text = role('nix.binaryCaches = [ "a" ];\nnix.settings.substituters = [ "b" ];')
    project(tmp_path, composition_nix=text)
    check.run(check.Options((tmp_path,), select=("NXC601",), fix=True))
    assert (tmp_path / "composition.nix").read_text() == text
    assert "NXC601" in capsys.readouterr().out
