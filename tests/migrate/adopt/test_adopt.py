"""Taking over compositions that somebody wrote by hand."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

import pytest

from scaffold.answers.document import load_file
from scaffold.answers.layers import from_flags
from scaffold.answers.project import complete
from scaffold.base.errors import InputError
from scaffold.catalogue.limits import expand
from scaffold.migrate.adopt import comparison
from scaffold.migrate.adopt.adopt import adopt
from scaffold.migrate.adopt.adoption import lay_out
from scaffold.migrate.adopt.original import evaluated, originals
from scaffold.survey.discovery import survey
from tests.building import CATALOG
from tests.migrate.adopt import hand_written
from tests.migrate.adopt.hand_written import MANY, NFS, SLURM, SLURM_COMMON, project

pytestmark = pytest.mark.usefixtures("nix_program")


def read(folder: Path):
    found = [one for one in survey([folder]).projects if one.root == folder.resolve()]
    assert len(found) == 1, found
    return found[0]


def adopted(folder: Path):
    return adopt(read(folder), CATALOG)


def refused(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        adopted(folder)
    for problem in caught.value.problems:
        assert problem.where
        assert problem.remedy
    return [str(problem) for problem in caught.value.problems]


def roles(found):
    return {role.name: (role.count, role.parts) for role in found.whole.main.composition.roles}


def text(found, path):
    return found.texts[PurePosixPath(path)]


# --- what the tool wrote itself -------------------------------------------------------------------


EXAMPLES = Path(__file__).parents[3] / "generated_examples"


@pytest.mark.parametrize("example", sorted([*CATALOG.stacks, "multi"]))
def test_a_generated_project_is_read_back(example, tmp_path):
    """The same roles, counts and parts, nothing is left over, and every file is the tool's."""
    folder = tmp_path / example  # whose name is the project's
    shutil.copytree(EXAMPLES / example, folder)
    answers = folder / ".nxc-scaffold.toml"
    before = complete(load_file(answers).answers, CATALOG, defaults=False)
    answers.unlink()
    given = {"options": ["beegfs.accept_license=true"]} if "beegfs" in example else {}
    found = adopt(read(folder), CATALOG, given=from_flags(given, CATALOG))
    after = found.whole.project
    for one, other in zip(before.compositions, after.compositions, strict=True):
        assert _parts(other) == _parts(one)
        assert [role.modules for role in other.roles] == [()] * len(other.roles)
    assert (after.flavours, after.release) == (before.flavours, before.release)
    assert not set(after.kept) & {"flake.nix", "nxc.json", "setup.toml", "base.nix"}


def _parts(one):
    return {role.name: (role.count, set(expand(role.parts, CATALOG))) for role in one.roles}


# --- what people write ----------------------------------------------------------------------------


def test_roles_counts_parts_ports_users_and_the_script_are_read(tmp_path):
    found = adopted(project(tmp_path / "lab", NFS))
    assert roles(found) == {"store": (1, ("nfs.server",)), "worker": (3, ("nfs.client",))}
    composition = found.whole.main.composition
    assert composition.roles[0].docker_ports == ("2222:22",)
    assert found.whole.main.users == ["ann", "bob"]
    assert found.whole.main.home == "/data"
    assert found.whole.project.default_flavour == "docker"
    assert found.whole.project.release == "24.11"
    assert text(found, "test_script.py") == 'start_all()\nworker1.succeed("ls /data")\n'
    assert set(found.whole.project.kept) >= {"flake.nix", "nxc.json", "test_script.py"}


def test_what_parts_set_goes_and_the_rest_stays_with_its_comments(tmp_path):
    found = adopted(project(tmp_path / "lab", NFS))
    store, worker = text(found, "parts/adopted-store.nix"), text(found, "parts/adopted-worker.nix")
    assert "# where the files are" in store
    assert "# a habit of ours" in store
    assert 'PermitRootLogin = "yes"' in store
    for gone in ("sharedDirs", "nxc.users"):
        assert gone not in store
        assert gone not in worker
    assert "environment.systemPackages = [ pkgs.htop ]; # to look around" in worker
    modules = [module for role in found.whole.main.composition.roles for module in role.modules]
    assert [module.arguments for module in modules] == [(), ()]  # plain NixOS modules
    assert "{ pkgs, ... }:" in worker


