"""What a service adds to the hosts of another, what is private, and what is known to work.

The services here are made up, so that nothing depends on one of the tool's own.
"""

import shutil
from pathlib import Path

import pytest

from scaffold.answers import layers
from scaffold.answers import project as project_of
from scaffold.asking.layers import Layer, merge
from scaffold.base.errors import InputError
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.composition import rules
from scaffold.composition.model import Project
from scaffold.composition.topology import ProjectTopology
from scaffold.report.console import ConsoleReporter
from tests import building

CLUSTER = """
title = "Cluster"
description = "runs jobs"
test = "test.py"

[parts.server]
description = "starts jobs"
module = "part.nix"

[parts.node]
description = "runs jobs"
module = "part.nix"
"""

METER = """
title = "Meter"
description = "measures jobs"
test = "test.py"
evidence = ["its modules were evaluated"]

[parts.node]
description = "measures"
module = "part.nix"
private = "an account of the meter's makers"

[[parts.node.adds_to]]
parts = ["cluster.server", "cluster.node"]
module = "jobs.nix"
owns = ["the job prologue"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue folder with a cluster and two services that act on its jobs."""
    for name, text in (("cluster", CLUSTER), ("ameter", METER), ("bmeter", METER)):
        service = tmp_path / "services" / name
        service.mkdir(parents=True)
        (service / "service.toml").write_text(text)
        (service / "part.nix").write_text("{ }\n")
        (service / "jobs.nix").write_text("# hosts: {{ hosts_with('cluster.node') | json }}\n{ }\n")
        (service / "test.py").write_text(f'with subtest("{name}"):\n    assert machines\n')
    return tmp_path


def compose(catalog: Catalog, *roles: str) -> Project:
    given = [Layer("test", {"name": "lab"}), *layers.from_flags({"roles": roles}, catalog)]
    raw = project_of.with_recommended(merge(given), catalog, all_of_them=True)
    composition = project_of.build(raw, catalog)
    rules.check(ProjectTopology(composition, catalog))
    return composition


def files(composition: Project, catalog: Catalog) -> dict[str, str]:
    return building.texts(composition, catalog)


def test_every_role_of_the_other_service_imports_the_addition(folder: Path) -> None:
    catalog = load_catalog([folder])
    lab = compose(
        catalog, "head=cluster.server", "node:2=cluster.node,ameter.node", "idle=ameter.node"
    )
    written = files(lab, catalog)
    assert '# hosts: ["node1", "node2"]' in written["parts/ameter-jobs.nix"]
    text = written["composition.nix"]
    head, node, idle = (text.index(f"    {name} = {{ ... }}") for name in ("head", "node", "idle"))
    assert "ameter-jobs.nix" in text[head:node]
    assert "ameter-jobs.nix" in text[node:idle]
    assert "ameter-jobs.nix" not in text[idle:]


def test_without_the_other_service_there_is_no_addition(folder: Path) -> None:
    catalog = load_catalog([folder])
    written = files(compose(catalog, "node=ameter.node"), catalog)
    assert "parts/ameter-jobs.nix" not in written


def test_a_service_is_tested_after_those_that_it_acts_on(folder: Path) -> None:
    catalog = load_catalog([folder])
    script = files(compose(catalog, "n=ameter.node,cluster.node"), catalog)["test_script.py"]
    assert script.index('"cluster"') < script.index('"ameter"')


def test_two_services_that_set_the_same_are_told_apart(folder: Path) -> None:
    catalog = load_catalog([folder])
    with pytest.raises(InputError) as caught:
        compose(catalog, "head=cluster.server", "node=ameter.node,bmeter.node")
    (problem,) = caught.value.problems
    assert problem.where == "roles.head"
    assert "ameter.node and bmeter.node both set the job prologue" in problem.what


def test_what_a_user_must_have_is_said_before_writing_and_in_the_readme(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalog = load_catalog([folder])
    lab = compose(catalog, "node=ameter.node")
    ConsoleReporter().summary(ProjectTopology(lab, catalog))
    assert "an account of the meter's makers" in capsys.readouterr().err
    readme = files(lab, catalog)["README.md"]
    assert "- an account of the meter's makers" in readme
    assert "- Meter: its modules were evaluated" in readme
    assert (
        "## Private sources" not in files(compose(catalog, "n=cluster.node"), catalog)["README.md"]
    )


def test_a_misspelt_part_or_file_of_an_addition_is_refused(folder: Path) -> None:
    file = folder / "services/ameter/service.toml"
    shutil.copy(file, folder / "kept")
    file.write_text(METER.replace("cluster.server", "cluster.srever"))
    with pytest.raises(InputError, match=r"cluster\.srever"):
        load_catalog([folder])
    file.write_text(METER.replace("jobs.nix", "job.nix"))
    with pytest.raises(InputError, match=r"job\.nix"):
        load_catalog([folder])


def test_one_of_several_parts_can_satisfy_a_need(folder: Path) -> None:
    file = folder / "services/bmeter/service.toml"
    need = (
        '[[parts.node.needs]]\npart = "ameter.node"\nalternatives = ["cluster.node"]\nwhy = "w"\n'
    )
    file.write_text(METER + need)
    catalog = load_catalog([folder])
    compose(catalog, "node=bmeter.node,cluster.node")
    with pytest.raises(InputError, match=r"needs ameter\.node or cluster\.node"):
        compose(catalog, "node=bmeter.node")
    file.write_text(METER + need.replace("cluster.node", "cluster.nod"))
    with pytest.raises(InputError, match=r"cluster\.nod"):
        load_catalog([folder])
