"""Units that scripts wait for and no role has."""

import pytest

from scaffold.checks import engine
from scaffold.checks.registry import matching
from scaffold.survey.discovery import survey
from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import composition, script
from tests.survey.projects import project

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC508", script('web.wait_for_unit("nginx.service")'), [5]),
        ("NXC508", script('web.wait_for_unit("unheard-of.service")'), []),
    ],
)
def test_it_fires_on_scripts(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines


#: A role whose units are known: what it declares itself, and those of services of the catalogue.
_KNOWN = composition(
    """roles.web = { ... }: {
  services.slurm.client.enable = true;
  systemd.services.collector = { };
  systemd.timers.collector = { };
};
testScript = ''
  COMMAND
'';"""
)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ('web.wait_for_unit("munged.service")', None),
        ('web.wait_for_unit("mungd.service")', "munged.service"),
        ('web.wait_for_unit("slurmd")', None),
        ('web.wait_for_unit("colector")', "collector.service"),
        ('web.wait_for_unit("colector.timer")', "collector.timer"),
        ('web.succeed("systemctl restart colector.service")', "collector.service"),
        ('web.succeed("systemctl --user is-active --quiet collector")', None),
        ('web.systemctl("start colector")', "collector.service"),
        ('web.wait_for_unit("multiuser.target")', "multi-user.target"),
        ('web.wait_for_unit("multi-user.target")', None),
        # Nothing near is there: a unit of something that is not known.
        ('web.wait_for_unit("quite-another.service")', None),
        # The name of a variable is not known here.
        ("unit = 'x'\n  web.wait_for_unit(unit)", None),
    ],
)
def test_a_misspelt_unit_is_told_with_the_one_that_is_there(tmp_path, command, said):
    project(tmp_path, composition_nix=_KNOWN.replace("COMMAND", command))
    run = engine.run(survey([tmp_path]), lambda _: engine.Wanted(matching(["NXC508"], "")))
    remedies = [finding.remedy for finding in run.findings]
    assert remedies == ([f"Write {said}, or declare the other"] if said else [])


def test_a_module_of_an_input_may_have_any_unit(tmp_path):
    text = _KNOWN.replace("COMMAND", 'web.wait_for_unit("colector")').replace(
        "{ ... }: {", "{ ... }: {\n  imports = [ nur.repos.lab.modules.proxy ];", 1
    )
    assert "lab.modules" in text
    assert lines_hit(tmp_path, "NXC508", {}, composition_nix=text) == []


def test_what_a_role_sets_up_under_that_name_may_have_the_unit(tmp_path):
    text = _KNOWN.replace("COMMAND", 'web.wait_for_unit("colector")').replace(
        "systemd.timers.collector", "services.colector.enable = true;\n  systemd.timers.collector"
    )
    assert lines_hit(tmp_path, "NXC508", {}, composition_nix=text) == []
