"""Each nix operation is one argument list, and each failure of nix is told apart."""

import json
import subprocess
from pathlib import Path

import pytest

from scaffold.system import nix, process
from scaffold.system.nix_errors import Failure, NixError, classify
from scaffold.system.process import Completed

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


class Runner:
    """Stands for process.run: keeps the argument lists and answers from a script."""

    def __init__(self):
        self.calls = []
        self.answers = []

    def __call__(self, argv, **_):
        self.calls.append(list(argv))
        returncode, out, err = self.answers.pop(0) if self.answers else (0, "", "")
        return Completed(tuple(argv), returncode, out, err, 0.0)


@pytest.fixture
def runner(monkeypatch):
    fake = Runner()
    monkeypatch.setattr(process, "run", fake)
    return fake


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nix (Nix) 2.8.0\n", (2, 8)),
        ("nix (Nix) 2.26.3\n", (2, 26)),
        ("nix (Lix, like Nix) 2.91.1\n", (2, 91)),
        ("nix (Determinate Nix 3.6.2) 2.29.0\n", (2, 29)),
    ],
)
def test_the_version_is_read_from_every_kind_of_nix(runner, text, expected):
    runner.answers = [(0, text, "")]
    assert nix.version() == expected
    assert runner.calls == [["nix", "--version"]]


def test_a_nix_older_than_flakes_is_refused_with_a_remedy(runner):
    runner.answers = [(0, "nix (Nix) 2.3.16\n", "")]
    with pytest.raises(NixError, match=r"Nix 2\.3 is older than 2\.8.*Use Nix 2\.8 or newer"):
        nix.require()


def test_parsing_needs_no_store(runner, tmp_path):
    nix.parse(tmp_path / "-x.nix")
    assert runner.calls == [
        ["nix-instantiate", "--store", "dummy://", "--parse", f"{tmp_path}/-x.nix"]
    ]


def test_evaluation_passes_text_as_arguments_and_never_as_nix(runner, tmp_path):
    runner.answers = [(0, '{"a": 1}', "")]
    assert nix.eval_json(tmp_path / "s.nix", {"a": '"; x'}) == {"a": 1}
    (argv,) = runner.calls
    assert argv[:6] == ["nix-instantiate", "--store", "dummy://", "--eval", "--strict", "--json"]
    assert argv[6:] == ["--argstr", "a", '"; x', f"{tmp_path}/s.nix"]


FEATURES = ["--extra-experimental-features", "nix-command flakes"]


def test_flake_check_passes_the_options_through(runner, tmp_path):
    nix.flake_check(tmp_path, ("--override-input", "a", "b", "--offline"), reference="path:/p")
    options = ["--override-input", "a", "b", "--offline"]
    assert runner.calls == [["nix", "flake", "check", *FEATURES, *options, "path:/p"]]


def test_a_flavour_is_forced_through_the_path_of_its_derivation(runner, tmp_path):
    runner.answers = [(0, "/nix/store/x.drv\n", "")]
    options = ("--no-write-lock-file",)
    path = nix.eval_flavour(tmp_path, "composition", "vm", options, reference="/p")
    assert path == "/nix/store/x.drv"
    installable = '/p#packages.x86_64-linux."composition::vm".drvPath'
    assert runner.calls == [
        ["nix", "eval", *FEATURES, "--no-write-lock-file", "--raw", installable]
    ]


def test_the_packages_are_listed_without_evaluating_them(runner, tmp_path):
    runner.answers = [(0, '["composition::vm"]', "")]
    assert nix.flake_packages(tmp_path, reference="/p") == ("composition::vm",)
    installable = ["--json", "/p#packages.x86_64-linux", "--apply", "builtins.attrNames"]
    assert runner.calls == [["nix", "eval", *FEATURES, *installable]]


