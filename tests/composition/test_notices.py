"""What is told about a release before anything is written."""

from datetime import date

import msgspec
import pytest

from scaffold.base.errors import InputError
from scaffold.catalogue.reading import load_catalog
from scaffold.composition import rules
from scaffold.composition.notices import notices, support_of, today
from scaffold.composition.topology import ProjectTopology
from tests.building import CATALOG, compose

DAY = date(2026, 11, 28)


def told(*roles: str, release: str, flavours: list[str], now: date = DAY) -> str:
    composition = compose(*roles, release=release, flavours=flavours, default_flavour=flavours[0])
    return "\n".join(notices(ProjectTopology(composition, CATALOG), now))


def test_an_unsupported_release_is_told_with_those_that_are_supported():
    assert told("a", release="25.05", flavours=["docker"]) == (
        "nixpkgs 25.05 gets no security fixes since 2025-12-31. Supported today: 26.05."
    )


def test_a_supported_release_is_not_told():
    assert told("a", release="25.05", flavours=["docker"], now=date(2025, 12, 31)) == ""


def test_when_no_release_is_supported_any_more_that_is_told():
    text = told("a", release="25.05", flavours=["docker"], now=date(2030, 1, 1))
    assert text.endswith("No release here is any more.")


def test_today_can_be_fixed(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert today() == date(1970, 1, 1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "no number")
    assert today() > date(2026, 1, 1)


def test_support_is_told_where_it_is_known():
    row = CATALOG.releases["26.05"]
    assert list(support_of(row)) == ["end of support 2026-12-31"]
    assert list(support_of(msgspec.structs.replace(row, end_of_support=None))) == []


def test_five_virtual_machines_are_told_and_four_are_not():
    assert "exception after the test script" in told("a:5", release="25.05", flavours=["vm"])
    assert "exception" not in told("a:4", release="25.05", flavours=["vm"])
    assert "exception" not in told("a:5", release="25.05", flavours=["docker"])


@pytest.mark.parametrize("release", ["22.05", "22.11", "23.05"])
def test_an_eighth_virtual_machine_is_refused_where_it_does_not_start(release):
    with pytest.raises(InputError) as caught:
        compose("a:8", release=release, flavours=["vm"], default_flavour="vm")
    (problem,) = caught.value.problems
    assert problem.where == "release"
    assert "08 and 09 as octal" in problem.what
    compose("a:7", release=release, flavours=["vm"], default_flavour="vm")
    compose("a:8", release=release, flavours=["docker"], default_flavour="docker")


def test_later_releases_start_eight_virtual_machines():
    for release in ("23.11", "24.11", "25.05", "26.05"):
        compose("a:8", release=release, flavours=["vm"], default_flavour="vm")


def test_a_variant_with_an_eighth_virtual_machine_is_refused_too():
    with pytest.raises(InputError, match=r"variants\.large: release"):
        compose(
            "a:2",
            release="23.05",
            flavours=["vm"],
            default_flavour="vm",
            extras=["setup"],
            variants={"large": {"counts": {"a": 8}}},
        )


def test_an_unknown_caution_is_told_as_the_catalogue_is_read(tmp_path):
    row = 'shell = "s"\nroot_password = ""\nflavours = []\nevidence = "e"\n'
    (tmp_path / "releases.toml").write_text(
        f'["99.05"]\n{row}cautions = ["newer-nx"]\n["99.05".inputs]\n'
    )
    with pytest.raises(InputError, match=r"cautions names 'newer-nx'.*Did you mean newer-nix"):
        load_catalog([tmp_path])


def test_every_caution_is_named_by_a_release_and_says_how_it_is_known():
    named = {name for row in CATALOG.releases.values() for name in row.cautions}
    assert named == set(CATALOG.cautions)
    assert all(caution.source and caution.remedy for caution in CATALOG.cautions.values())


def test_the_initrd_of_a_release_is_set_for_the_flavours_that_have_one():
    def kernel(flavour: str) -> list[str]:
        one = compose("a", release="26.05", flavours=[flavour], default_flavour=flavour)
        return [line for k in ProjectTopology(one, CATALOG).main.kernel for line in k.settings]

    assert kernel("vm") == ["boot.initrd.systemd.enable = lib.mkForce false;"]
    assert kernel("docker") == []


def test_rules_are_told_by_composition():
    assert rules.release_is_free_of_faults in rules.RULES
