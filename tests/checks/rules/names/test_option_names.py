"""Options that no release of NixOS has, and whose name is nearly that of one."""

import pytest

from scaffold.checks import engine
from scaffold.checks.registry import matching
from scaffold.checks.rule import Severity
from scaffold.survey.discovery import survey
from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import composition, release, role
from tests.survey.projects import project

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        ("services.ngnix.enable = true;", [4]),
        ("services.nginx.enabel = true;", [4]),
        ("services.nginx = {\n  enabel = true;\n};", [5]),
        ("services.nginx.enable = true;", []),
        # A name that the user chooses, and an option below it.
        ("systemd.services.anything.wantedby = [ ];", [4]),
        ("systemd.services.anything.wantedBy = [ ];", []),
        ("users.users.alice.extraGroup = [ ];", [4]),
        # Below a set that takes any key, everything passes.
        ('services.openssh.settings.PermitRootLogn = "yes";', []),
        ("nix.settings.experimentalfeatures = [ ];", []),
        ("environment.variables.PAHT = 1;", []),
        # Nothing near: a module of the user's may declare it.
        ("services.entirelyUnheardOf.enable = true;", []),
        # What was there for some releases is known by what became of it.
        ('services.openssh.permitRootLogin = "yes";', []),
        ("networking.firewall.allowedTCPPort = [ 80 ];", [4]),
    ],
)
def test_names_that_no_release_has(tmp_path, inside, lines):
    assert lines_hit(tmp_path, "NXC606", {}, composition_nix=role(inside)) == lines


def test_it_says_which_name_is_near_and_which_releases_have_it(tmp_path):
    inside = role("services.ngnix.enable = true;\nservices.k3s.gracefulNodeShutdwn = { };")
    project(tmp_path, composition_nix=inside)
    run = engine.run(survey([tmp_path]), lambda _: engine.Wanted(matching(["NXC606"], "")))
    sure, unsure = run.findings
    assert sure.message == "services.ngnix is no option: services.nginx is one"
    assert sure.remedy == "Write services.nginx: NixOS 20.09 and 26.11 have it"
    assert sure.severity is Severity.WARNING
    assert unsure.remedy == "Write services.k3s.gracefulNodeShutdown: NixOS 26.11 has it"
    assert unsure.severity is Severity.NOTE


def test_a_release_that_is_not_known_is_compared_with_nothing(tmp_path):
    text = role("services.ngnix.enable = true;")
    flake = release("unstable")
    assert lines_hit(tmp_path, "NXC606", {}, composition_nix=text, flake_nix=flake) == []


def test_options_of_the_project_s_own_modules_are_its_own(tmp_path):
    module = (
        "{ lib, ... }: { options.services.ngnix.enable = lib.mkEnableOption "
        '"a proxy of our own"; }\n'
    )
    text = role("imports = [ ./module.nix ];\nservices.ngnix.enable = true;")
    assert lines_hit(tmp_path, "NXC606", {"module.nix": module}, composition_nix=text) == []


def test_a_module_of_an_input_may_declare_it(tmp_path):
    text = composition(
        "roles.web = { ... }: {\n  imports = [ nur.repos.lab.modules.proxy ];\n"
        "  services.ngnix.enable = true;\n};"
    )
    assert lines_hit(tmp_path, "NXC606", {}, composition_nix=text) == []
