"""Until when a release gets fixes is written down once: in its row, or beside the checks."""

import tomllib
from datetime import date
from pathlib import Path

import scaffold.checks.target
from scaffold.catalogue.reading import load_catalog
from scaffold.checks.target import nixpkgs_ends

ROWS = load_catalog().releases


def test_the_ends_of_support_are_those_of_the_rows_and_of_releases_without_one():
    assert nixpkgs_ends()["26.05"] == ROWS["26.05"].end_of_support
    assert nixpkgs_ends()["21.11"] == date(2022, 6, 30)
    assert set(ROWS) < set(nixpkgs_ends())


def test_no_end_of_support_is_written_down_twice():
    file = Path(scaffold.checks.target.__file__).with_name("nixpkgs_ends.toml")
    others = tomllib.loads(file.read_text(encoding="utf-8"))["end_of_life"]
    assert not set(others) & set(ROWS)
