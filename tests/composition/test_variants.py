"""setup.toml: counts that everything follows, and variants of them, of pins and of sources."""

import ast
import copy
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from scaffold.answers import document, layers
from scaffold.answers import project as project_of
from scaffold.asking.layers import Layer, merge
from scaffold.base.errors import InputError
from scaffold.catalogue.reading import load_catalog
from scaffold.composition.hosts import nix_hosts, nix_range, py_count, py_hosts
from scaffold.composition.model import Role
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from scaffold.sources.variant_hashes import with_hashes
from tests import building
from tests.building import CATALOG, compose, only_problem, problems, several
from tests.running import nxc_scaffold
from tests.tools.examples import consents

SLURM = ("head=slurm.controller,slurm.dbd", "node:2=slurm.node", "login=slurm.frontend")
MIXED = (
    "server=oar.server,oar.dbserver,prometheus.server,ear.database,ear.manager,ear.db_manager",
    "frontend=oar.frontend",
    "one=oar.node,prometheus.exporter,ear.daemon",
    "some:2=oar.node,prometheus.exporter,ear.daemon,ear.db_manager",
    "more:3=oar.node,prometheus.exporter,ear.daemon",
)
REV = "09883186779a764bb2db429c93347e263ca32a86"
OAR3 = f"github:oar-team/oar3/{REV}"
HASH = f"sha256-{'B' * 43}="
COUNTED = {"node": ("node1", "node2"), "x": ("x1", "x2", "x3")}


def counted(*roles, flavours=None, **variants):
    return compose(*roles, extras=["setup"], variants=variants, flavours=flavours)


def texts(composition, catalog=CATALOG):
    return building.texts(composition, catalog)


def wrong(**variant):
    """Return the one problem of a variant of the Slurm cluster."""
    return only_problem(*SLURM, extras=["setup"], variants={"large": variant})


# --- lists of hosts as source text ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "python", "count", "nix"),
    [
        (["node1", "node2"], "node_hosts", "len(node_hosts)", "hosts.node"),
        (["node2"], "node_hosts[1:]", "len(node_hosts) - 1", '[ "node2" ]'),
        (["node1"], "(node1,)", "1", '[ "node1" ]'),
        (["x1", "x2"], "(x1, x2)", "2", '[\n  "x1"\n  "x2"\n]'),
        (["a", "x2", "x3"], "(a, *x_hosts[1:])", "len(x_hosts)", '[\n  "a"\n  "x2"\n  "x3"\n]'),
        (
            ["a", "node1", "node2", "x1", "x2", "x3"],
            "(a, *node_hosts, *x_hosts)",
            "len(node_hosts) + len(x_hosts) + 1",
            'lib.concatMap (role: hosts.${role} or [ role ]) [\n  "a"\n  "node"\n  "x"\n]',
        ),
        ([], "()", "0", "[ ]"),
    ],
)
def test_lists_of_hosts_refer_to_counted_roles(names, python, count, nix):
    assert py_hosts(names, COUNTED) == python
    assert py_count(names, COUNTED) == count
    assert nix_hosts(names, COUNTED) == nix


def test_lists_name_the_hosts_of_roles_that_have_one():
    assert py_hosts(["node1", "node2"], {}) == "(node1, node2)"
    assert py_count(["node1", "node2"], {}) == "2"


def test_what_is_no_name_never_becomes_code():
    with pytest.raises(ValueError, match="no Python name"):
        py_hosts(["a)+exit("], COUNTED)


def test_ranges_follow_the_count():
    assert nix_range(Role("node", 4), {}) == "node[1-4]"
    assert nix_range(Role("node", 2), COUNTED) == "node[1-${toString (lib.length hosts.node)}]"
    assert nix_range(Role("login"), COUNTED) == "login"
    assert nix_range(Role("node", numbered=True), {}) == "node[1-1]"


# --- flags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("large:node=8", {"large": {"counts": {"node": "8"}}}),
        ("next:kapack=23.05", {"next": {"pins": {"kapack": "23.05"}}}),
        (f"dev:kapack.oar={OAR3}", {"dev": {"sources": {"kapack": {"oar": OAR3}}}}),
    ],
)
def test_forms_of_variant(text, table):
    (layer,) = layers.from_flags({"variants": (text,)}, CATALOG)
    assert (layer.source, layer.answers) == (f"--variant {text}", {"variants": table})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("large:node=eight", "Give a number, or one of the inputs bebida, kapack"),
        ("next:kapak=master", "Did you mean kapack?"),
        ("large:node=8,kapack=x", "'8,kapack=x' is no number of hosts, and 'node' no input"),
    ],
)
def test_what_is_neither_a_count_nor_an_input_is_told(text, told):
    with pytest.raises(InputError, match=f"--variant {text}: ") as caught:
        layers.from_flags({"variants": (text,)}, CATALOG)
    assert told in str(caught.value)


