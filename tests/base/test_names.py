"""Names are good or refused by the rules of those who read them."""

import ast
import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.base import names

ROLES_REFUSED = [
    "",
    "Node",
    "1node",
    "my-node",
    "my_node",
    "nœud",
    "node\n",
    "class",
    "match",
    "machine",
    "machines",
    "driver",
    "log",
    "os",
    "subtest",
    "print",
    "list",
    "set",
    "sorted",
    "let",
    "rec",
    "localhost",
    "n" * 49,
]


@pytest.mark.parametrize("name", ROLES_REFUSED)
def test_a_bad_role_is_refused_with_a_reason(name):
    assert names.check_role(name)


@pytest.mark.parametrize("name", ["server", "frontend", "node", "mgmt2", "n" * 48])
def test_a_good_role_is_taken(name):
    assert names.check_role(name) is None


@given(st.from_regex(r"[a-z][a-z0-9]{0,60}", fullmatch=True))
def test_a_role_taken_is_a_variable_and_its_hosts_have_names(name):
    if names.check_role(name) is None:
        ast.parse(f"{name}1 = {name} = 0")
        assert len(f"{name}10000") < 64


def test_the_names_of_the_driver_are_those_of_the_installed_library(nxc_package):
    source = (nxc_package / "driver/driver.py").read_text()
    table = re.search(r"general_symbols = dict\((.*?)\n        \)", source, re.DOTALL)[1]
    listed = set(re.findall(r"^\s+(\w+)=", table, re.MULTILINE))
    assert listed | {"machine"} == names.DRIVER_NAMES


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (
            names.check_project,
            ["lab", "oar-nfs_2", "A" * 64],
            ["", "1x", "a/b", "a b", "x" * 65, "é"],
        ),
        (names.check_attribute, ["jq", "_x", "a'", "x-1"], ["", "1x", "a.b", "let", "or", "a b"]),
        (
            names.check_package,
            ["jq", "python3Packages.numpy", "a.b.c"],
            ["", "a.", ".a", "a..b", "python3Packages.1x", "a.let", "pkgs; x"],
        ),
        (
            names.check_user,
            ["user1", "alice", "_svc", "a" * 32],
            [
                "root",
                "oar",
                "postgres",
                "nixbld3",
                "nobody",
                "munge",
                "Alice",
                "1a",
                "a" * 33,
                "a b",
            ],
        ),
        (names.check_input, ["nixpkgs", "NUR", "my-kapack"], ["self", "a.b", "", "in", "x y"]),
        (
            names.check_ref,
            ["master", "nixos-25.05", "feature/x", "v1.0+b"],
            [
                "",
                "a b",
                "a..b",
                "-x",
                "/a",
                "a/",
                "a//b",
                "a/.b",
                "a.lock",
                "a.",
                "x~1",
                "a@{1}",
                "é",
            ],
        ),
        (
            names.check_mount_path,
            ["/users", "/srv/data-1", "/mnt/beegfs", "/home"],
            [
                "",
                "/",
                "x",
                "/a b",
                "/a/../b",
                "/nix/x",
                "/etc",
                "/a/",
                "//a",
                "/a:b",
                "/usr/x",
                "/a\n",
            ],
        ),
    ],
)
def test_good_names_pass_and_bad_ones_get_a_reason(check, good, bad):
    assert [name for name in good if check(name)] == []
    assert [name for name in bad if not check(name)] == []


@given(st.text(st.sampled_from("abx09._/-+@{}~^: *[\\"), max_size=12))
def test_every_ref_that_passes_passes_git(ref):
    if names.check_ref(ref) is None:
        subprocess.run(["git", "check-ref-format", f"refs/heads/{ref}"], check=True)


def test_a_slip_of_the_finger_finds_its_name():
    assert names.closest("slrum", ["slurm", "oar", "nfs"]) == "slurm"
    assert names.closest("zzz", ["slurm", "oar", "nfs"]) is None


@pytest.mark.parametrize(
    ("hosts", "short"),
    [
        ([], []),
        (["server"], ["server"]),
        (["node1", "node2"], ["node1", "node2"]),
        (["a", "node1", "node2", "node3", "z"], ["a", "node1-3", "z"]),
        (["node1", "node2", "node3", "login1", "login2"], ["node1-3", "login1", "login2"]),
        (["node1", "node3", "node5"], ["node1", "node3", "node5"]),
        ([f"node{n}" for n in range(1, 201)], ["node1-200"]),
    ],
)
def test_runs_of_numbered_hosts_are_told_in_short(hosts, short):
    assert names.in_short(hosts) == short
