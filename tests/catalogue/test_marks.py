"""Marks: what options say about the parts that a role runs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from scaffold.base.errors import InputError
from scaffold.catalogue import marks
from scaffold.catalogue.reading import load_catalog
from tests.building import CATALOG


@dataclass(frozen=True)
class Setting:
    """An option and its value."""

    path: tuple[str, ...]
    value: object


OPTIONS = [
    Setting(("services", "oar", "node", "enable"), True),
    Setting(("services", "oar", "web", "enable"), False),
    Setting(("services", "k3s", "role"), "server"),
    Setting(("environment", "systemPackages"), [{"package": "curl"}, "text", None]),
    Setting(("nxc", "sharedDirs", "/data", "export"), True),
    Setting(("environment", "etc", "a.conf", "text"), "x"),
    Setting(("users", "users", "ann", "isNormalUser"), True),
    Setting(("users", "users", "bob", "isNormalUser"), True),
    Setting(("users", "users", "oar", "isNormalUser"), False),
    Setting(("nxc", "users", "names"), ["ann"]),
]


@pytest.mark.parametrize(
    ("mark", "captured"),
    [
        ("services.oar.node.enable", {}),
        ("services.oar.web.enable", None),
        ("services.oar.node", None),
        ("services.k3s.role = server", {}),
        ("services.k3s.role = agent", None),
        ("environment.systemPackages has curl", {}),
        ("environment.systemPackages has text", None),
        ("environment.systemPackages has cur", None),
        ("nxc.sharedDirs.{export}.export", {"export": "/data"}),
        ("nxc.sharedDirs.*.export", {}),
        ('environment.etc."a.conf".text', {}),
        ("services.k3s.role = server and services.oar.node.enable", {}),
        ("services.k3s.role = server and services.oar.web.enable", None),
    ],
)
def test_a_mark_fits_what_it_says_and_nothing_else(mark, captured):
    assert marks.match(mark, OPTIONS) == captured


def test_values_of_an_option_and_names_of_a_star():
    assert list(marks.values("nxc.users.names", OPTIONS)) == [["ann"]]
    assert list(marks.values("users.users.*.isNormalUser", OPTIONS)) == ["ann", "bob"]


@pytest.mark.parametrize("text", ["", "a b", "a..b", "a.{B}.c", "a = ", "a and "])
def test_what_is_no_mark_is_told(text):
    with pytest.raises(marks.MarkError):
        marks.conditions(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('recognised_by = ["a b c"]', "is no option with what has to hold of it"),
        ('recognised_by = ["a.{nope}.b"]', "names nope, which is no option of the part"),
    ],
)
def test_a_mark_that_is_wrong_is_refused_with_the_catalogue(tmp_path, line, said):
    folder = tmp_path / "services/mine"
    folder.mkdir(parents=True)
    (folder / "a.nix").write_text("{ }\n")
    (folder / "service.toml").write_text(
        'title = "Mine"\ndescription = "x"\n[parts.a]\ndescription = "x"\nmodule = "a.nix"\n' + line
    )
    with pytest.raises(InputError) as caught:
        load_catalog([tmp_path])
    assert said in str(caught.value)


def test_each_part_of_the_catalogue_can_be_recognised():
    unmarked = [p.id for p in CATALOG.parts.values() if not p.recognised_by and not p.hidden]
    assert unmarked == []