def test_an_input_may_have_a_number_for_a_ref():
    (layer,) = layers.from_flags({"variants": ("next:kapack=20250101",)}, CATALOG)
    assert layer.answers == {"variants": {"next": {"pins": {"kapack": "20250101"}}}}


def test_a_new_origin_does_not_keep_the_hash_of_the_old_one():
    old = {"nixpkgs": {"hello": {"origin": OAR3, "hash": HASH}}}
    file = Layer("a file", {"variants": {"dev": {"sources": old}}})
    where = "variants.dev.sources.nixpkgs.hello"
    new = layers.from_flags({"options": (f"{where}.origin=github:a/b/v1",)}, CATALOG)
    merged = merge([*new, file])["variants"]["dev"]["sources"]
    assert merged == {"nixpkgs": {"hello": "github:a/b/v1"}}
    texts = (f"{where}.origin=github:a/b/v1", f"{where}.hash={HASH}")
    both = merge([*layers.from_flags({"options": texts}, CATALOG), file])
    assert both["variants"]["dev"]["sources"]["nixpkgs"]["hello"]["hash"] == HASH


@pytest.mark.parametrize("text", ["large", "large:node", ":node=8", "large:=8", "large:node="])
def test_what_is_no_variant_is_told(text):
    with pytest.raises(InputError, match="NAME:KEY=VALUE"):
        layers.from_flags({"variants": (text,)}, CATALOG)


def test_a_variant_recommends_setup_and_asking_for_other_extras_is_told():
    raw = {"variants": {"large": {"counts": {"node": 4}}}}
    filled = project_of.with_recommended(raw, CATALOG, all_of_them=True)
    assert filled["extras"] == ["justfile", "setup"]
    told = only_problem(*SLURM, extras=["justfile"], variants=raw["variants"])
    assert "--extra setup" in told


# --- what a variant may say -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variant", "told"),
    [
        ({"counts": {"node": 1}}, "1 is less than the 2"),
        ({"counts": {"node": 0}}, "'0'|0 is less|at least 1"),
        ({"counts": {"login": 3}}, "--role login:2"),
        ({"counts": {"nod": 3}}, "[Dd]id you mean"),
        ({"counts": "8"}, "is not a table"),
        ({"count": {"node": 4}}, "there is no such key"),
        ({"pins": {"kapack": "23.05"}}, "no input of this flake"),
        ({"pins": {"nixpkgs": "a b"}}, "letters, digits"),
        ({"pins": {"nixpkg": "x"}}, "[Dd]id you mean"),
        ({"sources": {"kapack": {"oar": OAR3}}}, "no part needs it"),
        ({"sources": {"nixpkgs": {"hello": "github:oar-team/oar3"}}}, "names no revision"),
        ({"sources": {"nixpkgs": {"hello": "./templates"}}}, "is a folder"),
        ({"sources": {"nixpkgs": {"hello": "pypi:requests/2.0"}}}, "package of a registry"),
        ({"sources": {"nixpkgs": {"hello": "what is this"}}}, "folder|no address"),
        ({"sources": {"nixpkgs": {"hello": 3}}}, "hello: 3 is not a table"),
        ({"sources": {"nixpkgs": {"hello": {}}}}, "hello.origin: is not answered"),
        ({"sources": {"nixpkgs": {"hello": {"hash": HASH}}}}, "hello.origin: is not answered"),
        ({"sources": {"nixpkgs": {"hello": "github:a/b/../c"}}}, "'../c' must"),
        ({"sources": {"nixpkgs": {"hello": "https://[::1/x"}}}, "no address"),
        ({"sources": {"nixpkgs": {"hello": "~nobody0/x"}}}, "no such folder"),
        ({"sources": {"nixpkgs": {"hello": "x" * 5000}}}, "no such folder"),
        ({"sources": {"nixpkgs": {"hello": "https://x.org/b.git"}}}, "archive of one"),
        ({"sources": {"nixpkgs": {"he.llo": OAR3}}}, "letters, digits"),
        ({"sources": {"nixpkgs": {"\nhello": OAR3}}}, "letters, digits"),
        ({"sources": {"nixpkgs": {"nur": OAR3}}}, "table of NUR"),
        ({"sources": {"nixpkgs": "hello"}}, "is not a table"),
        ({"sources": {"guix": {"hello": OAR3}}}, "there is no such key"),
        ({"sources": {"nixpkgs": {"hello": {"origin": OAR3, "hash": "abc"}}}}, "no hash"),
    ],
)
def test_a_variant_that_cannot_be_is_told(variant, told):
    assert re.search(told, wrong(**variant))


