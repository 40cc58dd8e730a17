"""What makes a sign doubtful: a doubt is told, and no wrong fact comes of it."""

import os
import subprocess
from pathlib import Path

import pytest

from scaffold.packages.builders import load_builders
from scaffold.packages.description import tidy
from scaffold.packages.detect.changelog import published
from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.needs import inputs
from scaffold.packages.detect.readme import sentence
from scaffold.packages.detect.source import detect
from scaffold.packages.inspected import InspectedSource
from scaffold.sources.tags import releases

BUILDERS = load_builders()
MIT = (Path(__file__).parents[2] / "fixtures" / "sources/cmake/LICENSE").read_text()
YEAR = 365 * 86400


def tree(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def facts_of(folder: Path, files: dict[str, str]) -> InspectedSource:
    return detect(tree(folder, files), BUILDERS)


def git(folder: Path, *arguments: str, at: int = 1_600_000_000) -> None:
    date = {**os.environ, "GIT_COMMITTER_DATE": f"{at} +0000", "GIT_AUTHOR_DATE": f"{at} +0000"}
    argv = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(folder)]
    subprocess.run([*argv, *arguments], check=True, capture_output=True, env=date)


def repository(folder: Path, files: dict[str, str], tags: dict[str, int]) -> Path:
    """Make a repository; tags by their time, a last commit after them."""
    git(tree(folder, files), "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x")
    for tag, at in tags.items():
        git(folder, "tag", "-am", tag, tag, at=1_600_000_000 + at)
    git(folder, "commit", "-qm", "y", "--allow-empty", at=1_600_000_000 + 9 * YEAR)
    git(folder, "remote", "add", "origin", "https://github.com/orchestra/chime.git")
    return folder


PYTHON = '[project]\nname = "reed"\nversion = "1.0"\n[build-system]\n'
CRATE = '[package]\nname = "reed"\nversion = "1.0"\n'


@pytest.mark.parametrize(
    ("quote", "more", "builder"),
    [
        ('"', "", "python"),
        ("'", "", "python"),
        ('"', '[tool.maturin]\nbindings = "bin"\n', "rust"),
    ],
)
def test_a_crate_that_maturin_makes_a_module_of(
    tmp_path: Path, quote: str, more: str, builder: str
) -> None:
    backend = f"requires = ['maturin']\nbuild-backend = {quote}maturin{quote}\n"
    files = {"pyproject.toml": PYTHON + backend + more, "Cargo.toml": CRATE, "Cargo.lock": "#"}
    facts = facts_of(tmp_path, files)
    assert facts.value("builder") == builder
    if builder == "python":
        assert facts.extra["cargo"]
        assert "rustPlatform.cargoSetupHook" in inputs(facts.needs).native


def test_a_gemfile_for_tests_makes_no_ruby_project(tmp_path: Path) -> None:
    files = {"Gemfile": "source 'x'\ngem 'rspec'\n", "spec/a_spec.rb": "x", "chime.zsh": "x\n"}
    files["Makefile"] = "all:\n\tcat a > b\n"
    facts = facts_of(tmp_path, files)
    assert facts.value("builder") is None
    assert "nothing is compiled" in facts.notes["builder"]


def test_a_gemfile_beside_gems_in_folders_makes_no_ruby_project(tmp_path: Path) -> None:
    files = {"Gemfile": "source 'x'\ngem 'rake'\n", "bell/bell.gemspec": "x", "bell/lib/a.rb": "x"}
    facts = facts_of(tmp_path, files)
    assert facts.value("builder") is None
    assert "bell/bell.gemspec" in facts.notes["builder"]


def test_crates_beside_deno_are_not_the_program(tmp_path: Path) -> None:
    files = {"Cargo.toml": "[workspace]\nmembers = ['wasm']\n", "deno.json": "{}", "mod.ts": "x"}
    facts = facts_of(tmp_path, files)
    assert facts.value("builder") is None
    assert "deno.json" in facts.notes["builder"]


def test_tools_beside_are_not_what_a_makefile_builds(tmp_path: Path) -> None:
    files = {"Makefile": "test:\n\tcd tools\n", "tools/check.c": "x", "names.dat": "x"}
    assert facts_of(tmp_path, files).value("builder") is None


def test_scripts_alone_make_no_node_project(tmp_path: Path) -> None:
    manifest = '{"name": "bell", "version": "1.0", "scripts": {"version": "x"}}'
    files = {"package.json": manifest, "Makefile": "install: bell\n", "bell.c": "x"}
    assert facts_of(tmp_path, files).value("builder") == "make"


