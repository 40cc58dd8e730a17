"""Every question and every branch, typed through a pipe into the real prompts."""

import re
import shutil
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest

from scaffold.answers.questions import QUESTIONS
from scaffold.asking.frontend import BackError
from scaffold.base.errors import Interrupted
from scaffold.cli import main
from scaffold.commands.options import Options
from scaffold.packages import collect
from scaffold.sources.hashes import Fetched
from scaffold.terminal import looks, widgets
from scaffold.terminal.prompts import Prompts
from tests.building import CATALOG
from tests.keyboard import (
    BACK,
    CLEAR,
    CTRL_C,
    DOWN,
    ENTER,
    HELP,
    SPACE,
    UP,
    choose,
    drawn,
    typed,
    write,
)
from tests.tools.package_goldens import SOURCES

BY_KEY = {question.key: question for question in QUESTIONS}
STACKS = list(CATALOG.stacks)
PARTS = [part.id for part in CATALOG.parts.values() if not part.hidden]
CUSTOMISE = DOWN + ENTER
FROM = [*STACKS, "file", "scratch"]
NFS_ROLES = {"server": {"parts": ["nfs.server"]}, "client": {"count": 2, "parts": ["nfs.client"]}}


@pytest.fixture(autouse=True)
def no_programs(monkeypatch):
    """No nix runs in the background of these tests, and no nixfmt for files nobody looks at."""
    monkeypatch.setattr("scaffold.terminal.packages.refresh_in_background", lambda: None)
    monkeypatch.setattr("scaffold.commands.pipeline.formatted", lambda tree, _: tree)
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


def saved(folder):
    return tomllib.loads((Path(folder) / ".nxc-scaffold.toml").read_text())


def ask(key, keys, answers=None):
    """Ask one question and return its answers."""
    answer, screen = typed(keys, lambda: widgets.WIDGETS[key](BY_KEY[key], answers or {}, CATALOG))
    if isinstance(answer, BaseException):
        raise answer
    return answer, screen


# --- the whole way --------------------------------------------------------------------------------

SCRATCH = [
    CUSTOMISE,
    choose(FROM, "scratch"),
    write("Two hosts"),
    ENTER,  # add a role
    write("web"),
    write("2"),
    ENTER,  # no parts
    write("jq, tree"),
    ENTER,  # done
    ENTER,  # vm and docker
    DOWN + ENTER,  # docker is the default
    ENTER,  # newest release
    ENTER,  # no pins
    ENTER,  # no package of one's own
    ENTER,  # recommended extras
    ENTER,  # write
]


def test_a_stack_as_recommended_takes_three_keys(new):
    code, screen, err = new([ENTER, choose(STACKS, "nfs"), ENTER], "lab")
    assert code == 0, err
    assert "Answers" in screen
    assert "Start from" in screen
    assert saved("lab")["started_from"] == "nfs"
    assert list(saved("lab")["roles"]) == ["server", "client"]


def test_the_name_is_asked_when_no_folder_is_given(new):
    code, _, err = new([ENTER, choose(STACKS, "blank"), write("../x"), write("mine"), ENTER])
    assert code == 0, err
    assert saved("mine")["name"] == "mine"


def test_from_scratch_every_question_that_matters_is_asked(new):
    code, screen, err = new(SCRATCH, "lab")
    assert code == 0, err
    answers = saved("lab")
    assert answers["description"] == "Two hosts"
    assert answers["roles"] == {"web": {"count": 2, "packages": ["jq", "tree"]}}
    assert answers["flavours"] == ["vm", "docker"]
    assert answers["default_flavour"] == "docker"
    assert answers["release"] == CATALOG.default_release
    assert "nfs.server.export" not in screen


def test_earlier_answers_without_roles_are_asked_for_them(new):
    Path("lab").mkdir()
    Path("lab/.nxc-scaffold.toml").write_text('name = "lab"\n')
    code, screen, err = new([ENTER, CTRL_C], "lab")
    assert code == 130, err
    assert "? Roles" in screen