def test_what_a_part_would_set_otherwise_counts_as_it_was(tmp_path):
    found = adopted(project(tmp_path / "lab", SLURM, common__nix=SLURM_COMMON))
    assert roles(found)["node"] == (2, ("slurm.node",))
    common = text(found, "common.nix")
    assert 'text = pkgs.lib.mkForce "mungeverryweakkeybuteasytointegratoinatest";' in common
    assert "nodeName = pkgs.lib.mkForce [" in common
    assert "controlMachine" not in common  # the part says the same
    assert "# everybody knows it" in common
    node = text(found, "parts/adopted-node.nix")
    assert "common = import ../common.nix" in node
    assert "number = 2;" in node
    assert "services.slurm.client.enable" not in node
    assert any("munge" in line and "common.nix:" in line for line in found.kept)


COMMENTED = """\
# the head of the file
{ ... }: {
  roles = {
    store = { ... }: {
      # it is the server
      nxc.sharedDirs."/data".export = true;
      # nxc.sharedDirs."/other".export = true;
      nxc.users = { names = [ "ann" ]; };
      services.openssh.enable = true;
    };
    worker = { ... }: { nxc.sharedDirs."/data".server = "store"; };
  };
  # three would be better
  rolesDistribution = { worker = 2; };
}
"""


def test_comments_stay_though_what_they_stand_before_goes(tmp_path):
    found = adopted(project(tmp_path / "lab", COMMENTED))
    store = text(found, "parts/adopted-store.nix")
    assert "# it is the server" in store
    assert '# nxc.sharedDirs."/other".export = true;' in store
    assert "parts/adopted-worker.nix" not in map(str, found.texts)


def test_comments_that_have_no_place_any_more_are_named(tmp_path):
    found = adopted(project(tmp_path / "lab", COMMENTED))
    assert [line for line in found.unclear if "is left out" in line] == [
        "composition.nix:1: this comment is left out: # the head of the file",
        "composition.nix:13: this comment is left out: # three would be better",
    ]


def test_a_composition_that_stands_in_the_flake_gets_a_file(tmp_path):
    flake = hand_written.FLAKE.replace("./composition.nix", "{ ... }: { roles.a = { ... }: { }; }")
    folder = project(tmp_path / "lab", "{ }", flake__nix=flake)
    (folder / "composition.nix").unlink()
    found = adopted(folder)
    assert roles(found) == {"a": (1, ())}
    assert text(found, "flake.nix") == hand_written.FLAKE


def test_a_part_is_not_taken_when_nothing_brings_its_module(tmp_path):
    composition = "{ ... }: { roles.n = { ... }: { services.bdpo.enable = true; }; }"
    found = adopted(project(tmp_path / "lab", composition))
    assert roles(found) == {"n": (1, ())}
    assert any("n: bdpo.node is not taken: " in line for line in found.unclear)
    assert "services.bdpo.enable = true;" in text(found, "parts/adopted-n.nix")


def test_flavours_that_the_text_names_are_compared_too(tmp_path):
    composition = """\
    { flavour, lib, ... }: {
      roles.n = { ... }: {
        services.openssh.enable = lib.mkIf (flavour.name == "g5k-image") true;
      };
    }
    """
    found = adopted(project(tmp_path / "lab", composition))
    assert found.flavours == ("vm", "docker", "g5k-image")


CONDITIONAL = """\
{ lib, flavour, ... }: {
  roles = {
    store = { ... }: {
      nxc.sharedDirs."/data".export = true;
      nxc.users = { names = [ "ann" ]; prefixHome = "/data"; };
    };
    worker = { ... }: {
      nxc.sharedDirs."/data".server = "store";
      nxc.users = {
        names = [ "ann" ];
        prefixHome = lib.mkIf (flavour.name == "vm") "/elsewhere";
      };
    };
  };
}
"""


def test_what_cannot_be_made_to_count_leaves_the_role_as_it_is(tmp_path):
    """mkForce (mkIf …) means nothing to the module system, so the part is not taken."""
    found = adopted(project(tmp_path / "lab", CONDITIONAL))
    assert roles(found)["worker"] == (1, ())
    worker = text(found, "parts/adopted-worker.nix")
    assert 'prefixHome = lib.mkIf (flavour.name == "vm") "/elsewhere";' in worker
    assert 'nxc.sharedDirs."/data".server = "store";' in worker
    assert any("worker: nfs.client is not taken" in line for line in found.unclear)


