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
    tests = ROOT / "tests"
    folders = {file.parent.relative_to(tests) for file in tests.glob("*/**/test_*.py")}
    lost = {folder for folder in folders if not (ROOT / "scaffold" / folder).is_dir()}
    assert not {folder for folder in lost if folder.parts[0] not in ("tools", "fixtures")}


def test_tests_of_a_module_lie_where_the_module_does():
    """A file is called after its module, or after a topic of the package that no module has."""
    modules: dict[str, set[Path]] = {}
    for file in (ROOT / "scaffold").rglob("*.py"):
        folder = file.parent.relative_to(ROOT / "scaffold")
        modules.setdefault(file.stem.rstrip("_"), set()).add(folder)
        modules.setdefault(folder.name, set()).update((folder, folder.parent))
    for file in (ROOT / "tests").glob("*/**/test_*.py"):
        folder = file.parent.relative_to(ROOT / "tests")
        named = modules.get(file.stem.removeprefix("test_"))
        assert named is None or folder in named, f"{file} belongs to one of {named}"