def test_the_last_screen_shows_topology_files_and_checks(new):
    _, screen, err = new(SCRATCH, "lab")
    assert "web" in err
    assert "composition.nix" in err
    assert "checks" in err
    assert "What now?" in screen


@pytest.mark.parametrize("length", range(len(SCRATCH)))
def test_an_interrupt_at_any_prompt_writes_nothing(new, tmp_path, length):
    code, _, err = new([*SCRATCH[:length], CTRL_C], "lab")
    assert code == 130
    assert "nothing was written" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_interview_goes_on_where_it_was(new):
    assert new([*SCRATCH[:9], CTRL_C], "lab")[0] == 130
    code, screen, err = new(SCRATCH[9:], "lab", "--resume")
    assert code == 0, err
    assert "Start from" not in screen
    assert saved("lab")["description"] == "Two hosts"
    assert saved("lab")["roles"]["web"]["count"] == 2


def test_back_on_the_last_screen_returns_to_it(new):
    """`<` opens the list of answers, another one closes it: nothing is lost, and it is written."""
    code, _, err = new([ENTER, choose(STACKS, "nfs"), BACK, BACK, BACK, BACK, ENTER], "lab")
    assert code == 0, err
    assert saved("lab")["started_from"] == "nfs"


@pytest.mark.parametrize("failing", [RuntimeError("a defect"), OSError(28, "No space left")])
def test_whatever_ends_an_interview_its_answers_are_kept(new, monkeypatch, failing):
    def broken(*_, **__):
        raise failing

    with monkeypatch.context() as patched:
        patched.setattr("scaffold.terminal.prompts.Prompts.decide", broken)
        with suppress(AssertionError):  # the helper's, when it is no exit
            new(SCRATCH, "lab")
    code, _, err = new([ENTER], "lab", "--resume")
    assert code == 0, err
    assert saved("lab")["description"] == "Two hosts"


def test_quitting_at_the_last_screen_writes_nothing(new, tmp_path):
    code, _, err = new([ENTER, choose(STACKS, "nfs"), DOWN * 2 + ENTER], "lab")
    assert code == 130
    assert "nothing was written" in err
    assert list(tmp_path.iterdir()) == []


def test_an_answer_can_be_changed_at_the_last_screen(new):
    keys = [ENTER, choose(STACKS, "nfs"), DOWN + ENTER]
    keys += [choose([q.key for q in QUESTIONS], "description"), write("changed"), ENTER]
    code, _, err = new(keys, "lab")
    assert code == 0, err
    assert saved("lab")["description"] == "changed"


def test_answers_that_do_not_go_together_cannot_be_written(new, tmp_path):
    """A client without server: change (add the server) or quit are offered, write is not."""
    answers = tmp_path / "a.toml"
    answers.write_text('flavours = ["vm"]\n[roles.c]\nparts = ["nfs.client"]\n')
    ask_nothing = ["--release", CATALOG.default_release, "--description", "d", "--extra", "none"]
    keys = [ENTER, ENTER, ENTER, DOWN + ENTER]
    code, screen, _ = new(keys, "lab", "--answers", "a.toml", *ask_nothing)
    assert code == 130
    assert "needs nfs.server, which no role has" in screen
    assert "Add nfs.server to a role" in screen
    last = screen.rpartition("What now?")[2]
    assert "write" not in last
    assert not (tmp_path / "lab").exists()


def test_flags_are_not_asked_again(new):
    keys = [CUSTOMISE, choose(FROM, "scratch"), *SCRATCH[3:]]
    code, screen, err = new(keys, "lab", "--description", "from a flag")
    assert code == 0, err
    assert saved("lab")["description"] == "from a flag"
    assert "Description" not in screen


