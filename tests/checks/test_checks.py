"""The checks run in order, and none says ok for what it has not seen."""

import os
import shutil
from pathlib import Path, PurePosixPath

import pytest

from scaffold import checks
from scaffold.checks import Subject
from scaffold.survey.stub import STUB
from scaffold.system import nix, process
from scaffold.system.nix_errors import NixError, classify
from scaffold.system.process import MissingProgramError

COMPOSITION = """\
{ ... }:
{
  roles.server = { ... }: { imports = [ ./parts/a.nix ]; };
  testScript = builtins.readFile ./test_script.py;
}
"""
FLAKE = """\
{
  outputs =
    { self }:
    {
      packages.x86_64-linux."composition::vm" = derivation {
        name = "x";
        system = "x86_64-linux";
        builder = "/bin/sh";
      };
    };
}
"""
NAMES = ["syntax", "format", "composition", "test script", "flake check", "evaluation"]


@pytest.fixture
def subject(tmp_path):
    files = {
        "composition.nix": COMPOSITION,
        "flake.nix": FLAKE,
        "parts/a.nix": "{ ... }: { }\n",
        "test_script.py": "server.succeed('x')\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return Subject(
        project=tmp_path,
        composition=PurePosixPath("composition.nix"),
        nix_files=tuple(PurePosixPath(name) for name in files if name.endswith(".nix")),
        flavours=("vm",),
        test_script=PurePosixPath("test_script.py"),
        roles={"server": 1},
        hosts={"vm": ("server",)},
        offline=True,
    )


def run(subject):
    return {result.name: result for result in checks.run_all(subject)}


def statuses(results):
    return [results[name].status for name in NAMES]


def needs_store(subject):
    """Skip where this user has no nix store: flake commands cannot run there."""
    if run(subject)["flake check"].status == "not checked":
        if os.environ.get("CI") == "true":
            pytest.fail("nix must be able to open a store in CI")
        pytest.skip("this user cannot open a nix store")


@pytest.mark.nix
def test_a_good_project_passes_everything(nix_program, nixfmt_program, subject):
    needs_store(subject)
    results = run(subject)
    assert statuses(results) == ["ok"] * 6
    assert results["syntax"].detail == "3 files"
    assert results["format"].detail.startswith("nixfmt 1.")
    assert results["evaluation"].detail == "vm"
    assert not (subject.project / "flake.lock").exists()


@pytest.mark.nix
def test_progress_is_told_in_order(nix_program, subject):
    told = []
    done = checks.run_all(subject, told.append, lambda result: told.append(result.name))
    assert told == [name for name in NAMES for _ in range(2)]
    assert [result.name for result in done] == NAMES
    assert all(result.seconds >= 0 for result in done)


@pytest.mark.nix
def test_a_syntax_error_is_told_once_and_stops_what_needs_nix(nix_program, subject):
    (subject.project / "parts/a.nix").write_text("{ ... }:\n{ a = ; }\n")
    results = run(subject)
    (found,) = results["syntax"].problems
    assert (found.file, found.line) == ("parts/a.nix", 2)
    for name in ("format", "composition", "flake check", "evaluation"):
        assert results[name].status == "not checked"
    assert results["test script"].status == "ok"
    assert results["flake check"].detail == "the syntax check failed"


@pytest.mark.nix
def test_a_missing_file_is_a_defect(nix_program, subject):
    (subject.project / "parts/a.nix").unlink()
    assert run(subject)["syntax"].problems[0].message == "the file is missing"


@pytest.mark.nix
def test_an_unformatted_file_is_a_defect_with_the_command_that_mends_it(
    nix_program, nixfmt_program, subject
):
    (subject.project / "parts/a.nix").write_text("{...}:{}\n")
    (found,) = run(subject)["format"].problems
    assert (found.file, found.remedy) == ("parts/a.nix", "Run: nixfmt parts/a.nix")


@pytest.mark.nix
def test_a_flavour_that_fails_is_named_with_its_file_and_line(nix_program, subject):
    needs_store(subject)
    (subject.project / "flake.nix").write_text(FLAKE.replace('"x"', "self.nope"))
    results = run(subject)
    assert statuses(results)[4:] == ["failed", "failed"]
    (found,) = results["evaluation"].problems
    assert (found.file, found.line) == ("flake.nix", 6)
    assert found.message == "vm: attribute 'nope' missing"


@pytest.mark.nix
def test_a_flavour_that_the_flake_does_not_offer_is_a_defect(nix_program, subject):
    needs_store(subject)
    (subject.project / "flake.nix").write_text(FLAKE.replace("::vm", "::docker"))
    results = run(subject)
    assert statuses(results)[4:] == ["ok", "failed"]
    assert results["evaluation"].problems[0].message == "it has no package composition::vm"