@pytest.mark.parametrize(
    "name", ["project", "params", "build", "override-params", "1st", "a b", " large", "a\n", ""]
)
def test_names_that_nxc_reserves_or_cannot_read(name):
    variants = {name: {"counts": {"node": 3}}}
    assert problems(*SLURM, extras=["setup"], variants=variants)


def test_rules_hold_for_the_counts_of_a_variant():
    many = {"large": {"counts": {"node": 1000, "other": 1000, "more": 1000, "rest": 1000}}}
    roles = [*SLURM, "other:2", "more:2", "rest:2"]
    told = only_problem(*roles, extras=["setup"], variants=many)
    assert told.startswith("variants.large: roles")
    assert "4002 hosts" in told


def test_a_role_called_as_one_more_host_of_another_is_refused():
    compose("node", "node7")
    assert "node has numbered hosts" in only_problem("node:2", "node7")


TWO_OARS = ("a=oar", "b=oar")


def test_counts_of_a_role_that_two_compositions_have_are_refused_with_the_reason():
    variants = {"large": {"counts": {"node": 4}}}
    with pytest.raises(InputError) as caught:
        several(*TWO_OARS, extras=["setup"], variants=variants)
    assert "a and b both have a role of this name" in str(caught.value)


def test_several_compositions_share_the_variants_of_pins():
    found = texts(several(*TWO_OARS, extras=["setup"], variants={"next": {"pins": {"nxc": "x"}}}))
    assert (
        "--override-input nxc" in tomllib.loads(found["setup.toml"])["next"]["options"]["nix-flags"]
    )


def test_several_compositions_with_setup_name_their_hosts():
    found = texts(several(*TWO_OARS, extras=["setup"]))
    assert "    node = 2;\n" in found["a/composition.nix"]
    assert set(tomllib.loads(found["setup.toml"])) == {"project"}


# --- what is written ------------------------------------------------------------------------------


def test_setup_toml_is_what_nxc_reads():
    composition = counted(
        "server=oar.server,oar.dbserver",
        "frontend=oar.frontend",
        "node:2=oar.node",
        large={"counts": {"node": "8"}},
        next={"pins": {"nixpkgs": "nixos-unstable", "kapack": REV}},
        dev={
            "sources": {
                "kapack": {"oar": {"origin": OAR3, "hash": HASH}},
                "nixpkgs": {"hello": "https://codeberg.org/a/hello/src/tag/v1"},
            }
        },
        empty={},
    )
    setup = tomllib.loads(texts(composition)["setup.toml"])
    assert setup["params"] == {"node": 2}
    assert setup["large"] == {"params": {"node": 8}}
    assert setup["next"]["options"]["nix-flags"].split() == [
        *("--override-input", "nixpkgs", "github:NixOS/nixpkgs/nixos-unstable"),
        *("--override-input", "kapack", f"github:oar-team/nur-kapack/{REV}"),
    ]
    fetched = {"owner": "oar-team", "repo": "oar3", "rev": REV, "hash": HASH}
    build = setup["dev"]["build"]
    assert build["nur"]["repos"]["kapack"]["oar"]["src"] == {"fetchFromGitHub": fetched}
    assert build["hello"]["src"]["fetchFromGitea"]["hash"] == f"sha256-{'A' * 43}="
    assert setup["empty"] == {"options": {}}


def test_answers_come_back(tmp_path):
    composition = counted(
        *SLURM,
        large={"counts": {"node": 8}, "pins": {"nixpkgs": "x"}},
        dev={"sources": {"nixpkgs": {"hello": OAR3, "jq": {"origin": OAR3, "hash": HASH}}}},
    )
    file = tmp_path / "answers.toml"
    file.write_text(document.dump(composition))
    assert project_of.build(document.load_file(file).answers, CATALOG) == composition


def test_no_path_of_anybody_is_written():
    found = texts(counted(*SLURM, dev={"sources": {"nixpkgs": {"hello": OAR3}}}))
    assert 'src = "' not in found["setup.toml"]
    assert "/home/" not in found["setup.toml"]


def test_the_readme_tells_each_variant():
    readme = texts(counted(*SLURM, large={"counts": {"node": 8}}))["README.md"]
    assert "| large | node ×8 | 10 |" in readme
    assert "nxc build --setup-param node=4" in readme


def test_hashes_that_cannot_be_fetched_are_told_and_left_to_the_build():
    composition = counted(
        *SLURM,
        dev={"sources": {"nixpkgs": {"hello": OAR3, "jq": {"origin": OAR3, "hash": HASH}}}},
    )
    told = []
    filled = with_hashes(composition, lambda *pair: told.append(pair), offline=True)
    assert filled == composition
    what = "not known: hello of variant dev (offline); its build tells it"
    assert told == [("hash", what)]


