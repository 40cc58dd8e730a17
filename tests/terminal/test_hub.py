"""The screen of ``new``, typed through a pipe: the ways through it, and how many keys they take."""

import sys
import tomllib
from pathlib import Path

import pytest

from scaffold.cli import main
from scaffold.commands.options import Options
from scaffold.sources.hashes import Fetched
from scaffold.terminal import looks
from scaffold.terminal.drawn import Drawn
from scaffold.terminal.hub import TerminalHub
from scaffold.terminal.option_editors import option
from scaffold.terminal.project_editors import Editing
from scaffold.terminal.project_state import ProjectState
from tests.building import CATALOG
from tests.keyboard import BACK, CLEAR, CTRL_C, DOWN, ENTER, HELP, SPACE, UP, typed, write

ESCAPE = "\x1b"


@pytest.fixture(autouse=True)
def no_programs(monkeypatch):
    """No nix runs in the background of these tests, and no nixfmt for files nobody looks at."""
    monkeypatch.setattr("scaffold.terminal.packages.refresh_in_background", lambda: None)
    for module in ("new", "pipeline"):
        monkeypatch.setattr(f"scaffold.commands.{module}.formatted", lambda tree, _: tree)
    looks.speak_plainly(wanted=False)


@pytest.fixture
def new(tmp_path, monkeypatch, capsys):
    """Run ``new`` as in a terminal; return exit code, what was drawn and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Options, "interactive", property(lambda _: True))

    def call(keys, *arguments):
        argv = ["nxc-scaffold", "new", *arguments, "--no-check", "--no-git"]
        monkeypatch.setattr(sys, "argv", argv)
        ended, screen = typed(keys, main.main)
        assert isinstance(ended, SystemExit), ended
        return int(ended.code or 0), screen, capsys.readouterr().err

    return call


def saved(folder="lab"):
    return tomllib.loads((Path(folder) / ".nxc-scaffold.toml").read_text())


def presses(keys):
    """How many keys a user presses: one for each letter and for each sequence of an arrow."""
    return len("".join(keys).replace(DOWN, "v").replace(UP, "^"))


# --- stories, with the number of keys that they take ----------------------------------------------


def test_nfs_with_three_clients_on_vm_and_docker_takes_few_keys(new):
    keys = ["nfs", ENTER, DOWN, "+", DOWN * 4, ENTER, DOWN * 2, SPACE, ENTER, "w", "lab", ENTER]
    code, _, err = new(keys)
    assert code == 0, err
    assert saved()["roles"]["client"]["count"] == 3
    assert saved()["flavours"] == ["vm", "docker"]
    assert presses(keys) < 25


def test_oar_with_eight_nodes_on_grid5000_takes_few_keys(new):
    keys = ["oar", ENTER, DOWN * 2, "8", ENTER, DOWN * 4, ENTER, SPACE, DOWN, SPACE, ENTER]
    keys += ["w", "lab", ENTER]
    code, _, err = new(keys)
    assert code == 0, err
    assert saved()["roles"]["node"]["count"] == 8
    assert saved()["flavours"] == ["g5k-nfs-store"]
    assert saved()["default_flavour"] == "g5k-nfs-store"
    assert presses(keys) < 40


def test_beegfs_with_its_licence_takes_few_keys(new):
    keys = ["beegfs", ENTER, "n", ENTER, "y", "w", "lab", ENTER]
    code, _, err = new(keys)
    assert code == 0, err
    assert saved()["options"]["beegfs"]["accept_license"] is True
    assert presses(keys) < 40


def test_homes_of_slurm_on_nfs_are_put_together_by_hand(new):
    """A second service on the roles of a stack, with the part that is missing."""
    keys = ["slurm", ENTER, DOWN, ENTER, ENTER, "nfs.client", SPACE, ENTER, BACK, "m", ENTER, "w"]
    code, _, err = new(keys, "lab")
    assert code == 0, err
    roles = saved()["roles"]
    assert roles["frontend"]["parts"] == ["slurm.frontend", "nfs.client"]
    assert roles["server"]["parts"] == ["nfs.server"]


def test_a_second_stack_is_added_to_the_first(new):
    code, _, err = new(["slurm", ENTER, "s", "nfs", ENTER, "u", "s", "nfs", ENTER, "w"], "lab")
    assert code == 0, err
    assert list(saved()["roles"]) == ["controller", "frontend", "node", "server", "client"]
    assert saved()["started_from"] == "slurm"


# --- the first list -------------------------------------------------------------------------------


def test_a_stack_as_it_is_takes_a_name_and_two_keys(new):
    code, screen, err = new(["nfs", ENTER, "w"], "lab")
    assert code == 0, err
    assert "What to start from" in screen
    assert saved()["started_from"] == "nfs"
    assert list(saved()["roles"]) == ["server", "client"]


def test_stacks_with_private_binaries_come_last(new):
    _, screen, _ = new([UP], "lab")
    order = [screen.index(f"{name} ") for name in ("bebida-oar", "web", "bdpo", "melissa-oar")]
    assert order == sorted(order)
    assert "stacks whose binaries are private" in screen


def test_a_folder_with_a_project_is_where_everything_starts(new):
    assert new(["oar", ENTER, "w"], "lab")[0] == 0
    code, screen, err = new([DOWN * 2, "+", "w"], "lab")
    assert code == 0, err
    assert "What to start from" not in screen
    assert saved()["roles"]["node"]["count"] == 3
    code, _, err = new(["w"], "lab")
    assert code == 0, err
    assert "identical" in err
    assert "create" not in err


def test_a_project_can_be_started_over(new):
    assert new(["oar", ENTER, "w"], "lab")[0] == 0
    code, _, err = new([UP, ENTER, "nfs", ENTER, "w"], "lab")
    assert code == 0, err
    assert saved()["started_from"] == "nfs"
    assert not (Path("lab") / "parts/oar-node.nix").exists()


def test_the_answers_of_last_time_are_offered(new):
    assert new(["nfs", ENTER, DOWN, "+", "w"], "one")[0] == 0
    code, screen, err = new([ENTER, "w"], "two")
    assert code == 0, err
    assert "the answers of last time (one)" in screen
    one, two = saved("one"), saved("two")
    assert (one.pop("name"), two.pop("name")) == ("one", "two")
    assert one.pop("written") != two.pop("written"), "README.md has the name"
    assert one == two


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing.toml", "nothing.toml cannot be read"),
        ("~nobody-at-all/x", "cannot be read"),
        ("bad.toml", "3 is not a table"),
        ("worse.toml", "is not TOML"),
    ],
)
def test_what_is_wrong_with_a_typed_file_is_told_and_another_one_taken(new, name, reason):
    Path("bad.toml").write_text("roles = 3\n")
    Path("worse.toml").write_text("roles\n")
    Path("good.toml").write_text('description = "from a file"\n[roles.a]\n')
    keys = ["an answers", ENTER, write(name), write("good.toml"), "w"]
    code, screen, err = new(keys, "lab")
    assert code == 0, err
    assert reason in " ".join(screen.split())
    assert saved()["description"] == "from a file"
    assert list(saved()["roles"]) == ["a"]


def test_what_fits_nothing_is_told_and_letters_are_taken_away(new):
    code, _, err = new(["nfsx", ENTER, "\x7f", ENTER, "w"], "lab")
    assert code == 0, err
    assert saved()["started_from"] == "nfs"


# --- the screen -----------------------------------------------------------------------------------


def test_the_screen_has_every_answer_with_its_value(new):
    _, screen, _ = new(["oar-nfs", ENTER, CTRL_C], "lab")
    lines = [" ".join(line.split()) for line in screen.splitlines()]
    for wanted in (
        "stack oar-nfs An OAR cluster with the users' homes on NFS",
        "\u00bb roles server \u00d71 oar.server oar.dbserver nfs.server",
        "node \u00d72 oar.node nfs.client",
        "+ add a role",
        "options users.names user1, user2",
        "flavours vm docker g5k-nfs-store",
        "default vm",
        "pins those of the release",
        "packages none of its own",
        "extras justfile",
        "description OAR cluster with the users' homes on NFS",
        "name lab",
    ):
        assert wanted in lines, wanted


def test_from_scratch_roles_are_added_one_by_one(new):
    keys = ["from scratch", ENTER, "a", write("web"), ENTER, "2", ENTER]
    keys += [ENTER, DOWN, ENTER, write("jq, tree"), BACK, "w"]
    code, _, err = new(keys, "lab")
    assert code == 0, err
    assert saved()["roles"] == {"web": {"count": 2, "packages": ["jq", "tree"]}}
    assert saved()["flavours"] == ["vm", "docker"]
    assert saved()["release"] == CATALOG.default_release


def test_a_project_without_roles_is_not_written(new):
    code, screen, _ = new(["from scratch", ENTER, "w", CTRL_C], "lab")
    assert code == 130
    assert "what is marked with ! comes first" in screen
    assert not Path("lab").exists()


def test_a_role_is_duplicated_renamed_and_deleted(new):
    keys = ["nfs", ENTER, DOWN, "d", ENTER, UP * 2, ENTER, write("desk"), BACK, UP, "x", "w"]
    code, _, err = new(keys, "lab")
    assert code == 0, err
    assert saved()["roles"] == {
        "server": {"count": 1, "parts": ["nfs.server"]},
        "desk": {"count": 2, "parts": ["nfs.client"]},
    }


def test_what_was_changed_is_taken_back(new):
    code, screen, err = new(["nfs", ENTER, DOWN, "+", "x", "u", "u", "u", "w"], "lab")
    assert code == 0, err
    assert saved()["roles"]["client"]["count"] == 2
    assert "There is nothing to take back" in screen


def test_another_stack_keeps_the_name_and_what_flags_say(new):
    keys = ["nfs", ENTER, UP, ENTER, "slurm", ENTER, "w"]
    code, _, err = new(keys, "lab", "--release", "24.11")
    assert code == 0, err
    assert saved()["started_from"] == "slurm"
    assert saved()["release"] == "24.11"
    assert saved()["name"] == "lab"
    assert "controller" in saved()["roles"]


def test_going_back_from_the_stacks_changes_nothing(new):
    code, _, err = new(["nfs", ENTER, DOWN, "+", UP * 2, ENTER, BACK, "w"], "lab")
    assert code == 0, err
    assert saved()["started_from"] == "nfs"
    assert saved()["roles"]["client"]["count"] == 3


def test_back_on_the_first_screen_loses_nothing(new):
    code, screen, err = new(["nfs", ENTER, DOWN, "+", BACK, ESCAPE, BACK, "w"], "lab")
    assert code == 0, err
    assert "q leaves, and the answers are kept" in screen
    assert saved()["roles"]["client"]["count"] == 3


def test_back_is_a_key_in_a_prefilled_line_and_a_letter_once_it_was_touched(new):
    description = [DOWN * 11, ENTER]
    code, _, err = new(["nfs", ENTER, *description, BACK, "w"], "one")
    assert code == 0, err
    assert saved("one")["description"] == "Users' homes shared over NFS"
    code, _, err = new([DOWN, "nfs", ENTER, *description, " a<b?", ENTER, "w"], "two")
    assert code == 0, err
    assert saved("two")["description"] == "Users' homes shared over NFS a<b?"


def test_a_description_may_be_anything(new):
    text = "it's ${x} {{ y }} \\ ''"
    code, _, err = new(["nfs", ENTER, DOWN * 11, ENTER, write(text), "w"], "lab")
    assert code == 0, err
    assert saved()["description"] == text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Node", "must be lower-case letters and digits"),
        ("class", "is a word of Python"),
        ("let", "is a keyword of Nix"),
        ("machine", "the test driver"),
        ("client", "There is a role 'client' already"),
        ("", "Give a name"),
    ],
)
def test_a_bad_name_of_a_role_is_told_whole(new, name, reason):
    keys = ["nfs", ENTER, "a", write(name), write("good"), ENTER, "w"]
    code, screen, err = new(keys, "lab")
    assert code == 0, err
    assert reason in " ".join(screen.split())
    assert list(saved()["roles"]) == ["server", "client", "good"]


@pytest.mark.parametrize("count", ["0", "-1", "1000000", "x", "--5"])
def test_a_bad_count_is_told_and_another_one_taken(new, count):
    keys = ["nfs", ENTER, DOWN, "1", write(count), write("4"), "w"]
    code, _, err = new(keys, "lab")
    assert code == 0, err
    assert saved()["roles"]["client"]["count"] == 4


# --- problems -------------------------------------------------------------------------------------


def test_two_servers_of_one_folder_are_told_where_they_are_mended(new):
    code, screen, err = new(["nfs", ENTER, "d", "w", "n", ENTER, write("/other"), "w"], "lab")
    assert code == 0, err
    told = " ".join(screen.split())
    assert "is also that of role 'server'. Press enter to change it." in told
    assert "--set" not in told
    assert saved()["roles"]["serverb"]["options"]["nfs"]["server"]["export"] == "/other"


def test_a_flavour_that_a_new_part_excludes_is_left_out_with_enter(new):
    keys = ["blank", ENTER, ENTER, ENTER, "k3s.server", SPACE, ENTER, BACK, "n", ENTER, ENTER, "w"]
    code, screen, err = new(keys, "lab")
    assert code == 0, err
    assert "'docker' cannot be used (k3s.server" in " ".join(screen.split())
    assert saved()["flavours"] == ["vm"]


def test_options_of_a_deleted_role_do_not_count(new):
    """The value is kept as long as the screen is open, and comes back with the role."""
    export = [DOWN * 4, ENTER, DOWN * 2, ENTER, write("/x"), BACK]
    keys = ["nfs", ENTER, *export, UP * 4, "x", "x", "a", write("a"), ENTER, "w"]
    code, _, err = new(keys, "lab")
    assert code == 0, err
    assert "options" not in saved()


@pytest.mark.parametrize("service", CATALOG.services)
def test_every_option_of_every_service_is_shown_and_takes_its_usual_value(service):
    found = CATALOG.services[service]
    raw = {"roles": {"a": {"parts": [part.id for part in found.parts.values()]}}}
    state = ProjectState(raw, CATALOG, {})
    names = [option.key for option in state.options()]
    assert len(names) == len(set(names))

    def every():
        editing = Editing(Drawn(), state, state.raw)
        for one in state.options():
            option(editing, one)

    ended, screen = typed([ENTER] * len(names), every)
    assert ended is None, (ended, screen)
    assert state.raw["roles"] == raw["roles"]
    assert not state.raw.get("options")


def test_a_bad_flag_is_told_before_anything_is_asked(new, tmp_path):
    code, screen, err = new([], "lab", "--stack", "nfs", "--release", "nope", "--pin", "a=b")
    assert code == 2
    assert screen.strip() == ""
    assert "'nope'" in err
    assert list(tmp_path.iterdir()) == []


# --- leaving and going on -------------------------------------------------------------------------

WAY = ["nfs", ENTER, DOWN, "+", "p", ENTER, BACK, BACK, ENTER, ENTER, "jq", BACK, BACK, BACK]


@pytest.mark.parametrize("length", range(len(WAY)))
def test_an_interrupt_at_any_point_writes_nothing(new, tmp_path, length):
    code, _, err = new([*WAY[:length], CTRL_C], "lab")
    assert code == 130
    assert "nothing was written" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("leave", [[CTRL_C], ["q"], [ENTER, CTRL_C], []])
def test_whatever_ends_it_resume_begins_with_the_screen_as_it_was(new, leave):
    code, _, err = new(["nfs", ENTER, DOWN, "+", *leave], "lab")
    assert code == 130
    assert "Go on with --resume" in err
    code, screen, err = new(["w"], "lab", "--resume")
    assert code == 0, err
    assert "What to start from" not in screen
    assert saved()["roles"]["client"]["count"] == 3


@pytest.mark.parametrize("failing", [RuntimeError("a defect"), OSError(28, "No space left")])
def test_a_defect_keeps_the_answers_too(new, monkeypatch, failing):
    settle = TerminalHub.settle

    def broken(self, draft, catalog):
        def raising(_):
            raise failing

        self._plan = raising
        return settle(self, draft, catalog)

    with monkeypatch.context() as patched:
        patched.setattr(TerminalHub, "settle", broken)
        patched.setattr(sys, "argv", ["nxc-scaffold", "new", "lab", "--no-check", "--no-git"])
        typed(["nfs", ENTER, DOWN, "+", "p"], main.main)
    code, _, err = new(["w"], "lab", "--resume")
    assert code == 0, err
    assert saved()["roles"]["client"]["count"] == 3


# --- preview --------------------------------------------------------------------------------------


def test_any_file_and_its_changes_are_shown_before_they_are_written(new):
    assert new(["nfs", ENTER, "w"], "lab")[0] == 0
    keys = [DOWN, "+", "p", DOWN * 3, ENTER, BACK, "d", BACK, "D", BACK, BACK, CTRL_C]
    code, screen, _ = new(keys, "lab")
    assert code == 130
    assert "client = { ... }:" in screen or "client" in screen
    assert "All changes" in screen
    assert "+count = 3" in screen.replace(" ", "").replace("+count=3", "+count = 3")
    assert saved()["roles"]["client"]["count"] == 2


def test_a_preview_writes_nothing(new, tmp_path):
    new(["nfs", ENTER, "p", CTRL_C], "lab")
    assert list(tmp_path.iterdir()) == []


# --- help -----------------------------------------------------------------------------------------


def test_help_of_a_line_is_told_above_it(new):
    _, screen, _ = new(["nfs", ENTER, "a", HELP, CLEAR, CTRL_C], "lab")
    assert "lower-case letters and digits" in " ".join(screen.split())


# --- variants and packages of the project's own ---------------------------------------------------


def test_variants_have_counts_refs_and_sources_and_what_is_as_usual_is_not_kept(new):
    origin = f"github:oar-team/oar3/{'0' * 40}"
    keys = ["oar", ENTER, *extra("setup")]
    keys += [DOWN, ENTER, ENTER, write("1st"), write("large")]
    keys += [ENTER, write("1"), write("8")]
    keys += [UP, ENTER, write("kapack.a.b"), write("kapack.oar"), write(origin), BACK, BACK, "w"]
    code, screen, _err = new(keys, "lab")
    assert code == 0, screen
    found = saved()["variants"]["large"]
    assert found["counts"] == {"node": 8}
    assert (
        found["sources"]["kapack"]["oar"].startswith("github:")
        or found["sources"]["kapack"]["oar"]["origin"] == origin
    )
    assert "pins" not in found


def extra(name):
    """The keys that tick an extra, from the first role of a stack with three roles."""
    order = list(CATALOG.extras)
    return [DOWN * 11, ENTER, DOWN * order.index(name), SPACE, ENTER]


def test_an_input_is_pinned_and_unpinned(new):
    pins = [DOWN * 9, ENTER]
    keys = ["oar", ENTER, *pins, ENTER, write("a b"), write("my-branch"), BACK, "w"]
    code, _, err = new(keys, "lab")
    assert code == 0, err
    assert saved()["pins"] == {"nixpkgs": "my-branch"}
    assert new([*pins, "x", BACK, "w"], "lab", "--force")[0] == 0
    assert "pins" not in saved()


@pytest.mark.parametrize("offline", [True, False])
def test_a_package_of_its_own_is_looked_at_and_what_is_open_is_told(new, monkeypatch, offline):
    wished = []

    def fetch(source, *, offline):
        wished.append(offline)
        return Fetched(source, reason="not here")

    monkeypatch.setattr("scaffold.packages.inspection.fetch", fetch)
    monkeypatch.setattr("scaffold.packages.collect.source_hash", lambda *_, **__: ("", ""))
    gaps = {"builder": "cm" + ENTER, "version": write("1.2"), "ref": write("v1.2"),
            "description": write("A pulse"), "licence": write("MIT")}  # fmt: skip
    keys = ["blank", ENTER, DOWN * 6, ENTER, ENTER, write("let"), write("pulse")]
    keys += [
        write("github:orchestra/pulse"),
        *(part for k in gaps.values() for part in ("n", ENTER, k)),
    ]
    keys += ["w", BACK, "w"]
    code, screen, _ = new(keys, "lab", *(["--offline"] if offline else []))
    assert code == 0, screen
    found = saved()["packages_from"]["pulse"]
    assert (found["builder"], found["version"]) == ("cmake", "1.2")
    assert set(wished) == {offline}
    assert "not looked at: not here" in screen