def test_a_makefile_is_certain_with_something_to_compile(tmp_path: Path) -> None:
    files = {"Makefile": "all: bell\n", "bell.c": "int main(void) { return 0; }\n"}
    assert facts_of(tmp_path, files).value("builder") == "make"


@pytest.mark.parametrize(("main", "builder"), [("font.css", "data"), ("index.js", "node")])
def test_a_package_json_of_style_sheets_is_no_program(
    tmp_path: Path, main: str, builder: str
) -> None:
    manifest = f'{{"name": "x", "version": "1.0.0", "main": "{main}", "files": ["x"]}}'
    facts = facts_of(tmp_path, {"package.json": manifest})
    assert (facts.value("builder") == "node") == (builder == "node")


BACKEND = {
    "CMakeLists.txt": ("scikit-build-core", "project(x)\npybind11_add_module(x x.cc)\n"),
    "meson.build": ("meson-python", "project('reed', 'c')\npy = import('python')\n"),
}


@pytest.mark.parametrize("file", BACKEND)
def test_a_build_file_that_the_backend_runs_is_no_doubt(tmp_path: Path, file: str) -> None:
    requirement, text = BACKEND[file]
    project = f'{PYTHON}requires = ["{requirement}"]\n'
    assert facts_of(tmp_path, {"pyproject.toml": project, file: text}).value("builder") == "python"
    (tmp_path / file).write_text("project(x)\n")  # nothing of Python in it
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("builder") is None
    assert file in facts.notes["builder"]


def test_cmake_that_a_backend_runs_is_an_input(tmp_path: Path) -> None:
    requirement, text = BACKEND["CMakeLists.txt"]
    project = f'{PYTHON}requires = ["{requirement}"]\n'
    facts = facts_of(tmp_path, {"pyproject.toml": project, "CMakeLists.txt": text})
    assert facts.extra["cmake"]
    assert inputs(facts.needs).native == ("cmake", "ninja")


def test_a_backend_does_not_need_itself(tmp_path: Path) -> None:
    own = 'requires = []\nbuild-backend = "flit_core.buildapi"\nbackend-path = ["."]\n'
    facts = facts_of(tmp_path, {"pyproject.toml": PYTHON + own})
    assert inputs(facts.needs).backend == ()


def manifest(licence: str) -> str:
    return f'{{"name": "x", "version": "1.0.4", "license": "{licence}", "bin": "x.js"}}'


def test_an_uncertain_project_file_does_not_decide_the_licence(tmp_path: Path) -> None:
    files = {"package.json": manifest("MIT"), "CMakeLists.txt": "project(x VERSION 2.0)\n"}
    facts = facts_of(tmp_path, files)
    assert facts.value("builder") is None
    assert facts.value("licence") is None
    assert "package.json says 'MIT'" in facts.notes["licence"]
    assert facts.value("version") is None  # the two files do not agree


@pytest.mark.parametrize(("licence", "found"), [("ISC", None), ("MIT", "MIT")])
def test_what_npm_fills_in_is_no_licence(tmp_path: Path, licence: str, found: str | None) -> None:
    assert facts_of(tmp_path, {"package.json": manifest(licence)}).value("licence") == found


def test_a_text_with_the_words_of_another_licence(tmp_path: Path) -> None:
    added = MIT + "\nThe Software shall be used for Good, not Evil.\n"
    files = {"LICENSE": added, "package.json": manifest("Apache-2.0")}
    facts = facts_of(tmp_path, files)
    assert facts.value("licence") is None
    assert "reads otherwise" in facts.notes["licence"]


def test_an_added_clause_makes_another_licence(tmp_path: Path) -> None:
    added = MIT + "\nThe Software shall be used for Good, not Evil.\n"
    facts = facts_of(tmp_path, {"LICENSE": added, "chime.conf": "x"})
    assert facts.value("licence") is None
    assert facts.notes["licence"] == "LICENSE is not recognised"


GPL2 = "GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\n\n" + "text " * 200
NOTICE = """You can redistribute it and/or modify it under the terms of the GNU
General Public License as published by the Free Software Foundation, either version 3 of the
License, or (at your option) any later version."""


