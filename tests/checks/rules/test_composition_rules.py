"""Rules that call compositions and roles with stand-ins."""

import pytest

from tests.checks.rules.findings import found, lines_hit
from tests.checks.rules.test_flake_rules import OLD, changed, lock
from tests.survey.projects import project, write

pytestmark = pytest.mark.nix


@pytest.fixture(autouse=True)
def _nix(nix_program):
    """Every rule here starts nix."""


def composition(inside, before=""):
    return f"{{ pkgs, lib, nur, ... }}:\n{before}{{\n{inside}\n}}\n"


ROLE = "roles.web = { ... }: { };"


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC401", "{ pkgs }:\n{ roles = { }; }\n", 1),
        ("NXC402", composition(f"{ROLE}\nrolesDistribution.wbe = 2;"), [4]),
        ("NXC404", composition("nodes.web = { ... }: { };"), [3]),
        ("NXC405", composition("roles.oar-server = { ... }: { };"), [3]),
        ("NXC405", composition("roles.log = { ... }: { };"), [3]),
        ("NXC405", composition("roles.lambda = { ... }: { };"), [3]),
        ("NXC406", composition("roles.n1 = { ... }: { };\nroles.n2 = { ... }: { };"), [3]),
        ("NXC407", composition(f"{ROLE}\ndockerPort.web = [ ];"), [4]),
        ("NXC408", composition(f'{ROLE}\nrolesDistribution.web = "2";'), [4]),
        ("NXC408", composition(f"{ROLE}\nrolesDistribution.web = 0;"), [4]),
        ("NXC409", composition(f"{ROLE}\nrolesDistribution.web = 1;"), [4]),
        ("NXC410", composition('testScript = "";'), 1),
        ("NXC411", composition("roles.web = { ... }: { };\nroles.dockerPorts = { };"), [4]),
        ("NXC412", composition(f"{ROLE}\ndockerPorts.wbe = [ ];"), [4]),
        ("NXC413", composition(f'{ROLE}\nrolesDistribution.web = 5;\ntestScript = "x";'), [4]),
        ("NXC415", composition("roles = let dockerPorts.web = [ ]; in { web = _: { }; };"), [3]),
    ],
)
def test_it_fires(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines


@pytest.mark.parametrize("flavours", ["", 'flavours = nixpkgs.lib.getAttrs [ "docker" ] 1; '])
def test_rules_of_vm_ask_for_vm(tmp_path, flavours):
    text = composition(f'{ROLE}\nrolesDistribution.web = 5;\ntestScript = "x";')
    flake = changed(("inherit nixpkgs", f"{flavours}inherit nixpkgs"))
    hits = lines_hit(tmp_path, "NXC413", {}, composition_nix=text, flake_nix=flake)
    assert bool(hits) is not bool(flavours)


@pytest.mark.parametrize(("given", "hits"), [(OLD, 1), ("1790000000", 0)])
def test_a_role_that_is_a_set_is_told_for_an_old_library(tmp_path, given, hits):
    text = composition("roles.web = { };")
    assert len(lines_hit(tmp_path, "NXC403", lock(given), composition_nix=text)) == hits


def test_eight_hosts_of_an_old_library(tmp_path):
    text = composition(f"{ROLE}\nrolesDistribution.web = 8;")
    assert lines_hit(tmp_path, "NXC414", lock(OLD), composition_nix=text) == [4]
    assert lines_hit(tmp_path, "NXC414", lock("1750000000"), composition_nix=text) == []


# --- roles ---------------------------------------------------------------------------------------


def role(inside):
    return composition(f"roles.web = {{ ... }}: {{\n{inside}\n}};")


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC421", role("boot.kernelParams = [ \"quiet\" ];"), [4]),
        ("NXC422", role('users.users.root.password = "nixos";'), [4]),
        ("NXC422", role('users.users.root.password = lib.mkForce "x";'), []),
        ("NXC422", role('users.users.root.password = "";'), []),
        ("NXC423", role('nxc.sharedDirs."/a".export = true;\nnxc.sharedDirs."/b".export = true;'),
         [5]),
        ("NXC424", role("services.oar.web.monika.enable = true;"), [4]),
        ("NXC425", role("services.oar.node.enable = true;"), [4]),
        ("NXC425", role("imports = [ nur.repos.kapack.modules.oar ];\nservices.oar.node.enable = "
                        "true;"), []),
    ],
)  # fmt: skip
def test_it_fires_on_roles(tmp_path, code, text, lines):
    assert lines_hit(tmp_path, code, {}, composition_nix=text) == lines


