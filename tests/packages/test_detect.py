"""A fact is only what is certain; the rest is a note."""

import subprocess
from pathlib import Path

import pytest

from scaffold.packages.builders import load_builders
from scaffold.packages.description import tidy
from scaffold.packages.detect.needs import inputs
from scaffold.packages.detect.source import detect
from scaffold.sources.tags import releases

SOURCES = Path(__file__).parents[1] / "fixtures" / "sources"
BUILDERS = load_builders()

KNOWN = [
    ("autotools", "autotools", "2.3", "harp", True),
    ("bundle", "ruby", None, None, False),
    ("cmake", "cmake", "1.2.0", "pulse", True),
    ("data", "data", None, None, None),
    ("gem", "ruby", "1.0.2", "bongo", False),
    ("go", "go", None, "oboe", True),
    ("haskell", "haskell", "0.2.0.1", "tuba", True),
    ("kernel", "kernel", "1.1", None, False),
    ("make", "make", "0.9", None, True),
    ("meson", "meson", "0.4.1", "flute", True),
    ("node", "node", "4.4.0", "lute", False),
    ("python", "python", "3.1", "viola", True),
    ("rust", "rust", "5.0.1", "cello", True),
    ("dune", "dune", "0.4.0", None, True),
    ("r", "r", "1.4.2", None, False),
    ("perl", "perl", "2.07", "zither", True),
    ("zig", "zig", "0.3.1", "kazoo", True),
    ("lua", "lua", "1.2.0", None, False),
    ("maven", "maven", "2.2.0", None, False),
    ("pnpm", "pnpm", "1.1.0", "bugle", False),
    ("yarn", "yarn", "0.9.3", "fife", False),
]


@pytest.mark.parametrize(("source", "builder", "version", "program", "tests"), KNOWN)
def test_sources(
    source: str, builder: str, version: str | None, program: str | None, tests: bool | None
) -> None:
    facts = detect(SOURCES / source, BUILDERS)
    found = [facts.value(key) for key in ("builder", "version", "main_program", "tests")]
    assert found == [builder, version, program, tests]
    assert facts.value("licence") == "MIT"


def test_every_builder_has_a_source_and_a_template() -> None:
    assert {builder for _, builder, *_ in KNOWN} == set(BUILDERS)
    assert all(builder.template.is_file() for builder in BUILDERS.values())


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.write_text(text)
    return folder


def test_two_build_systems_of_one_family_are_not_decided(tmp_path: Path) -> None:
    write(tmp_path, CMakeLists__txt="project(x)\n", meson__build="project('x', 'c')\n")
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("builder") is None
    assert "cmake" in facts.notes["builder"]
    assert "meson" in facts.notes["builder"]


def test_a_pyproject_of_tools_alone_makes_no_python_project(tmp_path: Path) -> None:
    write(tmp_path, pyproject__toml="[tool.black]\n", Makefile="install:\n\ttrue\n")
    assert detect(tmp_path, BUILDERS).value("builder") == "make"


def test_something_to_compile_is_no_data(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/Main.java").write_text("class Main {}")
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("builder") is None
    assert "Main.java" in facts.notes["builder"]


GPL = "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\n" + "text " * 200


@pytest.mark.parametrize(
    ("notice", "licence"),
    [
        ("either version 3 of the License, or (at your option) any later version.", "or-later"),
        ("only version 3 of the License.", "only"),
        ("", None),
    ],
)
def test_gpl_needs_the_notices(tmp_path: Path, notice: str, licence: str | None) -> None:
    source = f"/* This is under the terms of the GNU\n * General Public License {notice} */\n"
    write(tmp_path, COPYING=GPL, main__c=source)
    found = detect(tmp_path, BUILDERS).value("licence")
    assert found == (f"GPL-3.0-{licence}" if licence else None)


def test_a_licence_of_a_part_is_not_that_of_the_whole(tmp_path: Path) -> None:
    mit = (SOURCES / "cmake/LICENSE").read_text()
    write(tmp_path, LICENSE="Own terms of the company. " * 40 + mit)
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("licence") is None
    assert "not recognised" in facts.notes["licence"]


def test_file_and_text_that_contradict_each_other(tmp_path: Path) -> None:
    mit = (SOURCES / "cmake/LICENSE").read_text()
    manifest = '[package]\nname = "x"\nversion = "1.0"\nlicense = "Apache-2.0"\n'
    write(tmp_path, LICENSE=mit, Cargo__toml=manifest)
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("licence") is None
    assert "LICENSE: MIT" in facts.notes["licence"]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def repository(folder: Path) -> Path:
    write(folder, Makefile="VERSION = 3.0\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x", "--date", "2024-05-06T00:00:00Z")
    git(folder, "remote", "add", "origin", "https://github.com/orchestra/triangle.git")
    return folder


def test_the_newest_release_tag_counts(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    for tag in ("v1.9", "v1.10", "v2.0-rc1", "other-7.0", "20240101"):
        git(folder, "tag", tag)
    facts = detect(folder, BUILDERS)
    assert (facts.value("version"), facts.value("ref")) == ("1.10", "v1.10")
    assert facts.value("source") == "https://github.com/orchestra/triangle.git"


def test_without_a_tag_it_is_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2024-05-06T00:00:00Z")
    facts = detect(repository(tmp_path), BUILDERS)
    assert facts.value("version") == "3.0-unstable-2024-05-06"
    assert len(facts.value("ref")) == 40


def test_tags_of_the_project_alone() -> None:
    tags = ["jq-1.8", "jq-1.8.2", "lib-9.0", "release-1.7", "nightly", "v1.8_1"]
    assert [tag for *_, tag in releases(tags, "jq")][-1] == "jq-1.8.2"
    assert [v for _, v, _ in releases(["v1_2_3"], "x")] == ["1.2.3"]


def test_dependencies_are_mapped_or_named() -> None:
    facts = detect(SOURCES / "python", BUILDERS)
    found = inputs(facts.needs, frozenset({"procset"}))
    assert found.propagated == ("click", "procset")
    assert found.backend == ("hatch-vcs", "hatchling")
    assert found.unknown == ("unheard-of",)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("A pulse counter.", "Pulse counter"),
        ("fd is a simple tool", "Simple tool"),
        ("The viola is an instrument.", "Instrument"),
        ("iOS things", "iOS things"),
        ("two\nlines", "Two lines"),
    ],
)
def test_descriptions_as_nixpkgs_wants_them(given: str, wanted: str) -> None:
    assert tidy(given) == wanted
    assert tidy(tidy(given)) == wanted