# The standard error of real commands, shortened.
OLD_EVALUATION = """\
warning: Git tree '/p' is dirty
error: attribute 'nope' missing

       at /nix/store/w1lwqlchxnfgw1lfa3xa2cv90fxkvhrn-source/flake.nix:3:91:

            1| { outputs = { self }: x
             |           ^
(use '--show-trace' to show detailed location information)
"""
NEW_EVALUATION = """\
error:
       … while calling the 'derivationStrict' builtin
         at <nix/derivation-internal.nix>:37:12:
           36|
           37|   strict = derivationStrict drvAttrs;

       … while evaluating the derivation attribute 'name'
         at /nix/store/bh90hzl57n0p1kc1r5yzc44cmz2n1hym-source/flake.nix:1:80:
            1| { outputs = { self }: x

       (stack trace truncated; use '--show-trace' to show the full, detailed trace)

       error: attribute 'nope' missing
       at /nix/store/bh90hzl57n0p1kc1r5yzc44cmz2n1hym-source/flake.nix:3:91:
            1| { outputs = { self }: x
"""
MODULE = """\
error: The option `services.oarr' does not exist. Definition values:
       - In `/nix/store/bh90hzl57n0p1kc1r5yzc44cmz2n1hym-source/parts/oar.nix':
           {
             enable = true;
           }
(use '--show-trace' to show detailed location information)
"""
ASSERTIONS = """\
error:
       … while calling the 'head' builtin
         at /nix/store/bh90hzl57n0p1kc1r5yzc44cmz2n1hym-source/lib/attrsets.nix:1574:11:

       error:
       Failed assertions:
       - services.x needs y
"""
OLD_NETWORK = """\
warning: error: unable to download 'https://api.github.com/x': No route; retrying in 276 ms
error: unable to download 'https://api.github.com/x': Couldn't resolve host name (6)
(use '--show-trace' to show detailed location information)
"""
OLD_GIT = """\
fatal: unable to access 'https://nowhere.invalid/x/': Could not resolve host: nowhere.invalid
error: program 'git' failed with exit code 128
(use '--show-trace' to show detailed location information)
"""
NEW_GIT = """\
fatal: unable to access 'https://nowhere.invalid/x/': Could not resolve host: nowhere.invalid
error:
       … while updating the lock file of flake 'path:/p'

       … while updating the flake input 'bar'

       … while fetching the input 'git+https://nowhere.invalid/x'

       error: resolving Git reference 'master': revspec 'master' not found
"""
DAEMON = "error: getting status of /nix/var/nix/daemon-socket/socket: Permission denied\n"
FEATURE = (
    "error: experimental Nix feature 'nix-command' is disabled; use '--extra-experimental"
    "-features nix-command' to override\n"
)
SUBSTITUTER = """\
warning: unable to download 'https://cache.example.org/nix-cache-info': Couldn't resolve host
error: undefined variable 'lib'

       at /p/composition.nix:7:3:
"""


@pytest.mark.parametrize(
    ("stderr", "kind", "message"),
    [
        (OLD_EVALUATION, "evaluation", "attribute 'nope' missing"),
        (NEW_EVALUATION, "evaluation", "attribute 'nope' missing"),
        (MODULE, "evaluation", "The option `services.oarr' does not exist. Definition values:"),
        (ASSERTIONS, "evaluation", "Failed assertions:\n- services.x needs y"),
        (SUBSTITUTER, "evaluation", "undefined variable 'lib'"),
        (OLD_NETWORK, "fetch", "unable to download"),
        (OLD_GIT, "fetch", "program 'git' failed with exit code 128"),
        (NEW_GIT, "fetch", "resolving Git reference"),
        (DAEMON, "store", "getting status of /nix/var/nix/daemon-socket"),
        (FEATURE, "feature", "experimental Nix feature"),
        ("", "evaluation", "nix failed and said nothing"),
    ],
)
def test_a_failure_is_a_defect_only_when_the_project_is_at_fault(stderr, kind, message):
    failure = classify(stderr)
    assert failure.kind == kind
    assert failure.message.lstrip().startswith(message)
    assert failure.is_defect == (kind == "evaluation")
    assert failure.remedy


def test_nix_killed_for_its_memory_is_no_defect():
    assert classify("", returncode=-9).kind == "killed"


@pytest.mark.parametrize("stderr", [OLD_EVALUATION, NEW_EVALUATION])
def test_a_place_in_the_store_is_shown_in_the_project(tmp_path, stderr):
    (tmp_path / "flake.nix").touch()
    failure = classify(stderr, tmp_path)
    assert (failure.file, failure.line) == ("flake.nix", 3)


