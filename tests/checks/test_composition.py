"""A composition is called with stand-ins, and its shape is compared with the answers."""

from pathlib import PurePosixPath

import pytest

from scaffold.checks import Subject, composition
from scaffold.checks.base import Session

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]

GOOD = """\
{ pkgs, helpers, flavour, ... }:
{
  roles = {
    server = { ... }: { imports = [ ./part.nix ]; };
    node = { pkgs, ... }: { environment.systemPackages = [ pkgs.jq ]; };
  };
  rolesDistribution.node = 2;
  testScript = "server.succeed(\\"x\\")";
}
"""
HOSTS = ("server", "node1", "node2")


def session(tmp_path, text, **changes):
    folder = tmp_path / "my lab"
    folder.mkdir(exist_ok=True)
    (folder / "composition.nix").write_text(text)
    (folder / "part.nix").write_text("{ }")
    known = {
        "roles": {"server": 1, "node": 2},
        "hosts": {"vm": HOSTS, "docker": HOSTS},
        "flavours": ("vm", "docker"),
    }
    changed = {**known, **changes}
    return Session(
        Subject(
            project=folder, composition=PurePosixPath("composition.nix"), nix_files=(), **changed
        )
    )


def messages(tmp_path, text, **changes):
    return [p.message for p in composition.check(session(tmp_path, text, **changes)).problems]


def test_a_good_composition_passes_with_its_hosts(tmp_path):
    done = composition.check(session(tmp_path, GOOD))
    assert (done.status, done.problems) == ("ok", ())
    assert done.detail == "2 roles, 3 hosts on vm: node1 node2 server"


def test_what_it_returned_is_kept_for_the_next_checks(tmp_path):
    kept = session(tmp_path, GOOD)
    composition.check(kept)
    assert kept.views["vm"].test_script == 'server.succeed("x")'
    assert set(kept.views) == {"vm", "docker"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("testScript", "testscript", "testscript on the top level is silently ignored"),
        ("roles = {", "roles = { dockerPorts = { };", "dockerPorts stands inside roles"),
        ("Distribution.node", "Distribution.nodes", "rolesDistribution.nodes is no role"),
        ("node = 2", "node = 3", "role node has 3 hosts, not 2"),
        ("node = 2", "node = 3", "the hosts on vm are node1 node2 node3 server, not server"),
        ("node = 2", 'node = "2"', "rolesDistribution.node is a string"),
        ("node = 2", "node = 0", "rolesDistribution.node = 0 makes no host"),
        ("node = 2", "node = 1", "the hosts on docker are node server"),
        ("server = {", "srv = {", "role server is missing from the composition"),
        ("server = {", "srv = {", "role srv is only in the composition"),
        ("{ pkgs, helpers", "{ nope, pkgs", "'nope'"),
    ],
)
def test_each_mistake_is_found(tmp_path, old, new, message):
    assert any(message in found for found in messages(tmp_path, GOOD.replace(old, new)))


def test_a_slip_gets_the_right_key_as_remedy(tmp_path):
    done = composition.check(session(tmp_path, GOOD.replace("testScript", "testscript")))
    assert done.problems[0].remedy == "Did you mean testScript?"


def test_a_mistake_on_every_flavour_is_told_once(tmp_path):
    found = messages(tmp_path, GOOD.replace("testScript", "testscript"))
    assert len(found) == len(set(found)) == 1


def test_a_mistake_on_one_flavour_is_found(tmp_path):
    text = GOOD.replace("node = 2", 'node = if flavour.name == "docker" then 3 else 2')
    assert any("the hosts on docker are" in message for message in messages(tmp_path, text))


def test_explicit_names_and_the_helpers_of_the_library_work(tmp_path):
    text = """\
    { helpers, ... }: {
      roles = { mgmt = { ... }: { }; } // helpers.makeMany ({ ... }: { }) "n" 2;
      rolesDistribution.mgmt = [ "mgmt" ];
      testScript = "";
    }
    """
    hosts = {"vm": ("mgmt", "n1", "n2")}
    roles = {"mgmt": 1, "n1": 1, "n2": 1}
    assert messages(tmp_path, text, flavours=("vm",), hosts=hosts, roles=roles) == []


def test_what_the_stand_ins_cannot_know_is_not_called_a_defect(tmp_path):
    text = GOOD.replace("node = 2", "node = 1 + pkgs.hello")
    done = composition.check(session(tmp_path, text))
    assert done.status == "not checked"
    assert "needs the real nixpkgs" in done.detail


def test_an_error_of_the_composition_is_a_defect_with_its_line(tmp_path):
    text = GOOD.replace("= 2", "= undefinedName")
    (found,) = composition.check(session(tmp_path, text)).problems
    assert (found.file, found.line) == ("composition.nix", 7)
    assert "undefined variable 'undefinedName'" in found.message
