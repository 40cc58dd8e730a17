"""What a Python project requires is judged for Linux and the CPythons of nixpkgs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.python import read_project
from scaffold.packages.detect.requirements import allows, required

REQUIREMENTS = [
    ('reed; sys_platform == "linux" or sys_platform == "darwin"', "reed"),
    ('reed; sys_platform == "darwin" or sys_platform == "win32"', ""),
    ('reed; sys_platform in "win32 cygwin"', ""),
    ('reed; platform_python_implementation == "PyPy"', ""),
    ('reed; implementation_name != "pypy"', "reed"),
    ('reed; python_version < "3.12"', ""),
    ('reed; python_version < "3.13"', "reed"),
    ('reed; python_full_version < "3.11.0a7"', ""),
    ('Reed.Pipe[all]>=2,<3 ; os_name != "nt"', "reed-pipe"),
    ('reed; extra == "test"', ""),
    ("reed @ https://example.org/reed.zip", "reed"),
    ("reed>dev", "reed"),
    ('reed>dev; sys_platform == "win32"', ""),
    ("# a comment", ""),
]


@pytest.mark.parametrize(("text", "name"), REQUIREMENTS)
def test_requirements(text: str, name: str) -> None:
    assert required(text) == name


@pytest.mark.parametrize(
    ("constraint", "allowed"),
    [
        ("^3.8", True),
        ("^4", False),
        ("~3.9", False),
        ("~3", True),
        (">= 3.8, < 3.12", False),
        ("<3.11 || >=3.13", True),
        ("~2.7 || ^3.6", True),
        ("3.*", True),
        ("*", True),
        ("of my own", True),
    ],
)
def test_constraints_of_poetry(constraint: str, allowed: bool) -> None:
    assert allows(constraint) == allowed


@given(st.text(max_size=40))
def test_any_text_is_a_requirement_or_none(text: str) -> None:
    assert required(text) == required(text).lower()
    assert allows(text) in (True, False)


def test_dependencies_of_poetry(tmp_path: Path) -> None:
    text = """
[tool.poetry]
name = "choir"
version = "1.0"
[tool.poetry.dependencies]
python = "^3.8"
alto = "^1.0"
bass = { version = "1", optional = true }
tenor = { version = "1", markers = "sys_platform == 'win32'" }
cymbal = { version = "1", python = "<3.9" }
drum = { version = "1", platform = "darwin" }
viola = [{ version = "1", python = "<3.9" }, { version = "2", python = ">=3.9" }]
"""
    (tmp_path / "pyproject.toml").write_text(text)
    needs = [n.name for n in read_project(Folder(tmp_path)).needs if n.role == "propagated"]
    assert needs == ["alto", "viola"]
