"""Every question and every branch, typed through a pipe into the real prompts."""

import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from scaffold.answers import choices
from scaffold.answers.questions import QUESTIONS
from scaffold.asking.interview import BackError
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
from tests.projects import forget_written
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


# --- back and help --------------------------------------------------------------------------------

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
        choices, "excluded_releases", lambda *_: {"24.11": "oar.node: kapack 24.11 has no oar"}
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
    names = list(CATALOG.releases)
    after = names[names.index(CATALOG.default_release) + 1]
    assert ask("release", [DOWN + ENTER], FULL)[0] == {"release": after}
    assert f"until {CATALOG.releases[after].end_of_support}" in screen


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
    monkeypatch.setattr("scaffold.packages.inspection.listed_tags", lambda _: ("v1.1",))
    monkeypatch.setattr(
        collect, "source_hash", lambda *_, offline: (wished.append(offline), ("", ""))[1]
    )
    keys = ["y", write("pulse"), write("github:orchestra/pulse"), ENTER, write("1.2"),
            write("v1.2"), write("A pulse"), write("MIT"), "n"]  # fmt: skip
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

DECISIONS = ["keep", "overwrite", "diff", "keep all", "overwrite all", "quit"]


@pytest.fixture
def changed(new):
    """A project in which the user has changed two files; returns a function that runs again."""
    assert new(["nfs", ENTER, "w"], "lab")[0] == 0
    for name in ("composition.nix", "flake.nix"):
        (Path("lab") / name).write_text("# mine\n")
    forget_written(Path("lab"))

    def again(*decisions):
        keys = [ENTER, "w", *(choose(DECISIONS, decision) for decision in decisions)]
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