def test_the_gpl_2_names_the_lgpl_and_is_not_it(tmp_path: Path) -> None:
    text = (
        "GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\n\nEveryone may copy this.\n\n"
        "Some other software is covered by the GNU Library General Public License instead.\n"
    )
    notice = "// under the GNU General Public License version 2, or any later version\n"
    write(tmp_path, COPYING=text, main__c=notice)
    assert detect(tmp_path, BUILDERS).value("licence") == "GPL-2.0-or-later"


def test_a_tag_of_digits_alone_is_no_release() -> None:
    assert [v for _, v, _ in releases(["release-120715", "v1.13.2", "20240101"], "ninja")] == [
        "1.13.2"
    ]


def test_a_later_tag_that_is_not_understood_leaves_the_version_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = repository(tmp_path)
    git(folder, "tag", "v1.0")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2030-01-01T00:00:00Z")
    git(folder, "commit", "--allow-empty", "-qm", "y")
    git(folder, "tag", "v2-strange.form")
    git(folder, "commit", "--allow-empty", "-qm", "z")
    facts = detect(folder, BUILDERS)
    assert facts.value("version") is None
    assert "version" in facts.notes


def test_dates_are_versions_where_all_releases_are_dates() -> None:
    tags = ["v2024.05.18", "v2025.06.03", "v2026.05.21", "v2026.05.21-rc1"]
    assert releases(tags, "kak")[-1][1:] == ("2026.05.21", "v2026.05.21")
    assert [v for _, v, _ in releases([*tags, "v1.2"], "kak")] == ["1.2"]


def test_letters_and_words_behind_a_number() -> None:
    assert [v for _, v, _ in releases(["3.7", "3.7c", "3.7b"], "tmux")][-1] == "3.7c"
    tags = ["release-1.4.6", "release-2.1.12-stable", "release-2.2.1-alpha-dev"]
    assert releases(tags, "libevent")[-1][1:] == ("2.1.12", "release-2.1.12-stable")
    assert releases(["r131", "v1.10.0"], "lz4")[-1][2] == "v1.10.0"


def test_a_tag_may_have_the_name_of_the_project_or_of_the_repository() -> None:
    tags = ["0.8.0", "yaml-cpp-0.9.0"]
    assert releases(tags, "YAML_CPP", "")[-1][1] == "0.9.0"
    assert releases(["cryptodev-linux-1.14"], "cryptodev", "cryptodev-linux")[-1][1] == "1.14"


def test_releases_under_another_name_leave_the_version_open(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    git(folder, "tag", "cymbal-1.2")
    git(folder, "commit", "--allow-empty", "-qm", "y")
    assert detect(folder, BUILDERS).value("version") is None


def test_a_theme_with_a_package_json_is_no_node_program(tmp_path: Path) -> None:
    write(tmp_path, package__json='{"name": "x", "version": "1.0.0", "vim": {"opt": true}}')
    assert detect(tmp_path, BUILDERS).value("builder") is None
    write(tmp_path, package__json='{"name": "x", "version": "1.0.0", "main": "x.js"}')
    assert detect(tmp_path, BUILDERS).value("builder") == "node"


@pytest.mark.parametrize("other", ["CMakeLists.txt", "meson.build", "configure.ac"])
def test_bindings_beside_a_library_leave_the_builder_open(tmp_path: Path, other: str) -> None:
    project = '[build-system]\nrequires = ["setuptools"]\n[project]\nname = "x"\nversion = "1.0"\n'
    write(tmp_path, pyproject__toml=project)
    assert detect(tmp_path, BUILDERS).value("builder") == "python"
    (tmp_path / other).write_text("")
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("builder") is None
    assert other in facts.notes["builder"]