def test_a_module_of_extra_configurations_may_declare_the_options(tmp_path):
    flake = changed(("inherit nixpkgs", "extraConfigurations = [ nxc.x ]; inherit nixpkgs"))
    text = role("services.oar.node.enable = true;")
    assert lines_hit(tmp_path, "NXC425", {}, composition_nix=text, flake_nix=flake) == []


def test_a_module_that_two_roles_share_is_told_once(tmp_path):
    text = composition("roles.a = import ./m.nix;\nroles.b = import ./m.nix;")
    files = {"m.nix": '{ ... }: {\n  users.users.root.password = "nixos";\n}'}
    assert lines_hit(tmp_path, "NXC422", files, composition_nix=text) == [2]


@pytest.mark.parametrize(("told", "hits"), [(2, 0), (3, 1)])
def test_a_range_of_hosts_has_to_be_that_of_the_distribution(tmp_path, told, hits):
    inside = f'services.slurm.nodeName = [ "node[1-{told}] CPUs=1" ];'
    text = composition(f"roles.node = {{ ... }}: {{ {inside} }};\nrolesDistribution.node = 2;")
    assert len(lines_hit(tmp_path, "NXC426", {}, composition_nix=text)) == hits


# --- test scripts --------------------------------------------------------------------------------


def script(*lines):
    body = "\n".join(f"    {line}" for line in lines)
    return composition(f"{ROLE}\n  testScript = ''\n{body}\n  '';")


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC501", script("web.succeed("), [5]),
        ("NXC502", script('web.succeed("a \\ ', '  b")'), [5]),
        ("NXC503", script("web.start()", 'wbe.succeed("x")'), [6]),
        ("NXC504", script('web.wait_for_units("x")'), [5]),
        ("NXC504", script('log("done")'), [5]),
        ("NXC505", script('web.succeed("true")'), [5]),
        ("NXC505", script("# nothing yet"), [5]),
        ("NXC506", composition(ROLE), 1),
        ("NXC507", script('web.succeed("ls /users/user1")'), [5]),
        ("NXC508", script('web.wait_for_unit("nginx.service")'), [5]),
        ("NXC508", script('web.wait_for_unit("unheard-of.service")'), []),
    ],
)
def test_it_fires_on_scripts(tmp_path, code, text, lines):
    hits = lines_hit(tmp_path, code, {}, composition_nix=text)
    assert hits == lines or len(hits) == lines


def test_a_script_in_a_file_of_its_own_has_its_own_lines(tmp_path):
    text = composition(f"{ROLE}\ntestScript = builtins.readFile ./t.py;")
    write(tmp_path, {"t.py": 'web.succeed("x")\nwbe.succeed("x")\n'})
    project(tmp_path, composition_nix=text)
    assert found(tmp_path, "NXC503") == [("NXC503", "t.py", 2)]


def test_lines_behind_something_interpolated_are_found(tmp_path):
    text = script("${", '  "a = 1\\nb = 2"', "}", 'wbe.succeed("x")')
    assert lines_hit(tmp_path, "NXC503", {}, composition_nix=text) == [8]


def test_homes_that_the_project_makes(tmp_path):
    text = script('web.succeed("ls /users/user1")').replace(
        "{ ... }: { }", '{ ... }: { nxc.users.prefixHome = "/users"; }'
    )
    assert lines_hit(tmp_path, "NXC507", {}, composition_nix=text) == []