def test_a_bad_flag_is_told_before_any_question_but_where_to_start(new, tmp_path):
    code, screen, err = new([], "lab", "--stack", "nfs", "--release", "nope", "--pin", "a=b")
    assert code == 2
    assert screen.strip() == ""
    assert "'nope'" in err
    assert list(tmp_path.iterdir()) == []


def test_an_answers_file_can_be_typed(new, tmp_path):
    (tmp_path / "good.toml").write_text('description = "from a file"\n[roles.a]\n')
    (tmp_path / "bad.toml").write_text("roles = 3\n")
    keys = [CUSTOMISE, choose(FROM, "file")]
    keys += [write("~nobody-at-all/x"), write("bad.toml"), write("good.toml"), *[ENTER] * 9]
    code, _, err = new(keys, "lab")
    assert code == 0, err
    assert saved("lab")["description"] == "from a file"
    assert list(saved("lab")["roles"]) == ["a"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing.toml", "nothing.toml cannot be read"),
        ("~nobody-at-all/x", "cannot be read"),
        ("bad.toml", "3 is not a table"),
        ("worse.toml", "is not TOML"),
    ],
)
def test_what_is_wrong_with_a_typed_file_is_told_at_the_prompt(new, tmp_path, name, reason):
    (tmp_path / "bad.toml").write_text("roles = 3\n")
    (tmp_path / "worse.toml").write_text("roles\n")
    code, screen, _ = new([CUSTOMISE, choose(FROM, "file"), write(name)], "lab")
    assert code == 130
    assert reason in screen


def test_the_answers_of_last_time_are_offered(new):
    assert new([ENTER, choose(STACKS, "nfs"), ENTER], "one")[0] == 0
    code, screen, err = new([DOWN + ENTER, ENTER], "two")
    assert code == 0, err
    assert "as last time (one)" in screen
    one, two = saved("one"), saved("two")
    assert two.pop("name") == "two"
    assert one.pop("name") == "one"
    assert one == two


def test_the_answers_of_this_project_are_offered(new):
    assert new([ENTER, choose(STACKS, "oar"), ENTER], "lab")[0] == 0
    code, screen, err = new([ENTER, ENTER], "lab")
    assert code == 0, err
    assert "the answers this project was made from (lab)" in screen
    assert "identical" in err
    assert "create" not in err.partition("What now")[2]


# --- back and help --------------------------------------------------------------------------------


