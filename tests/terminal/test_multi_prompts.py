"""The interview of ``multi``, typed through a pipe: the prompts of ``new``, and a list more."""

import sys
import tomllib
from pathlib import Path

import pytest

from scaffold.answers.project import QUESTIONS_OF_SEVERAL as MULTI_QUESTIONS
from scaffold.base.errors import InputError, Problem
from scaffold.cli import main
from scaffold.commands.options import Options
from scaffold.terminal import looks
from tests.building import CATALOG
from tests.keyboard import (
    BACK,
    CTRL_C,
    DOWN,
    ENTER,
    HELP,
    SPACE,
    UP,
    choose,
    typed,
    write,
)
from tests.projects import forget_written

STACKS = list(CATALOG.stacks)
FROM = [*STACKS, "file", "scratch"]
KEYS = [question.key for question in MULTI_QUESTIONS]
CUSTOMISE = DOWN + ENTER
CHANGE = DOWN + ENTER
QUIT = DOWN * 2 + ENTER


@pytest.fixture(autouse=True)
def no_programs(monkeypatch):
    """No nix runs in the background of these tests, and no nixfmt for files nobody looks at."""
    monkeypatch.setattr("scaffold.terminal.packages.refresh_in_background", lambda: None)
    monkeypatch.setattr("scaffold.commands.pipeline.formatted", lambda tree, _: tree)
    looks.speak_plainly(wanted=False)


