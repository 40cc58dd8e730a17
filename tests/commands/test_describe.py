"""list and describe: every entry has a page, and pages say what the rules say."""

import json
import re

import pytest
from click.testing import CliRunner

from scaffold.base.errors import InputError
from scaffold.catalogue.choices import flavours_to_avoid, releases_to_avoid
from scaffold.cli.main import cli
from scaffold.commands.describe import lines
from scaffold.report.pages import find
from tests.building import CATALOG

NAMES = [
    *CATALOG.stacks,
    *CATALOG.services,
    *CATALOG.parts,
    *CATALOG.flavours,
    *CATALOG.releases,
]
PART_KEYS = {
    *("kind", "name", "description", "service", "needs", "implies", "talks_to", "options"),
    *("hardware", "ports", "units", "sets_alone", "package_sets", "kernel"),
    *("flavours", "releases", "not_together", "private_inputs"),
}


def run(*args: str) -> str:
    done = CliRunner().invoke(cli, args, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def part(name: str) -> dict:
    (page,) = find(name, CATALOG)
    return page


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", dict.fromkeys(NAMES))
def test_everything_has_a_page_that_fits_a_terminal(name):
    for page in find(name, CATALOG):
        text = list(lines(page))
        assert text[0] == f"{page['kind']} {name}"
        assert page["kind"] in ("stack", "service", "part", "flavour", "release")
        assert all(len(line) <= 100 for line in text if " " in line.strip())


@pytest.mark.parametrize("name", CATALOG.parts)
def test_a_page_of_a_part_says_what_the_rules_say(name):
    page = part(name)
    assert set(page) >= PART_KEYS
    assert set(page["flavours"]["excluded"]) == set(flavours_to_avoid([name], CATALOG))
    assert set(page["releases"]["excluded"]) == set(releases_to_avoid([name], (), CATALOG))
    assert set(page["flavours"]["usable"]) | set(page["flavours"]["excluded"]) == set(
        CATALOG.flavours
    )


def test_a_page_of_a_part_as_text():
    text = one_line(run("describe", "slurm.node"))
    assert "slurm.node.cpus=1 (integer, minimum 1, maximum 1024) CPUs that Slurm hands out" in text
    assert "needs slurm.controller: it has no controller to take jobs from" in text
    assert "ports 6818" in text
    assert "units slurmd.service munged.service" in text
    assert "proof every node is idle" in text
    assert "releases 26.05 25.11 25.05 " in text


def test_numbers_and_yes_or_no_are_told_apart():
    assert "max hosts 1 " in one_line(run("describe", "slurm.controller"))
    assert "test driver no " in one_line(run("describe", "nspawn"))


@pytest.mark.parametrize("service", [s for s in CATALOG.services.values() if s.test])
def test_a_service_with_a_test_says_what_it_proves(service):
    assert service.proof


def test_a_page_tells_why_a_flavour_is_excluded():
    told = one_line(run("describe", "k3s.agent"))
    assert re.search(r"not docker(, nspawn)?: it mounts, loads kernel modules", told)


def test_a_reason_that_excludes_several_releases_is_told_once():
    told = one_line(run("describe", "cigri.server"))
    assert "not 23.05, 22.11, 22.05: its CiGri cannot talk" in told
    assert told.count("its CiGri cannot talk") == 1


def test_a_page_tells_which_flavour_and_release_do_not_go_together():
    text = one_line(run("describe", "oar.node"))
    assert "docker, nspawn with 22.05, 22.11, 23.05: its OAR drives cgroup v1" in text


def test_a_name_of_two_entries_shows_both():
    pages = json.loads(run("describe", "slurm", "--json"))
    assert [page["kind"] for page in pages] == ["stack", "service"]
    assert pages[0]["roles"][2] == {"role": "node", "count": 2, "parts": ["slurm.node"]}
    assert "slurm" in pages[1]["stacks"]


def test_a_stack_has_the_services_that_its_parts_bring_along():
    (stack,) = find("bebida-slurm", CATALOG)
    assert {"bebida", "k3s"} <= set(stack["services"])  # the optimizer's host runs k3s
    service = next(page for page in find("k3s", CATALOG) if page["kind"] == "service")
    assert {"bebida-oar", "bebida-slurm", "k3s"} == set(service["stacks"])


def test_json_is_the_pages():
    assert json.loads(run("describe", "vm", "--json")) == json.loads(
        json.dumps(find("vm", CATALOG))
    )


def test_a_flavour_says_what_it_cannot_run():
    page = part("nspawn")
    assert "nfs.server" in page["cannot_run"]
    assert "web.server" not in page["cannot_run"]
    assert not page["test_driver"]


def test_a_release_shows_its_pins():
    assert "github:NixOS/nixpkgs/nixos-25.05" in run("describe", "25.05")


def test_an_unknown_name_is_told_with_the_closest_one():
    with pytest.raises(InputError) as caught:
        find("slurm.nod", CATALOG)
    assert "Did you mean slurm.node?" in str(caught.value)


@pytest.mark.parametrize("what", ["stacks", "services", "parts", "flavours", "releases", "extras"])
def test_list_has_a_line_for_each_entry(what):
    rows = json.loads(run("list", what, "--json"))
    assert rows
    assert all(row["name"] and row["description"] for row in rows)
    text = run("list", what)
    assert [line.split()[0] for line in text.splitlines()] == [row["name"] for row in rows]


def test_package_sets_are_told_in_words():
    text = one_line(run("describe", "25.05"))
    assert "kapack modules: batsky bs-slurm cigri" in text
    assert "kapack package ear: marked broken there (4.1.0)" in text
    assert "package sets kapack modules: oar kapack packages: oar" in one_line(
        run("describe", "oar.node")
    )


@pytest.mark.parametrize("columns", ["1", "10", "18", "19"])
def test_a_page_is_told_in_a_terminal_that_is_narrower_than_its_labels(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    narrow = run("describe", "vm").split()
    monkeypatch.setenv("COLUMNS", "100")
    assert narrow == run("describe", "vm").split()