@pytest.mark.parametrize(
    ("readme", "licence"),
    [
        (NOTICE, "GPL-3.0-or-later"),
        ("Distributed under the same terms as Vim itself.", "Vim"),
        ("It is under the GPL.", None),
    ],
)
def test_the_notice_of_a_readme(tmp_path: Path, readme: str, licence: str | None) -> None:
    assert facts_of(tmp_path, {"README.md": readme}).value("licence") == licence


@pytest.mark.parametrize("own", [True, False])
def test_a_folder_has_the_licence_of_its_repository(tmp_path: Path, own: bool) -> None:
    files = {"LICENSE": MIT, "parts/reed/pyproject.toml": PYTHON}
    files |= {"parts/reed/LICENSE": "Own terms."} if own else {}
    repository(tmp_path, files, {})
    found = detect(tmp_path / "parts/reed", BUILDERS).value("licence")
    assert found == (None if own else "MIT")


def test_a_script_has_the_notice(tmp_path: Path) -> None:
    notice = "\n# ".join(NOTICE.replace("version 3", "version 2").split("\n"))
    files = {"COPYING": GPL2, "bell": f"#!/bin/sh\n# {notice}\n"}
    assert facts_of(tmp_path, files).value("licence") == "GPL-2.0-or-later"


def test_a_waiver_is_cc0(tmp_path: Path) -> None:
    waiver = """To the extent possible under law, the author has waived all copyright and related
    or neighboring rights to this work. https://creativecommons.org/publicdomain/zero/1.0/"""
    assert facts_of(tmp_path, {"COPYING": waiver}).value("licence") == "CC0-1.0"


@pytest.mark.parametrize(
    ("only", "later", "found"),
    [(4, 0, "GPL-2.0-only"), (4, 1, "GPL-2.0-only"), (2, 1, None), (0, 3, "GPL-2.0-or-later")],
)
def test_files_that_say_only_speak_for_the_whole(
    tmp_path: Path, only: int, later: int, found: str | None
) -> None:
    said = ["GPL-2.0"] * only + ["GPL-2.0+"] * later
    files = {f"{n}.c": f"/* SPDX-License-Identifier: {s} */\n" for n, s in enumerate(said)}
    facts = facts_of(tmp_path, {"COPYING": GPL2, "Makefile": "obj-m := x.o\n", **files})
    assert facts.value("licence") == (found if found else None)


@pytest.mark.parametrize("end", ["", ", or (at your option) any later version"])
def test_a_notice_of_one_version_is_without_later_ones(tmp_path: Path, end: str) -> None:
    text = f"/* under the terms of version 2 of the GNU General Public License{end}. */\n"
    found = facts_of(tmp_path, {"COPYING": GPL2, "bell.c": text, "Makefile": "x:\n"}).value(
        "licence"
    )
    assert found == ("GPL-2.0-or-later" if end else "GPL-2.0-only")


def test_one_notice_of_each_kind_is_not_certain(tmp_path: Path) -> None:
    files = {"a.c": "/* GNU General Public License v2 as published by X */\n"}
    files["b.c"] = "/* GNU General Public License, version 2 or any later version */\n"
    facts = facts_of(tmp_path, {"COPYING": GPL2, **files})
    assert facts.value("licence") is None


def test_tags_that_spell_the_name_otherwise() -> None:
    names = ("libchime3", "libchime")
    tags = ["chime-3.2", "chime_3.1", "libchime-3.0", "other-9.0", "bin-8.0"]
    assert [version for _, version, _ in releases(tags, *names)] == ["3.0", "3.1", "3.2"]


@pytest.mark.parametrize(
    ("name", "tag"),
    [("libbell2", "libbell2-1.4"), ("@chime/bell", "@chime/bell@1.4"), ("bell", "RELEASE.1.4")],
)
def test_tags_of_a_name_with_digits_and_of_npm(name: str, tag: str) -> None:
    assert [version for _, version, _ in releases([tag], name)] == ["1.4"]


def test_a_later_tag_that_is_not_understood_is_named(tmp_path: Path) -> None:
    tags = {"v1.0": 0, "v1.20240909-built": YEAR}
    facts = detect(repository(tmp_path, {"a.conf": "x"}, tags), BUILDERS)
    assert facts.value("version") is None
    assert facts.notes["version"] == (
        "the newest release tag is v1.0, but the tag v1.20240909-built is later"
    )


CHANGES = "# Changes\n\n## 2.1.0\n\n- new\n\n## 2.0.0\n"


