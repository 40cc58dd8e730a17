"""The commands on a project that exists, typed through a pipe: change, add, and the way out."""

import sys
import tomllib

import pytest

from scaffold.cli import main
from scaffold.commands.options import Options
from scaffold.terminal import looks
from scaffold.terminal.menu import Answer
from tests.keyboard import BACK, CLEAR, CTRL_C, DOWN, ENTER, HELP, UP, typed, write

COUNT = "client = 2;"
MINE = "client = 7; # mine"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command as in a terminal; return exit code, what was drawn and stderr."""
    monkeypatch.setattr("scaffold.terminal.packages.refresh_in_background", lambda: None)
    for module in ("new", "pipeline"):
        monkeypatch.setattr(f"scaffold.commands.{module}.formatted", lambda tree, _: tree)
    monkeypatch.chdir(tmp_path)
    looks.speak_plainly(wanted=False)

    def call(keys, *arguments, asked=True):
        monkeypatch.setattr(Options, "interactive", property(lambda _: asked))
        argv = ["nxc-scaffold", *arguments, "--no-check", "--no-git"]
        monkeypatch.setattr(sys, "argv", argv)
        ended, screen = typed(keys, main.main)
        assert isinstance(ended, SystemExit), ended
        return int(ended.code or 0), screen, capsys.readouterr().err

    return call


@pytest.fixture
def lab(run, tmp_path, monkeypatch):
    """Make a project of an NFS server and two clients, and go there."""
    assert run("", "new", "lab", "--stack", "nfs", "--defaults", asked=False)[0] == 0
    monkeypatch.chdir(tmp_path / "lab")
    return tmp_path / "lab"


def saved(folder):
    return tomllib.loads((folder / ".nxc-scaffold.toml").read_text())


def edit(lab):
    """Change the line that says how many clients there are."""
    file = lab / "composition.nix"
    text = file.read_text()
    assert text.count(COUNT) == 1
    file.write_text(text.replace(COUNT, MINE))


# --- change ---------------------------------------------------------------------------------------


def test_the_screen_shows_the_project_and_writes_what_was_changed(run, lab):
    code, screen, err = run([DOWN, "+", "w"], "change")
    assert code == 0, err
    assert "The project in this folder" in screen
    assert "nfs.client" in screen
    assert saved(lab)["roles"]["client"]["count"] == 3
    assert "3 update" in err


def test_it_finds_the_project_from_a_folder_inside(run, lab, monkeypatch):
    monkeypatch.chdir(lab / "parts")
    code, _, err = run([DOWN, "5", ENTER, "w"], "change")
    assert code == 0, err
    assert saved(lab)["roles"]["client"]["count"] == 5


def test_the_preview_shows_the_change_of_a_file_and_writes_nothing(run, lab):
    code, screen, _ = run([DOWN, "+", "p", "D", BACK, BACK, "q"], "change")
    assert code == 130
    assert "What would be written" in screen
    assert COUNT in (lab / "composition.nix").read_text()


def test_a_flag_comes_before_the_screen(run, lab):
    code, screen, err = run(["w"], "change", "--set", "roles.client.count=4")
    assert code == 0, err
    assert "\u00d74" in screen
    assert saved(lab)["roles"]["client"]["count"] == 4


def test_going_back_from_each_row_changes_nothing(run, lab):
    before = {path: path.read_bytes() for path in lab.rglob("*") if path.is_file()}
    keys = []
    for _ in range(15):
        keys += [ENTER, BACK, BACK, BACK, DOWN]
    code, _, err = run([UP, *keys, "w"], "change")
    assert code == 0, err
    assert {path: path.read_bytes() for path in lab.rglob("*") if path.is_file()} == before


def test_it_is_called_by_its_name_when_it_is_left_and_goes_on(run, lab):
    code, _, err = run([DOWN, "+", CTRL_C], "change")
    assert code == 130
    assert "change: interrupted, nothing was written" in err
    assert "Go on with --resume" in err
    code, screen, err = run(["w"], "change", "--resume")
    assert code == 0, err
    assert "\u00d73" in screen
    assert saved(lab)["roles"]["client"]["count"] == 3


# --- what both changed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "there", "gone"),
    [
        ([ENTER], [MINE], ["client = 3;", "<<<<<<<"]),
        ([DOWN, ENTER], [MINE], ["client = 3;", "<<<<<<<"]),
        ([DOWN * 2, ENTER], ["client = 3;"], [MINE, "<<<<<<<"]),
        ([DOWN * 3, ENTER], [MINE, "client = 3;", "<<<<<<< yours"], []),
        ([DOWN * 4, ENTER], ["client = 3;"], [MINE]),
        (["d", BACK, HELP, HELP, "K"], [MINE], ["client = 3;"]),
        (["O"], ["client = 3;"], [MINE]),
    ],
    ids=[
        "keep",
        "mine",
        "theirs",
        "markers",
        "overwrite",
        "all kept",
        "all overwritten",
    ],
)
def test_a_file_that_both_changed_is_decided_on(run, lab, keys, there, gone):
    edit(lab)
    code, screen, err = run([DOWN, "+", "w", *keys], "change")
    assert code == 0, err
    assert "composition.nix: you and the templates changed the same lines" in screen
    text = (lab / "composition.nix").read_text()
    assert [line for line in there if line not in text] == []
    assert [line for line in gone if line in text] == []


def test_each_way_to_decide_is_explained(run, lab, monkeypatch):
    seen = []

    class Looked:
        def choose(self, menu):
            seen.extend(menu.items)
            return Answer("q", "")

    edit(lab)
    monkeypatch.setattr("scaffold.terminal.conflicts.screen", Looked)
    assert run([DOWN, "+", "w"], "change")[0] == 130
    told = {item.id: " ".join(item.explanation()) for item in seen}
    assert list(told) == ["keep", "mine", "theirs", "markers", "overwrite"]
    assert "is left out" in told["keep"]
    assert "yours are replaced" in told["theirs"]
    assert "undo brings it back" in told["overwrite"]


@pytest.mark.parametrize("leaving", [CTRL_C, "q"])
def test_who_leaves_at_a_conflict_keeps_files_and_answers(run, lab, leaving):
    edit(lab)
    code, _, err = run([DOWN, "+", "w", leaving], "change")
    assert code == 130
    assert "nothing was written" in err
    assert "Go on with --resume" in err
    assert MINE in (lab / "composition.nix").read_text()
    assert saved(lab)["roles"]["client"]["count"] == 2
    code, _, err = run(["w", ENTER], "change", "--resume")
    assert code == 0, err
    assert saved(lab)["roles"]["client"]["count"] == 3
    assert MINE in (lab / "composition.nix").read_text()


def test_answers_of_what_cannot_be_written_are_kept(run, lab, monkeypatch):
    def refused(*_):
        raise OSError(28, "No space left on device", "lab")

    with monkeypatch.context() as broken:
        broken.setattr("scaffold.commands.pipeline.apply", refused)
        code, _, err = run([DOWN, "+", "w"], "change")
    assert code == 4
    code, _, err = run(["w"], "change", "--resume")
    assert code == 0, err
    assert saved(lab)["roles"]["client"]["count"] == 3
    assert run([], "change", "--resume")[0] == 2, "what was written is kept no more"


# --- add ------------------------------------------------------------------------------------------


def test_a_missing_partner_is_offered_with_a_likely_role(run, lab):
    code, screen, err = run([ENTER], "add", "slurm.node", "--to", "client")
    told = " ".join(screen.split())
    assert "slurm.node needs slurm.controller" in told, told
    assert code == 130, "there is another one that nobody answered"
    keys = [ENTER] * 6
    code, screen, err = run(keys, "add", "slurm.node", "--to", "client")
    assert code == 0, err
    parts = [part for role in saved(lab)["roles"].values() for part in role["parts"]]
    assert {"slurm.node", "slurm.controller", "slurm.dbd"} <= set(parts)


def test_what_does_not_go_together_after_an_addition_is_mended_on_the_screen(run, lab):
    """BeeGFS needs a licence, and no containers: both are told at their rows, not as flags."""
    keys = [ENTER] * 3 + ["n", ENTER, "y", "n", ENTER, ENTER, "w"]
    code, screen, err = run(keys, "add", "beegfs.client", "--to", "client")
    assert code == 0, err
    assert "needs your consent: press enter" in screen
    assert saved(lab)["options"]["beegfs"]["accept_license"] is True
    assert "docker" not in saved(lab)["flavours"]


def test_who_leaves_that_screen_goes_on_with_change(run, lab):
    code, _, err = run(
        [ENTER] * 3 + ["n", ENTER, "y", "q"], "add", "beegfs.client", "--to", "client"
    )
    assert code == 130
    assert "change: you left, nothing was written" in err
    assert "Go on with --resume" in err
    code, _, err = run(["n", ENTER, ENTER, "w"], "change", "--resume")
    assert code == 0, err
    assert "beegfs.client" in saved(lab)["roles"]["client"]["parts"]


def test_what_a_part_needs_to_be_told_is_a_flag_of_add(run, lab):
    partners = [f"--with=beegfs.{name}={name}" for name in ("mgmt", "meta", "storage")]
    given = ["--set=beegfs.accept_license=true", "--set=flavours=vm", *partners]
    code, _, err = run("", "add", "beegfs.client", "--to", "client", *given, asked=False)
    assert code == 0, err
    assert saved(lab)["options"]["beegfs"]["accept_license"] is True
    assert saved(lab)["flavours"] == ["vm"]


def test_who_leaves_at_an_offer_has_nothing_written(run, lab):
    before = (lab / ".nxc-scaffold.toml").read_bytes()
    code, _, err = run([CTRL_C], "add", "slurm.node", "--to", "client")
    assert code == 130
    assert "nothing was written" in err
    assert (lab / ".nxc-scaffold.toml").read_bytes() == before


def test_a_stack_is_combined_with_what_is_there(run, lab):
    code, _, err = run([], "add", "slurm", "--onto", "node=client")
    assert code == 0, err
    roles = saved(lab)["roles"]
    assert roles["client"]["parts"] == ["nfs.client", "slurm.node"]
    assert "slurm.controller" in {part for role in roles.values() for part in role["parts"]}


def test_parts_go_to_a_new_role_with_a_count(run, lab):
    code, _, err = run([], "add", "web.server", "--to", "www:3")
    assert code == 0, err
    assert saved(lab)["roles"]["www"] == {"count": 3, "parts": ["web.server"]}


def test_a_conflict_of_add_is_decided_in_the_terminal(run, lab):
    edit(lab)
    file = lab / "composition.nix"
    file.write_text(file.read_text().replace("    client =", "    extra = 1;\n    client ="))
    code, screen, err = run([ENTER], "add", "web.server", "--to", "www:3")
    assert code == 0, err
    assert "composition.nix: you and the templates changed the same lines" in screen
    assert MINE in file.read_text()


def test_a_line_of_the_screen_is_typed_anew(run, lab):
    code, _, err = run([DOWN * 11, ENTER, CLEAR, 'a "$x" ${y} {', ENTER, "w"], "change")
    assert code == 0, err
    assert saved(lab)["description"] == 'a "$x" ${y} {'
    code, _, err = run([UP * 2, ENTER, write("other"), "w"], "change")
    assert code == 0, err