def test_a_message_names_the_file_of_the_project(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/oar.nix").touch()
    failure = classify(MODULE, tmp_path)
    assert "In `parts/oar.nix':" in failure.message
    assert (failure.file, failure.line) == ("parts/oar.nix", None)


def git(folder, *arguments):
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_a_tracked_flake_is_named_by_its_path_and_any_other_by_a_path_reference(tmp_path):
    (tmp_path / "flake.nix").write_text(FLAKE)
    with nix.flake_source(tmp_path) as reference:
        assert reference == f"path:{tmp_path}"
    git(tmp_path, "init")
    with nix.flake_source(tmp_path) as reference:
        assert reference == f"path:{tmp_path}"
    git(tmp_path, "add", "--intent-to-add", "flake.nix")
    with nix.flake_source(tmp_path) as reference:
        assert reference == str(tmp_path)


def test_without_git_a_flake_is_a_path_reference(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with nix.flake_source(tmp_path) as reference:
        assert reference == f"path:{tmp_path}"


def test_secrets_never_reach_the_store_through_a_path_reference(tmp_path):
    (tmp_path / "flake.nix").write_text(FLAKE)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/key").write_text("private")
    with nix.flake_source(tmp_path) as reference:
        copy = Path(reference.removeprefix("path:"))
        assert [path.name for path in copy.iterdir()] == ["flake.nix"]
        (copy / "flake.lock").write_text('{"version": 7}')
    assert (tmp_path / "flake.lock").read_text() == '{"version": 7}'
    assert not copy.exists()


@pytest.mark.nix
def test_a_folder_that_a_reference_cannot_spell_is_evaluated_too(nix_program, tmp_path):
    project = tmp_path / "a b#c é"
    project.mkdir()
    (project / "flake.nix").write_text(FLAKE)
    with nix.flake_source(project) as reference:
        try:
            assert nix.eval_flavour(project, "composition", "vm", reference=reference)
        except NixError as error:
            assert error.failure.kind == "store"  # noqa: PT017 - this user may have no store


@pytest.mark.parametrize("before", [None, '{"version": 7}'])
def test_a_lock_that_nix_did_not_finish_is_undone(tmp_path, before):
    lock = tmp_path / "flake.lock"
    if before:
        lock.write_text(before)

    def interrupted():
        with nix.flake_source(tmp_path):
            lock.write_text('{"version": 7, "no')
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (lock.read_text() if lock.exists() else None) == before


def test_a_finished_lock_stays_even_when_the_evaluation_fails(tmp_path):
    def failing():
        with nix.flake_source(tmp_path):
            (tmp_path / "flake.lock").write_text("{}")
            raise NixError(Failure("evaluation", "x"))

    with pytest.raises(NixError):
        failing()
    assert json.loads((tmp_path / "flake.lock").read_text()) == {}


@pytest.mark.nix
def test_real_nix_names_the_line_of_a_syntax_error(nix_program, tmp_path):
    bad = tmp_path / "bad.nix"
    bad.write_text("{\n  a = ;\n}\n")
    with pytest.raises(NixError) as error:
        nix.parse(bad)
    failure = error.value.failure
    assert (failure.kind, failure.file, failure.line) == ("evaluation", "bad.nix", 2)
    assert "unexpected" in failure.message
    bad.write_text("{ a = 1; }")
    nix.parse(bad)


@pytest.mark.nix
def test_real_nix_evaluates_with_arguments(nix_program, tmp_path):
    source = tmp_path / "s.nix"
    source.write_text("{ a }: { got = a; }")
    assert nix.eval_json(source, {"a": '${x} "q"\n'}) == {"got": '${x} "q"\n'}


def test_nixfmt_formats_through_a_pipe(nixfmt_program):
    assert nix.nixfmt_format("{a=1;}") == "{ a = 1; }\n"
    with pytest.raises(NixError, match="unexpected") as error:
        nix.nixfmt_format("{\na=;}")
    assert error.value.failure.line == 2


@pytest.mark.parametrize("name", ["x.nix", "x.txt", "-x.nix"])
def test_nixfmt_check_tells_unformatted_from_broken_whatever_the_name(
    nixfmt_program, tmp_path, name
):
    path = tmp_path / name
    path.write_text("# é\n{ a = 1; }\n")
    assert nix.nixfmt_check(path)
    path.write_text("{a=1;}\n")
    assert not nix.nixfmt_check(path)
    path.write_text("{a=;}\n")
    with pytest.raises(NixError) as error:
        nix.nixfmt_check(path)
    assert (error.value.failure.file, error.value.failure.line) == (name, 1)


def test_nixfmt_works_in_a_locale_without_unicode(nixfmt_program, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    assert nix.nixfmt_format("# é\n{ }\n") == "# é\n{ }\n"


@pytest.mark.parametrize(
    ("text", "expected"), [("nixfmt 1.4.0\n", (1, 4, 0)), ("nixfmt v0.6.0\n", (0, 6, 0)), ("", ())]
)
def test_the_version_of_nixfmt(runner, text, expected):
    runner.answers = [(0, text, "")]
    assert nix.nixfmt_version() == expected
    assert runner.calls == [["nixfmt", "--version"]]


def test_nixfmt_formats_many_as_it_formats_one(nixfmt_program, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    texts = ["{a=1;}", "# é\n{ }\n", "{ }\r\n", "x:\n\n\n  x\n"]
    assert nix.nixfmt_format_all(texts) == [nix.nixfmt_format(text) for text in texts]
    with pytest.raises(NixError, match="unexpected"):
        nix.nixfmt_format_all([*texts, "{a=;}"])


def test_a_machine_without_nixpkgs_is_no_defect():
    text = "error: file 'nixpkgs' was not found in the Nix search path (add it using $NIX_PATH)\n"
    failure = classify(text)
    assert (failure.kind, failure.is_defect) == ("nixpkgs", False)
    assert "NIX_PATH" in failure.remedy
    assert classify("error: file 'nosuch' was not found in the Nix search path\n").is_defect


def test_what_cannot_be_fetched_is_told_by_its_host():
    message = "unable to download 'https://x.org/a/b': Couldn't resolve host name (6)\nmore"
    told = "an input cannot be fetched: x.org: Couldn't resolve host name (6)"
    assert Failure("fetch", message).reason == told
    assert Failure("store", message).reason == message