def test_this_project_is_changed_where_it_is_and_not_copied(new, tmp_path, monkeypatch):
    """Without DIR, too: the answers of this project are for the folder that they were read in."""
    assert new([ENTER, choose(STACKS, "nfs"), ENTER], "lab")[0] == 0
    monkeypatch.chdir(tmp_path / "lab")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    code, screen, err = new([ENTER, ENTER])
    assert code == 0, err
    assert "this project" in screen
    assert before == {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def test_flags_in_a_project_start_from_its_answers(new, tmp_path, monkeypatch):
    assert new([ENTER, choose(STACKS, "nfs"), ENTER], "lab", "--description", "mine")[0] == 0
    monkeypatch.chdir(tmp_path / "lab")
    code, screen, err = new([ENTER], ".", "--set", "roles.client.count=3", "--force")
    assert code == 0, err
    assert "Start from" not in screen
    assert saved(".")["description"] == "mine"
    assert saved(".")["roles"]["client"]["count"] == 3


def test_going_back_asks_the_question_before_again(new):
    keys = [CUSTOMISE, choose(FROM, "scratch"), write("frist"), BACK, write("first"), *SCRATCH[3:]]
    code, _, err = new(keys, "lab")
    assert code == 0, err
    assert saved("lab")["description"] == "first"


def test_going_back_from_the_stacks_asks_how_much_to_ask(new):
    keys = [ENTER, BACK, ENTER, choose(STACKS, "blank"), ENTER]
    assert new(keys, "lab")[0] == 0
    assert saved("lab")["started_from"] == "blank"


FULL = {"roles": NFS_ROLES, "flavours": ["vm", "docker"], "release": CATALOG.default_release}


@pytest.mark.parametrize("key", [q.key for q in QUESTIONS if q.key not in ("options",)])
def test_help_is_there_at_every_question(key):
    keys = [write(HELP) if key in ("name", "description") else HELP, CTRL_C]
    ended, screen = typed(keys, lambda: widgets.WIDGETS[key](BY_KEY[key], FULL, CATALOG))
    assert isinstance(ended, Interrupted)
    assert f"On the command line: {BY_KEY[key].flag.flag}" in " ".join(screen.split())


@pytest.mark.parametrize("key", [q.key for q in QUESTIONS])
def test_every_question_can_be_left_backwards(key):
    keys = write(BACK) if key in ("name", "description", "options") else BACK
    with pytest.raises(BackError):
        ask(key, [keys], FULL)


# --- roles ----------------------------------------------------------------------------------------


def roles(keys, found=None):
    return ask("roles", keys, {"roles": found or {}})


def parts(*wanted):
    """The keys that tick parts in the list."""
    keys, at = "", 0
    for part in sorted(wanted, key=PARTS.index):
        keys += DOWN * (PARTS.index(part) - at) + SPACE
        at = PARTS.index(part)
    return keys + ENTER


def test_a_role_is_added_with_count_and_parts():
    keys = [ENTER, write("node"), write("3"), parts("nfs.client", "oar.node"), ENTER, ENTER]
    found = roles(keys)[0]["roles"]["node"]
    assert found["count"] == 3
    assert set(found["parts"]) == {"nfs.client", "oar.node"}
    assert found["packages"] == []


def test_the_list_shows_each_role_with_count_and_parts():
    def menu():
        return widgets.WIDGETS["roles"](BY_KEY["roles"], {"roles": NFS_ROLES}, CATALOG)

    _, screen = typed([], menu)
    lines = [line.split() for line in screen.splitlines()]
    assert ["client", "\u00d72", "nfs.client"] in lines
    assert "server" in screen


def test_the_list_of_roles_grows():
    keys = [ENTER, write("a"), ENTER, ENTER, ENTER, DOWN + ENTER, write("b"), ENTER, ENTER, ENTER]
    answer, _ = roles([*keys, ENTER])
    assert list(answer["roles"]) == ["a", "b"]


def test_a_role_is_edited_and_keeps_its_place():
    keys = [UP * 2 + ENTER, write("boss"), write("1"), ENTER, ENTER, ENTER]
    answer, _ = roles(keys, NFS_ROLES)
    assert list(answer["roles"]) == ["boss", "client"]
    assert answer["roles"]["boss"]["parts"] == ["nfs.server"]
    assert list(NFS_ROLES) == ["server", "client"]


def test_a_role_with_an_emptied_name_is_removed():
    answer, _ = roles([UP + ENTER, write(""), ENTER], NFS_ROLES)
    assert list(answer["roles"]) == ["server"]


def test_going_back_in_the_editor_changes_nothing():
    answer, _ = roles([UP + ENTER, write("other"), CLEAR + BACK + ENTER, ENTER], NFS_ROLES)
    assert answer["roles"] == NFS_ROLES


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Node", "must be lower-case letters and digits"),
        ("class", "is a word of Python"),
        ("let", "is a keyword of Nix"),
        ("machine", "the test driver"),
        ("client", "there is a role 'client' already"),
        ("", "Give a name"),
    ],
)
def test_a_bad_name_is_refused_at_the_prompt(name, reason):
    keys = [DOWN + ENTER, write(name), write("good"), ENTER, ENTER, ENTER, ENTER]
    answer, _ = roles(keys, NFS_ROLES)
    assert list(answer["roles"]) == ["server", "client", "good"]

    def again():
        return widgets.WIDGETS["roles"](BY_KEY["roles"], {"roles": NFS_ROLES}, CATALOG)

    _, screen = typed(keys[:2], again)
    assert reason in " ".join(screen.split())