def test_without_any_program_only_python_is_checked(subject, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    results = run(subject)
    expected = ["not checked"] * 6
    expected[NAMES.index("test script")] = "ok"
    assert statuses(results) == expected
    for name in NAMES:
        if name not in ("test script", "evaluation"):
            assert "is not on PATH" in results[name].detail
    assert results["syntax"].command.startswith("nix-instantiate --parse composition.nix flake.nix")
    for name in ("syntax", "format"):
        assert "parts/a.nix" in results[name].command, "every file is checked later"
    for name in ("composition", "flake check", "evaluation"):
        assert results[name].command.endswith("flake check --offline")


def test_the_command_for_later_names_folders_with_many_files():
    names = ["flake.nix", "a b/x.nix", "a b/y.nix", "a b/z.nix", "it's.nix"]
    files = tuple(map(PurePosixPath, names))
    subject = Subject(Path(), PurePosixPath(), files, ())
    assert subject.nix_file_words() == "flake.nix 'it'\"'\"'s.nix' 'a b'/*.nix"


@pytest.mark.nix
def test_without_nixfmt_only_the_format_is_unknown(nix_program, subject, monkeypatch, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("nix", "nix-instantiate", "git", "sh", "env"):
        (tools / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(tools))
    results = run(subject)
    assert results["format"].status == "not checked"
    assert results["syntax"].status == results["composition"].status == "ok"


def test_an_old_nixfmt_is_not_believed(subject, monkeypatch):
    monkeypatch.setattr(nix, "nixfmt_version", lambda: (0, 6, 0))
    result = run(subject)["format"]
    assert (result.status, result.detail) == (
        "not checked",
        "nixfmt 0.6 writes another style than 1.0",
    )


@pytest.fixture
def nix_says(monkeypatch):
    """Let nix read everything, and make `nix flake check` fail in a given way."""
    monkeypatch.setattr(nix, "require", lambda: None)
    monkeypatch.setattr(nix, "parse", lambda path: None)
    monkeypatch.setattr(nix, "eval_json", lambda *_, **__: pytest.fail("not part of this test"))

    def fail(stderr):
        def flake_check(project, options, **_):
            raise NixError(classify(stderr, project))

        monkeypatch.setattr(nix, "flake_check", flake_check)

    return fail


@pytest.mark.parametrize(
    ("stderr", "detail"),
    [
        (
            "error: unable to download 'https://x/y': Could not resolve host",
            "an input cannot be fetched: x: Could not resolve host",
        ),
        ("error: getting status of /nix/var/nix/daemon-socket/socket: Permission denied", "daemon"),
        ("error: experimental Nix feature 'flakes' is disabled", "flakes"),
    ],
)
def test_circumstances_are_no_defects(subject, nix_says, monkeypatch, tmp_path, stderr, detail):
    for name in ("NIX_USER_CONF_FILES", "NIX_CONF_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("NIX_CONFIG", "experimental-features = nix-command flakes")
    monkeypatch.setattr(checks.composition, "check", lambda session: None)
    nix_says(stderr)
    session = checks.base.Session(subject)
    done = [checks.flake.check(session), checks.flake.check_flavours(session)]
    assert [result.status for result in done] == ["not checked", "not checked"]
    assert detail in done[0].detail
    assert done[1].detail == "the flake check comes first"
    assert done[0].command == "nix flake check --offline"
    monkeypatch.setenv("NIX_CONFIG", "")
    flag = "--extra-experimental-features 'nix-command flakes'"
    assert checks.flake.check(session).command == f"nix {flag} flake check --offline"


def test_options_reach_nix_with_offline_last(subject, monkeypatch):
    seen = []
    monkeypatch.setattr(nix, "require", lambda: None)
    monkeypatch.setattr(nix, "flake_check", lambda project, options, **_: seen.append(options))
    options = ("--override-input", "nxc", "path:/x")
    changed = Subject(**{**vars(subject), "nix_options": options})
    checks.flake.check(checks.base.Session(changed))
    assert seen == [(*options, "--offline")]


def test_a_result_prints_as_compilers_do():
    found = checks.Finding("a.nix", 3, "is wrong", "Mend it")
    assert str(found) == "a.nix:3: is wrong. Mend it."
    assert str(checks.Finding("a.nix", None, "x", "Y")) == "a.nix: x. Y."


def test_a_program_that_vanishes_is_no_traceback(subject, monkeypatch):
    def gone(argv, **_):
        raise MissingProgramError(process.Problem(argv[0], "gone", "Install it"))

    monkeypatch.setattr(process, "run", gone)
    assert run(subject)["syntax"].status == "not checked"


def test_the_stub_is_shipped_beside_the_module():
    assert STUB.is_file()


def test_a_remedy_that_is_a_question_gets_no_full_stop():
    asked = checks.Finding("test_script.py", 3, "clint1 is no host", "Did you mean client1?")
    assert str(asked) == "test_script.py:3: clint1 is no host. Did you mean client1?"
    told = checks.Finding("test_script.py", 3, "clint1 is no host", "Name a host")
    assert str(told) == "test_script.py:3: clint1 is no host. Name a host."
