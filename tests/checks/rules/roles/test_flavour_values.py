"""Values of roles that only some of the flavours can serve."""

import pytest

from scaffold.checks import engine
from scaffold.survey.discovery import survey
from tests.checks.rules.findings import lines_hit
from tests.checks.rules.samples import changed, role
from tests.survey.projects import project

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]

ADDRESS = 'services.k3s.extraFlags = "--bind-address 192.168.1.4";'
FILE = 'system.activationScripts.a = "grep server /etc/nxc/deployment-hosts";'
ASKS = FILE.replace("grep", "[ -f /etc/nxc/deployment-hosts ] && grep")


def offering(*flavours):
    names = " ".join(f'"{name}"' for name in flavours)
    return changed(
        ("inherit nixpkgs", f"flavours = nixpkgs.lib.getAttrs [ {names} ] 1; inherit nixpkgs")
    )


@pytest.mark.parametrize(
    ("code", "inside", "flavours", "lines"),
    [
        ("NXC430", ADDRESS, ("vm", "docker"), [4]),
        ("NXC430", ADDRESS, ("vm",), []),
        ("NXC430", ADDRESS.replace("192.168.1.4", "10.0.0.4"), ("docker",), []),
        ("NXC430", ADDRESS.replace("192.168.1.4", "192.168.1.0/24"), ("docker",), []),
        ("NXC431", FILE, ("vm", "docker"), [4]),
        ("NXC431", FILE, ("vm", "g5k-image"), []),
        ("NXC431", FILE.replace("-hosts", ".json"), ("vm", "docker"), []),
        ("NXC431", FILE.replace("-hosts", ".json"), ("nspawn",), [4]),
        ("NXC431", ASKS, ("vm", "docker"), []),
    ],
)
def test_it_fires_where_such_a_flavour_is_chosen(tmp_path, code, inside, flavours, lines):
    flake, text = offering(*flavours), role(inside)
    assert lines_hit(tmp_path, code, {}, composition_nix=text, flake_nix=flake) == lines


@pytest.mark.parametrize(("default", "lines"), [("docker", [4]), ("vm", [])])
def test_all_flavours_are_offered_and_one_is_the_default(tmp_path, default, lines):
    settings = f'{{"composition": "composition.nix", "default_flavour": "{default}"}}'
    files = {"nxc.json": settings}
    assert lines_hit(tmp_path, "NXC431", files, composition_nix=role(FILE)) == lines


def test_a_file_that_asks_for_the_flavour_is_left_alone(tmp_path):
    text = (
        role(ADDRESS)
        .replace("nur,", "nur, flavour,")
        .replace(
            "services", 'networking.hostName = if flavour.name == "vm" then "a" else "b";\nservices'
        )
    )
    flake = offering("docker")
    assert lines_hit(tmp_path, "NXC430", {}, composition_nix=text, flake_nix=flake) == []


def test_an_address_is_a_note_where_no_flavour_is_named(tmp_path):
    project(tmp_path, composition_nix=role(ADDRESS))
    wanted = engine.Wanted(frozenset({"NXC430"}))
    run = engine.run(survey([tmp_path]), lambda _: wanted)
    assert [f.severity.word for f in run.findings] == ["note"]