@pytest.mark.parametrize(
    ("changes", "said", "version"),
    [
        (CHANGES, "2.1.0", None),
        (CHANGES.replace("2.1.0\n", "2.1.0 (unreleased)\n"), "2.1.0", "2.0.0"),
        (CHANGES, "2.1.0-dev", "2.0.0"),
        ("", "2.1.0", "2.0.0"),
    ],
)
def test_a_release_without_a_tag(
    tmp_path: Path, changes: str, said: str, version: str | None
) -> None:
    files = {"CHANGELOG.md": changes, "package.json": manifest("MIT").replace("1.0.4", said)}
    facts = detect(repository(tmp_path, files, {"v2.0.0": 0}), BUILDERS)
    assert facts.value("version") == version
    if version is None:
        assert facts.notes["version"] == (
            "the newest release tag is v2.0.0, but package.json says 2.1.0 and the changelog 2.1.0"
        )
        assert facts.tags == ("v2.0.0",)
        assert facts.value("source")


@pytest.mark.parametrize(
    ("previews", "years", "version"),
    [(3, 2, None), (2, 2, "0.9"), (3, 0, "0.9")],
)
def test_previews_that_go_on_for_years(
    tmp_path: Path, previews: int, years: int, version: str | None
) -> None:
    tags = {"v0.9": 0} | {f"v1.0-beta.{n}": years * YEAR + n for n in range(previews)}
    facts = detect(repository(tmp_path, {"a.conf": "x"}, tags), BUILDERS)
    assert facts.value("version") == version
    if version is None:
        assert "v1.0-beta.2" in facts.notes["version"]


def test_published_skips_what_is_to_come(tmp_path: Path) -> None:
    text = "Changelog\n=========\n\nVersion 3.1\n-----------\n\nUnreleased\n\nVersion 3.0\n"
    tree(tmp_path, {"CHANGES.rst": text})
    assert published(Folder(tmp_path)) == "3.0"


@pytest.mark.parametrize(
    ("tags", "said", "version", "ref"),
    [
        (("v7.0", "reed-v1.2"), "1.3.dev0", "1.2", "reed-v1.2"),
        (("v7.0", "v1.3"), "1.3", "1.3", "v1.3"),
        (("v7.0",), "1.3", "1.3", "commit"),
        (("v7.0",), "", None, None),
    ],
)
def test_one_project_of_several(
    tmp_path: Path, tags: tuple[str, ...], said: str, version: str | None, ref: str | None
) -> None:
    project = f'[project]\nname = "reed"\nversion = "{said}"\n'
    repository(tmp_path, {"parts/reed/pyproject.toml": project}, dict.fromkeys(tags, 0))
    facts = detect(tmp_path / "parts/reed", BUILDERS)
    assert facts.value("version") == version
    found = facts.value("ref")
    assert (len(found) == 40 if ref == "commit" else found == ref) if found else ref is None
    assert facts.folder == "parts/reed"
    assert facts.value("source") == "https://github.com/orchestra/chime.git"


def test_a_folder_that_is_not_tracked_is_not_of_the_repository(tmp_path: Path) -> None:
    repository(tmp_path, {"a.conf": "x"}, {"v7.0": 0})
    facts = facts_of(tmp_path / "new", {"pyproject.toml": PYTHON})
    assert (facts.value("version"), facts.value("source")) == ("1.0", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "# Chime\n\n[![badge](x)](y)\n\nChime rings a *bell* with [MQTT](x). It does more.\n",
            "Chime rings a bell with MQTT",
        ),
        ("Chime\n=====\n\n.. image:: x\n\nIt rings bells all day.\n", "It rings bells all day"),
        ("# Chime\n\n## Building\n\nBuilding it needs a compiler.\n", ""),
        ("<p>Chime</p>\n\nRead in English | Deutsch now please\n\nShort.\n", ""),
    ],
)
def test_the_first_sentence_of_a_readme(tmp_path: Path, text: str, said: str) -> None:
    tree(tmp_path, {"README.md": text})
    assert sentence(Folder(tmp_path)) == said


def test_a_description_is_proposed_not_taken(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, {"README.md": "Chime rings a bell at noon.\n", "a.conf": "x"})
    assert facts.value("description") is None
    assert "Chime rings a bell at noon" in facts.notes["description"]


