"""The command from outside: exit codes, streams, files, and never a traceback."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scaffold import __version__
from scaffold.cli import main
from scaffold.writer.apply import apply
from tests.running import nxc_scaffold

NFS = ("--stack", "nfs", "--defaults")
QUICK = ("--no-check", "--no-git")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command in an empty folder of its own; return exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scaffold.commands.pipeline.formatted", lambda tree, _: tree)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["nxc-scaffold", *map(str, arguments)])
        code = 0
        try:
            main.main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# --- done -----------------------------------------------------------------------------------------


def test_a_stack_and_defaults_are_enough(run, tmp_path):
    code, out, err = run("new", "lab", *NFS, *QUICK)
    assert code == 0
    assert out == ""
    assert "create" in err
    assert "lab/composition.nix" in err
    assert {"flake.nix", "composition.nix", "README.md"} <= set(files(tmp_path / "lab"))


def test_every_answer_as_a_flag_needs_no_defaults(run, tmp_path):
    code, _, err = run(
        *("new", "lab", "--description", "d", "--role", "a=nfs.server", "--role", "b:2=nfs.client"),
        *("--set", "nfs.server.export=/data", "--flavour", "vm,docker", "--default-flavour"),
        *("docker", "--release", "25.05", "--pin", "nxc=main", "--extra", "none", *QUICK),
    )
    assert code == 0, err
    answers = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert answers["options"] == {"nfs": {"server": {"export": "/data"}}}
    assert answers["pins"] == {"nxc": "main"}
    assert answers["default_flavour"] == "docker"
    assert list(answers["roles"]) == ["a", "b"]
    assert answers["roles"]["b"]["count"] == 2


def test_flags_are_stronger_than_the_file_and_the_file_than_the_stack(run, tmp_path):
    (tmp_path / "answers.toml").write_text(
        'stack = "nfs"\ndescription = "from the file"\n[roles.client]\ncount = 5\n[roles.server]\n'
        'packages = ["jq"]\n'
    )
    code, _, err = run(
        "new", "lab", "--answers", "answers.toml", "--role", "client:7", "--defaults", *QUICK
    )
    assert code == 0, err
    answers = tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())
    assert answers["description"] == "from the file"
    assert answers["roles"]["client"] == {"count": 7, "parts": ["nfs.client"]}
    assert answers["roles"]["server"] == {
        "count": 1,
        "parts": ["nfs.server"],
        "packages": ["jq"],
    }
    assert answers["flavours"] == ["vm", "docker", "g5k-nfs-store"]


def test_a_role_of_the_stack_can_be_left_out(run, tmp_path):
    code, _, err = run(
        "new", "lab", "--stack", "nfs", "--drop-role", "client", "--defaults", *QUICK
    )
    assert code == 0, err
    assert list(tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())["roles"]) == [
        "server"
    ]


def test_the_answers_of_a_project_write_the_same_bytes(run, tmp_path):
    assert run("new", "lab", *NFS, "--set", "description=Größe ${x} ''", *QUICK)[0] == 0
    before = files(tmp_path / "lab")
    code, _, err = run("new", "lab", "--answers", "lab/.nxc-scaffold.toml", *QUICK)
    assert code == 0, err
    assert "create" not in err
    assert "identical" in err
    (tmp_path / "other").mkdir()
    code, _, err = run("new", "other/lab", "--answers", "lab/.nxc-scaffold.toml", *QUICK)
    assert code == 0, err
    assert files(tmp_path / "other/lab") == before == files(tmp_path / "lab")


def test_an_existing_directory_keeps_what_is_in_it(run, tmp_path, monkeypatch):
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/notes.txt").write_text("mine")
    (tmp_path / "lab/.gitignore").write_text("mine\n")
    monkeypatch.chdir(tmp_path / "lab")
    code, _, err = run("new", ".", *NFS, *QUICK)
    assert code == 0, err
    assert (tmp_path / "lab/notes.txt").read_text() == "mine"
    assert (tmp_path / "lab/.gitignore").read_text().startswith("mine\n")
    assert (tmp_path / "lab/flake.nix").is_file()
    assert tomllib.loads((tmp_path / "lab/.nxc-scaffold.toml").read_text())["name"] == "lab"


def test_without_a_folder_the_name_is_the_folder(run, tmp_path):
    assert run("new", "--name", "mine", *NFS, *QUICK)[0] == 0
    assert (tmp_path / "mine/flake.nix").is_file()


# --- nothing written ------------------------------------------------------------------------------

BAD = [
    (["--stack", "nsf"], "nfs"),
    (["--role", "Node"], "'Node'"),
    (["--role", "my-node"], "'my-node'"),
    (["--role", "class"], "'class'"),
    (["--role", "let"], "'let'"),
    (["--role", "machine"], "'machine'"),
    (["--role", "localhost"], "'localhost'"),
    (["--role", ""], "''"),
    (["--role", "a", "--role", "a:2"], "given twice"),
    (["--role", "a:0"], "0 is too small"),
    (["--role", "a:-1"], "-1 is too small"),
    (["--role", "a:--5"], "'--5' is not a whole number"),
    (["--role", "a:1000000"], "1000000 is too large"),
    (["--role", "a:x"], "'x' is not a whole number"),
    (["--role", "a:2", "--role", "a1"], "'a1' is there twice"),
    (["--role", "a=oar.nod"], "Did you mean oar.node"),
    (["--role", "a=oar.node,oar.node"], "given twice"),
    (["--role", "a=oar.node"], "Add oar.server to a role"),
    (["--role", "a=nfs.client"], "Add nfs.server to a role"),
    (["--role", "a:2=nfs.server"], "works with a count of 1"),
    (["--role", "a=nfs.server", "--flavour", "nspawn"], "cannot be used"),
    (["--role", "a", "--flavour", "dokcer"], "Did you mean docker"),
    (["--role", "a", "--flavour", "vm", "--default-flavour", "docker"], "none of the chosen"),
    (["--role", "a", "--release", "25.5"], "Did you mean 25.05"),
    (["--role", "a", "--pin", "nixpkgs"], "is not INPUT=REF"),
    (["--role", "a", "--pin", "nixpgks=x"], "Did you mean nixpkgs"),
    (["--role", "a", "--pin", "nixpkgs=a b"], "'a b'"),
    (["--role", "a", "--pin", "kapack=x"], "Pin one of"),
    (["--role", "a", "--set", "x"], "is not KEY=VALUE"),
    (["--role", "a", "--set", "flavuors=vm"], "Did you mean flavours"),
    (["--role", "a", "--set", "roles=3"], "is not a table"),
    (["--role", "a", "--set", "nfs.server.export=/etc"], "'/etc'"),
    (["--role", "a", "--set", "oar.log_level=9"], "'9'"),
    (["--role", "a", "--extra", "justfle"], "Did you mean justfile"),
    (["--role", "a", "--name", "../x"], "'../x'"),
    (["--role", "a", "--description", "a\nb"], "several lines"),
    (["--role", "a", "--description", "\udcff"], "no file can hold"),
    (["--role", "\udcff"], "no file can hold"),
    (["--role", "a", "--drop-role", "b"], "there is no role 'b'"),
    (["--role", "a", "--force", "--keep"], "contradict"),
    (["--answers", "nothing.toml"], "nothing.toml: cannot be read"),
    (["--answers", "."], "cannot be read"),
    (["--nope"], "--nope"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=repr)
def test_bad_input_is_told_and_nothing_is_written(run, tmp_path, arguments, message):
    code, out, err = run("new", "lab", "--defaults", *arguments, *QUICK)
    assert code == 2
    assert out == ""
    assert message in " ".join(err.split())
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = lab", "is not TOML"),
        ("schema = 99", "has schema 99"),
        ("nmae = 'x'", "Did you mean name"),
        ("roles = 3", "3 is not a table"),
        ("[roles.a]\ncuont = 1", "Did you mean count"),
        ("[roles.a]\ncount = " + "9" * 5000, "is not TOML"),
        ("[roles.a]\ncount = 0x" + "f" * 5000, "is too large"),
        ("stack = 'nsf'", "Did you mean nfs"),
        ("stack = 3", "there is no stack 3"),
        ("[roles.a]\nparts = 3", "3 is not a list"),
        ("[roles.a]\npackages = ['a;b']", "'a;b'"),
        ("flavours = 1979-05-27", "is not a list"),
        ("options = 'x'\n[roles.a]", "is not a table"),
        ("[roles.a.options.nfs]\nserver = 1", "1 is not a table"),
    ],
)
def test_a_bad_answers_file_is_told_and_nothing_is_written(run, tmp_path, text, message):
    (tmp_path / "a.toml").write_text(text)
    code, _, err = run("new", "lab", "--answers", "a.toml", "--defaults", *QUICK)
    assert code == 2
    assert message in " ".join(err.split())
    assert "Traceback" not in err
    assert [p.name for p in tmp_path.iterdir()] == ["a.toml"]


def test_all_problems_are_told_at_once_each_with_a_remedy(run):
    code, _, err = run(
        *("new", "lab", "--role", "A:0=nope", "--flavour", "x", "--release", "y", "--defaults")
    )
    assert code == 2
    lines = err.splitlines()
    errors = [i for i, line in enumerate(lines) if line.startswith("error")]
    assert len(errors) >= 5
    assert all(lines[i + 1].startswith("       ") for i in errors)


def test_a_problem_names_the_flag_that_caused_it(run):
    _, _, err = run("new", "lab", "--stack", "nfs", "--role", "client:0", "--defaults")
    assert "roles.client.count (--role client:0)" in err


@pytest.mark.parametrize("target", ["file", "missing/lab", "link"])
def test_an_unusable_target_is_told_before_anything_else(run, tmp_path, target):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    code, _, err = run("new", target, "--role", "BAD")
    assert code == 2
    assert f"target {target}" in err
    assert "BAD" not in err
    assert (tmp_path / "file").read_text() == "mine"


# --- without a terminal ---------------------------------------------------------------------------


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, subprocess.PIPE])
def test_without_a_terminal_a_missing_answer_names_its_flag(tmp_path, stdin):
    """With a pipe that nobody writes to, a program that asked would wait for ever."""
    reader, writer = os.pipe()
    try:
        done = nxc_scaffold(
            "new", cwd=tmp_path, stdin=reader if stdin == subprocess.PIPE else stdin
        )
    finally:
        os.close(reader)
        os.close(writer)
    assert done.returncode == 2
    assert done.stdout == ""
    for flag in ("--name", "--stack", "--role", "--flavour", "--release", "--defaults"):
        assert flag in done.stderr
    assert list(tmp_path.iterdir()) == []


# --- conflicts ------------------------------------------------------------------------------------


#: Changes composition.nix, in which the user of ``changed`` has replaced every line.
MORE = (*NFS, "--role", "client:5")


@pytest.fixture
def changed(run, tmp_path):
    """A project in which the user has changed one file."""
    assert run("new", "lab", *NFS, *QUICK)[0] == 0
    file = tmp_path / "lab/composition.nix"
    file.write_text("# mine\n")
    return file


def test_a_conflict_is_told_with_the_flags_that_help(run, changed, tmp_path):
    before = files(tmp_path)
    code, out, err = run("new", "lab", *MORE, *QUICK)
    assert code == 3
    assert out == ""
    assert "conflict    lab/composition.nix   you and the templates changed the same lines" in err
    assert "update      lab/README.md" in err, "the whole plan is shown"
    assert "--conflict mine or theirs" in err
    assert files(tmp_path) == before


def test_what_the_user_edited_and_the_change_does_not_touch_stays(run, changed, tmp_path):
    code, _, err = run("new", "lab", *NFS, "--force", *QUICK)
    assert code == 0
    assert "keep        lab/composition.nix" in err
    assert changed.read_text() == "# mine\n"


@pytest.mark.parametrize("flag", ["mine", "theirs", "markers"])
def test_a_conflict_is_decided_line_by_line(run, tmp_path, flag):
    assert run("new", "lab", *NFS, *QUICK)[0] == 0
    file = tmp_path / "lab/composition.nix"
    text = file.read_text()
    assert "client = 2;" in text
    file.write_text("# first\n" + text.replace("client = 2;", "client = 7;"))
    assert run("new", "lab", *MORE, "--conflict", flag, *QUICK)[0] == 0
    found = file.read_text()
    assert found.startswith("# first\n"), "edits that nothing contradicts stay"
    assert ("client = 7;" in found) == (flag != "theirs")
    assert ("client = 5;" in found) == (flag != "mine")
    assert ("<<<<<<< yours" in found) == (flag == "markers")


def test_flags_that_decide_differently_are_refused(run, changed):
    for flags in (["--force", "--keep"], ["--keep", "--conflict", "mine"]):
        code, _, err = run("new", "lab", *MORE, *flags, *QUICK)
        assert code == 2
        assert "contradict each other" in err


def test_force_overwrites(run, changed):
    assert run("new", "lab", *MORE, "--force", *QUICK)[0] == 0
    assert "roles" in changed.read_text()


def test_keep_keeps_and_writes_the_rest(run, changed, tmp_path):
    assert run("new", "lab", *MORE, "--keep", *QUICK)[0] == 0
    assert changed.read_text() == "# mine\n"
    assert "client5" in (tmp_path / "lab/README.md").read_text()


def test_a_deleted_file_stays_deleted_until_it_is_forced(run, changed, tmp_path):
    (tmp_path / "lab/flake.nix").unlink()
    assert run("new", "lab", *NFS, *QUICK)[0] == 0
    assert not (tmp_path / "lab/flake.nix").exists()
    assert run("new", "lab", *NFS, "--force", *QUICK)[0] == 0
    assert (tmp_path / "lab/flake.nix").is_file()


def test_a_dry_run_writes_nothing_and_shows_the_verbs(run, changed, tmp_path):
    before = files(tmp_path)
    code, out, err = run("new", "lab", *MORE, "--dry-run")
    assert code == 0
    assert out == ""
    assert "conflict" in err
    assert "nothing was written" in err
    assert files(tmp_path) == before
    assert run("new", "fresh", *NFS, "--dry-run")[0] == 0
    assert not (tmp_path / "fresh").exists()


def test_the_diff_of_a_dry_run_is_one_that_git_applies(run, changed, tmp_path):
    code, out, _ = run("new", "lab", *MORE, "--dry-run", "--diff")
    assert code == 0
    assert "-# mine" in out
    done = subprocess.run(
        ["git", "apply", "--verbose", "-"],
        input=out.encode(),
        cwd=tmp_path / "lab",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "roles" in changed.read_text()
    assert run("new", "lab", *MORE, "--dry-run", "--diff")[1] == ""


# --- JSON and streams -----------------------------------------------------------------------------


def test_json_is_all_there_is_on_stdout(run, tmp_path):
    code, out, err = run("new", "lab", *NFS, "--json", *QUICK)
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert set(document) == {"exit", "target", "written", "roles", "files", "checks"}
    assert document["exit"] == 0
    assert document["written"] is True
    assert Path(document["target"]) == tmp_path / "lab"
    assert document["roles"][0]["name"] == "server"
    assert document["roles"][1]["hosts"] == ["client1", "client2"]
    assert {"path": "flake.nix", "verb": "create"} in document["files"]
    assert document["checks"] == []


def test_json_of_a_dry_run_can_hold_the_diff(run):
    document = json.loads(run("new", "lab", *NFS, "--json", "--dry-run", "--diff")[1])
    assert document["written"] is False
    assert "+++ b/flake.nix" in document["diff"]


@pytest.mark.parametrize("arguments", [["--role", "A"], ["--stack", "nope"], ["--set", "x"]])
def test_problems_are_json_when_that_is_wanted(run, arguments):
    code, out, err = run("new", "lab", "--json", "--defaults", *arguments)
    document = json.loads(out)
    assert code == document["exit"] == 2
    assert err == ""
    assert all(set(problem) == {"where", "what", "remedy"} for problem in document["problems"])


def test_a_conflict_is_json_when_that_is_wanted(run, changed):
    code, out, _ = run("new", "lab", *MORE, "--json", *QUICK)
    document = json.loads(out)
    assert code == document["exit"] == 3
    files = {file["path"]: file["verb"] for file in document["files"]}
    assert (files["composition.nix"], files["README.md"]) == ("conflict", "update")


def test_quiet_prints_nothing_but_errors(run):
    assert run("new", "lab", *NFS, "--quiet", *QUICK) == (0, "", "")
    code, out, err = run("new", "other", "--stack", "nope", "--quiet")
    assert (code, out) == (2, "")
    assert "nope" in err


def test_no_colour_and_no_escape_reaches_a_pipe(tmp_path):
    done = nxc_scaffold("new", "lab", *NFS, *QUICK, cwd=tmp_path)
    bad = nxc_scaffold("new", "other", "--stack", "nope", cwd=tmp_path)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr + bad.stdout + bad.stderr


def test_escapes_in_bad_input_do_not_reach_the_terminal(run):
    _, _, err = run("new", "lab", "--role", "\x1b]0;x\x07", "--set", "\x1b[2J=1", "--defaults")
    assert "\x1b" not in err


def test_a_terminal_that_cannot_show_every_character_gets_escapes(tmp_path):
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    listed = nxc_scaffold("list", "releases", cwd=tmp_path, env=ascii_only)
    assert (listed.returncode, listed.stderr) == (0, "")
    done = nxc_scaffold("new", "lab", *NFS, "--diff", *QUICK, cwd=tmp_path, env=ascii_only)
    assert done.returncode == 0, done.stderr


def test_a_folder_whose_name_is_no_utf8_is_told_in_json(tmp_path):
    folder = tmp_path / "\udcff"
    folder.mkdir()
    done = nxc_scaffold("new", "lab", *NFS, "--json", *QUICK, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["target"] == str(folder / "lab")


# --- start-up -------------------------------------------------------------------------------------

HEAVY = {"questionary", "prompt_toolkit", "cookiecutter", "jinja2", "rich", "msgspec", "tomli_w"}


@pytest.mark.parametrize("flag", [["--version"], ["--help"], ["new", "--help"], ["list"]])
def test_what_answers_at_once_loads_nothing_heavy(flag, tmp_path):
    program = (
        f"import sys; sys.argv[1:] = {flag!r}\n"
        "from scaffold.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "print('loaded', *sorted(m.partition('.')[0] for m in sys.modules))"
    )
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    reads_the_catalogue = {"msgspec"} if flag == ["list"] else set()
    assert not loaded & (HEAVY - reads_the_catalogue)
    assert not {"asyncio", "urllib3", "requests"} & loaded


def test_the_version_is_the_same_with_and_without_the_parser(run, tmp_path):
    done = nxc_scaffold("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == run("--version")[:2]


def test_version(run):
    assert run("--version") == (0, f"nxc-scaffold {__version__}\n", "")


@pytest.mark.parametrize("command", [[], ["new"], ["list"]])
def test_help_is_on_stdout(run, command):
    code, out, err = run(*command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: ")
    assert run(*command, "-h")[1] == out


def test_help_of_new_names_every_flag_of_the_questions(run):
    out = run("new", "--help")[1]
    for flag in ("--stack", "--answers", "--role", "--set", "--flavour", "--default-flavour"):
        assert flag in out
    for flag in ("--release", "--pin", "--extra", "--defaults", "--no-check", "--no-git"):
        assert flag in out


def test_an_unknown_command_is_bad_usage(run):
    code, out, err = run("nwe")
    assert (code, out) == (2, "")
    assert "nwe" in err


NEW_JSON = ["new", "lab", *NFS, *QUICK, "--dry-run", "--json"]


@pytest.mark.parametrize(
    "command", [["list", "parts"], ["--help"], ["man"], ["describe", "oar"], NEW_JSON]
)
def test_the_end_of_the_reader_ends_the_command_quietly(tmp_path, command):
    """141 is what a shell sees of a program that SIGPIPE ends; 1 would be a failed check."""
    program = [sys.executable, "-m", "scaffold", *command]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        program, stdout=writer, stderr=subprocess.PIPE, env=env, cwd=tmp_path, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("more", [[], ["--plain"], ["--release", "nope"]])
def test_the_end_of_the_reader_of_messages_is_as_quiet(tmp_path, more):
    program = [sys.executable, "-m", "scaffold", "new", "lab", *NFS, *QUICK, *more]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        program, stdout=subprocess.PIPE, stderr=writer, env=env, cwd=tmp_path, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stdout) == (141, b"")


def test_git_knows_the_new_files(run, tmp_path):
    assert run("new", "lab", *NFS, "--no-check")[0] == 0
    listed = subprocess.run(
        ["git", "ls-files"], cwd=tmp_path / "lab", capture_output=True, text=True, check=True
    )
    assert "flake.nix" in listed.stdout.split()


def test_an_interrupt_is_130_and_writes_nothing(run, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("scaffold.commands.new.render", interrupted)
    code, _, err = run("new", "lab", *NFS, *QUICK)
    assert code == 130
    assert "Traceback" not in err
    assert "interrupted, nothing was written" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["formatted", "apply"])
def test_an_interrupt_before_the_files_are_there_says_that_nothing_was_written(
    run, tmp_path, monkeypatch, where
):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"scaffold.commands.pipeline.{where}", interrupted)
    code, _, err = run("new", "lab", *NFS, *QUICK)
    assert code == 130
    assert "interrupted, nothing was written" in err
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_when_the_last_file_is_there_says_that_they_were_written(
    run, tmp_path, monkeypatch
):
    def late(plan):
        apply(plan)
        raise KeyboardInterrupt

    monkeypatch.setattr("scaffold.commands.pipeline.apply", late)
    code, _, err = run("new", "lab", *NFS, *QUICK)
    assert code == 130
    assert re.search(r"interrupted when \d+ files had been written", err)
    assert (tmp_path / "lab/flake.nix").is_file()


# --- an output that cannot be written, and none at all --------------------------------------------


def ended(command, cwd):
    """Run a line of a shell with the command in ``$NXC``; return its exit code and what it says."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    line = command.replace("$NXC", f"{sys.executable} -m scaffold")
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=cwd, env=env, capture_output=True, text=True, timeout=60
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("$NXC list --json >/dev/full", 4, "No space left"),
        ("$NXC --help >/dev/full", 4, "No space left"),
        ("$NXC new lab --stack nope --json >/dev/full", 2, "there is no stack 'nope'"),
        ("$NXC new lab --stack nope 2>/dev/full", 2, ""),
        ("$NXC new lab --stack nope --json >/dev/full 2>/dev/full", 2, ""),
        ("$NXC new --nope 2>/dev/full", 2, ""),
        ("$NXC multi lab <&-", 2, "compositions: is not answered"),
        ("$NXC new lab --stack nfs <&-", 2, "is not answered"),
        ("$NXC list --json >&-", 0, ""),
        ("$NXC new lab --stack nfs <&- >&- 2>&-", 2, ""),
    ],
)
def test_without_a_place_for_its_output_a_command_ends_as_documented(tmp_path, command, code, told):
    assert ended(command, tmp_path)[0] == code
    assert told in ended(command, tmp_path)[1]
    assert not list(tmp_path.iterdir())


def test_files_are_not_written_to_streams_that_were_closed(tmp_path):
    quick = "$NXC new lab --stack nfs --defaults --no-check --no-git"
    assert ended(f"{quick} <&- >&- 2>&-", tmp_path)[0] == 0
    assert ended(f"{quick} --dry-run --diff", tmp_path)[0] == 0
    flake = (tmp_path / "lab" / "flake.nix").read_text()
    assert flake.endswith("}\n")
