"""Files of the user's own in a project: modules of a role, ports of docker, files that are kept."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from scaffold.answers import document
from scaffold.answers.project import complete
from scaffold.base.errors import InputError
from scaffold.nixlang.parser import parse
from scaffold.system import nix
from tests.building import CATALOG, texts
from tests.projects import Lab

ARGUMENTS = ["flavour", "helpers", "lib", "modulesPath", "nur", "pkgs", "setup", "system"]


def project(**role):
    raw = {"name": "lab", "flavours": ["vm"], "roles": {"node": role}}
    return complete(raw, CATALOG, defaults=True)


def refused(**role):
    with pytest.raises(InputError) as caught:
        project(**role)
    return [str(problem) for problem in caught.value.problems]


def composition(**role):
    return texts(project(**role))["composition.nix"]


def test_a_role_imports_the_files_of_the_user_after_those_of_its_parts():
    text = composition(parts=["web.server"], modules=["./parts/mine.nix", "more/other.nix"])
    imported = text[text.index("imports") : text.index("];")].split()
    assert imported[3:] == ["./parts/web-server.nix", "./parts/mine.nix", "./more/other.nix"]
    assert text.startswith("# A NixOS Compose composition\n{ ... }:\n")


def test_a_file_that_wants_arguments_of_the_composition_is_called_with_them():
    module = {"file": "./parts/mine.nix", "arguments": ["pkgs", "nur"]}
    text = composition(modules=[module])
    assert "imports = [ (import ./parts/mine.nix { inherit nur pkgs; }) ];" in text
    assert "\n{ nur, pkgs, ... }:\n" in text


@pytest.mark.parametrize("number", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("name", ["mine", "a" * 64])
@pytest.mark.parametrize("others", [[], ["./parts/first.nix"]])
def test_what_is_rendered_is_what_nixfmt_writes(nixfmt_program, number, name, others):
    module = {"file": f"./parts/{name}.nix", "arguments": ARGUMENTS[:number]}
    text = composition(modules=[*others, module], docker_ports=["8443:443", "8000:80"])
    assert nix.nixfmt_format(text) == text


def test_ports_of_docker_are_published_where_nixos_compose_reads_them():
    text = composition(docker_ports=["8080:80"])
    assert 'dockerPorts.node = [ "8080:80" ];' in text[text.index("\n  };\n") :]
    assert "dockerPorts" not in composition()


def test_the_answers_file_says_the_same_again():
    module = {"file": "./parts/mine.nix", "arguments": ["pkgs", "nur"]}
    found = project(modules=["./parts/a.nix", module], docker_ports=["1:2"])
    role = document.document(found)["roles"]["node"]
    assert role["modules"] == [
        "./parts/a.nix",
        {"file": "./parts/mine.nix", "arguments": ["nur", "pkgs"]},
    ]
    assert project(**role) == found


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        (["/etc/passwd.nix"], "is no path inside the project"),
        (["../other.nix"], "is no path inside the project"),
        (["parts//x.nix"], "is no path inside the project"),
        ([".git/x.nix"], "is a file of git"),
        (["mine.py"], "is no Nix file"),
        ([""], "is empty"),
        (["a.nix", "./a.nix"], "./a.nix is given twice"),
        (3, "3 is not a list"),
        ([3], "3 is not a table"),
        ([{"file": "a.nix", "arguments": ["config"]}], "there is no argument of a composition"),
        ([{"file": "a.nix", "argumnts": []}], "there is no such key"),
    ],
)
def test_what_is_no_module_is_refused(modules, said):
    assert any(said in text for text in refused(modules=modules))


@pytest.mark.parametrize("ports", ["80", ["80:x"], ["70000:80"], ["8080:80", "8080:80"], [1]])
def test_what_is_no_port_of_docker_is_refused(ports):
    assert len(refused(docker_ports=ports)) == 1


@given(strategies.text(min_size=1, max_size=40))
def test_no_path_leaves_its_place_in_the_text(text):
    path = f"parts/{text}.nix"
    try:
        written = composition(modules=[path])
    except InputError:
        return
    tree = parse(written)
    assert tree is not None
    assert written.count("imports = ") == 1


def test_a_file_of_the_user_is_never_in_the_way_and_never_written(tmp_path):
    raw = {"name": "lab", "flavours": ["vm"], "roles": {"node": {"modules": ["parts/mine.nix"]}}}
    lab = Lab(tmp_path / "lab", raw)
    lab.write()
    assert not lab.file("parts/mine.nix").exists()
    lab.file("parts").mkdir()
    lab.file("parts/mine.nix").write_text("{ }\n")
    lab.raw["roles"]["node"] = {"parts": ["web.server"]}
    lab.write()
    assert lab.file("parts/mine.nix").read_text() == "{ }\n"
    assert "mine.nix" not in lab.file(".nxc-scaffold.toml").read_text()


def test_a_kept_file_is_not_written_whatever_changes(tmp_path):
    raw = {"name": "lab", "flavours": ["vm"], "roles": {"node": {}}, "kept": ["test_script.py"]}
    lab = Lab(tmp_path / "lab", raw)
    lab.write()
    assert not lab.file("test_script.py").exists()
    lab.file("test_script.py").write_text("mine\n")
    lab.raw["roles"]["node"] = {"parts": ["web.server"]}
    lab.write()
    assert lab.file("test_script.py").read_text() == "mine\n"


def test_a_written_file_that_becomes_the_users_stays_as_it_is(tmp_path):
    lab = Lab(tmp_path / "lab", {"name": "lab", "flavours": ["vm"], "roles": {"node": {}}})
    lab.write()
    before = lab.files()["flake.nix"]
    lab.raw["kept"] = ["flake.nix"]
    lab.raw["flavours"] = ["docker"]
    lab.write()
    assert lab.files()["flake.nix"] == before
    del lab.raw["kept"]
    plan = lab.plan()
    assert [str(step.path) for step in plan.conflicts] == ["flake.nix"]


@pytest.mark.parametrize("path", ["../x", "/x", "", ".git/config"])
def test_what_is_no_path_is_not_kept(path):
    raw = {"name": "lab", "flavours": ["vm"], "roles": {"node": {}}, "kept": [path]}
    with pytest.raises(InputError):
        complete(raw, CATALOG, defaults=True)
