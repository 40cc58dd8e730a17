"""The screen of ``multi``, typed through a pipe: compositions are a level above the roles."""

import sys
import tomllib
from pathlib import Path

import pytest

from scaffold.cli import main
from scaffold.commands.options import Options
from scaffold.terminal import looks
from tests.building import CATALOG
from tests.keyboard import BACK, CTRL_C, DOWN, ENTER, UP, typed, write


@pytest.fixture(autouse=True)
def no_programs(monkeypatch):
    """No nix runs in the background of these tests, and no nixfmt for files nobody looks at."""
    monkeypatch.setattr("scaffold.terminal.packages.refresh_in_background", lambda: None)
    for module in ("new", "pipeline"):
        monkeypatch.setattr(f"scaffold.commands.{module}.formatted", lambda tree, _: tree)
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


def rows(screen):
    return [" ".join(line.split()) for line in screen.splitlines()]


SECOND = ["n", ENTER, "slurm", ENTER, write("hpc")]
TWO = ["oar", ENTER, *SECOND]


def test_two_stacks_take_a_few_keys(multi):
    code, screen, err = multi([*TWO, "w"], "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["oar", "hpc"]
    assert saved()["compositions"]["hpc"]["started_from"] == "slurm"
    assert saved()["description"] == "Compositions oar, hpc"
    assert (Path("lab") / "hpc" / "composition.nix").exists()
    assert "composition oar stack oar OAR cluster" in rows(screen)


def test_the_name_is_asked_for_when_no_folder_is_given(multi):
    code, _, err = multi(["oar", ENTER, "n", *SECOND[1:], "w", write("mine")])
    assert code == 0, err
    assert saved("mine")["name"] == "mine"


def test_one_alone_is_not_written_and_the_reason_is_at_the_row_that_adds_one(multi):
    code, screen, _ = multi(["oar", ENTER, CTRL_C], "lab")
    shown = rows(screen)
    at = shown.index("composition + add a composition")
    assert shown[at + 1].startswith("! there is 1 composition.")
    assert code == 130
    assert not Path("lab").exists()


def test_each_has_roles_of_its_own_and_the_rest_is_shared(multi):
    keys = [*TWO, DOWN * 3, "+", "w"]
    code, _, err = multi(keys, "lab", "--release", "24.11")
    assert code == 0, err
    found = saved()
    assert found["compositions"]["hpc"]["roles"]["node"]["count"] == 3
    assert found["compositions"]["oar"]["roles"]["node"]["count"] == 2
    assert found["release"] == "24.11"


def test_a_composition_is_renamed_described_duplicated_and_deleted(multi):
    edit = [ENTER, ENTER, write("parts"), write("lab1"), DOWN, ENTER, write("mine"), BACK]
    keys = [*TWO, *edit, "d", "x", "w"]
    code, _, err = multi(keys, "lab")
    assert code == 0, err
    found = saved()["compositions"]
    assert list(found) == ["oar", "lab1"]
    assert found["lab1"]["description"] == "mine"
    assert found["lab1"]["started_from"] == "slurm"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("parts", "'parts' is taken"),
        ("Two", "must be lower-case letters, digits, - and _"),
        ("let", "is a keyword of Nix"),
        ("oar", "There is a composition 'oar' already"),
        ("", "Give a name"),
    ],
)
def test_a_bad_name_is_told_and_another_one_taken(multi, name, reason):
    keys = ["oar", ENTER, "n", ENTER, "slurm", ENTER, write(name), write("good"), "w"]
    code, screen, err = multi(keys, "lab")
    assert code == 0, err
    assert reason in " ".join(screen.split())
    assert list(saved()["compositions"]) == ["oar", "good"]