def test_a_package_below_with_needs_nothing_from_around_it(tmp_path):
    composition = """\
    { pkgs, nur, ... }: {
      roles.n = { ... }: {
        environment.systemPackages = with pkgs; [ htop nur.repos.kapack.npb ];
      };
    }
    """
    found = adopted(project(tmp_path / "lab", composition))
    (module,) = found.whole.main.composition.roles[0].modules
    assert module.arguments == ("nur", "pkgs")


def test_interpolated_numbers_in_the_test_script_are_filled_in(tmp_path):
    found = adopted(project(tmp_path / "lab", SLURM, common__nix=SLURM_COMMON))
    assert "srun --nodes=2 hostname" in text(found, "test_script.py")


def test_roles_of_make_many_are_one_role_with_a_count(tmp_path):
    found = adopted(project(tmp_path / "lab", MANY))
    assert roles(found) == {"front": (1, ()), "node": (3, ())}
    assert list(found.whole.main.hosts) == ["front", "node1", "node2", "node3"]
    assert any("node1, node2, node3" in line for line in found.read)
    assert "services.nginx.enable = true" in text(found, "parts/adopted-node.nix")


ROLE = "{ ... }: { }"
WEB = "{ ... }: { services.nginx.enable = true; }"
ON = "let on = {}; in {{ n{} = {{ ... }}: {{ services.nginx.enable = on; }}; }}"


def test_roles_that_differ_in_their_number_alone_are_one_with_a_count(tmp_path):
    given = f"{{ ... }}: {{ roles = {{ n1 = {WEB}; n2 = {WEB}; db = {ROLE}; }}; }}"
    found = adopted(project(tmp_path / "lab", given))
    assert roles(found) == {"n": (2, ()), "db": (1, ())}
    assert list(found.whole.main.hosts) == ["n1", "n2", "db"]
    assert any("was n1, n2" in line for line in found.read)


@pytest.mark.parametrize(
    "given",
    [
        f"roles = {{ n1 = {WEB}; n2 = {ROLE}; }};",  # other text
        f"roles = {{ n1 = {WEB}; n2 = {WEB}; n = {ROLE}; }};",  # the name is taken
        f"roles = {{ n1 = {WEB}; n2 = {WEB}; n4 = {ROLE}; }};",  # a gap
        f'roles = {{ n1 = {WEB}; n2 = {WEB}; }}; dockerPorts.n1 = [ "80:80" ];',
        f"roles = {{ n1 = {WEB}; n2 = {WEB}; }}; rolesDistribution.n2 = 3;",
        f"roles = ({ON.format('true', 1)}) // ({ON.format('false', 2)});",  # another meaning
    ],
)
def test_roles_that_differ_in_more_stay_apart(given, tmp_path):
    found = adopted(project(tmp_path / "lab", f"{{ ... }}: {{ {given} }}"))
    assert {"n1", "n2"} <= set(roles(found))
    assert roles(found)["n1"][0] == 1


def test_names_with_a_dash_or_an_underscore_stay(tmp_path):
    given = f"{{ ... }}: {{ roles.a-b = {WEB}; roles.c_d = {WEB}; rolesDistribution.c_d = 2; }}"
    found = adopted(project(tmp_path / "lab", given))
    assert list(found.whole.main.hosts) == ["a-b", "c_d1", "c_d2"]
    assert "test_script.py" in found.whole.project.kept


def test_a_distribution_of_one_is_numbered_on_every_flavour_when_that_is_wanted(tmp_path):
    given = f"{{ ... }}: {{ roles.a = {WEB}; roles.b = {ROLE}; rolesDistribution.a = 1; }}"
    folder = project(tmp_path / "lab", given)
    (told,) = refused(folder)
    assert "--set roles.a.numbered=true" in told
    layers = from_flags({"options": ["roles.a.numbered=true"]}, CATALOG)
    found = adopt(read(folder), CATALOG, given=layers)
    assert list(found.whole.main.hosts) == ["a1", "b"]
    assert "the one host of a is a1 on every flavour now; docker called it a" in found.unclear
    lay_out(found, tmp_path / "new")
    (seen,) = evaluated(read(tmp_path / "new"), ("vm", "docker")).views.values()
    assert [list(view.hosts) for view in seen.values()] == [["a1", "b"]] * 2


def test_a_setup_file_that_is_broken_is_told(tmp_path):
    found = adopted(project(tmp_path / "lab", NFS, setup__toml="[project\n"))
    assert any(line.startswith("setup.toml:1: it is not TOML, and") for line in found.unclear)


