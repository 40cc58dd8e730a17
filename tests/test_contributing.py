"""CONTRIBUTING.md is true: its service is generated from, its layout is the contract's."""

import re
from pathlib import Path

from tests.tools.reference import layers, with_sections

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^`([\w/.]+)`\n\n```\w+\n(.*?)```", TEXT, re.MULTILINE | re.DOTALL)


def test_the_shown_files_are_those_of_the_example_catalogue():
    catalogue = ROOT / "tests" / "fixtures" / "catalogue"
    files = {str(p.relative_to(catalogue)) for p in catalogue.rglob("*") if p.is_file()}
    assert {path for path, _ in SHOWN} == files
    for path, text in SHOWN:
        assert text == (catalogue / path).read_text(encoding="utf-8"), path


def test_the_layout_is_that_of_the_contract():
    assert with_sections(TEXT) == TEXT, "run `make examples` and look at the difference"
    shown = re.findall(r"^\| `(\w+)/` \|", TEXT, re.MULTILINE)
    there = {file.parent.name for file in (ROOT / "scaffold").glob("*/__init__.py")}
    assert set(shown) == there
    assert shown == [name for row in layers() for name in row if name in there]


def test_every_tests_folder_belongs_to_a_package():
    packages = {file.parent.name for file in (ROOT / "scaffold").glob("*/__init__.py")}
    folders = {file.parent.name for file in (ROOT / "tests").glob("*/test_*.py")}
    assert folders <= packages