@pytest.mark.parametrize("count", ["0", "-1", "1000000", "x", "--5", ""])
def test_a_bad_count_is_refused_at_the_prompt(count):
    keys = [ENTER, write("a"), write(count), write("4"), ENTER, ENTER, ENTER]
    answer, _ = roles(keys)
    assert answer["roles"]["a"]["count"] == 4


def test_a_bad_package_is_refused_at_the_prompt():
    keys = [ENTER, write("a"), ENTER, ENTER, write("a;b"), write("jq"), ENTER]
    assert roles(keys)[0]["roles"]["a"]["packages"] == ["jq"]


# --- options --------------------------------------------------------------------------------------


def options(keys, found):
    return ask("options", keys, {"roles": found})


@pytest.mark.parametrize("service", CATALOG.services)
def test_the_defaults_of_every_service_are_accepted_with_enter(service):
    found = {"a": {"parts": [part.id for part in CATALOG.services[service].parts.values()]}}
    answer, _ = options([ENTER] * 80, found)
    assert answer["options"] == {}
    assert answer["roles"] == found


def test_text_options_are_validated_and_kept_when_they_differ():
    """users.names, users.home, then nfs.server.export: what a part implies comes first."""
    users, nfs = [write("root"), write("eve, bob"), ENTER], [write("x"), write("/d")]
    answer, _ = options([*users, *nfs], {"a": NFS_ROLES["server"]})
    assert answer["options"] == {
        "users": {"names": ["eve", "bob"]},
        "nfs": {"server": {"export": "/d"}},
    }


def test_an_option_that_must_differ_is_asked_for_each_role():
    found = {"a": {"parts": ["nfs.server"]}, "b": {"parts": ["nfs.server"]}}
    answer, screen = options([ENTER] * 20, found)
    assert "nfs.server.export of a" in screen
    assert "nfs.server.export of b" in screen
    assert answer["options"] == {}


def test_a_choice_is_taken_from_a_list():
    spec = CATALOG.services["oar"].options["log_level"]
    before = [o for o in CATALOG.services["oar"].options if o != "log_level"]
    assert before == [], "the order of the options has changed: adapt the keys"
    answer, _ = options([UP + ENTER, *[ENTER] * 10], {"a": {"parts": ["oar.server"]}})
    at = spec.choices.index(spec.default)
    assert answer["options"]["oar"]["log_level"] == spec.choices[at - 1]


def test_consent_is_asked_with_what_is_agreed_to():
    consents = [
        (service.name, spec)
        for service in CATALOG.services.values()
        for spec in service.options.values()
        if spec.consent
    ]
    for service, spec in consents:
        found = {"a": {"parts": [part.id for part in CATALOG.services[service].parts.values()]}}
        answer, screen = options(["y", *[ENTER] * 80], found)
        assert " ".join(screen.split()).count(" ".join(spec.consent.split())[:40])
        if next(iter(CATALOG.services[service].options)) == spec.key:
            assert answer["options"][service][spec.key] is True


# --- flavours, release, pins, extras --------------------------------------------------------------


def test_flavours_that_a_part_cannot_run_are_shown_with_the_reason():
    answer, screen = ask("flavours", [ENTER], {"roles": NFS_ROLES})
    assert "nspawn" in screen
    assert "shared directories do not exist there" in " ".join(screen.split())
    assert answer["flavours"] == ["vm", "docker"]


def test_releases_without_a_chosen_flavour_or_a_part_are_shown_with_the_reason(monkeypatch):
    monkeypatch.setattr(
        widgets, "excluded_releases", lambda *_: {"24.11": "oar.node: kapack 24.11 has no oar"}
    )
    _, screen = ask("release", [ENTER], FULL)
    assert "24.11 cannot be chosen: oar.node: kapack 24.11 has no oar" in " ".join(screen.split())
    assert "(not with oar.node)" in screen