@pytest.mark.parametrize(
    ("given", "tidied"),
    [
        ("chime - a bell for the terminal", "Bell for the terminal"),
        ("Chime: the bell.", "Bell"),
        ("![](logo.png)", ""),
        ("Chime-like bells", "Chime-like bells"),
    ],
)
def test_a_description_without_name_and_picture(given: str, tidied: str) -> None:
    assert tidy(given, "chime") == tidied


def test_the_program_that_is_called_as_the_project(tmp_path: Path) -> None:
    bins = '{"name": "@x/bell", "version": "1.0", "bin": {"bell": "a.js", "bells": "b.js"}}'
    assert facts_of(tmp_path, {"package.json": bins}).value("main_program") == "bell"


def test_go_programs_below_cmd(tmp_path: Path) -> None:
    main = "package main\n"
    files = {"go.mod": "module example.org/bell\n", "bell.go": "package bell\n"}
    files |= {"cmd/bell/main.go": main, "cmd/bell-keygen/keys.go": main}
    assert facts_of(tmp_path, files).value("main_program") == "bell"
    (tmp_path / "cmd/bell").rename(tmp_path / "cmd/ring")
    assert detect(tmp_path, BUILDERS).value("main_program") is None


def test_gems_that_are_needed_are_told(tmp_path: Path) -> None:
    spec = """Gem::Specification.new do |s|
  s.name = "bell"
  s.version = "1.0"
  s.executables = %w(bell bells)
  s.add_dependency "clapper", "~> 2.0"
  s.add_runtime_dependency('tone')
  s.add_development_dependency "rspec"
end
"""
    facts = facts_of(tmp_path, {"bell.gemspec": spec})
    assert inputs(facts.needs).unknown == ("clapper (gem)", "tone (gem)")
    assert facts.value("main_program") == "bell"


@pytest.mark.parametrize(
    ("tags", "version"),
    [
        ({"v1.0": 1, "0.7.0": 2}, None),  # numbered anew
        ({"0.6.0": 0, "v1.0": 1, "0.7.0": 2}, "1.0"),  # an old branch is maintained
        ({"3.16.2": 1, "parent-3.17.0": 2}, None),
        ({"3.16.2": 1, "sister-17.1.0": 2}, "3.16.2"),
    ],
)
def test_a_later_tag_that_goes_on_in_another_way(
    tags: dict[str, int], version: str | None, tmp_path: Path
) -> None:
    assert detect(repository(tmp_path, {"a": "x"}, tags), BUILDERS).value("version") == version


APACHE_NOTICE = (
    'Copyright 2024 Reed\n\nLicensed under the Apache License, Version 2.0 (the "License");\n'
    "you may not use this file except in compliance with the License.\n"
)


def test_a_notice_of_the_apache_licence_stands_for_its_text(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(APACHE_NOTICE)
    assert detect(tmp_path, BUILDERS).value("licence") == "Apache-2.0"
    mit = (
        "Permission is hereby granted, free of charge, to any person obtaining a copy, if\n"
        "the above copyright notice and this permission notice are kept.\n"
    )
    (tmp_path / "LICENSE").write_text(f"{mit}\nParts:\n{APACHE_NOTICE}")
    assert detect(tmp_path, BUILDERS).value("licence") is None


def test_an_exception_behind_a_text_makes_another_licence(tmp_path: Path) -> None:
    text = "Apache License\nVersion 2.0, January 2004\n" + "terms " * 1500
    (tmp_path / "LICENSE").write_text(text)
    assert detect(tmp_path, BUILDERS).value("licence") == "Apache-2.0"
    (tmp_path / "LICENSE").write_text(
        f"{text}\n--- LLVM Exceptions to the Apache 2.0 License ---\n"
    )
    assert detect(tmp_path, BUILDERS).value("licence") is None


def test_versions_of_r_in_development_are_no_releases() -> None:
    tags = ["v1.0.2", "v1.0.2.9018", "v1.0.1.9000", "v1.0.1"]
    assert releases(tags, "here")[-1][1:] == ("1.0.2", "v1.0.2")


@pytest.mark.parametrize("other", ["configure.ac", "CMakeLists.txt", "meson.build"])
def test_zig_beside_another_build_is_doubtful(other: str, tmp_path: Path) -> None:
    (tmp_path / "build.zig").write_text("x")
    assert detect(tmp_path, BUILDERS).value("builder") == "zig"
    (tmp_path / other).write_text("x")
    assert detect(tmp_path, BUILDERS).value("builder") is None
