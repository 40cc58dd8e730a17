"""A language without a builder is told with what nixpkgs has for it; data is only what is inert."""

from pathlib import Path

import pytest

from scaffold.packages.builders import load_builders
from scaffold.packages.detect.source import detect
from scaffold.packages.inspected import InspectedSource

BUILDERS = load_builders()

LANGUAGES = {
    "fpm.toml": "Fortran",
    "src/wave.F90": "Fortran",
    "kernel.cu": "CUDA",
    "Project.toml": "Julia",
    "scripts/plot.R": "R,",
    "lib/Tune.pm": "Perl",
    "plugin/tune.lua": "Lua",
    "composer.json": "PHP",
    "dub.sdl": "D (dub)",
    "shard.yml": "Crystal",
    "mix.exs": "Elixir",
    "build.sbt": "Scala",
    "build.gradle.kts": "Gradle",
    "tune.csproj": ".NET",
    "tune.nimble": "Nim",
    "alire.toml": "Ada",
    "tune.pro": "Qt",
    "pubspec.yaml": "Dart",
    "deno.jsonc": "Deno",
    "gleam.toml": "Gleam",
    "stack.yaml": "Haskell",
    "lib/tune.ml": "OCaml",
    "src/Main.java": "Java",
    "bun.lock": "Bun",
    ".yarnrc.yml": "yarn 2",
    "deep/er/and/deep/er/still/tune.jl": "Julia",
    "Dockerfile": "Docker",
    "tune.py": "Python",
}


def facts_of(folder: Path, *files: str, text: str = "x\n") -> InspectedSource:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return detect(folder, BUILDERS)


@pytest.mark.parametrize("file", LANGUAGES)
def test_a_language_without_a_builder_is_told(file: str, tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "README.md", file)
    assert facts.value("builder") is None
    assert facts.notes["builder"].startswith(f"{file} is ")
    assert LANGUAGES[file] in facts.notes["builder"]
    assert "nixpkgs has" in facts.notes["builder"]


@pytest.mark.parametrize("file", ["words.txt", "fonts/a.ttf", "LICENSE", "colors/a.vim", "a.zsh"])
def test_what_is_installed_as_it_is_is_data(file: str, tmp_path: Path) -> None:
    assert facts_of(tmp_path, file).value("builder") == "data"


@pytest.mark.parametrize(
    ("file", "text"), [("tune.unheardof", "x"), ("run", "#!/bin/tune\n"), ("blob", "\0\0")]
)
def test_what_is_not_certain_to_be_inert_is_no_data(file: str, text: str, tmp_path: Path) -> None:
    facts = facts_of(tmp_path, file, text=text)
    assert facts.value("builder") is None
    assert file in facts.notes["builder"]


@pytest.mark.parametrize("file", ["shard.yml", "dub.json", "Project.toml"])
def test_a_makefile_of_another_language_is_doubtful(file: str, tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "Makefile", "tune.c", file)
    assert facts.value("builder") is None
    assert f"also {file} of" in facts.notes["builder"]


def test_scripts_of_another_language_leave_the_builder_open(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1.0.0", "main": "x.js"}')
    (tmp_path / "mix.exs").write_text("x")
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("builder") is None
    assert "also mix.exs of Elixir" in facts.notes["builder"]


def test_a_makefile_beside_a_dockerfile_is_not(tmp_path: Path) -> None:
    assert facts_of(tmp_path, "Makefile", "tune.c", "Dockerfile").value("builder") == "make"


@pytest.mark.parametrize(
    ("lock", "text", "builder"),
    [
        ("yarn.lock", "# yarn lockfile v1\n", "yarn"),
        ("yarn.lock", "__metadata:\n", None),
        ("pnpm-lock.yaml", "x", "pnpm"),
        ("package-lock.json", "{}", "node"),
        ("bun.lock", "{}", None),
    ],
)
def test_the_lock_file_says_what_installs(
    lock: str, text: str, builder: str | None, tmp_path: Path
) -> None:
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1.0.0", "bin": "x.js"}')
    (tmp_path / lock).write_text(text)
    assert detect(tmp_path, BUILDERS).value("builder") == builder


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("QMAKE=qmake\n\nall:\n\tcd src && $(QMAKE) && make\n", "it calls qmake of Qt"),
        ("all:\n\tgprbuild -P tune.gpr\n\ninstall:\n\ttrue\n", "it calls gprbuild of Ada"),
        ("all:\n\t$(MAKE) -C src\n", "it calls crystal of Crystal"),
    ],
)
def test_a_makefile_that_calls_a_program_of_another_language_is_doubtful(
    text: str, what: str, tmp_path: Path
) -> None:
    (tmp_path / "Makefile").write_text(text)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Makefile").write_text("all:\n\tcrystal build tune.c\n")
    facts = facts_of(tmp_path, "src/tune.c")
    assert facts.value("builder") is None
    assert what in facts.notes["builder"]


def test_a_configure_script_for_another_language_is_doubtful(tmp_path: Path) -> None:
    (tmp_path / "configure.ac").write_text("AC_INIT([tune], [1])\nAC_OUTPUT(Makefile)\n")
    (tmp_path / "Makefile.in").write_text("GPRBUILD=@gprbuild@ -j0\nall:\n\t$(GPRBUILD) x.gpr\n")
    facts = facts_of(tmp_path, "src/tune.adb")
    assert facts.value("builder") is None
    assert "it calls gprbuild of Ada" in facts.notes["builder"]
