"""What is rendered: the same answers give the same bytes, and every file is valid."""

import ast
import builtins
import json
import re
import subprocess
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.answers.questions import chosen_parts
from scaffold.asking.layers import Layer, merge
from scaffold.base.names import DRIVER_NAMES
from scaffold.catalogue.choices import releases_to_avoid
from scaffold.composition.topology import ProjectTopology
from scaffold.render.project import render
from tests.building import CATALOG, compose
from tests.tools.random_compositions import random_composition

HOSTILE = [
    "plain",
    "",
    'say "hello" and \'bye\'',
    "costs ${money} and $${more}",
    "''two quotes'' and ''${three}",
    "back\\slash \\n \\${x} \\",
    "{{ cookiecutter.name }} {% raw %} {# no #}",
    "Größe ✓ 計算機 \U0001f600",
    "*/ # -- <!-- <b> `code` | [x](y) $(id) `id`",
    "\u202e right to left, \x1b[31m escape, \x7f",
    "ends with ''",
    "}; throw \"out\"; {",
]  # fmt: skip


def texts(composition):
    tree = render(ProjectTopology(composition, CATALOG))
    return {str(file.path): file.content.decode() for file in tree.values()}


def write(composition, folder):
    for path, text in texts(composition).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def names_used(script):
    """The names that a test script reads and never binds itself."""
    tree = ast.parse(script)
    bound = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    bound |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    bound |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - bound


KNOWN = DRIVER_NAMES | set(dir(builtins))


def check_every_file(found, composition):
    """Assert what holds for every project: each file is valid and nothing of Jinja is left."""
    hosts = set(ProjectTopology(composition, CATALOG).main.hosts)
    for path, text in found.items():
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert "\t" not in text or path == "justfile", path
        if path.endswith(".json"):
            json.loads(text)
        elif path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith(".py"):
            compile(text, path, "exec")
    unknown = names_used(found["test_script.py"]) - hosts - KNOWN
    assert not unknown, unknown