def test_flavours_that_get_lost_are_told_with_the_reason(tmp_path):
    folder = project(tmp_path / "lab", NFS)
    flake = folder / "flake.nix"
    found = adopted(folder)
    assert [line for line in found.unclear if line.startswith("flavours")] == [
        "flavours nspawn: the parts cannot run there; --no-parts keeps them"
    ]
    before = flake.read_text().replace("24.11", "22.05")
    flake.write_text(before)  # its library has no nspawn, and nobody asked for it
    assert not any(line.startswith("flavours") for line in adopted(folder).unclear)
    more = 'flavours = nixpkgs.lib.getAttrs [ "vm" "nspawn" ] nxc.lib.flavours; composition ='
    flake.write_text(before.replace("composition =", more))
    assert "flavours nspawn: not in NixOS Compose of release 22.05" in adopted(folder).unclear


def test_a_list_of_one_numbered_name_is_read(tmp_path):
    given = f'{{ ... }}: {{ roles.a = {WEB}; rolesDistribution.a = [ "a1" ]; }}'
    assert list(adopted(project(tmp_path / "lab", given)).whole.main.hosts) == ["a1"]


OAR = """{ ... }: {
  roles.front = { ... }: { services.oar.client.enable = true; };
  roles.node = { ... }: { services.oar.node.enable = true; };
  roles.db = { ... }: {
    services.oar.server.enable = true;
    services.oar.dbserver.enable = true;
  };
}
"""


def test_all_modules_of_an_input_that_flake_nix_gives_every_role_are_known(tmp_path):
    folder = project(tmp_path / "lab", OAR)
    flake = folder / "flake.nix"
    flake.write_text(flake.read_text().replace("kapack/24.11", "kapack/25.05"))
    assert all(not parts for _, parts in roles(adopted(folder)).values())
    every = "extraConfigurations = builtins.attrValues kapack.nixosModules;"
    flake.write_text(flake.read_text().replace("composition =", f"{every}\n composition ="))
    assert roles(adopted(folder)) == {
        "front": (1, ("oar.frontend",)),
        "node": (1, ("oar.node",)),
        "db": (1, ("oar.server", "oar.dbserver")),
    }


def test_imports_of_nur_are_called_with_the_arguments_of_the_composition(tmp_path):
    composition = """\
    { pkgs, nur, flavour, ... }: {
      roles.db = { ... }: {
        imports = [ nur.repos.kapack.modules.oar ];
        services.other.text = flavour.name;
      };
    }
    """
    found = adopted(project(tmp_path / "lab", composition))
    (module,) = found.whole.main.composition.roles[0].modules
    assert module.arguments == ("flavour", "nur")
    rendered = found.tree[PurePosixPath("composition.nix")].content.decode()
    assert "(import ./parts/adopted-db.nix { inherit flavour nur; })" in rendered


def test_paths_in_the_text_follow_it(tmp_path):
    composition = """\
    { pkgs, ... }: {
      roles.a = { ... }: {
        imports = [ ./modules/a.nix ];
        environment.etc.motd.source = ./motd;
      };
    }
    """
    files = {"modules/a__nix": "{ services.openssh.enable = true; }", "motd": "hello"}
    found = adopted(project(tmp_path / "lab", composition, **files))
    module = text(found, "parts/adopted-a.nix")
    assert "../modules/a.nix" in module
    assert "../motd" in module


def test_a_composition_elsewhere_is_named_anew_in_the_flake(tmp_path):
    folder = project(tmp_path / "lab", NFS)
    (folder / "nxc").mkdir()
    (folder / "composition.nix").rename(folder / "nxc/lab.nix")
    flake = hand_written.FLAKE.replace("./composition.nix", "./nxc/lab.nix")
    (folder / "flake.nix").write_text(flake)
    found = adopted(folder)
    assert text(found, "flake.nix") == hand_written.FLAKE
    assert found.gone == (PurePosixPath("nxc/lab.nix"),)


def test_several_compositions_get_a_folder_each(tmp_path):
    flake = hand_written.FLAKE.replace(
        "composition = ./composition.nix", "compositions = ./compositions.nix"
    )
    files = {
        "flake__nix": flake,
        "compositions__nix": "{ store = import ./a.nix; many = import ./b.nix; }\n",
        "a__nix": NFS,
        "b__nix": MANY,
    }
    folder = project(tmp_path / "lab", "{ }", **files)
    (folder / "composition.nix").unlink()
    found = adopted(folder)
    assert [one.name for one in found.whole.project.compositions] == ["store", "many"]
    assert PurePosixPath("store/parts/adopted-worker.nix") in found.texts
    assert PurePosixPath("many/test_script.py") in found.texts
    assert set(found.gone) == {PurePosixPath("a.nix"), PurePosixPath("b.nix")}