@pytest.fixture
def multi(tmp_path, monkeypatch, capsys):
    """Run ``multi`` as in a terminal; return exit code, what was drawn and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Options, "interactive", property(lambda _: True))

    def call(keys, *arguments):
        argv = ["nxc-scaffold", "multi", *arguments, "--no-check", "--no-git"]
        monkeypatch.setattr(sys, "argv", argv)
        ended, screen = typed(keys, main.main)
        assert isinstance(ended, SystemExit), ended
        return int(ended.code or 0), screen, capsys.readouterr().err

    return call


def saved(folder="lab"):
    return tomllib.loads((Path(folder) / ".nxc-scaffold.toml").read_text())


def stack(name, called=None):
    """The keys that add a composition of a stack to a list that points at `add`."""
    return ENTER + choose(FROM, name) + (write(called) if called else ENTER)


MORE = DOWN  # from `done`, which is pointed at once there are two, to `add a composition`
TWO = [stack("oar"), stack("slurm", "hpc")]
#: One of a stack and one from scratch, and every shared question.
SCRATCH = [
    CUSTOMISE,
    stack("web"),
    ENTER,  # add a composition
    choose(FROM, "scratch"),
    write("mine"),
    write("Two hosts"),
    ENTER,  # add a role
    write("node"),
    write("2"),
    ENTER,  # no parts
    write("jq"),
    ENTER,  # done with the roles
    ENTER,  # done with the compositions
    write("Both together"),
    ENTER,  # flavours
    DOWN + ENTER,  # docker is the default
    ENTER,  # release
    ENTER,  # no pins
    ENTER,  # no package of one's own
    ENTER,  # extras
    ENTER,  # write
]


def test_two_stacks_as_recommended_take_a_few_keys(multi):
    code, screen, err = multi([ENTER, *TWO, ENTER, ENTER], "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["oar", "hpc"]
    assert saved()["compositions"]["hpc"]["started_from"] == "slurm"
    assert saved()["description"] == "Compositions oar, hpc"
    assert "Release" not in screen
    assert (Path("lab") / "hpc" / "composition.nix").exists()


def test_the_name_is_asked_when_no_folder_is_given(multi):
    code, _, err = multi([ENTER, write("mine"), *TWO, ENTER, ENTER])
    assert code == 0, err
    assert saved("mine")["name"] == "mine"


def test_what_is_shared_is_asked_once_and_roles_for_each(multi):
    code, screen, err = multi(SCRATCH, "lab")
    assert code == 0, err
    found = saved()
    assert found["compositions"]["mine"] == {
        "description": "Two hosts",
        "roles": {"node": {"count": 2, "packages": ["jq"]}},
    }
    assert found["description"] == "Both together"
    assert (found["flavours"], found["default_flavour"]) == (["vm", "docker"], "docker")
    assert found["release"] == CATALOG.default_release
    for answered in ("Flavours done", "Default flavour docker", "Release 25", "Extras ["):
        lines = [line for line in screen.splitlines() if f"? {answered}" in line]
        assert len(lines) == 1, answered


def test_the_last_screen_shows_compositions_files_and_checks(multi, tmp_path):
    code, screen, err = multi([ENTER, *TWO, ENTER, QUIT], "lab")
    assert code == 130
    lines = [line.split() for line in err.splitlines()]
    assert ["composition", "oar", "stack", "oar"] in lines
    assert ["composition", "hpc", "stack", "slurm"] in lines
    assert len([line for line in lines if line[:1] == ["flavours"]]) == 1
    assert "hpc/test_script.py" in err
    assert "What now?" in screen
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", range(len(SCRATCH)))
def test_an_interrupt_at_any_prompt_writes_nothing(multi, tmp_path, length):
    code, _, err = multi([*SCRATCH[:length], CTRL_C], "lab")
    assert code == 130
    assert "nothing was written" in err
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_interview_goes_on_where_it_was(multi):
    code, _, err = multi([*SCRATCH[:15], CTRL_C], "lab")
    assert code == 130
    assert "error  multi: " in err
    assert "Go on with --resume" in err
    code, screen, err = multi(SCRATCH[15:], "lab", "--resume")
    assert code == 0, err
    assert "Compositions" not in screen
    assert saved()["description"] == "Both together"
    assert list(saved()["compositions"]) == ["web", "mine"]


def new(*arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["nxc-scaffold", "new", *arguments])
        with pytest.raises(SystemExit) as ended:
            main.main()
    return ended.value.code


def test_the_interrupted_run_of_new_is_not_that_of_multi(multi):
    assert multi([*SCRATCH[:15], CTRL_C], "lab")[0] == 130
    assert new("lab", "--resume") == 2


def test_flags_are_not_asked_again(multi):
    flags = ["--composition", "oar", "--composition", "hpc=slurm", "--release", "24.11"]
    keys = [write("both"), *[ENTER] * 6]
    code, screen, err = multi(keys, "lab", *flags)
    assert code == 0, err
    assert "Answers" not in screen
    assert "? Compositions" not in screen
    assert "? Release" not in screen
    assert saved()["release"] == "24.11"


def test_one_composition_of_a_flag_is_a_start(multi):
    keys = [stack("slurm", "hpc"), ENTER, *[ENTER] * 8]
    code, _, err = multi(keys, "lab", "--composition", "oar")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["oar", "hpc"]


@pytest.mark.parametrize("flag", [["--stack", "nope"], ["--release", "nope"], ["--set", "x=1"]])
def test_a_bad_flag_is_told_before_any_question(multi, flag):
    code, screen, err = multi([], "lab", *flag)
    assert code == 2
    assert screen.strip() == ""
    assert flag[0] in err


# --- the list -------------------------------------------------------------------------------------


def test_the_list_shows_each_composition_with_stack_and_roles(multi):
    _, screen, _ = multi([ENTER, *TWO], "lab")
    lines = [line.split() for line in screen.splitlines()]
    assert ["oar", "stack", "oar:", "server,", "frontend,", "node", "\u00d72"] in lines, screen


def test_one_is_not_enough_to_be_done(multi):
    _, screen, _ = multi([ENTER, TWO[0]], "lab")
    assert "done" not in screen.rpartition("? Compositions")[2]


def test_a_composition_is_edited_and_keeps_its_place(multi):
    edit = [UP * 2 + ENTER, write("lab1"), write("mine"), *[ENTER] * 5]
    code, _, err = multi([ENTER, *TWO, *edit, ENTER, ENTER], "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["lab1", "hpc"]
    assert saved()["compositions"]["lab1"]["description"] == "mine"
    assert saved()["compositions"]["lab1"]["started_from"] == "oar"


def test_a_composition_with_an_emptied_name_is_removed(multi):
    keys = [ENTER, *TWO, MORE + stack("web"), UP * 3 + ENTER, write(""), ENTER, ENTER]
    code, _, err = multi(keys, "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["hpc", "web"]


@pytest.mark.parametrize("before", [[], [write("other")]])
def test_going_back_in_the_editor_changes_nothing(multi, before):
    """From the name, and from the first question about the composition."""
    keys = [ENTER, *TWO, UP * 2 + ENTER, *before, write(BACK), ENTER, ENTER]
    code, _, err = multi(keys, "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["oar", "hpc"]


def test_going_back_from_the_stacks_is_back_at_the_list(multi):
    code, _, err = multi([ENTER, ENTER, BACK, *TWO, ENTER, ENTER], "lab")
    assert code == 0, err


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("parts", "'parts' is taken"),
        ("Two", "must be lower-case letters and digits"),
        ("let", "is a keyword of Nix"),
        ("oar", "there is a composition 'oar' already"),
        ("", "Give a name"),
    ],
)
def test_a_bad_name_is_refused_at_the_prompt(multi, name, reason):
    keys = [ENTER, TWO[0], ENTER, choose(FROM, "slurm"), write(name)]
    _, screen, _ = multi(keys, "lab")
    assert reason in " ".join(screen.split())
    code, _, err = multi([*keys, write("good"), ENTER, ENTER], "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["oar", "good"]


def test_the_same_stack_twice_gets_another_name(multi):
    code, _, err = multi([ENTER, stack("oar-nfs"), stack("oar-nfs"), ENTER, ENTER], "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["oarnfs", "oarnfs2"]


def test_help_names_flag_and_stacks(multi):
    _, screen, _ = multi([ENTER, HELP, CTRL_C], "lab")
    told = " ".join(screen.split())
    assert "On the command line: --composition NAME[=STACK]" in told
    assert "k3s: A Kubernetes cluster" in told


def test_an_answers_file_gives_the_roles_and_nothing_shared(multi, tmp_path):
    text = 'release = "22.05"\ndescription = "old"\n[roles.a]\ncount = 3\n'
    (tmp_path / "one.toml").write_text(text)
    add = [ENTER, choose(FROM, "file"), write("one.toml"), write("old")]
    code, _, err = multi([ENTER, *add, TWO[0], ENTER, ENTER], "lab")
    assert code == 0, err
    assert saved()["compositions"]["old"]["roles"] == {"a": {"count": 3}}
    assert saved()["release"] == CATALOG.default_release


@pytest.mark.parametrize("flags", [[], ["--offline"]])
def test_the_source_of_a_package_is_fetched_as_the_flags_allow(multi, monkeypatch, flags):
    wished = []

    def look_at(_layout, _given, *, offline):
        wished.append(offline)
        raise InputError(Problem("from", "not here", "Look elsewhere"))

    monkeypatch.setattr("scaffold.packages.inspection.look_at", look_at)
    package = ["y", write("pulse"), write("github:orchestra/pulse"), "n"]
    shared = [ENTER, ENTER, ENTER, ENTER, ENTER, *package, ENTER]
    code, screen, err = multi([CUSTOMISE, *TWO, ENTER, *shared, ENTER], "lab", *flags)
    assert code == 0, err
    assert "from: not here. Look elsewhere." in screen
    assert wished == [bool(flags)]


# --- the shared questions -------------------------------------------------------------------------


def test_a_part_of_any_of_them_excludes_a_flavour(multi):
    _, screen, _ = multi([CUSTOMISE, stack("k3s"), stack("web"), ENTER, ENTER], "lab")
    assert "docker cannot be chosen: k3s.server" in " ".join(screen.split())


def test_the_release_that_one_stack_wants_is_recommended(multi):
    code, _, err = multi([ENTER, stack("melissa-oar"), stack("oar"), ENTER, ENTER], "lab")
    assert code == 0, err
    assert saved()["release"] == "23.05"


def test_an_answer_can_be_changed_at_the_last_screen(multi):
    change = [CHANGE, choose(KEYS, "compositions"), MORE + stack("web"), ENTER]
    code, _, err = multi([ENTER, *TWO, ENTER, *change, ENTER], "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["oar", "hpc", "web"]
    assert saved()["description"] == "Compositions oar, hpc, web"


def test_answers_that_do_not_go_together_cannot_be_written(multi, tmp_path):
    keys = [ENTER, stack("beegfs"), stack("web"), ENTER]
    code, screen, _ = multi(keys, "lab")
    assert code == 130
    told = " ".join(screen.split())
    assert "compositions.beegfs: beegfs.accept_license: needs your consent" in told
    assert "give --set compositions.beegfs.beegfs.accept_license=true" in told
    assert "write" not in screen.rpartition("What now?")[2]
    assert list(tmp_path.iterdir()) == []


# --- earlier answers and files --------------------------------------------------------------------


def test_the_answers_of_last_time_are_offered(multi):
    assert multi([ENTER, *TWO, ENTER, ENTER], "one")[0] == 0
    code, screen, err = multi([DOWN + ENTER, ENTER], "two")
    assert code == 0, err
    assert "as last time (one)" in screen
    one, two = saved("one"), saved("two")
    assert one.pop("written").keys() == two.pop("written").keys()
    assert (one.pop("name"), two.pop("name")) == ("one", "two")
    assert one == two


def test_the_answers_of_this_project_are_offered(multi):
    assert multi([ENTER, *TWO, ENTER, ENTER], "lab")[0] == 0
    code, screen, err = multi([ENTER, ENTER], "lab")
    assert code == 0, err
    assert "the answers this project was made from (lab)" in screen
    assert "create" not in err
    assert "identical" in err


def test_each_conflict_is_decided(multi):
    assert multi([ENTER, *TWO, ENTER, ENTER], "lab")[0] == 0
    mine = [Path("lab") / name for name in ("compositions.nix", "flake.nix")]
    for file in mine:
        file.write_text("# mine\n")
    forget_written(Path("lab"))
    keep, overwrite, diff = ENTER, DOWN + ENTER, DOWN * 2 + ENTER
    code, screen, err = multi([ENTER, ENTER, overwrite, diff, keep], "lab")
    assert code == 0, err
    assert "compositions.nix: its content differs" in screen
    assert "-# mine" in screen
    assert [file.read_text() == "# mine\n" for file in mine] == [False, True]


def test_flavours_are_chosen_for_all(multi):
    keys = [CUSTOMISE, *TWO, ENTER, ENTER, SPACE + ENTER, *[ENTER] * 6]
    code, _, err = multi(keys, "lab")
    assert code == 0, err
    assert saved()["flavours"] == ["docker", "g5k-nfs-store"]
    assert saved()["default_flavour"] == "docker"


@pytest.mark.parametrize("text", ["compositions = 3", "[compositions]\na = 3"])
def test_a_project_whose_answers_cannot_be_changed_here_is_told(multi, tmp_path, text):
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / ".nxc-scaffold.toml").write_text(text)
    code, _, err = multi([ENTER], "lab")
    assert code == 2
    assert "a table" in err


@pytest.mark.parametrize("settled", ["[1]", '[["name"]]', "3"])
def test_an_interrupted_run_that_was_damaged_is_told_or_asked_again(multi, settled, own_home):
    assert multi([CUSTOMISE, CTRL_C], "lab")[0] == 130
    (file,) = (own_home / "state/nxc-scaffold/interrupted").iterdir()
    file.write_text(f"settled = {settled}\n[answers]\n")
    assert multi([CTRL_C], "lab", "--resume")[0] in (2, 130)
