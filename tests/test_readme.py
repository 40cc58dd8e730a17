"""The README is true: its tables are today's, its session is what the tool prints."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.checks import STEPS
from scaffold.repository.layouts import find_layout
from scaffold.repository.proof import prove
from scaffold.repository.register import Entry, registration
from scaffold.writer.tree import Tree, text_file
from tests.tools.reference import PAGES, README, ROOT, with_sections

TEXT = README.read_text(encoding="utf-8")
SESSION = re.search(r"<!-- session: .*?```console\n(.*?)```", TEXT, re.DOTALL)[1].splitlines()


PACKAGE = re.search(r"<!-- package session: .*?```console\n(.*?)```", TEXT, re.DOTALL)[
    1
].splitlines()
REPOSITORIES = Path(__file__).parent / "fixtures"


def printed(tmp_path: Path, *more: str, session: list[str] = SESSION) -> list[str]:
    command = session[0].removeprefix("$ nxc-scaffold ").split()
    program = [sys.executable, "-m", "scaffold"]
    env = {**os.environ, "NIX_CONFIG": "experimental-features = nix-command flakes"}
    done = subprocess.run(
        [*program, *command, *more],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return [line.rstrip() for line in done.stderr.splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_generated_tables_are_those_of_today(page):
    text = page.read_text(encoding="utf-8")
    assert with_sections(text) == text, "run `make examples` and look at the difference"


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda p: p.stem
)
def test_every_link_leads_somewhere(page):
    for address in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = address.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), address
        if anchor:
            assert anchor in anchors(target), address


def anchors(page: Path) -> set[str]:
    """Return what GitHub calls the headings of a page."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


def test_session_is_what_the_tool_prints(tmp_path):
    shown = [line.rstrip() for line in SESSION[1:]]
    checks = [
        i for i, line in enumerate(shown) if line.strip().startswith(tuple(s[0] for s in STEPS))
    ]
    without_checks = shown[: checks[0]] + shown[checks[-1] + 1 :]
    told = [line for line in printed(tmp_path, "--no-check", "--no-git") if line]
    assert told == [line for line in without_checks if line]


def test_package_session_is_what_the_tool_prints(tmp_path):
    shutil.copytree(REPOSITORIES / "repos/template", tmp_path / "nur")
    shutil.copytree(REPOSITORIES / "sources/cmake", tmp_path / "pulse")
    checks = ("registered ", "syntax ", "format ", "lint ", "package     ok", "repository ")
    shown = [line.rstrip() for line in PACKAGE[1:] if not line.strip().startswith(checks)]
    subprocess.run(["git", "init", "-q", str(tmp_path / "nur")], check=True)
    told = [line for line in printed(tmp_path, "--no-check", session=PACKAGE) if line]
    assert told == [line for line in shown if line]


@pytest.mark.nix
def test_package_session_shows_the_proof(tmp_path, nix_program):
    """The line is what the proof says, whatever the other checks say on this machine."""
    (shown,) = (line.split(None, 1)[1] for line in PACKAGE if line.startswith("  registered "))
    shutil.copytree(REPOSITORIES / "repos/template", tmp_path / "nur")
    layout = find_layout(tmp_path / "nur")
    file = layout.package_file("pulse")
    (edit,) = registration(Entry("pulse", file), layout)
    proof = prove(layout, "pulse", Tree([text_file(str(file), "{ }: null"), edit]))
    assert proof.sentence("pulse") == shown


def test_session_shows_every_check():
    text = "\n".join(SESSION)
    assert all(re.search(rf"^  {name} +ok ", text, re.MULTILINE) for name, *_ in STEPS)


def test_every_exit_code_is_documented():
    from scaffold.base.errors import Exit

    table = TEXT.split("## Exit codes")[1].split("## ")[0]
    assert {int(n) for n in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == set(Exit)
