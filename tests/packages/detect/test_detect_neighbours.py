"""What stands beside a project is not taken for it: bindings, notices of others, next releases."""

import os
import subprocess
from pathlib import Path

import pytest

from scaffold.packages.builders import load_builders
from scaffold.packages.detect.source import detect
from scaffold.packages.inspected import InspectedSource

BUILDERS = load_builders()
SETUP = "from setuptools import setup\nsetup(name='reedpy', version='1.0', ext_modules=[x])\n"
GPL3 = "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\n" + "text " * 200
BSD = """Redistributions of source code must retain the notice.
Redistributions in binary form must reproduce the notice.
"""
UNLICENSE = """This is free and unencumbered software released into the public domain.
Anyone may use it for any purpose, commercial or non-commercial, and by any means.
"""


def facts_of(folder: Path, files: dict[str, str]) -> InspectedSource:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return detect(folder, BUILDERS)


def commit(folder: Path, tags: dict[str, int]) -> None:
    """Make a repository of the folder, with tags by their time and a commit after them."""

    def git(*arguments: str, at: int) -> None:
        date = {"GIT_COMMITTER_DATE": f"{at} +0000", "GIT_AUTHOR_DATE": f"{at} +0000"}
        argv = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(folder)]
        subprocess.run([*argv, *arguments], check=True, capture_output=True, env=os.environ | date)

    git("init", "-q", at=1)
    git("add", "-A", at=1)
    git("commit", "-qm", "x", at=1_600_000_000)
    for tag, at in tags.items():
        git("tag", "-am", tag, tag, at=1_600_000_000 + at)
    git("commit", "-qm", "y", "--allow-empty", at=1_700_000_000)


@pytest.mark.parametrize(
    ("makefile", "builder"),
    [
        ("reed: reed.o\n\t$(CC) -o reed reed.o\n", None),
        (".c.o:\n\tcc -c $<\n", None),
        ("test:\n\tpython -m pytest\nlint:\n\truff check\n", "python"),
    ],
)
def test_bindings_of_what_a_makefile_builds(
    tmp_path: Path, makefile: str, builder: str | None
) -> None:
    facts = facts_of(tmp_path, {"setup.py": SETUP, "Makefile": makefile, "reed.c": "int x;\n"})
    assert facts.value("builder") == builder
    if builder is None:
        assert "the Makefile compiles too" in facts.notes["builder"]


@pytest.mark.parametrize(("name", "builder"), [("reed", "python"), ("reed-cli", None)])
def test_bindings_that_a_meson_project_of_another_name_has(
    tmp_path: Path, name: str, builder: str | None
) -> None:
    project = '[project]\nname = "Reed"\nversion = "1.0"\n'
    project += '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n'
    root = f"project(\n  '{name}', 'c',\n  version: '1.0')\nsubdir('python')\n"
    files = {"pyproject.toml": project, "meson.build": root}
    files["python/meson.build"] = "py = import('python')\n"
    assert facts_of(tmp_path, files).value("builder") == builder


@pytest.mark.parametrize(
    "choice",
    [
        "This software is available to you under a choice of one of two licenses: the GNU "
        "General Public License (GPL) Version 2, or the BSD license below:\n",
        "Use it under the terms of the GPL or of these, at your choice:\n",
    ],
)
def test_one_text_of_a_choice_is_not_the_licence(tmp_path: Path, choice: str) -> None:
    assert facts_of(tmp_path, {"COPYING": BSD}).value("licence") == "BSD-2-Clause"
    assert facts_of(tmp_path, {"COPYING": choice + BSD}).value("licence") is None


@pytest.mark.parametrize(
    ("notice", "licence"),
    [
        ("either version 3 of the License, or (at your option) any later version", "or-later"),
        ("either version 2 of the License, or (at your option) any later version", None),
        ("either version 2 of the License, or version 3, or any later version", "or-later"),
    ],
)
def test_a_notice_of_another_version_tells_nothing(
    tmp_path: Path, notice: str, licence: str | None
) -> None:
    source = f"/* under the terms of the GNU General Public License; {notice}. */\n"
    facts = facts_of(tmp_path, {"COPYING": GPL3, "borrowed.c": source})
    assert facts.value("licence") == (f"GPL-3.0-{licence}" if licence else None)


def test_the_unlicense_allows_commercial_use(tmp_path: Path) -> None:
    assert facts_of(tmp_path, {"UNLICENSE": UNLICENSE}).value("licence") == "Unlicense"


@pytest.mark.parametrize("said", ["0.8.0-dev.0", "0.8.0.rc1", "0.8.0b2", "0.8.0-SNAPSHOT"])
def test_a_project_of_several_says_no_release(tmp_path: Path, said: str) -> None:
    crate = f'[package]\nname = "reed"\nversion = "{said}"\n'
    facts_of(tmp_path, {"reed/Cargo.toml": crate, "other/x": "x"})
    commit(tmp_path, {"v0.7.0": 0})
    facts = detect(tmp_path / "reed", BUILDERS)
    assert facts.value("version") is None
    assert f"{said}, which is no release" in facts.notes["version"]


@pytest.mark.parametrize(
    ("tag", "said", "version"),
    [
        ("1.0.9", "1.0.13", None),
        ("1.0.9", "3.0", None),
        ("1.0.9", "1.0.10", "1.0.9"),
        ("1.10.8", "1.11.1", "1.10.8"),
        ("3.2", "3.2.0", "3.2"),
        ("2.0", "1.7", "2.0"),
    ],
)
def test_a_project_file_far_beyond_the_tags(
    tmp_path: Path, tag: str, said: str, version: str | None
) -> None:
    facts_of(tmp_path, {"reed.cabal": f"name: reed\nversion: {said}\n"})
    commit(tmp_path, {tag: 0})
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("version") == version
    if version is None:
        assert f"reed.cabal says {said}" in facts.notes["version"]


def test_texts_of_all_parts_are_not_the_licence_of_the_whole(tmp_path: Path) -> None:
    assert facts_of(tmp_path, {"LICENSES/X.txt": BSD}).value("licence") == "BSD-2-Clause"
    facts = facts_of(tmp_path, {"LICENSES/Y.txt": UNLICENSE})
    assert facts.value("licence") is None
    assert "LICENSES/ holds several" in facts.notes["licence"]


@pytest.mark.parametrize(
    ("tags", "version"),
    [
        ({"s20240905": 0, "20250605": 9}, "20250605"),
        ({"20250605": 0, "s20250901": 9}, None),
    ],
)
def test_a_date_is_a_release_where_the_project_file_says_so(
    tmp_path: Path, tags: dict[str, int], version: str | None
) -> None:
    facts_of(tmp_path, {"meson.build": "project('reed', 'c', version : '20250605')\n"})
    commit(tmp_path, tags)
    assert detect(tmp_path, BUILDERS).value("version") == version