def test_a_disabled_flavour_cannot_be_chosen():
    answer, _ = ask("flavours", ["a", ENTER], {"roles": NFS_ROLES})
    assert "nspawn" not in answer["flavours"]
    assert "g5k-image" in answer["flavours"]


def test_no_flavour_at_all_is_refused_at_the_prompt():
    answer, _ = ask("flavours", [SPACE, ENTER, SPACE, ENTER], {"flavours": ["vm"]})
    assert answer == {"flavours": ["vm"], "default_flavour": "vm"}


def test_a_default_flavour_that_is_still_chosen_is_kept():
    given = {"flavours": ["vm", "docker"], "default_flavour": "docker"}
    assert ask("flavours", [ENTER], given)[0]["default_flavour"] == "docker"
    given = {"flavours": "docker", "default_flavour": "vm"}
    assert ask("flavours", [ENTER], given)[0] == {
        "flavours": ["docker"],
        "default_flavour": "docker",
    }


def test_the_default_flavour_is_one_of_the_chosen():
    given = {"flavours": ["vm", "docker"], "default_flavour": "docker"}
    assert ask("default_flavour", [ENTER], given)[0] == {"default_flavour": "docker"}
    assert ask("default_flavour", [UP + ENTER], given)[0] == {"default_flavour": "vm"}


def test_the_release_starts_at_the_recommended_one():
    answer, screen = ask("release", [ENTER], FULL)
    assert answer == {"release": CATALOG.default_release}
    assert all(name in screen for name in CATALOG.releases)
    assert ask("release", [DOWN + ENTER], FULL)[0] == {"release": list(CATALOG.releases)[1]}


def test_inputs_are_pinned_one_by_one():
    revision = "0123456789" * 4
    keys = ["y", write("a b"), write(revision), ENTER]
    answer, screen = ask("pins", keys, FULL)
    assert answer == {"pins": {"nixpkgs": revision}}
    assert "kapack" not in screen  # the flake has no such input


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for entry in (*CATALOG.services.values(), *CATALOG.parts.values())
        for name in entry.brings.inputs
    ),
)
def test_what_a_service_brings_can_be_pinned(name):
    part = next(
        part.id
        for part in CATALOG.parts.values()
        if name in {*part.brings.inputs, *CATALOG.services[part.service].brings.inputs}
    )
    given = {**FULL, "roles": {"a": {"parts": [part]}}}
    shown = ask("pins", ["y", *[ENTER] * 8], given)[1]
    before = [line.split()[1] for line in shown.splitlines() if line.startswith("?   ")]
    assert before[-1] == name, shown
    keys = ["y", *[ENTER] * before.index(name), write("my-branch")]
    assert ask("pins", keys, given)[0] == {"pins": {name: "my-branch"}}


def test_a_pin_is_dropped_by_typing_the_ref_of_the_release():
    pinned = CATALOG.releases[CATALOG.default_release].inputs
    first = next(iter(pinned))
    keys = [ENTER, write(pinned[first].ref), ENTER]
    assert ask("pins", keys, {**FULL, "pins": {first: "x"}})[0] == {"pins": {}}


def test_pins_stay_when_none_is_to_be_changed():
    assert ask("pins", ["n"], {**FULL, "pins": {"nxc": "x"}})[0] == {"pins": {"nxc": "x"}}


def test_a_package_is_looked_at_and_only_what_is_open_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "source_hash", lambda *_, **__: ("", "offline"))
    source = shutil.copytree(SOURCES / "cmake", tmp_path / "pulse")
    keys = ["y", write("lib"), write("pulse"), write(str(source)),
            write("gitlab:orchestra/pulse"), write("v1.2.0"), "n"]  # fmt: skip
    answer, screen = ask("packages_from", keys, {})
    record = answer["packages_from"]["pulse"]
    assert (record["builder"], record["source"]) == ("cmake", "gitlab:orchestra/pulse")
    assert list(answer["packages_from"]) == ["pulse"]
    assert "Source" in screen
    assert "Licence" not in screen


