"""What a run has to do once is done once: calls are counted, and no time is taken."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

#: Runs a command and prints each call of a counted function, with the value that it was given.
PROGRAM = """
import json, sys
counted, arguments = json.loads(sys.argv[1]), json.loads(sys.argv[2])
calls = []
def profile(frame, event, _):
    code = frame.f_code
    if event != "call" or "/scaffold/" not in code.co_filename:
        return
    where = code.co_filename.rsplit("/scaffold/", 1)[1].removesuffix(".py")
    name = f"{where}.{code.co_qualname}"
    if name in counted:
        given = counted[name]
        calls.append((name, str(frame.f_locals[given]) if given else ""))
from scaffold.__main__ import main
sys.argv = ["nxc-scaffold", *arguments]
sys.setprofile(profile)
try:
    main()
except SystemExit as error:
    code = error.code
finally:
    sys.setprofile(None)
print(json.dumps({"code": code, "calls": calls, "loaded": [*sys.modules]}), file=sys.stderr)
"""
#: What is done once in a run, or once for each value of the argument that is named.
COUNTED = {
    "answers/project.parse": "",
    "catalogue/reading.load_catalog": "",
    "catalogue/reading._service": "name",
    "base/engine.Engine.__init__": "",
    "composition/placement.Placement.__init__": "composition",
    "nixlang/parser.parse": "text",
    "packages/builders.load_builders": "",
    "packages/detect/source.detect": "path",
    "sources/addresses.parse_source": "text",
}
QUIET = ("--defaults", "--no-check", "--no-git")
NUR = "{ pkgs }:\n{\n  first = pkgs.callPackage ./pkgs/first { };\n}\n"
FACTS = ("--description", "Beats time", "--licence", "MIT")


def ran(folder, *arguments):
    """Run a command; return its counted calls and the modules that it loaded."""
    program = [sys.executable, "-c", PROGRAM, json.dumps(COUNTED), json.dumps(arguments)]
    root = str(Path(__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": root, "HOME": str(folder)}
    done = subprocess.run(
        program, cwd=folder, capture_output=True, text=True, timeout=120, env=env, check=False
    )
    found = json.loads(done.stderr.strip().splitlines()[-1])
    assert found["code"] in (0, None), done.stdout + done.stderr
    return found


def calls(folder, *arguments):
    """Return how often each counted function was called with which value."""
    return Counter((name, value) for name, value in ran(folder, *arguments)["calls"])


def of(counter, name):
    """Return how often a function was called, for each value that it was given."""
    return sorted(count for (called, _), count in counter.items() if called == name)


def test_new_parses_the_answers_and_builds_the_topology_once(tmp_path):
    made = calls(
        tmp_path, "new", "lab", "--role", "node:2=nfs.client", "--role", "srv=nfs.server", *QUIET
    )
    assert set(made.values()) == {1}
    assert of(made, "answers/project.parse") == [1]
    assert of(made, "composition/placement.Placement.__init__") == [1]
    assert of(made, "catalogue/reading.load_catalog") == [1]


#: What a new project in a new folder has no use for, such as merging edits, and other commands.
OF_NO_USE = (
    "nixlang.parser",
    "render.user_template",
    "commands.template_source",
    "migrate",
    "survey",
    "packages.detect",
    "repository",
    "terminal",
    "checks",
)


def test_new_loads_nothing_and_reads_no_service_that_it_does_not_use(tmp_path):
    found = ran(tmp_path, "new", "lab", "--role", "srv=web.server", *QUIET)
    scaffold = {name.removeprefix("scaffold.") for name in found["loaded"] if "scaffold" in name}
    assert "render.project" in scaffold
    assert not [n for n in scaffold if n.startswith(OF_NO_USE)]
    assert "packaging" not in found["loaded"]
    read = {value for name, value in found["calls"] if name == "catalogue/reading._service"}
    assert {"web"} <= read <= {"web", "users"}


def test_multi_parses_the_answers_once_and_builds_one_topology_a_composition(tmp_path):
    made = calls(
        tmp_path, "multi", "lab", "--composition", "a=nfs", "--composition", "b=web", *QUIET
    )
    assert set(made.values()) == {1}
    assert of(made, "answers/project.parse") == [1]
    assert of(made, "composition/placement.Placement.__init__") == [1, 1]


@pytest.fixture
def sources(tmp_path):
    """Return a project's source and a repository of packages."""
    source, repository = tmp_path / "pulse", tmp_path / "nur"
    source.mkdir()
    (source / "CMakeLists.txt").write_text("project(pulse VERSION 1.0 LANGUAGES C)\n")
    (repository / "pkgs").mkdir(parents=True)
    (repository / "default.nix").write_text(NUR)
    return source, repository


@pytest.mark.parametrize(
    ("flags", "addresses"),
    [
        (("--from", "{source}", "--source", "https://github.com/orchestra/pulse"), 2),
        (("--from", "github:orchestra/pulse", "--version", "1.0", "--builder", "cmake"), 1),
        (("--from", "{source}", "--source", "github:orchestra/pulse", "--homepage", "none"), 2),
    ],
)
def test_package_reads_each_address_and_each_file_once(tmp_path, sources, flags, addresses):
    source, repository = sources
    given = [flag.format(source=source) for flag in flags]
    offline = ("--repo", str(repository), "--ref", "v1.0", "--offline", *FACTS, *QUIET)
    made = calls(tmp_path, "package", "pulse", *given, *offline)
    assert set(made.values()) == {1}
    assert of(made, "sources/addresses.parse_source") == [1] * addresses
    assert of(made, "packages/builders.load_builders") == [1]
    assert len(of(made, "nixlang/parser.parse")) >= 2, "the file, and the file as it will be"


def test_a_composition_reads_the_source_of_its_package_once(tmp_path, sources):
    source, _ = sources
    told = {"source": "https://github.com/orchestra/pulse", "ref": "v1.0", "licence": "MIT"}
    table = "\n".join(f'{key} = "{value}"' for key, value in told.items())
    (tmp_path / "answers.toml").write_text(
        f'[packages_from.pulse]\nfrom = "{source}"\ndescription = "Beats time"\n{table}\n'
    )
    made = calls(
        tmp_path, "new", "lab", "--answers", "answers.toml", "--role", "node=", "--offline", *QUIET
    )
    assert of(made, "answers/project.parse") == [1]
    assert of(made, "packages/detect/source.detect") == [1]
