"""Services that nothing in sight declares: told where that is certain, and nowhere else."""

import pytest

from scaffold.migrate import undeclared
from scaffold.migrate.draft import Draft

COMPOSITION = "{ ... }:\n{\n  roles.node = { ... }: {\n    IMPORTS\n    SETS\n  };\n}\n"
MODULE = '{ lib, ... }:\n{ options.services.pulse.enable = lib.mkEnableOption "pulse"; }\n'
FLAKE = "{ outputs = { nxc, ... }: nxc.lib.compose { composition = ./composition.nix; }; }\n"


def told(tmp_path, sets="services.pulse.enable = true;", imports="", flake=FLAKE, **more):
    """Return what is in the way, and what is left to a person."""
    composition = COMPOSITION.replace("IMPORTS", imports).replace("SETS", sets)
    texts = {"flake.nix": flake, "composition.nix": composition}
    texts |= {name.replace("__", "."): text for name, text in more.items()}
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    draft = Draft(tmp_path, texts)
    return [str(problem) for problem in undeclared.found(draft)], draft.left


def test_a_module_that_nothing_imports_is_in_the_way(tmp_path):
    blocked, left = told(tmp_path, pulse__nix=MODULE)
    assert blocked == [
        "composition.nix:5: services.pulse: pulse.nix declares it, and nothing imports that file. "
        "Import ./pulse.nix where it is set, or take the setting out."
    ]
    assert left == []


def test_what_no_file_declares_is_left_to_a_person(tmp_path):
    blocked, (note,) = told(tmp_path)
    assert blocked == []
    assert note.where == "composition.nix:5"
    assert note.what == "services.pulse: no file here declares it, nor does NixOS 20.09 or 26.11"
    assert note.fails


@pytest.mark.parametrize(
    "more",
    [
        {"imports": "imports = [ ./pulse.nix ];", "pulse__nix": MODULE},
        {"imports": "imports = [ ./parts ];", "parts/default__nix": MODULE},
        {"sets": "services.nginx.enable = true;"},
        {"sets": "services.oar.node.enable = true;"},  # a module of kapack
        {"sets": "systemd.services.pulse.enable = true;"},
        {"sets": "services.${x}.enable = true;"},
        {"imports": "imports = [ inputs.pulse.nixosModules.default ];"},
        {"imports": "imports = map (f: ./parts + f) (builtins.readDir ./parts);"},
        {"flake": FLAKE.replace("composition =", "src = ./.; composition ="), "pulse__nix": MODULE},
        {"flake": "{ outputs = _: { }; }\n"},  # nothing says that composition.nix is read
    ],
)
def test_what_is_declared_or_not_certain_is_not_told(tmp_path, more):
    assert told(tmp_path, **more) == ([], [])


def test_of_a_kapack_that_is_not_known_nothing_is_said(tmp_path):
    told(tmp_path)
    names = ("flake.nix", "composition.nix")
    draft = Draft(tmp_path, {name: (tmp_path / name).read_text() for name in names})
    assert list(undeclared.found(draft, known_kapack=False)) == []
    assert draft.left == []


def test_a_module_outside_of_the_project_may_declare_it(tmp_path):
    (tmp_path / "pulse.nix").write_text(MODULE)
    (tmp_path / "lab").mkdir()
    assert told(tmp_path / "lab", imports="imports = [ ../pulse.nix ];") == ([], [])
