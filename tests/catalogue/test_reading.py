"""The catalogue loads, and a mistake in one of its files is told with the file and the key."""

import shutil
from pathlib import Path

import pytest

from scaffold.base.errors import InputError
from scaffold.base.folders import templates_folder
from scaffold.catalogue.reading import load_catalog, require_consistent
from scaffold.catalogue.values import OPTION_TYPES, of_option
from tests.building import CATALOG

SERVICE = """
title = "Echo"
description = "answers"
test = "test.py"

[options.level]
type = "integer"
default = 1
minimum = 1
help = "How much."

[parts.server]
description = "answers"
module = "server.nix"

[[parts.server.needs]]
part = "echo.client"
why = "nobody would ask"

[parts.client]
description = "asks"
module = "client.nix"
"""

MODULE = 'module = "client.nix"'
LIMIT = '[[parts.client.limits]]\nreason = "r"'


@pytest.fixture
def folder(tmp_path):
    """A catalogue folder of a laboratory, with one service."""
    echo = tmp_path / "services/echo"
    echo.mkdir(parents=True)
    (echo / "service.toml").write_text(SERVICE)
    for name in ("server.nix", "client.nix", "test.py"):
        (echo / name).write_text("")
    return tmp_path


def change(folder, old, new, file="services/echo/service.toml"):
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


def refused(folder):
    with pytest.raises(InputError) as caught:
        load_catalog([folder])
    return [str(problem) for problem in caught.value.problems]


def test_the_catalogue_of_the_tool_loads():
    files = {file.stem: file for file in templates_folder().glob("stacks/*.toml")}
    require_consistent(CATALOG, files)
    assert {"blank", "nfs", "oar", "oar-nfs"} <= set(CATALOG.stacks)
    assert {"nfs.server", "nfs.client", "oar.server", "oar.node", "oar.frontend"} <= set(
        CATALOG.parts
    )
    assert {"vm", "docker", "nspawn", "g5k-nfs-store"} <= set(CATALOG.flavours)
    assert CATALOG.default_release == "25.05"
    assert CATALOG.preferred_releases[:2] == ["25.05", "26.05"]


def test_the_templates_folder_is_that_of_the_checkout():
    assert templates_folder() == Path(__file__).resolve().parents[2] / "templates"


OPTIONS = [
    spec
    for service in CATALOG.services.values()
    for owner in (service, *service.parts.values())
    for spec in owner.options.values()
]


@pytest.mark.parametrize("spec", OPTIONS, ids=lambda spec: spec.key)
def test_every_option_has_a_known_type_a_help_and_a_valid_default(spec):
    assert spec.type in OPTION_TYPES
    assert spec.help.endswith(".")
    assert of_option(spec, spec.default) == spec.default
    assert (spec.type == "choice") == bool(spec.choices)


@pytest.mark.parametrize("name", CATALOG.releases)
def test_every_release_names_known_flavours_its_evidence_and_its_inputs(name):
    release = CATALOG.releases[name]
    assert set(release.flavours) <= set(CATALOG.flavours)
    assert {"nixpkgs", "nxc"} <= set(release.inputs)
    assert release.evidence
    assert release.published < release.end_of_support
    assert all(pin.style in ("path", "query") for pin in release.inputs.values())


def test_a_part_names_reasons_for_its_limits_and_needs():
    for part in CATALOG.parts.values():
        assert all(limit.reason and (limit.flavours or limit.releases) for limit in part.limits)
        assert all(need.why for need in part.needs)


def test_a_folder_adds_to_the_catalogue(folder):
    (folder / "stacks").mkdir()
    (folder / "stacks/echo.toml").write_text('description = "d"\n[answers.roles.a]\ncount = 1\n')
    catalog = load_catalog([folder])
    assert catalog.parts["echo.server"].needs[0].part == "echo.client"
    assert catalog.services["echo"].options["level"].key == "level"
    assert catalog.stacks["echo"].answers == {"roles": {"a": {"count": 1}}}
    assert set(CATALOG.parts) < set(catalog.parts)


def test_an_unknown_key_is_told_with_file_and_key(folder):
    change(folder, 'module = "client.nix"', 'module = "client.nix"\nprots = [1]')
    (problem,) = refused(folder)
    assert str(folder / "services/echo/service.toml") in problem
    assert "prots" in problem


def test_a_key_of_the_wrong_type_is_told_with_its_path(folder):
    change(folder, "minimum = 1", 'minimum = "one"')
    (problem,) = refused(folder)
    assert "service.toml" in problem
    assert "minimum" in problem


def test_a_missing_key_is_told(folder):
    change(folder, 'title = "Echo"', "")
    (problem,) = refused(folder)
    assert "service.toml" in problem
    assert "title" in problem


def test_what_is_no_toml_is_told(folder):
    change(folder, 'title = "Echo"', "title = Echo")
    (problem,) = refused(folder)
    assert "service.toml: cannot be read" in problem


