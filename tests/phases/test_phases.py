"""The order of the phases, what is run next, and what is carried over to a changed package."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.base.errors import ExternalError, InputError
from scaffold.phases import derivation, environment
from scaffold.phases import state as state_of
from scaffold.phases.phases import DEFAULT, Environment, Kind, differs, order, phases
from scaffold.phases.state import Outcome, State

OUT = "/nix/store/nskqy15f30dc4b5ksisp7ik4d3927xil-hello-1"
DRV = f"""\
Derive([("out","{OUT}","","")],[("/nix/store/00000000000000000000000000000000-gcc.drv",["dev",\
"out"])],["/nix/store/11111111111111111111111111111111-st"],"x86_64-linux","/bin/bash",["-e",\
"/nix/store/22222222222222222222222222222222-default-builder.sh"],[("buildPhase","echo \\"\\\\t\
\\" é ${{x}}\\n"),("flags","--prefix=/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9 \
{OUT}/lib"),("out","{OUT}"),("stdenv","/nix/store/11111111111111111111111111111111-st")])"""
DRV_PATH = "/nix/store/33333333333333333333333333333333-hello-1.drv"


def names(variables):
    return list(order(variables))


def test_the_default_order_is_that_of_stdenv():
    assert names({}) == [
        "unpackPhase", "patchPhase", "configurePhase", "buildPhase", "checkPhase", "installPhase",
        "fixupPhase", "installCheckPhase", "distPhase",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "before"),
    [
        ("prePhases", "unpackPhase"),
        ("preConfigurePhases", "configurePhase"),
        ("preBuildPhases", "buildPhase"),
        ("preInstallPhases", "installPhase"),
        ("preFixupPhases", "fixupPhase"),
        ("preDistPhases", "distPhase"),
        ("postPhases", None),
    ],
)
def test_added_phases_come_where_their_variable_says(variable, before):
    found = names({variable: " onePhase twoPhase\n"})
    at = found.index(before) if before else len(found)
    assert found[at - 2 : at] == ["onePhase", "twoPhase"]
    assert [name for name in found if name in DEFAULT] == list(DEFAULT)


def test_phases_replaces_the_whole_list():
    assert names({"phases": "installPhase\n  buildPhase", "postPhases": "x"}) == [
        "installPhase", "buildPhase",
    ]  # fmt: skip


@pytest.mark.parametrize("name", DEFAULT)
def test_each_default_phase_has_a_switch(name):
    stem = name.removesuffix("Phase")
    opted_in = name in ("checkPhase", "installCheckPhase", "distPhase")
    switch = f"{'do' if opted_in else 'dont'}{stem[0].upper()}{stem[1:]}"
    unset = {phase.name: phase for phase in phases(Environment.of_derivation({}))}
    is_set = {phase.name: phase for phase in phases(Environment.of_derivation({switch: "1"}))}
    first, second = unset[name].skipped, is_set[name].skipped
    if opted_in:
        assert (first, second) == (f"{switch} is not set", "")
    else:
        assert (first, second) == ("", f"{switch} is set")


def test_a_switch_that_is_empty_is_not_set():
    # false becomes an empty text in a derivation
    env = Environment.of_derivation({"dontBuild": "", "doCheck": ""})
    found = {phase.name: phase.skipped for phase in phases(env)}
    assert (found["buildPhase"], found["checkPhase"]) == ("", "doCheck is not set")


def test_before_loading_a_phase_is_a_text_a_function_of_stdenv_or_left_to_a_hook():
    env = Environment.of_derivation(
        {"buildPhase": "make", "preDistPhases": "pypaPhase", "postInstall": "x", "preBuild": "y"}
    )
    found = {phase.name: phase for phase in phases(env)}
    assert (found["buildPhase"].kind, found["buildPhase"].origin) == (Kind.STRING, "package")
    assert found["buildPhase"].hooks == ("preBuild",)
    assert (found["installPhase"].kind, found["installPhase"].origin) == (Kind.FUNCTION, "stdenv")
    assert found["installPhase"].hooks == ("postInstall",)
    assert found["pypaPhase"].kind is Kind.HOOK


def test_after_loading_it_is_told_who_defines_a_phase():
    hook = "/nix/store/00000000000000000000000000000000-cmake-3.31/nix-support/setup-hook"
    env = Environment(
        {"configurePhase": "cmakeConfigurePhase", "buildPhase": "make", "postPhases": "lostPhase"},
        {"installPhase": "12 /nix/store/x/setup", "checkPhase": hook, "fixupPhase": ""},
        {"buildPhase": "make"},
        loaded=True,
    )
    found = {phase.name: (phase.kind, phase.origin) for phase in phases(env)}
    assert found["configurePhase"] == (Kind.STRING, "setup hook")
    assert found["buildPhase"] == (Kind.STRING, "package")
    assert found["installPhase"] == (Kind.FUNCTION, "stdenv")
    assert found["checkPhase"] == (Kind.FUNCTION, "setup hook cmake-3.31")
    assert found["lostPhase"] == (Kind.MISSING, "nowhere")


@pytest.mark.parametrize("name", ["buildCommand", "buildCommandPath"])
def test_one_command_for_everything_is_the_only_phase(name):
    (only,) = phases(Environment.of_derivation({name: "mkdir $out", "phases": "x"}))
    assert (only.name, only.kind) == ("buildCommand", Kind.STRING)


def test_a_change_is_told_of_the_phase_that_reads_it():
    before = {"src": "a", "buildPhase": "make"}
    assert differs("unpackPhase", before, {**before, "src": "b"})
    assert differs("buildPhase", before, {"src": "a"})
    assert differs("installPhase", before, {**before, "preInstall": "x"})
    assert not differs("installPhase", before, {**before, "src": "b"})


# The derivation.


def test_a_derivation_is_read_with_its_escapes():
    drv = derivation.parse(DRV_PATH, DRV.encode())
    assert drv.name == "hello-1"
    assert drv.env["buildPhase"] == 'echo "\\t" é ${x}\n'
    assert drv.inputs == {"/nix/store/00000000000000000000000000000000-gcc.drv": ("dev", "out")}
    assert drv.own_builder is None


def test_outputs_move_whether_named_by_path_or_by_placeholder():
    drv = derivation.parse(DRV_PATH, DRV.encode())
    assert derivation.relocated(drv.env["flags"], drv, {"out": "/o"}) == "--prefix=/o /o/lib"


@pytest.mark.parametrize("content", [b"", b"Derive([", b"DrvWithVersion(1)", b"Derive(1,2)"])
def test_what_is_no_derivation_is_refused(content):
    with pytest.raises(ExternalError, match="no derivation that this tool can read"):
        derivation.parse(DRV_PATH, content)


def test_a_builder_of_its_own_has_no_phases():
    own = DRV.replace("default-builder.sh", "builder.sh")
    assert derivation.parse(DRV_PATH, own.encode()).own_builder.endswith("-builder.sh")


def test_structured_attributes_become_what_nix_gives_to_bash(tmp_path):
    attributes = {
        "text": "it's $x `y`\n", "list": ["a b", 2, True], "number": 3, "on": True, "off": False,
        "none": None, "set": {"k 1": "v"}, "deep": {"a": {"b": 1}}, "no name": "x", "fraction": 1.5,
    }  # fmt: skip
    script = tmp_path / "attrs.sh"
    script.write_text(derivation.bash_attributes(attributes))
    shown = (
        f'source {script}; printf "%s|" "$text" "${{list[@]}}" "$number" "$on" "$off" "$none"'
        ' "${set[k 1]}" "${deep-unset}" "${fraction-unset}"'
    )
    done = subprocess.run(["bash", "-euc", shown], capture_output=True, text=True, check=True)
    assert done.stdout == "it's $x `y`\n|a b|2|1|3|1||" + "|v|unset|unset|"


# Which phases are meant.

ORDER = ("unpackPhase", "patchPhase", "buildPhase", "checkPhase", "installPhase")


def state(done):
    return State("x", "d", order=ORDER, outcomes=tuple(Outcome(n, "done") for n in ORDER[:done]))


def chosen(done, what="", start=None, until=None, off=()):
    return [ORDER[n] for n in state_of.selected(state(done), off, what, start, until)]


@pytest.mark.parametrize(
    ("done", "what", "expected"),
    [
        (0, "next", ["unpackPhase"]),
        (2, "next", ["buildPhase"]),
        (5, "next", []),
        (3, "all", ["checkPhase", "installPhase"]),
        (5, "all", []),
        (3, "build", ["buildPhase"]),
        (2, "buildPhase", ["buildPhase"]),
        (1, "patch..check", ["patchPhase", "buildPhase", "checkPhase"]),
        (1, "..build", ["patchPhase", "buildPhase"]),
        (4, "check..", ["checkPhase", "installPhase"]),
        (4, "..build", ["buildPhase"]),
    ],
)
def test_a_wish_means_phases(done, what, expected):
    assert chosen(done, what) == expected


def test_next_goes_past_phases_that_are_skipped():
    assert chosen(2, "next", off=("buildPhase", "checkPhase")) == [
        "buildPhase", "checkPhase", "installPhase",
    ]  # fmt: skip


def test_from_and_until_are_a_range():
    assert chosen(3, start="patch", until="build") == ["patchPhase", "buildPhase"]
    assert chosen(3, start="check") == ["checkPhase", "installPhase"]
    assert chosen(0, until="patch") == ["unpackPhase", "patchPhase"]


@pytest.mark.parametrize(
    ("what", "start", "message"),
    [
        ("install", None, "phase installPhase: patchPhase is not done. Run what comes before"),
        ("", "install", "phase installPhase: patchPhase is not done"),
        ("nosuch", None, "phase nosuch: the package has no such phase. One of: unpackPhase"),
        ("build..patch", None, "patchPhase comes before buildPhase"),
        ("build", "patch", "contradict each other"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_a_remedy(what, start, message):
    with pytest.raises(InputError, match=message):
        chosen(1, what, start=start)


def test_running_a_phase_again_forgets_what_came_after_it():
    again = state(4).with_outcome(1, Outcome("patchPhase", "failed"))
    assert [outcome.status for outcome in again.outcomes] == ["done", "failed"]
    assert again.passed == 1


def test_a_changed_package_keeps_the_phases_up_to_the_first_new_one():
    new = State("x", "e", order=("unpackPhase", "patchPhase", "newPhase", "buildPhase"))
    moved = state(4).moved(new)
    assert [outcome.name for outcome in moved.outcomes] == ["unpackPhase", "patchPhase"]
    assert (moved.drv, moved.order) == ("e", new.order)


def test_a_state_is_read_as_it_was_written_and_an_unknown_one_is_none():
    full = State(
        "x", "d", "bash", ORDER, (Outcome("unpackPhase", "done", 1.5, 0, ("out",)),), "/s", "b",
        (state_of.Patch("p.patch", "b", "t"),), {"a": "é"},
    )  # fmt: skip
    assert state_of.load(state_of.dump(full)) == full
    for text in ("", "{}", '{"version": 0}', '{"version": 1}', "[]"):
        assert state_of.load(text) is None


# The environment between two phases.

KEYS = st.sampled_from([b"v a", b"v b", b"f c", b"= a", b"o", b"c"])
RECORDS = st.dictionaries(KEYS, st.binary().map(lambda text: text.replace(b"\0", b"")))


@given(RECORDS)
def test_records_are_read_as_they_were_written(records):
    whole = {**records, b"end": b""}
    assert environment.parse(environment.dump(whole)) == whole
    assert environment.parse(environment.dump(records)) is None


def test_a_changed_package_brings_its_changes_and_keeps_what_phases_made():
    before = {b"v flags": b"old", b"v same": b"1", b"v gone": b"x", b"c": b"/top"}
    saved = {**before, b"v same": b"2", b"v made": b"y", b"c": b"/top/source"}
    after = {b"v flags": b"new", b"v same": b"1", b"v more": b"z", b"c": b"/top"}
    assert environment.rebased(saved, before, after) == {
        b"v flags": b"new", b"v same": b"2", b"v made": b"y", b"v more": b"z",
        b"c": b"/top/source", b"end": b"",
    }  # fmt: skip


DRIVER = Path(__file__).parents[2] / "templates/phases/driver.sh"


def test_the_driver_saves_and_loads_whatever_bash_can_hold(tmp_path):
    setup = tmp_path / "stdenv/setup"
    setup.parent.mkdir()
    setup.write_text(
        "text=$'a\\nb \\'\"\\\\ $x `y` \\xff'\n"
        "export exported='é'\ndeclare -a list=(one 'two 2')\ndeclare -A map=([k]=v)\n"
        "declare -r fixed=1\nIFS=:\nshopt -s nullglob\n"
        'say() { printf "[%s]" "$@"; }\n'
    )
    bash = [shutil.which("bash"), "--noprofile", "--norc", str(DRIVER)]
    env = {
        "stdenv": str(setup.parent),
        "PATH": "/path-not-set",
        "onePhase": "local here=1; made=yes; cd stdenv; "
        'say "${list[@]}" "${map[k]}" "$fixed" "$IFS" "$text"',
        "twoPhase": 'say "$made" "${here-unset}" "${PWD##*/}" "$exported"; shopt -q nullglob',
    }
    subprocess.run([*bash, "load", "0"], cwd=tmp_path, env=env, check=True)
    first = subprocess.run([*bash, "run", tmp_path / "0", tmp_path / "1", "onePhase"],
                           cwd=tmp_path, env={}, capture_output=True, check=True)  # fmt: skip
    assert first.stdout == b"[one][two 2][v][1][:][a\nb '\"\\ $x `y` \xff]"
    second = subprocess.run([*bash, "run", tmp_path / "1", tmp_path / "2", "twoPhase"],
                            cwd=tmp_path, env={}, capture_output=True, check=True)  # fmt: skip
    assert second.stdout.decode() == "[yes][unset][stdenv][é]"
