"""Which options NixOS has, and which name a misspelt one is near to."""

import pytest

from scaffold.catalogue.option_names import NEW, OLD, misspelt
from tests.tools import option_names as tool


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("services.ngnix.enable", "services.nginx"),
        ("services.k3s.Enable", "services.k3s.enable"),
        ("systemd.services.a.wantedby", "systemd.services.a.wantedBy"),
        ("networking.firewal.enable", "networking.firewall"),
        ("networking.firewall.enable", None),
        ("services.unheardOf.enable", None),
        ("boot.kernel.sysctl.anything", None),
        ("services.openssh.permitRootLogin", None),
        # Options that the manual leaves out are there too.
        ("environment.shell.enable", None),
        ("system.dryActivationScript", None),
    ],
)
def test_the_name_that_is_near(path, near):
    found = misspelt(tuple(path.split(".")))
    assert (".".join(found.near) if found else None) == near


def test_a_name_that_moved_is_not_offered():
    found = misspelt(("boot", "cleanTmpDirs"))
    assert found is None or found.near != ("boot", "cleanTmpDir")


def test_which_releases_have_it():
    assert misspelt(("services", "ngnix")).releases == (OLD, NEW)
    assert misspelt(("services", "nginx", "enableQuicBPFs")).releases == (NEW,)


#: What a NixOS says of its options: name and type.
_OLD = {"a.gone": "boolean", "a.both": "boolean", "s.settings": "submodule", "s.settings.x": "path"}
_NEW = {
    "a.both": "boolean",
    "a.users": "attribute set of (submodule)",
    "a.users.<user>.home": "path",
    "a.list": "list of (submodule)",
    "a.list.*.item": "path",
    "s.open": "open submodule of (JSON value)",
    "s.open.key": "string",
    "a.users.<user>._module.args": "lazy attribute set of raw value",
    's."quo.ted"': "boolean",
}


def test_what_is_listed_of_two_releases():
    listed = dict(tool.kept(tool.types(_OLD), tool.types(_NEW)))
    assert listed == {
        ("a", "both"): "",
        ("a", "gone"): "-",
        ("a", "list"): "+",
        ("a", "users"): "+",
        ("a", "users", "<name>", "home"): "+",
        ("s", "open"): "+",
        ("s", "quo.ted"): "+",
        ("s", "settings"): "-",
    }
    assert tool.tree(listed.items()) == {
        ".a": {
            "": "both",
            "-": "gone",
            "+": "list",
            ".users": {".<name>": {"+": "home"}},
        },
        ".s": {"+": "open quo.ted", "-": "settings"},
    }