def test_the_same_stack_twice_gets_another_name(multi):
    keys = ["oar-nfs", ENTER, "n", ENTER, "oar-nfs", ENTER, ENTER, "w"]
    code, _, err = multi(keys, "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["oarnfs", "oarnfs2"]


def test_going_back_adds_nothing(multi):
    code, _, err = multi(["oar", ENTER, "n", ENTER, BACK, *SECOND[1:], "w"], "lab")
    assert code == 0, err
    assert list(saved()["compositions"]) == ["oar", "hpc"]


def test_a_part_of_any_of_them_excludes_a_flavour_for_all(multi):
    keys = ["k3s", ENTER, "n", ENTER, "web", ENTER, ENTER, CTRL_C]
    _, screen, _ = multi(keys, "lab")
    assert "docker" not in next(row for row in reversed(rows(screen)) if row.startswith("flavours"))


def test_the_licence_of_one_is_told_at_its_option(multi):
    keys = ["beegfs", ENTER, "n", "n", ENTER, "web", ENTER, ENTER, "n", ENTER, "y", "w"]
    code, screen, err = multi(keys, "lab")
    assert code == 0, (err, screen)
    assert saved()["compositions"]["beegfs"]["options"]["beegfs"]["accept_license"] is True


WAY = [*TWO, DOWN, ENTER, BACK, DOWN * 2, "+"]


@pytest.mark.parametrize("length", range(len(WAY)))
def test_an_interrupt_at_any_point_writes_nothing(multi, tmp_path, length):
    code, _, err = multi([*WAY[:length], CTRL_C], "lab")
    assert code == 130
    assert "nothing was written" in err
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_goes_on_with_the_screen_as_it_was(multi):
    assert multi([*TWO, CTRL_C], "lab")[0] == 130
    code, screen, err = multi(["w"], "lab", "--resume")
    assert code == 0, err
    assert "What to start from" not in screen
    assert list(saved()["compositions"]) == ["oar", "hpc"]


def test_flags_are_there_already(multi):
    flags = ["--composition", "oar", "--composition", "hpc=slurm"]
    code, screen, err = multi(["w"], "lab", *flags)
    assert code == 0, err
    assert "What to start from" not in screen
    assert list(saved()["compositions"]) == ["oar", "hpc"]


@pytest.mark.parametrize("flag", [["--stack", "nope"], ["--release", "nope"], ["--set", "x=1"]])
def test_a_bad_flag_is_told_before_anything_is_asked(multi, flag):
    code, screen, err = multi([], "lab", *flag)
    assert code == 2
    assert screen.strip() == ""
    assert flag[0] in err


def test_the_answers_of_last_time_are_offered_and_those_of_this_project_are_there(multi):
    assert multi([*TWO, "w"], "one")[0] == 0
    code, screen, err = multi([ENTER, "w"], "two")
    assert code == 0, err
    assert "the answers of last time (one)" in screen
    assert saved("two")["compositions"] == saved("one")["compositions"]
    code, screen, err = multi(["w"], "two")
    assert code == 0, err
    assert "What to start from" not in screen
    assert "identical" in err
    assert "create" not in err


def test_an_answers_file_gives_one_of_them(multi, tmp_path):
    text = 'release = "22.05"\ndescription = "old"\n[roles.a]\ncount = 3\n'
    (tmp_path / "one.toml").write_text(text)
    keys = ["an answers", ENTER, write("one.toml"), "n", ENTER, "web", ENTER, ENTER, "w"]
    code, screen, err = multi(keys, "lab")
    assert code == 0, (err, screen)
    assert next(iter(saved()["compositions"].values()))["roles"] == {"a": {"count": 3}}


def test_from_scratch_there_is_only_the_row_that_adds_one(multi):
    keys = ["from scratch", ENTER, *["n", ENTER, "blank", ENTER, write("a")]]
    keys += [UP, DOWN * 4, ENTER, "web", ENTER, write("b"), "w"]
    code, screen, _ = multi(keys, "lab")
    assert "composition + add a composition" in rows(screen)
    assert code in (0, 130)


def test_every_release_that_a_stack_wants_is_recommended(multi):
    keys = ["melissa-oar", ENTER, "n", ENTER, "oar", ENTER, ENTER, "w"]
    code, screen, err = multi(keys, "lab")
    assert code == 0, (err, screen)
    assert saved()["release"] == CATALOG.stacks["melissa-oar"].answers.get("release", "23.05")


def test_extras_and_pins_of_a_stack_become_those_of_the_project(multi, tmp_path):
    """Of a pin that the project has already, the project's stays, and that is shown."""
    folder = tmp_path / "catalogue/stacks"
    folder.mkdir(parents=True)
    for name, ref in (("one", "master"), ("other", "25.05")):
        text = f'description = "x"\n[answers]\nextras = ["ci"]\npins = {{ nxc = "{ref}" }}\n'
        (folder / f"{name}.toml").write_text(f"{text}[answers.roles.{name}]\nparts = []\n")
    keys = ["one", ENTER, "n", ENTER, "other", ENTER, ENTER, BACK, "w"]
    code, screen, err = multi(keys, "lab", "--catalogue", str(folder.parent))
    assert code == 0, err
    assert saved()["extras"] == ["ci"]
    assert saved()["pins"] == {"nxc": "master"}
    assert "pins.nxc: 'master' stays, it wants '25.05'" in screen
