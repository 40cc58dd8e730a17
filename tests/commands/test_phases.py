"""``nxc-scaffold phases`` with real nix: a package that is built without nixpkgs.

Its stdenv is a small set-up script of our own. Nix gets a store of its own below the test's folder,
so neither a daemon nor a writable /nix is needed.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.cli import main
from tests.processes import wait_until_gone

pytestmark = pytest.mark.nix

SETUP = """\
export PATH=@PATH@
runHook() {
    if declare -F "$1" >/dev/null; then "$1"; else eval "${!1-}"; fi
}
exitHandler() { [ $? = 0 ] || runHook failureHook; }
trap exitHandler EXIT
unpackPhase() {
    cp -r "$src" hello-1
    chmod -R u+w hello-1
    sourceRoot=hello-1
}
patchPhase() {
    for each in ${patches-}; do git apply "$each"; done
}
configurePhase() {
    runHook preConfigure
    shout() { printf '%s, %s!\\n' "$(cat greeting)" "$name"; }
    date > configured
}
buildPhase() {
    runHook preBuild
    shout > built
    runHook postBuild
}
checkPhase() { grep -q Hello built; }
installPhase() {
    mkdir "$out"
    cp built "$out/greeting"
}
fixupPhase() { :; }
"""

PACKAGE = """\
{ stdenv }:
derivation {
  name = "hello-1";
  system = "@SYSTEM@";
  builder = "@BASH@";
  args = [
    "-e"
    ../default-builder.sh
  ];
  inherit stdenv;

  src = ./source;

  doCheck = true;
  failureHook = "echo the hook runs";
  postPhases = [ "sayPhase" ];
  sayPhase = ''
    echo "installed: $(cat ${placeholder "out"}/greeting)"
  '';
}
"""
SET = "{ hello = import ./hello { stdenv = ./stdenv; }; }\n"
FLAKE = "{ outputs = { self }: { packages.@SYSTEM@ = import ./set.nix; }; }\n"
ORDER = [
    "unpackPhase", "patchPhase", "configurePhase", "buildPhase", "checkPhase", "installPhase",
    "fixupPhase", "installCheckPhase", "distPhase", "sayPhase",
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_store(nix_program, tmp_path, monkeypatch):
    """Give nix a store, state and configuration of its own."""
    for name, folder in {
        "NIX_STORE_DIR": "store", "NIX_LOCALSTATE_DIR": "var", "NIX_STATE_DIR": "var/nix",
        "NIX_LOG_DIR": "log", "NIX_CONF_DIR": "etc",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(tmp_path / "nix" / folder))
    monkeypatch.setenv("NIX_REMOTE", "local")
    (tmp_path / "nix/etc").mkdir(parents=True)
    (tmp_path / "nix/etc/nix.conf").write_text(
        "sandbox = false\nbuild-users-group =\nfilter-syscalls = false\nsubstitute = false\n"
    )


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Write a repository with a package whose check fails, and work in it."""
    root = tmp_path / "nur"
    (root / "hello/source").mkdir(parents=True)
    (root / "stdenv").mkdir()
    bash = subprocess.run(["bash", "-c", "echo $BASH"], capture_output=True, text=True, check=True)
    values = {
        "@BASH@": bash.stdout.strip(), "@PATH@": os.environ["PATH"], "@SYSTEM@": "x86_64-linux",
    }  # fmt: skip
    for name, text in {
        "stdenv/setup": SETUP, "hello/default.nix": PACKAGE, "set.nix": SET,
        "default.nix": "{ pkgs ? null }: import ./set.nix\n", "default-builder.sh": "",
        "hello/source/greeting": "Hallo\n",
    }.items():  # fmt: skip
        for key, value in values.items():
            text = text.replace(key, value)
        (root / name).write_text(text)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def phases(repository, capfd, monkeypatch):
    """Return a function that runs the command and gives its exit code, stdout and stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["nxc-scaffold", "phases", "hello", *words])
        with pytest.raises(SystemExit) as left:
            main.main()
        out, err = capfd.readouterr()
        return int(left.value.code or 0), out, err

    return run


def document(phases, *words):
    code, out, _ = phases(*words, "--json")
    found = json.loads(out)
    assert found["exit"] == code
    return found


def statuses(phases):
    return {row["name"]: row["status"] for row in document(phases)["phases"]}


def as_flake(root, *, tracked):
    (root / "flake.nix").write_text(FLAKE.replace("@SYSTEM@", "x86_64-linux"))
    if tracked:
        subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
        subprocess.run(["git", "add", "."], cwd=root, check=True)


def as_nur(root):
    (root / "default.nix").rename(root / "nur.nix")


@pytest.mark.parametrize("kind", ["default.nix", "nur.nix", "flake", "tracked flake"])
def test_fail_fix_go_on_keep_the_patch_and_build_again(phases, repository, kind):
    if "flake" in kind:
        as_flake(repository, tracked="tracked" in kind)
    elif kind == "nur.nix":
        as_nur(repository)
    code, out, _ = phases()
    assert code == 0
    shown = [line.split()[-3:] for line in out.splitlines() if "function" in line]
    assert len(shown) == 7
    assert [row["name"] for row in document(phases)["phases"]] == ORDER

    code, out, err = phases("all")
    assert (code, out) == (1, ""), err
    assert "the hook runs" in err
    assert "checkPhase: exit code 1. Its last lines:" in err
    assert "nxc-scaffold phases hello --from checkPhase" in err
    assert statuses(phases)["checkPhase"] == "failed"
    assert statuses(phases)["installPhase"] is None

    source = Path(document(phases)["source"])
    (source / "greeting").write_text("Hello\n")
    code, _, err = phases("--from", "build")
    assert code == 0
    assert "installed: Hello, hello-1!" in err
    rows = {row["name"]: row for row in document(phases)["phases"]}
    assert rows["installCheckPhase"]["status"] == "skipped"
    assert Path(rows["sayPhase"]["log"]).read_text() == "installed: Hello, hello-1!\n"

    before = (repository / "hello/default.nix").read_text()
    code, _, err = phases("--patch", "say-hello")
    assert code == 0, err
    added = "  src = ./source;\n\n  patches = [ ./say-hello.patch ];\n"
    assert (repository / "hello/default.nix").read_text() == before.replace(
        "  src = ./source;\n", added
    )
    patch = (repository / "hello/say-hello.patch").read_text()
    # what phases made (built, configured) is not part of it
    assert [line for line in patch.splitlines() if line[0] in "+-"] == [
        "--- a/greeting", "+++ b/greeting", "-Hallo", "+Hello",
    ]  # fmt: skip

    code, _, err = phases("--from", "unpack")
    assert code == 0, err
    assert "patchPhase would do something else now" in err
    assert "installed: Hello, hello-1!" in err


def test_phases_run_one_by_one_and_the_next_call_goes_on(phases):
    assert phases("next")[0] == 0
    assert statuses(phases)["unpackPhase"] == "done"
    assert phases("--until", "configure")[0] == 0
    assert statuses(phases)["configurePhase"] == "done"
    # a function that configurePhase defined is there in the next process
    assert phases("build")[0] == 0
    found = document(phases)
    built = Path(found["source"]) / "built"
    assert built.read_text() == "Hallo, hello-1!\n"
    rows = {row["name"]: row for row in found["phases"]}
    assert rows["buildPhase"]["seconds"] >= 0
    assert Path(rows["buildPhase"]["log"]).is_file()
    assert rows["checkPhase"]["status"] is None
    code, _, err = phases("install")
    assert code == 2
    assert "checkPhase is not done" in err


def test_running_a_phase_again_starts_from_what_was_before_it(phases, repository):
    package = repository / "hello/default.nix"
    package.write_text(package.read_text().replace("doCheck = true", "doCheck = false"))
    assert phases("all")[0] == 0
    # `mkdir "$out"` would fail if the first installation were still there
    assert phases("install..")[0] == 0
    assert phases("install")[0] == 0
    assert statuses(phases)["sayPhase"] is None
    assert "every phase" not in phases("next")[2]
    assert phases("all")[0] == 0
    assert "every phase" in phases("all")[2]


def test_a_changed_package_goes_on_with_its_new_phases(phases, repository):
    assert phases("all")[0] == 1
    package = repository / "hello/default.nix"
    package.write_text(
        package.read_text().replace("doCheck = true", "doCheck = true;\n  checkPhase = ''true''")
    )
    code, out, _ = phases()
    assert (code, "the package has changed" in out) == (0, True)
    code, _, err = phases("--from", "check")
    assert code == 0
    assert "the package: its environment is loaded anew" in err
    rows = {row["name"]: row for row in document(phases)["phases"]}
    assert (rows["checkPhase"]["kind"], rows["checkPhase"]["origin"]) == ("string", "package")


def test_an_unpacking_that_failed_half_way_leaves_nothing_behind(phases, repository):
    setup = repository / "stdenv/setup"
    whole = setup.read_text()
    setup.write_text(whole.replace("    sourceRoot=hello-1\n", "    return 1\n"))
    assert phases("next")[0] == 1
    setup.write_text(whole)
    assert phases("all")[0] == 1
    assert statuses(phases)["checkPhase"] == "failed"
    assert not (Path(document(phases)["source"]) / "source").exists()


def test_what_a_package_is_built_from_is_built_first(phases, repository):
    package = repository / "hello/default.nix"
    text = package.read_text()
    tool = """\
  tool = derivation {
    name = "tool";
    inherit system builder;
    args = [ "-c" "echo \\"toolPhase() { echo works; }; postPhases=toolPhase\\" > $out" ];
  };
  doCheck"""
    text = text.replace("derivation {", "derivation rec {").replace(
        "doCheck = true", "doCheck = false"
    )
    package.write_text(text.replace("  doCheck", tool, 1).replace("  postPhases", "  x"))
    setup = repository / "stdenv/setup"
    setup.write_text(setup.read_text() + '\nsource "$tool"\n')
    assert "toolPhase" not in [row["name"] for row in document(phases)["phases"]]
    code, _, err = phases("all")
    assert code == 0, err
    assert "works" in err
    last = document(phases)["phases"][-1]
    assert (last["name"], last["kind"], last["origin"]) == (
        "toolPhase",
        "function",
        "setup hook tool",
    )
    package.write_text(package.read_text().replace("> $out", "> $out; exit 1"))
    code, _, err = phases("all")
    assert code == 4
    assert "what hello-1 is built from cannot be had" in err


GRAPH = """\
let
  make = name: text: derivation {
    inherit name;
    system = "@SYSTEM@";
    builder = "@BASH@";
    args = [ "-c" "echo '${text}' > $out" ];
  };
  leaf = make "leaf" "leaf";
  tool = make "tool" "needs ${leaf} and ${./default.nix}";
  more = {
    exportReferencesGraph = [ "graph" tool "other" leaf ];
    preBuild = "test -s ../graph";
  };