# --- any Nix file --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("NXC001", "{\n  a = ;\n}\n", [2]),
        ("NXC003", "{\n  a = 1;\n  a = 2;\n}\n", [2]),
        ("NXC003", "{\n  a = b;\n}\n", [2]),
        ("NXC010", "{ }:\nimport ./f.nix { x = 1; }\n", [2, 2]),
        ("NXC010", "{ x }:\nimport ./f.nix { inherit x; needed = 1; }\n", [2]),
        ("NXC010", "{ x }:\nimport ./f.nix x\n", []),
        ("NXC011", "[\n  ./nowhere.nix\n]\n", [2]),
        ("NXC011", "if builtins.pathExists ./nowhere.nix then ./nowhere.nix else 1\n", []),
        ("NXC012", '{ services.nfs.server.exports = "/srv *(rw, sync)"; }', [1]),
        ("NXC012", '{ services.nfs.server.exports = "/srv *(rw,sync) b(ro)"; }', []),
    ],
)
def test_it_fires_on_files(tmp_path, code, text, lines):
    files = {"x.nix": text, "f.nix": "{ needed, given ? 1 }: needed"}
    assert lines_hit(tmp_path, code, files) == lines


SCRIPT = """
{ pkgs }:
pkgs.WRITER "x" ''
  FIRST
  echo ${
    "a"
  } ''${kept}
  LAST
''
"""


@pytest.mark.parametrize(
    ("writer", "first", "last", "lines"),
    [
        ("writeShellScriptBin", "set -e", "for i in a; do echo; done", []),
        ("writeShellScriptBin", "set -e", 'echo "not closed', [8]),
        ("writeScriptBin", "#!/usr/bin/env bash", "fi", [8]),
        ("writeScriptBin", "#!/usr/bin/env python3", "fi", []),
        ("writeScriptBin", "#!${pkgs.bash}/bin/bash", "fi", [8]),
    ],
)
def test_scripts_of_the_shell(tmp_path, writer, first, last, lines):
    text = SCRIPT.replace("WRITER", writer).replace("FIRST", first).replace("LAST", last)
    assert lines_hit(tmp_path, "NXC014", {"x.nix": text}) == lines


def test_a_failure_whose_cause_is_told_is_not_told_again(tmp_path):
    text = composition("roles = undefinedName;")
    project(tmp_path, composition_nix=text)
    assert [code for code, _, _ in found(tmp_path, "NXC003", "NXC401")] == ["NXC003"]


@pytest.mark.parametrize(
    ("comment", "lines"),
    [
        ("# nxc: ignore[NXC505] a reason", []),
        ("# nxc: ignore[proves-nothing] a reason", []),
        ("# nxc: ignore[NXC505]", [1]),
        ("# nxc: ignore[NXC5050] a reason", [1]),
        ("# nxc: ignore[] a reason", [1]),
    ],
)
def test_a_comment_that_waives_nothing(tmp_path, comment, lines):
    assert lines_hit(tmp_path, "NXC004", {"x.nix": f"{comment}\n{{ }}\n"}) == lines


def test_files_that_no_rule_could_read_are_told(tmp_path):
    project(tmp_path)
    (tmp_path / "x.nix").write_bytes(b"\xff\xfe")
    assert found(tmp_path, "NXC002") == [("NXC002", "x.nix", None)]


def test_formatting_is_asked_for_only_when_selected(nixfmt_program, tmp_path):
    project(tmp_path)
    write(tmp_path, {"x.nix": "{a=1;}\n"})
    assert "NXC013" not in {code for code, _, _ in found(tmp_path)}
    assert ("NXC013", "x.nix", None) in found(tmp_path, "NXC013")


# --- the repository ------------------------------------------------------------------------------


def test_a_private_key_is_told_with_its_line(tmp_path):
    kind = "OPENSSH PRIVATE KEY"
    key = f"''\n-----BEGIN {kind}-----\nx\n-----END {kind}-----\n''\n"
    assert lines_hit(tmp_path, "NXC701", {"key.nix": key}) == [2]


def test_leftovers_of_an_editor(tmp_path):
    assert lines_hit(tmp_path, "NXC703", {"composition.nix~": "", "a.bak": ""}) == [None, None]


def test_what_git_does_not_know_and_what_it_should_not_know(tmp_path):
    import subprocess

    project(tmp_path)
    write(tmp_path, {"x.nix": "import ./y.nix", "y.nix": "{ }", "build/composition::vm": ""})
    for words in (["init", "-q"], ["add", ".", ":!y.nix"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)
    assert found(tmp_path, "NXC704") == [("NXC704", "x.nix", 1)]
    assert found(tmp_path, "NXC702") == [("NXC702", "build/composition::vm", None)]
