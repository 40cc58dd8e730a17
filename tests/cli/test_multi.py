"""multi: several compositions in one flake, each whole, all with the same pins and flavours."""

import json
import tomllib

import pytest
from click.testing import CliRunner

from scaffold.asking.layers import Layer
from scaffold.base.errors import InputError
from scaffold.cli.main import cli
from scaffold.cli.multi import REFUSED
from tests.building import CATALOG, completed, texts
from tests.running import command_of, nxc_scaffold
from tests.tools.examples import example
from tests.tools.package_goldens import SOURCES

NOTHING = Layer("the test", {})


def run(*args: str) -> str:
    done = CliRunner().invoke(cli, ["multi", *args], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def project(shared: Layer = NOTHING, **sources):
    """Return the project of compositions: each is the name of a stack, or a table of answers."""
    return completed(
        Layer("--name", {"name": "lab"}), shared, Layer("t", {"compositions": sources})
    )


def files(shared: Layer = NOTHING, **sources) -> dict[str, str]:
    return texts(project(shared, **sources))


def refused(shared: Layer = NOTHING, **sources) -> str:
    with pytest.raises(InputError) as caught:
        project(shared, **sources)
    return str(caught.value)


@pytest.mark.parametrize("stack", ["oar", "web"])
def test_a_composition_is_what_it_would_be_alone(stack):
    found = files(oar="oar", web="web")
    alone = {str(f.path): f.content.decode() for f in example(stack, CATALOG).values()}
    own = {path.removeprefix(f"{stack}/"): t for path, t in found.items() if path.startswith(stack)}
    assert set(own) == {p for p in alone if p.startswith(("parts/", "composition", "test_script"))}
    for path in set(own) - {"test_script.py"}:
        assert own[path] == alone[path]


def test_the_flake_has_what_any_of_them_needs():
    flake = files(web="web", oar="oar")["flake.nix"]
    assert "compositions = import ./compositions.nix;" in flake
    assert "composition = ./composition.nix" not in flake
    assert "kapack.nixosModules.oar" in flake
    assert '."web::vm";' in flake


def test_files_that_a_service_brings_lie_where_the_flake_looks_for_them():
    agreed = {"options": {"beegfs": {"accept_license": True}}}
    beegfs = {**CATALOG.stacks["beegfs"].answers, **agreed}
    found = files(fs=beegfs, web="web")
    assert "beegfs/overlay.nix" in found
    assert "./beegfs/overlay.nix" in found["flake.nix"]


def test_every_test_script_names_its_own_hosts_only():
    found = files(oar="oar", web="web")
    assert "frontend" in found["oar/test_script.py"]
    assert "frontend" not in found["web/test_script.py"]


def test_what_is_shared_is_answered_once():
    one = project(Layer("flags", {"release": "23.05", "flavours": ["vm"]}), a="web", b="mpi")
    assert (one.release, one.flavours) == ("23.05", ("vm",))


def test_without_an_answer_they_have_the_flavours_that_all_take():
    assert project(a="web", b="k3s").flavours == ("vm", "g5k-nfs-store")


def test_a_flavour_that_one_of_them_cannot_run_is_told_with_its_name():
    told = refused(Layer("flags", {"flavours": ["docker"]}), a="web", b="k3s")
    assert "flavours: 'docker' cannot be used (k3s.server" in told


@pytest.mark.parametrize("name", ["parts", "two words", "with", "1st"])
def test_a_name_that_is_no_folder_or_attribute_is_told(name):
    assert f"compositions.{name}: {name!r}" in refused(**{name: "web", "b": "nfs"})


def test_one_composition_is_for_new():
    assert "Give two or more" in refused(a="web")


def test_an_unknown_stack_is_told():
    assert "Did you mean web" in refused(a="wbe", b="nfs")


def test_the_answers_generate_the_same_project_again(tmp_path):
    target = tmp_path / "lab"
    args = ("--no-check", "--no-git", "-q")
    run(
        str(target),
        "--composition",
        "web",
        "--composition",
        "hpc=slurm",
        "--release",
        "24.11",
        *args,
    )
    before = {p: p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}
    again = run(str(target), "--answers", str(target / ".nxc-scaffold.toml"), "--json", *args)
    assert {f["verb"] for f in json.loads(again)["files"]} == {"identical"}
    assert before == {p: p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}
    kept = tomllib.loads((target / ".nxc-scaffold.toml").read_text())
    assert kept["release"] == "24.11"
    assert list(kept["compositions"]) == ["web", "hpc"]


def test_it_is_checked_composition_by_composition(tmp_path, nix_program):
    args = ("--composition", "web", "--composition", "hpc=slurm", "--no-flake-check", "--no-git")
    done = json.loads(run(str(tmp_path / "lab"), *args, "--json"))
    assert list(done["compositions"]) == ["web", "hpc"]
    by_name = [check["name"] for check in done["checks"]]
    assert by_name.count("composition") == by_name.count("test script") == 2
    assert {check["status"] for check in done["checks"] if check["name"] != "format"} == {"ok"}


def test_a_dry_run_writes_nothing(tmp_path):
    run(str(tmp_path / "lab"), "--composition", "web", "--composition", "nfs", "--dry-run")
    assert not (tmp_path / "lab").exists()


# --- the command, without a terminal --------------------------------------------------------------

QUICK = ("--no-check", "--no-git")
OAR_WEB = ("--composition", "oar", "--composition", "web")


def told(*args, code=2, cwd=None) -> list[str]:
    """Run the command in vain; return the problems that it tells, each on one line."""
    done = nxc_scaffold("multi", *args, cwd=cwd)
    assert done.returncode == code, done.stderr
    return done.stderr.splitlines()[::2]


@pytest.mark.parametrize("more", [[], ["--defaults"], ["--answers", "shared.toml"]])
def test_without_a_terminal_the_compositions_have_to_be_given(tmp_path, more):
    (tmp_path / "shared.toml").write_text('release = "24.11"\n')
    assert told("lab", *more, cwd=tmp_path) == ["error  compositions: is not answered"]
    assert not (tmp_path / "lab").exists()


def test_a_name_can_take_the_place_of_the_folder(tmp_path):
    assert told(*OAR_WEB, cwd=tmp_path) == ["error  name: is not answered"]
    assert nxc_scaffold("multi", *OAR_WEB, "--name", "mine", *QUICK, cwd=tmp_path).returncode == 0
    assert (tmp_path / "mine" / "oar" / "composition.nix").exists()


def test_the_name_is_one_that_a_project_can_have(tmp_path):
    assert "error  name (the folder): " in told("two words", *OAR_WEB, cwd=tmp_path)[0]


def flags_of(command: str) -> set[str]:
    return {p.opts[-1] for p in command_of(command).params if p.opts[0].startswith("-")}


def shown_flags_of(command: str) -> set[str]:
    params = (p for p in command_of(command).params if not getattr(p, "hidden", False))
    return {p.opts[-1] for p in params if p.opts[0].startswith("-")}


def test_it_has_the_flags_of_new_or_says_why_not():
    assert shown_flags_of("multi") - {"--composition"} == flags_of("new") - set(REFUSED)
    assert flags_of("multi") >= flags_of("new")


@pytest.mark.parametrize("flag", REFUSED)
def test_a_flag_about_one_composition_is_refused_with_a_remedy(tmp_path, flag):
    value = [] if flag == "--trust" else ["x"]
    assert told("lab", *OAR_WEB, flag, *value, cwd=tmp_path) == [
        f"error  {flag}: {REFUSED[flag][0]}"
    ]


@pytest.mark.parametrize(
    ("pairs", "problem"),
    [
        (["a=nfs", "b=web", "a=slurm"], "--composition: the composition 'a' is given twice"),
        (["a=nfs", "wep"], "--composition wep: there is no stack 'wep'"),
        (["a=nfs", "b=wep"], "--composition b=wep: there is no stack 'wep'"),
    ],
)
def test_compositions_that_cannot_be_are_told(tmp_path, pairs, problem):
    given = [word for pair in pairs for word in ("--composition", pair)]
    assert told("lab", *given, cwd=tmp_path) == [f"error  {problem}"]


def test_flags_that_contradict_each_other_are_refused(tmp_path):
    assert "contradict" in told("lab", *OAR_WEB, "--force", "--keep", cwd=tmp_path)[0]


def test_set_reaches_into_a_composition(tmp_path):
    settings = ["compositions.oar.roles.node.count=5", "compositions.oar.oar.log_level=2"]
    flags = [word for text in settings for word in ("--set", text)]
    done = nxc_scaffold("multi", "lab", *OAR_WEB, *flags, "--set", "release=24.11", *QUICK,
                        cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    kept = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert kept["release"] == "24.11"
    assert kept["compositions"]["oar"]["roles"]["node"]["count"] == 5
    assert kept["compositions"]["oar"]["options"] == {"oar": {"log_level": "2"}}
    assert "options" not in kept["compositions"]["web"]


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("compositions.nope.roles.a.count=1", "there is no composition 'nope'"),
        ("relase=24.11", "relase (--set relase=24.11): there is no such key"),
        ("roles.node.count=3", "is an answer of one composition"),
        ("compositions=1", "compositions (--set compositions=1): '1' is not a table"),
        ("compositions.oar.stack=wep", "--stack: there is no stack 'wep'"),
        ("compositions.oar.name=web", "compositions.oar.name: 'web' is not oar"),
        ("compositions.oar.pins.nxc=x", "compositions.oar.pins: is the same for all"),
        ("compositions.oar.roles.node.count=0", "compositions.oar: roles.node.count (--set"),
    ],
)
def test_a_setting_that_cannot_be_is_told(tmp_path, setting, problem):
    assert problem in told("lab", *OAR_WEB, "--set", setting, cwd=tmp_path)[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('relase = "24.11"', "relase (answers.toml): there is no such key"),
        ("[roles.a]", "roles (answers.toml): is an answer of one composition"),
        ('[template]\nsource = "x"', "template (answers.toml): several compositions have no"),
        ('[compositions.a.template]\nsource = "x"', "compositions.a.template: several"),
        ("[variants.x.counts]\na = 3", "variants.x.counts: a is a count of setup.toml"),
        (
            "[compositions.a.variants.x.counts]\na = 3",
            "compositions.a.variants: is the same for",
        ),
        ("[compositions.a]\nextras = []", "compositions.a.extras: is the same for all"),
        ("compositions = 3", "compositions (answers.toml): 3 is not a table"),
        (
            "[compositions]\na = 3",
            "compositions.a (answers.toml): 3 is neither a table nor",
        ),
        ('[compositions.a]\nname = "b"', "compositions.a.name: 'b' is not a"),
        ("description = 3", "description (answers.toml): 3 is not text"),
        ("flavours = []", "flavours (answers.toml): at least one flavour"),
        ("extras = 3", "extras (answers.toml): 3 is not a list"),
        ("[compositions.a]", "compositions.a: roles: is not answered"),
        ('[compositions]\na = ""', "compositions.a: roles: is not answered"),
        ("[compositions.a]\nrols = 3", "compositions.a: rols (answers.toml): there is no such"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path, text, problem):
    (tmp_path / "answers.toml").write_text(text)
    found = told("lab", *OAR_WEB, "--answers", "answers.toml", cwd=tmp_path)
    assert problem in found[0]
    assert not (tmp_path / "lab").exists()


@pytest.mark.parametrize(
    ("key", "own", "all_of_them"),
    [("release", '"24.11"', "23.11"), ("flavours", '["docker"]', "vm")],
)
def test_what_one_asks_for_and_does_not_get_is_told(tmp_path, key, own, all_of_them):
    (tmp_path / "answers.toml").write_text(f'[compositions.a]\nstack = "web"\n{key} = {own}\n')
    given = ["--answers", "answers.toml", "--composition", "web", "--set", f"{key}={all_of_them}"]
    found = told("lab", *given, cwd=tmp_path)
    assert f"compositions.a.{key}: " in found[0]
    assert "is not what all compositions have" in found[0]
    assert not (tmp_path / "lab").exists()


def test_a_table_can_name_its_stack(tmp_path):
    text = '[compositions.a]\nstack = "oar"\nroles.node.count = 7\n[compositions]\nb = "web"\n'
    (tmp_path / "answers.toml").write_text(text)
    done = nxc_scaffold("multi", "lab", "--answers", "answers.toml", *QUICK, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    kept = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())["compositions"]
    assert {n: role["count"] for n, role in kept["a"]["roles"].items()} == {
        "server": 1,
        "frontend": 1,
        "node": 7,
    }
    assert kept["a"]["started_from"] == "oar"


def test_the_config_of_the_user_is_checked(tmp_path, own_home):
    folder = own_home / "config" / "nxc-scaffold"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('flavours = ["nope"]')
    given = ("--flavour", "vm")  # counts more, but the file is wrong all the same
    assert "config.toml: flavours: " in told("lab", *OAR_WEB, *given, cwd=tmp_path)[0]


def test_the_flake_is_pinned_where_only_one_of_them_has_the_input():
    pinned = Layer("flags", {"pins": {"kapack": "my-branch"}})
    found = files(pinned, oar="oar", web="web")
    assert "my-branch" in found["flake.nix"]
    assert tomllib.loads(found[".nxc-scaffold.toml"])["pins"] == {"kapack": "my-branch"}
    assert "pins.kapack: the flake has no input" in refused(pinned, nfs="nfs", web="web")


def test_what_stacks_want_differently_is_told():
    web = dict(CATALOG.stacks["web"].answers)
    one, other, *_ = CATALOG.releases
    text = refused(a={**web, "release": one}, b={**web, "release": other})
    assert f"release: differs between them (a {one}, b {other})" in text


def test_conflicts_are_told_and_decided_by_flags(tmp_path):
    command = ["multi", "lab", *OAR_WEB, *QUICK]
    mine = tmp_path / "lab" / "compositions.nix"
    mine.parent.mkdir()
    mine.write_text("# mine\n")
    done = nxc_scaffold(*command, cwd=tmp_path)
    assert done.returncode == 3
    assert "  conflict    lab/compositions.nix   its content differs" in done.stderr
    assert "error  compositions.nix: its content differs" in done.stderr
    assert list(mine.parent.iterdir()) == [mine]
    assert nxc_scaffold(*command, "--keep", cwd=tmp_path).returncode == 0
    assert mine.read_text() == "# mine\n"
    (tmp_path / "lab" / ".nxc-scaffold.toml").unlink()
    assert nxc_scaffold(*command, "--force", cwd=tmp_path).returncode == 0
    assert mine.read_text() != "# mine\n"


def test_new_takes_the_answers_of_several_as_well(tmp_path):
    assert nxc_scaffold("multi", "lab", *OAR_WEB, *QUICK, cwd=tmp_path).returncode == 0
    given = ("--answers", "lab/.nxc-scaffold.toml", *QUICK)
    done = nxc_scaffold("new", "x", *given, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x/oar/composition.nix").exists()
    done = nxc_scaffold("new", "y", *given, "--role", "a", cwd=tmp_path)
    assert "roles (--role a): is an answer of one composition" in done.stderr


def test_a_template_of_ones_own_is_for_one_composition(tmp_path):
    template = tmp_path / "template" / "{{cookiecutter.name}}"
    template.mkdir(parents=True)
    (template.parent / "cookiecutter.json").write_text('{"_extends": true}')
    (template / "notes.txt").write_text("mine")
    assert nxc_scaffold("multi", "lab", *OAR_WEB, *QUICK, cwd=tmp_path).returncode == 0
    given = ("--answers", "lab/.nxc-scaffold.toml", "--template", "template", *QUICK)
    done = nxc_scaffold("new", "x", *given, cwd=tmp_path)
    assert done.returncode == 2
    assert "several compositions have no template" in done.stderr


def test_a_dry_run_says_what_would_be_written_and_that_nothing_was(tmp_path):
    done = nxc_scaffold("multi", "lab", *OAR_WEB, *QUICK, "--dry-run", "--diff", cwd=tmp_path)
    assert done.stderr.splitlines()[-1] == "  nothing was written (--dry-run)"
    assert "+++ b/compositions.nix" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_it_says_in_sentences_what_is_shared_once(tmp_path):
    done = nxc_scaffold("multi", "lab", *OAR_WEB, *QUICK, "--plain", cwd=tmp_path)
    lines = done.stderr.splitlines()
    assert lines[0] == "composition oar, started from stack oar"
    assert "composition web, started from stack web" in lines
    assert len([line for line in lines if line.startswith("release ")]) == 1
    assert lines[-1] == "next, run the test, in another terminal: nxc driver -t"


# --- packages that a composition carries ----------------------------------------------------------


def test_the_source_of_a_package_of_the_project_is_looked_at(tmp_path):
    source = SOURCES / "cmake"
    record = f"from = '{source}'\nsource = 'gitlab:orchestra/pulse'\nref = 'v1.2.0'\n"
    text = "compositions.b = 'web'\n[compositions.a.roles.n]\npackages = ['pulse']\n"
    text += f"[packages_from.pulse]\n{record}"
    (tmp_path / "answers.toml").write_text(text)
    flags = ["--answers", "answers.toml", *QUICK, "--offline", "--defaults"]
    done = nxc_scaffold("multi", "lab", *flags, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cmake" in (tmp_path / "lab/packages/pulse/default.nix").read_text()
    kept = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert kept["packages_from"]["pulse"]["builder"] == "cmake"
    assert "from" not in kept["packages_from"]["pulse"]
    again = nxc_scaffold("multi", "lab", "--answers", "lab/.nxc-scaffold.toml", *QUICK, "--json",
                         cwd=tmp_path)  # fmt: skip
    assert {file["verb"] for file in json.loads(again.stdout)["files"]} == {"identical"}


def test_what_a_source_does_not_say_is_told_with_the_answer_that_helps(tmp_path):
    source = ("--package-from", f"pulse={tmp_path / 'nothing'}", "--offline")
    done = nxc_scaffold("multi", "lab", *OAR_WEB, *source, cwd=tmp_path)
    assert done.returncode == 2
    assert "--package-from pulse: " in done.stderr
    (tmp_path / "empty").mkdir()
    source = ("--package-from", f"pulse={tmp_path / 'empty'}", "--offline")
    done = nxc_scaffold("multi", "lab", *OAR_WEB, *source, cwd=tmp_path)
    assert "Give --set packages_from.pulse.version=" in done.stderr
