"""The service that CONTRIBUTING.md shows is the one that the tests generate from."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^`([\w/.]+)`\n\n```\w+\n(.*?)```", TEXT, re.MULTILINE | re.DOTALL)


def test_the_shown_files_are_those_of_the_example_catalogue():
    catalogue = ROOT / "tests" / "fixtures" / "catalogue"
    files = {str(p.relative_to(catalogue)) for p in catalogue.rglob("*") if p.is_file()}
    assert {path for path, _ in SHOWN} == files
    for path, text in SHOWN:
        assert text == (catalogue / path).read_text(encoding="utf-8"), path