@pytest.mark.parametrize("offline", [True, False])
def test_a_prompt_fetches_nothing_when_offline(monkeypatch, offline):
    wished = []

    def fetch(source, *, offline):
        wished.append(offline)
        return Fetched(source, reason="not here")

    monkeypatch.setattr("scaffold.packages.inspection.fetch", fetch)
    monkeypatch.setattr(
        collect, "source_hash", lambda *_, offline: (wished.append(offline), ("", ""))[1]
    )
    keys = ["y", write("pulse"), write("github:orchestra/pulse"), ENTER, write("1.2"), ENTER,
            write("A pulse"), write("MIT"), "n"]  # fmt: skip
    prompts = Prompts(offline=offline)
    answer, screen = typed(keys, lambda: prompts.ask(BY_KEY["packages_from"], {}, CATALOG))
    assert isinstance(answer, dict), (answer, screen)
    assert wished == [offline, offline]
    assert answer["packages_from"]["pulse"]["version"] == "1.2"


def test_a_package_is_removed_by_giving_no_source():
    given = {"packages_from": {"pulse": {}, "bell": {}}}
    keys = ["y", write("bell"), ENTER, "n"]
    assert ask("packages_from", keys, given)[0] == {"packages_from": {"pulse": {}}}


SETUP = {
    **FULL,
    "roles": {"node": {"count": 2, "parts": ["oar.node"]}, "login": {"parts": ["oar.frontend"]}},
    "release": "25.05",
    "extras": ["setup"],
}


def test_variants_ask_for_counts_pins_and_sources():
    origin = f"github:oar-team/oar3/{'0' * 40}"
    keys = ["y", write("1st"), write("large"), write("1"), write("8"), "y", ENTER, ENTER,
            write("23.05"), write("oar"), write("kapack.oar"), write("github:oar-team/oar3"),
            write(origin), ENTER, "n"]  # fmt: skip
    answer, screen = ask("variants", keys, SETUP)
    assert answer == {
        "variants": {
            "large": {
                "counts": {"node": 8},
                "pins": {"kapack": "23.05"},
                "sources": {"kapack": {"oar": origin}},
            }
        }
    }
    assert "Hosts of login" not in screen


@pytest.mark.parametrize("package", ["kapack.nur", "kapack.a.b", "kapack.", "nixpkgs.let"])
def test_a_package_that_setup_toml_cannot_name_is_told_before_its_source_is_asked(package):
    keys = ["y", write("large"), ENTER, "n", write(package), write(""), "n"]
    answer, screen = ask("variants", keys, SETUP)
    assert answer == {"variants": {}}
    assert "Address" not in screen


def test_a_variant_in_which_nothing_differs_is_dropped():
    given = {**SETUP, "variants": {"large": {"counts": {"node": 8}}}}
    keys = ["y", write("large"), write("2"), "n", ENTER, "n"]
    answer, screen = ask("variants", keys, given)
    assert answer == {"variants": {}}
    assert "so far: large" in screen


def test_variants_are_asked_about_with_setup_only():
    assert BY_KEY["variants"].asked(SETUP, CATALOG)
    assert not BY_KEY["variants"].asked({**SETUP, "extras": ["ci"]}, CATALOG)


def test_extras_start_at_what_is_there():
    assert ask("extras", [ENTER], {})[0] == {"extras": ["justfile"]}
    assert ask("extras", [ENTER], {"extras": []})[0] == {"extras": []}
    first = next(iter(CATALOG.extras))
    assert ask("extras", [SPACE + ENTER], {"extras": []})[0] == {"extras": [first]}


def test_a_description_is_one_line_and_may_be_anything():
    text = "it's ${x} {{ y }} \\ ''"
    assert ask("description", [write(text)])[0] == {"description": text}