def check_nix(nix_program, files):
    """Assert that the real Nix parses the files."""
    done = subprocess.run(["nix-instantiate", "--parse", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- the same, every time -------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_the_same_answers_give_the_same_bytes(seed):
    composition = random_composition(seed, CATALOG)
    one, other = (render(ProjectTopology(composition, CATALOG)) for _ in range(2))
    assert [(f.path, f.content, f.mode) for f in one.values()] == [
        (f.path, f.content, f.mode) for f in other.values()
    ]


@given(st.integers(0, 10**6))
@settings(max_examples=60)
def test_every_file_of_a_random_composition_is_valid(seed):
    composition = random_composition(seed, CATALOG)
    found = texts(composition)
    check_every_file(found, composition)
    if "{" not in composition.description:
        left = [path for path, text in found.items() if re.search(r"cookiecutter|{%|%}", text)]
        assert left == []


def test_nix_parses_every_file_of_random_compositions(nix_program, tmp_path):
    for seed in range(12):
        write(random_composition(seed, CATALOG), tmp_path / str(seed))
    check_nix(nix_program, sorted(tmp_path.rglob("*.nix")))


def test_nixfmt_changes_nothing_in_random_compositions(nixfmt_program, tmp_path):
    for seed in range(12):
        write(random_composition(seed, CATALOG), tmp_path / str(seed))
    files = sorted(tmp_path.rglob("*.nix"))
    done = subprocess.run([nixfmt_program, "--check", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- text of the user stays text ------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_description_stays_text_in_every_file(text):
    composition = compose("server=nfs.server", "client:2=nfs.client", description=text)
    found = texts(composition)
    check_every_file(found, composition)
    assert tomllib.loads(found[".nxc-scaffold.toml"])["description"] == text


def test_nix_reads_every_hostile_description_unchanged(nix_program, tmp_path):
    """One call of the real Nix for all of them: (import ./flake.nix).description."""
    for index, text in enumerate(HOSTILE):
        write(compose("server=nfs.server", "c=nfs.client", description=text), tmp_path / str(index))
    imports = " ".join(
        f"(import {tmp_path}/{i}/flake.nix).description" for i in range(len(HOSTILE))
    )
    done = subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", "--expr", f"[ {imports} ]"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == HOSTILE
    check_nix(nix_program, sorted(tmp_path.rglob("*.nix")))


# --- what is written for whom ---------------------------------------------------------------------


def test_a_blank_composition_has_no_parts_and_no_kapack():
    found = texts(compose("host"))
    assert not [path for path in found if path.startswith("parts/")]
    assert "kapack" not in found["flake.nix"]
    assert {"flake.nix", "composition.nix", "test_script.py", "nxc.json", "README.md"} <= set(found)
    assert {".gitignore", ".nxc-scaffold.toml"} <= set(found)


def test_each_part_has_a_module_and_each_role_imports_its_own():
    found = texts(compose("server=nfs.server", "client:2=nfs.client"))
    assert {p for p in found if p.startswith("parts/")} == {
        "parts/nfs-server.nix",
        "parts/nfs-client.nix",
        "parts/users.nix",
    }
    roles = found["composition.nix"].split("client = { ... }:")
    assert "./parts/nfs-server.nix" in roles[0]
    assert "./parts/nfs-server.nix" not in roles[1]
    assert "./parts/nfs-client.nix" in roles[1]
    assert "    client = 2;\n" in roles[0]
    assert "rolesDistribution = hosts;" in roles[1]


def test_merged_roles_import_every_module_once():
    found = texts(compose("one=oar.server,oar.dbserver,oar.frontend,oar.node"))
    for name in ("server", "dbserver", "frontend", "node"):
        assert found["composition.nix"].count(f"./parts/oar-{name}.nix") == 1
    assert "rolesDistribution" not in found["composition.nix"]


def test_two_servers_that_differ_get_a_module_each():
    composition = compose(
        "a=nfs.server",
        "b=nfs.server",
        "c=nfs.client",
        "d:2=nfs.client",
        roles={"b": {"options": {"nfs": {"server": {"export": "/data"}}}}},
    )
    found = texts(composition)
    check_every_file(found, composition)
    assert "/users" in found["parts/nfs-server-a.nix"]
    assert "/data" in found["parts/nfs-server-b.nix"]
    assert "parts/nfs-server.nix" not in found
    client = found["parts/nfs-client.nix"]
    assert '"/users".server = "a"' in client
    assert '"/data".server = "b"' in client


def test_several_kinds_of_nodes_are_all_known():
    nodes = ("big:2=oar.node", "small:3=oar.node")
    composition = compose("server=oar.server,oar.dbserver", "front:2=oar.frontend", *nodes)
    found = texts(composition)
    check_every_file(found, composition)
    assert "(*big_hosts, *small_hosts)" in found["test_script.py"]
    assert "big = 2;" in found["composition.nix"]
    assert "small = 3;" in found["composition.nix"]


@pytest.mark.parametrize(
    "roles",
    [
        ["a=nfs.server"],
        ["a=nfs.server", "b"],
        ["a=nfs.server,nfs.client", "b=nfs.server"],
    ],
)
def test_a_share_that_nobody_mounts_is_no_error(roles):
    more = {"b": {"options": {"nfs": {"server": {"export": "/data"}}}}} if len(roles) > 1 else {}
    more = more if "b=nfs.server" in roles else {}
    composition = compose(*roles, roles=more)
    check_every_file(texts(composition), composition)


def test_only_the_chosen_flavours_are_exposed():
    found = texts(compose("a", flavours=["docker", "nspawn"], default_flavour="nspawn"))
    assert '"docker"' in found["flake.nix"]
    assert '"vm"' not in found["flake.nix"]
    assert json.loads(found["nxc.json"])["default_flavour"] == "nspawn"


@pytest.mark.parametrize("release", CATALOG.releases)
def test_every_release_renders_with_its_pins(release):
    composition = compose("a", release=release, flavours=["vm"])
    found = texts(composition)
    check_every_file(found, composition)
    for name in ("nixpkgs", "nxc"):
        assert CATALOG.releases[release].inputs[name].ref in found["flake.nix"]


@pytest.mark.parametrize("release", CATALOG.releases)
def test_what_readme_and_justfile_name_is_in_the_shell_or_said_to_be_missing(release):
    found = texts(compose("host", release=release, extras=["justfile"]))
    flake, readme = found["flake.nix"], found["README.md"]
    assert re.search(r"packages = \[\s+pkgs\.just\b", flake)
    if attribute := CATALOG.releases[release].nixfmt:
        assert re.search(rf"packages = \[[^]]*\bpkgs\.{attribute}\b", flake)
        assert f"-exec ${{pkgs.{attribute}}}/bin/nixfmt {{}} +" in flake
        assert "`just` and `nixfmt`" in readme
    else:
        assert "pkgs.nixfmt" not in flake
        assert "takes the `nixfmt` of your\nPATH" in readme


def test_a_project_without_justfile_has_no_just():
    found = texts(compose("host", extras=[]))
    assert "just" not in found["flake.nix"] + found["README.md"]


def test_pins_replace_the_refs_of_the_release():
    revision = "0123456789abcdef" * 2 + "01234567"
    flake = texts(compose("a", pins={"nxc": revision, "nixpkgs": "my/branch"}))["flake.nix"]
    assert f"rev={revision}" in flake
    assert "nixpkgs/my/branch" in flake


@pytest.mark.parametrize("extra", CATALOG.extras)
def test_extras_are_there_when_wanted_and_only_then(extra):
    wanted, without = (set(texts(compose("a", extras=e))) for e in ([extra], []))
    assert wanted - without
    assert without <= wanted


def test_packages_of_a_role_are_installed_there():
    found = texts(compose("a", "b", roles={"a": {"packages": ["jq", "python3Packages.numpy"]}}))
    first, second = found["composition.nix"].split("b =")
    assert "pkgs.jq" in first
    assert "pkgs.python3Packages.numpy" in first
    assert "pkgs" not in second


def agreed(stack):
    """Return the stack's answers with every consent that its services ask for."""
    options = {}
    for service in {part.partition(".")[0] for part in chosen_parts(stack.answers)}:
        consents = [spec.key for spec in CATALOG.services[service].options.values() if spec.consent]
        if consents:
            options[service] = dict.fromkeys(consents, True)
    return merge([Layer("consent", {"options": options}), Layer("stack", stack.answers)])


@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_every_stack_renders_on_every_release_that_can_serve_it(stack):
    answers = agreed(CATALOG.stacks[stack])
    parts = chosen_parts(answers)
    flavour = answers["flavours"][0]
    excluded = releases_to_avoid(parts, [flavour], CATALOG)
    possible = [r for r in CATALOG.releases if r not in excluded]
    assert possible
    for release in possible:
        given = {**answers, "release": release, "flavours": [flavour], "default_flavour": flavour}
        composition = compose(**given)
        check_every_file(texts(composition), composition)