@pytest.mark.parametrize("name", ["server.nix", "test.py"])
def test_a_missing_template_is_told(folder, name):
    (folder / "services/echo" / name).unlink()
    (problem,) = refused(folder)
    assert "service.toml" in problem
    assert f"names the file {name}, which is not there" in problem


def test_all_missing_templates_are_told_at_once(folder):
    for name in ("server.nix", "client.nix"):
        (folder / "services/echo" / name).unlink()
    assert len(refused(folder)) == 2


def test_an_option_with_the_name_of_a_part_is_told(folder):
    change(folder, "[options.level]", "[options.client]")
    assert any("'client' is both an option and a part" in p for p in refused(folder))


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ('part = "echo.client"', 'part = "echo.clinet"', "echo.clinet"),
        (MODULE, f'{MODULE}\nimplies = ["users.acounts"]', "users.acounts"),
        (MODULE, f'{MODULE}\nmounts = "nfs.sever"', "nfs.sever"),
        (MODULE, f'{MODULE}\ntalks_to = ["echo.sever"]', "echo.sever"),
        (MODULE, f'{MODULE}\nshares = "exprot"', "exprot"),
        (MODULE, f'{MODULE}\n{LIMIT}\nflavours = ["vmm"]', "vmm"),
        (MODULE, f'{MODULE}\n{LIMIT}\nreleases = ["1.0"]', "1.0"),
    ],
)
def test_a_name_that_leads_nowhere_is_told_with_the_part(folder, old, new, name):
    change(folder, old, new)
    (problem,) = refused(folder)
    assert problem.startswith(f"{folder / 'services/echo/service.toml'}: parts.")
    assert f"refers to {name!r}, which does not exist" in problem


def test_an_unknown_type_of_option_is_told(folder):
    change(folder, 'type = "integer"', 'type = "whole"')
    (problem,) = refused(folder)
    assert "level" in problem
    assert "'whole'" in problem


def test_a_later_folder_replaces_an_entry(folder):
    shutil.copy(templates_folder() / "flavours.toml", folder)
    change(folder, 'title = "virtual', 'title = "my virtual', "flavours.toml")
    assert load_catalog([folder]).flavours["vm"].title.startswith("my virtual")


def test_what_is_no_table_is_told(folder):
    change(folder, "[parts.client]", "[parts]\nclient = 1\n[parts.other]")
    assert "service.toml" in refused(folder)[0]


@pytest.mark.parametrize(
    ("implied", "circle"),
    [
        ({"client": "echo.client"}, "echo.client → echo.client"),
        ({"client": "echo.server", "server": "echo.client"}, "echo.client → echo.server → echo"),
    ],
)
def test_parts_that_imply_each_other_are_told(folder, implied, circle):
    for part, other in implied.items():
        old = f'module = "{part}.nix"'
        change(folder, old, f'{old}\nimplies = ["{other}"]')
    told = refused(folder)
    assert any(f"parts.client.implies goes in a circle: {circle}" in p for p in told)


def test_a_part_that_needs_itself_is_told(folder):
    change(folder, 'part = "echo.client"', 'part = "echo.server"')
    assert "parts.server.needs names the part itself" in refused(folder)[0]


def test_a_default_that_its_option_would_refuse_is_told(folder):
    change(folder, "default = 1", "default = 0")
    assert "options.level.default: 0 is too small" in refused(folder)[0]


@pytest.mark.parametrize(
    ("line", "key", "name"),
    [
        ('roles.a.parts = ["echo.sever"]', "answers.roles.a.parts", "echo.sever"),
        ('flavours = ["vmm"]', "answers.flavours", "vmm"),
        ('release = "1.0"', "answers.release", "1.0"),
    ],
)
def test_a_stack_with_a_wrong_name_is_told_with_file_and_key(folder, line, key, name):
    (folder / "stacks").mkdir()
    (folder / "stacks/echo.toml").write_text(f'description = "d"\n[answers]\n{line}\n')
    (problem,) = refused(folder)
    assert problem.startswith(f"{folder / 'stacks/echo.toml'}: {key} refers to '{name}'")


def test_a_folder_without_anything_of_a_catalogue_is_told(tmp_path):
    (tmp_path / "service").mkdir()
    (problem,) = refused(tmp_path)
    assert problem.startswith(f"{tmp_path}: holds nothing of a catalogue")


def test_a_file_in_the_place_of_a_catalogue_is_told(tmp_path):
    (tmp_path / "catalogue").touch()
    (problem,) = refused(tmp_path / "catalogue")
    assert problem.startswith(f"{tmp_path / 'catalogue'}: is no folder")


def test_a_service_folder_without_its_file_is_told(folder):
    (folder / "services/empty").mkdir()
    (problem,) = refused(folder)
    assert "services/empty: holds no service.toml" in problem