@pytest.mark.parametrize(
    ("composition", "more"),
    [(NFS, {}), (SLURM, {"common__nix": SLURM_COMMON}), (MANY, {})],
    ids=["nfs", "slurm", "many"],
)
def test_what_is_written_is_what_it_was(composition, more, tmp_path):
    """Evaluated again from the disk, and not by the run that wrote it."""
    folder = project(tmp_path / "lab", composition, **more)
    before, found = originals(read(folder)), adopted(folder)
    lay_out(found, tmp_path / "new")
    after = evaluated(read(tmp_path / "new"), ("vm", "docker"))
    assert list(comparison.differences(before, after)) == []


@pytest.mark.parametrize(
    ("composition", "more"),
    [(NFS, {}), (SLURM, {"common__nix": SLURM_COMMON})],
    ids=["nfs", "slurm"],
)
def test_without_parts_nothing_is_added_and_no_text_is_edited(composition, more, tmp_path):
    folder = project(tmp_path / "lab", composition, **more)
    found = adopt(read(folder), CATALOG, parts=False)
    assert {role.parts for role in found.whole.main.composition.roles} == {()}
    assert found.added == {}
    assert PurePosixPath("common.nix") not in found.texts
    assert not any("mkForce" in module for module in found.texts.values())


def test_a_changed_value_is_a_difference(tmp_path):
    folder = project(tmp_path / "lab", NFS)
    before, found = originals(read(folder)), adopted(folder)
    lay_out(found, tmp_path / "new")
    module = tmp_path / "new/parts/adopted-store.nix"
    module.write_text(module.read_text().replace('"yes"', '"no"'))
    after = evaluated(read(tmp_path / "new"), ("vm", "docker"))
    (first, *_) = comparison.differences(before, after)
    assert (first.role, first.what) == (
        "store",
        "services.openssh.settings.PermitRootLogin has another value than before",
    )


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("composition", "said"),
    [
        (f"{{ ... }}: {{ roles.A = {ROLE}; }}", "the host A must be lower-case letters"),
        (f"{{ ... }}: {{ roles.a--b = {ROLE}; }}", "the host a--b must be lower-case letters"),
        (f"{{ ... }}: {{ roles.import = {ROLE}; }}", "the host import is a"),
        (f"{{ ... }}: {{ roles.a = {ROLE}; extraVolumes = [ ]; }}", "has extraVolumes"),
        (
            f"{{ ... }}: {{ roles.a = {ROLE}; rolesDistribution.a = 1; }}",
            "calls its host a1 on machines and a in docker",
        ),
        (
            f'{{ ... }}: {{ roles.a = {ROLE}; rolesDistribution.a = [ "x" "y" ]; }}',
            "its hosts have names of their own: x, y",
        ),
        (f"{{ ... }}: {{ roles.a = {ROLE}; dockerPorts.b = [ ]; }}", "dockerPorts.b"),
        (
            f"{{ lib, ... }}: {{ roles = lib.genAttrs [ ] (_: {ROLE}); }}",
            "its roles are computed",
        ),
        (f"extra: {{ ... }}: {{ roles.a = {ROLE}; }}", "is a function that returns"),
        ('{ ... }: { testScript = ""; }', "it has no roles"),
        (
            f'{{ pkgs, ... }}: {{ roles.a = {ROLE}; testScript = "${{pkgs.hello}}/bin/hello"; }}',
            "it names packages of nixpkgs",
        ),
        ("{ ... }: { roles.a = { config, ... }: { x = config.nope.y; } // 3; }", "roles.a"),
    ],
)
def test_what_cannot_be_taken_over_is_refused_with_its_place(composition, said, tmp_path):
    told = refused(project(tmp_path / "lab", composition))
    assert any(said in line for line in told), told


def test_a_file_in_the_way_of_a_part_is_refused(tmp_path):
    folder = project(tmp_path / "lab", NFS, **{"parts/nfs-server__nix": "{ }\n"})
    assert "parts/nfs-server.nix: it is there already" in refused(folder)[0]


def test_no_flake_is_refused(tmp_path):
    folder = project(tmp_path / "lab", NFS)
    (folder / "flake.nix").unlink()
    assert "it has no flake.nix" in refused(folder)[0]