# --- everything follows the count -----------------------------------------------------------------


@pytest.mark.parametrize("extras", [[], ["setup"]], ids=["composition.nix", "setup.toml"])
@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_every_stack_follows_the_one_place_that_counts_hosts(stack, extras):
    """More hosts change only the files that tell the counts, and add no line."""

    def rendered(more):
        given = Layer("flags", {"name": stack, "extras": extras})
        named = [given, *layers.stack_layers(stack, CATALOG)]
        named.insert(0, consents(merge(named), CATALOG))
        raw = copy.deepcopy(project_of.with_recommended(merge(named), CATALOG, all_of_them=True))
        for role in raw["roles"].values():
            role["count"] = (role.get("count", 1) + more) if role.get("count", 1) > 1 else 1
        return texts(
            project_of.build(raw, CATALOG)
        )  # some flavours start no 200 hosts: no rules here

    few, many = rendered(0), rendered(198)
    differing = {path for path in few if few[path] != many[path]}
    counting = {"README.md", ".nxc-scaffold.toml", "composition.nix", "setup.toml"}
    assert differing <= counting
    for path in few:
        assert few[path].count("\n") == many[path].count("\n"), path
    compile(few["test_script.py"], "test_script.py", "exec")


def test_a_service_that_lists_hosts_itself_is_refused(tmp_path):
    own = tmp_path / "own"
    shutil.copytree(Path(__file__).parents[1] / "fixtures/catalogue", own)
    module = own / "services/memcached/client.nix"
    module.write_text(module.read_text() + '# {{ hosts_with("memcached.client") | join(" ") }}\n')
    catalog = load_catalog([own])
    raw = {
        "name": "lab",
        "roles": {"s": {"parts": ["memcached.server"]}},
        "extras": ["setup"],
    }
    raw["roles"]["c"] = {"count": 2, "parts": ["memcached.client"]}
    composition = project_of.build(
        project_of.with_recommended(raw, catalog, all_of_them=True), catalog
    )
    with pytest.raises(InputError, match=r"parts/memcached-client.nix would list hosts"):
        render(ProjectTopology(composition, catalog))


def test_the_test_script_finds_the_machines_in_the_order_of_their_numbers():
    script = texts(counted(*SLURM))["test_script.py"]
    function = next(n for n in ast.parse(script).body if isinstance(n, ast.FunctionDef))
    names = ["node10", "login", "node2", "head", "node1", "nodes1"]
    scope = {"machines": [SimpleNamespace(name=name) for name in names]}
    exec(compile(ast.Module([function], []), "head", "exec"), scope)
    assert [m.name for m in scope["hosts_of"]("node")] == ["node1", "node2", "node10"]


def test_nix_makes_the_hosts_that_setup_toml_tells(nix_program, tmp_path):
    (tmp_path / "composition.nix").write_text(texts(counted(*SLURM))["composition.nix"])

    def distribution(count):
        call = f"(import ./composition.nix {{ setup.params.node = {count}; }}).rolesDistribution"
        argv = ["nix-instantiate", "--eval", "--strict", "--json", "--expr", call]
        return subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True)

    assert json.loads(distribution(3).stdout) == {"node": ["node1", "node2", "node3"]}
    assert "assertion" in distribution(1).stderr


def test_nixfmt_changes_nothing_with_setup(nixfmt_program, tmp_path):
    found = {}
    for stack in CATALOG.stacks:
        given = Layer("flags", {"name": stack, "extras": ["setup"]})
        named = [given, *layers.stack_layers(stack, CATALOG)]
        named.insert(0, consents(merge(named), CATALOG))
        raw = project_of.with_recommended(merge(named), CATALOG, all_of_them=True)
        found[stack] = texts(project_of.build(raw, CATALOG))
    found["mixed"] = texts(counted(*MIXED, flavours=["g5k-image"]))
    assert "role: hosts.${role} or [ role ]" in found["mixed"]["parts/ear-common.nix"]
    for stack, files in found.items():
        for path, text in files.items():
            if path.endswith(".nix"):
                file = tmp_path / stack / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
    files = sorted(tmp_path.rglob("*.nix"))
    done = subprocess.run([nixfmt_program, "--check", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("flags", "told"),
    [((), "variants    large        node ×8"), (("--plain",), "variant large: node ×8")],
)
def test_the_summary_tells_variants(tmp_path, flags, told):
    asked = ("--stack", "oar", "--defaults", "--dry-run", "--offline", "--variant", "large:node=8")
    done = nxc_scaffold("new", tmp_path / "lab", *asked, *flags)
    assert done.returncode == 0
    assert told in done.stdout + done.stderr