# --- plain ----------------------------------------------------------------------------------------

COLOUR = re.compile(r"\x1b\[[0-9;]*[1-9][0-9;]*m")


@pytest.fixture
def look(tmp_path, monkeypatch, capsys):
    """Run ``new`` to its end; return what was drawn, escapes included."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Options, "interactive", property(lambda _: True))

    def call(*arguments):
        argv = ["nxc-scaffold", "new", *arguments, "--no-check", "--no-git"]
        monkeypatch.setattr(sys, "argv", argv)
        ended, screen = drawn([HELP, ENTER, choose(STACKS, "nfs"), ENTER], main.main)
        assert isinstance(ended, SystemExit), ended
        capsys.readouterr()
        return screen

    return call


def test_plain_prompts_have_no_colour(look):
    assert COLOUR.search(look("one"))
    plain = look("two", "--plain")
    assert "? What now? write" in plain
    assert not COLOUR.search(plain)


def test_lists_are_drawn_in_letters_with_plain():
    def flavours():
        return widgets.WIDGETS["flavours"](BY_KEY["flavours"], FULL, CATALOG)

    assert "\u25cf vm  " in drawn([ENTER], flavours)[1]
    looks.speak_plainly(wanted=True)
    _, screen = drawn([ENTER], flavours)
    assert " > [x] vm  " in screen
    assert "   [ ] vm-ramdisk  " in screen
    assert "   -   nspawn  " in screen
    assert not COLOUR.search(screen)
    assert not set("\u00bb\u25cf\u25cb") & set(screen)


def test_consent_and_problems_have_no_colour_with_plain():
    found = {"a": {"parts": ["beegfs.mgmt"]}}

    def ask_consent():
        return widgets.WIDGETS["options"](BY_KEY["options"], {"roles": found}, CATALOG)

    assert COLOUR.search(drawn([ENTER], ask_consent)[1])
    looks.speak_plainly(wanted=True)
    assert not COLOUR.search(drawn([ENTER] * 20, ask_consent)[1])


# --- conflicts ------------------------------------------------------------------------------------

DECISIONS = ["overwrite", "keep", "diff", "overwrite all", "keep all", "quit"]


@pytest.fixture
def changed(new):
    """A project in which the user has changed two files; returns a function that runs again."""
    assert new([ENTER, choose(STACKS, "nfs"), ENTER], "lab")[0] == 0
    for name in ("composition.nix", "flake.nix"):
        (Path("lab") / name).write_text("# mine\n")

    def again(*decisions):
        keys = [ENTER, ENTER, *(choose(DECISIONS, decision) for decision in decisions)]
        code, screen, err = new(keys, "lab")
        mine = [
            name
            for name in ("composition.nix", "flake.nix")
            if (Path("lab") / name).read_text() == "# mine\n"
        ]
        return code, mine, screen, err

    return again


def test_each_conflict_is_decided(changed):
    code, mine, screen, err = changed("overwrite", "keep")
    assert code == 0, err
    assert mine == ["flake.nix"]
    assert "composition.nix: its content differs" in screen


def test_a_decision_for_all_is_asked_once(changed):
    code, mine, _, err = changed("overwrite all")
    assert code == 0, err
    assert mine == []


def test_all_can_be_kept(changed):
    code, mine, _, err = changed("keep all")
    assert code == 0, err
    assert mine == ["composition.nix", "flake.nix"]


def test_the_difference_is_shown_and_the_question_asked_again(changed):
    code, mine, screen, err = changed("diff", "keep", "keep")
    assert code == 0, err
    assert "-# mine" in screen
    assert len(mine) == 2


def test_quitting_at_a_conflict_writes_nothing(changed):
    code, mine, _, err = changed("overwrite", "quit")
    assert code == 130
    assert mine == ["composition.nix", "flake.nix"]
    assert "nothing was written" in err