in"""


def test_the_graph_of_references_is_that_of_nix(phases, repository):
    package = repository / "hello/default.nix"
    text = package.read_text()
    bash = subprocess.run(["bash", "-c", "echo $BASH"], capture_output=True, text=True, check=True)
    graph = GRAPH.replace("@SYSTEM@", "x86_64-linux").replace("@BASH@", bash.stdout.strip())
    package.write_text(text.replace("{ stdenv }:", "{ stdenv }:\n" + graph).replace(
        "derivation {\n  name = \"hello-1\"", "derivation (more // {\n  name = \"hello-1\""
    ).rstrip().removesuffix("}") + "})\n")  # fmt: skip
    code, _, err = phases("--until", "build")
    assert code == 0, err
    reader = package.parent / "reader.nix"
    reader.write_text(
        graph + ' derivation (more // { name = "reader"; system = "x86_64-linux"; '
        f'builder = "{bash.stdout.strip()}"; '
        'args = [ "-c" "while read line; do echo $line; done < graph > $out" ]; })\n'
    )
    argv = ["nix-build", "--no-out-link", str(reader)]
    built = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    build = Path(document(phases)["scratch"]) / "build"
    assert (build / "graph").read_text() == Path(built.stdout.strip()).read_text()
    assert (build / "graph").read_text().count("\n") == 11
    assert (build / "other").read_text().count("\n") == 3


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("__structuredAttrs = true; exportReferencesGraph.g = [ stdenv ];",
         "exportReferencesGraph among structured attributes"),
        ('exportReferencesGraph = [ "g" (derivation { name = "x"; builder = "b"; system = "s"; '
         "}).drvPath ];", "exportReferencesGraph of a derivation"),
        ('exportReferencesGraph = [ "../g" stdenv ];', "is no list of names and paths"),
    ],
)  # fmt: skip
def test_a_graph_that_only_nix_can_give_is_refused(phases, repository, more, message):
    package = repository / "hello/default.nix"
    package.write_text(package.read_text().replace("doCheck", f"{more}\n  doCheck", 1))
    code, _, err = phases("next")
    assert code == 2
    assert message in err
    assert "Build it with nix build" in err


def test_edits_that_are_in_no_patch_are_never_lost(phases):
    phases("--until", "build")
    source = Path(document(phases)["source"])
    (source / "greeting").write_text("Hello\n")
    for wish in ("unpack", "patch"):
        code, _, err = phases(wish)
        assert code == 3
        assert "would lose your edits of greeting" in err
    assert phases("--patch", "one")[0] == 0
    assert phases("patch")[0] == 0
    assert (source / "greeting").read_text() == "Hello\n"
    assert phases("--reset")[0] == 0
    assert not source.exists()


def test_each_patch_holds_the_edits_since_the_last_one(phases, repository):
    phases("--until", "build")
    source = Path(document(phases)["source"])
    assert phases("--patch", "none")[0] == 2
    (source / "greeting").write_text("Hello\n")
    assert phases("--patch", "one")[0] == 0
    (source / "more").write_text("x\n")
    phases("build")
    (source / "more").write_text("y\n")
    assert phases("--patch", "two.patch")[0] == 0
    (source / "more").write_text("z\n")
    assert phases("--patch", "two")[0] == 0
    assert "+z" in (repository / "hello/two.patch").read_text()
    assert "greeting" not in (repository / "hello/two.patch").read_text()
    text = (repository / "hello/default.nix").read_text()
    assert "  patches = [\n    ./one.patch\n    ./two.patch\n  ];\n" in text
    (source / "more").write_text("w\n")
    code, _, err = phases("--patch", "one")
    assert code == 3
    assert "holds something else" in err
    assert phases("--patch", "../x")[0] == 2


@pytest.mark.parametrize(
    ("opening", "end", "why"),
    [
        ("derivation ({", "} // { patches = [ ]; })\n", "did not use the added patch"),
        ("let a = {", "}; in derivation a\n", "not written in the call"),
    ],
)
def test_a_patch_that_cannot_be_registered_safely_leaves_the_repository(
    phases, repository, opening, end, why
):
    package = repository / "hello/default.nix"
    text = package.read_text().replace("derivation {", opening)
    package.write_text(text.rstrip().removesuffix("}") + end)
    phases("--until", "unpack")
    source = Path(document(phases)["source"])
    (source / "greeting").write_text("Hello\n")
    before = package.read_bytes()
    code, _, err = phases("--patch", "x")
    assert code == 3
    assert why in err
    assert "patches = [ ./x.patch ];" in err
    assert package.read_bytes() == before
    assert not (repository / "hello/x.patch").exists()


def test_the_text_of_a_phase_is_shown(phases):
    assert 'echo "installed: ' in phases("--show", "say")[1]
    code, _, err = phases("--show", "build")
    assert code == 2
    assert "nxc-scaffold phases hello next" in err
    phases("next")
    assert "shout > built" in phases("--show", "build")[1]


def command(repository, *words, **more):
    """Start the command as a process of its own."""
    program = "from scaffold.cli.main import main; main()"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    argv = [sys.executable, "-c", program, "phases", "hello", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(argv, cwd=repository, env=env, **pipes, **more)


def test_a_shell_has_the_environment_of_the_failed_phase(phases, repository):
    assert phases("--shell")[0] == 2
    phases("all")
    typed = 'echo "[$PWD] [$out]"; phase check; echo "ends with $?"; declare -F shout\n'
    child = command(repository, "--shell", stdin=subprocess.PIPE)
    out, err = child.communicate(typed)
    assert child.returncode == 0, err
    found = document(phases)
    assert f"[{found['source']}] [{found['scratch']}/outputs/out]" in out
    assert "environment before checkPhase" in out
    assert "ends with 1" in out
    assert "shout" in out


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_the_phase_and_keeps_what_was_done(phases, repository, number, code):
    package = repository / "hello/default.nix"
    text = package.read_text()
    slow = "preBuild = ''sleep 1000 & echo $! > pid; echo begun; wait'';\n  doCheck"
    package.write_text(text.replace("doCheck", slow, 1))
    child = command(repository, "all")
    for line in child.stderr:
        if "begun" in line:
            break
    found, _, err = phases("all")
    assert found == 3
    assert "another run is at work" in err
    child.send_signal(number)
    _, err = child.communicate(timeout=60)
    assert child.returncode == code
    assert "interrupted; what was done before it is kept" in err
    assert "--from buildPhase" in err
    found = document(phases)
    assert {row["name"]: row["status"] for row in found["phases"]}["buildPhase"] == "interrupted"
    wait_until_gone((Path(found["source"]) / "pid").read_text().split())
    package.write_text(text)
    assert phases("build")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--show", "build", "--shell"], 2, "cannot be done at once"),
        (["nosuch"], 2, "the package has no such phase"),
        (["--repo", "nowhere"], 2, "there is no such folder"),
        (["--repo", "stdenv"], 2, "it has none of flake.nix, default.nix, nur.nix"),
        (["--file", "x.nix"], 2, "there is no x.nix in it"),
        (["--dir", "a b"], 2, "blanks, quotes or colons"),
        (["--patch", "x"], 2, "no phase has been run"),
    ],
)
def test_bad_wishes_are_one_clear_error(phases, words, code, message):
    found, out, err = phases(*words)
    assert (found, out) == (code, "")
    assert message in err
    assert err.count("error") == 1


def test_a_package_that_is_not_there_is_named(repository, phases, monkeypatch, capfd):
    monkeypatch.setattr(sys, "argv", ["nxc-scaffold", "phases", "helo"])
    with pytest.raises(SystemExit) as left:
        main.main()
    assert left.value.code == 2
    assert "'helo'" in capfd.readouterr().err


def test_a_derivation_without_stdenv_has_no_phases(phases, repository):
    package = repository / "hello/default.nix"
    package.write_text(package.read_text().replace("  inherit stdenv;\n", ""))
    code, _, err = phases("all")
    assert code == 2
    assert "not by stdenv, so it has no phases" in err


def test_attributes_passed_as_files_and_structured_ones_reach_the_phases(phases, repository):
    package = repository / "hello/default.nix"
    text = package.read_text()
    extra = (
        'long = "in a file";\n  passAsFile = [ "long" ];\n'
        "  preBuild = ''cat \"$longPath\"'';\n  doCheck"
    )
    package.write_text(text.replace("doCheck", extra, 1))
    assert "in a file" in phases("--until", "build")[2]
    extra = (
        '__structuredAttrs = true;\n  list = [ "a b" ];\n'
        "  preBuild = ''echo \"<''${list[0]}>\"'';\n  doCheck"
    )
    package.write_text(text.replace("doCheck", extra, 1).replace('"Hello"', '""'))
    setup = repository / "stdenv/setup"
    setup.write_text(setup.read_text() + '\nexport out="${outputs[out]}"\n')
    phases("--reset")
    code, _, err = phases("--until", "build")
    assert code == 0, err
    assert "<a b>" in err
