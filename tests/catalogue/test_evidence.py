"""What was seen of stacks and services: the record fits the scripts, the lines follow it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from scaffold.catalogue.entries import Trial
from scaffold.catalogue.evidence import ON_PAPER, service_evidence, stack_evidence
from scaffold.report.pages import find
from tests.building import CATALOG
from tests.tools import broken_claims, reference
from tests.tools.boot import claims, results, worse
from tests.tools.examples import example

SCRIPT = """
with subtest("every host has booted"):
    pass
with subtest(f"web: the page, {n} times"):
    pass
with subtest("grafana: it is healthy"):
    pass
"""


def catalog_with(*trials: Trial):
    return msgspec.structs.replace(CATALOG, trials={t.name: t for t in trials})


def web(name: str = "web", **more: object) -> Trial:
    given = {"stack": "web", "nixpkgs": "26.11pre", "month": "2026-11", **more}
    return msgspec.convert({"name": name, **given}, Trial)


@pytest.mark.parametrize(
    ("subtests", "line"),
    [
        ({"web: a": "passed"}, "booted and tested on nixpkgs 26.11pre (2026-11)"),
        (
            {"web: a": "passed", "web: b": "failed: x", "web: c": "not shown: y"},
            "booted on nixpkgs 26.11pre (2026-11): 1 of 3 claims seen to hold",
        ),
        ({}, "evaluated only, on nixpkgs 26.11pre (2026-11)"),
    ],
)
def test_the_line_says_what_was_seen(subtests: dict[str, str], line: str) -> None:
    catalog = catalog_with(web(subtests=subtests))
    assert stack_evidence("web", catalog) == line
    assert service_evidence("web", catalog) == line
    assert find("web", catalog)[0]["seen"] == line


def test_what_nobody_tried_is_on_paper() -> None:
    assert stack_evidence("web", catalog_with()) == ON_PAPER
    assert service_evidence("nfs", catalog_with(web(subtests={"web: a": "passed"}))) == ON_PAPER


def test_a_boot_counts_more_than_an_evaluation_and_other_answers_do_not_count_for_the_stack() -> (
    None
):
    booted = web("large", answers="client ×6", subtests={"web: a": "passed"})
    catalog = catalog_with(booted, web())
    assert stack_evidence("web", catalog).startswith("evaluated only")
    assert service_evidence("web", catalog).startswith("booted and tested")


@pytest.mark.parametrize("trial", CATALOG.trials.values(), ids=lambda trial: trial.name)
def test_the_record_is_of_a_stack_and_of_the_claims_that_its_script_makes_today(
    trial: Trial,
) -> None:
    assert trial.stack in CATALOG.stacks
    assert re.fullmatch(r"\d{4}-\d\d", trial.month)
    for seen in trial.subtests.values():
        assert re.fullmatch(r"passed|(failed|not shown): .+", seen)
    if trial.subtests:
        files = {str(f.path): f.content.decode() for f in example(trial.stack, CATALOG).values()}
        assert sorted(claims(files["test_script.py"])) == sorted(trial.subtests), (
            "the script claims other things than when it was booted: tests/tools/boot.py"
        )


@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_a_claim_begins_with_the_name_of_its_service(stack: str) -> None:
    files = {str(f.path): f.content.decode() for f in example(stack, CATALOG).values()}
    services = {name.partition(": ")[0] for name in claims(files["test_script.py"]) if ": " in name}
    assert services <= set(CATALOG.services)


def test_the_page_tells_the_record() -> None:
    text = (reference.ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    assert reference.with_sections(text) == text, "run `make examples` and look at the difference"


@pytest.mark.parametrize(
    "claim",
    tomllib.loads(reference.CLAIMS.read_text(encoding="utf-8"))["claim"],
    ids=lambda claim: f"{claim['stack']}-{claim['subtest']}",
)
def test_what_is_broken_is_a_claim_of_the_stack(claim: dict[str, str]) -> None:
    files = {str(f.path): f.content.decode() for f in example(claim["stack"], CATALOG).values()}
    assert claim["subtest"] in claims(files["test_script.py"])


def test_results_are_those_of_the_tool_and_absent_programs_are_told() -> None:
    told = {
        "subtests": [
            {"name": "every host has booted", "ok": True},
            {"name": "web: the page, 2 times", "ok": False, "error": "Exception: no\npage"},
        ]
    }
    assert results(told, SCRIPT, {"grafana": "no program"}) == {
        "every host has booted": "passed",
        "web: the page, * times": "failed: Exception: no",
        "grafana: it is healthy": "not shown: no program",
    }
    assert results({"subtests": []}, SCRIPT, {})["every host has booted"].startswith("not shown")


def test_what_passed_before_and_does_not_now_is_worse() -> None:
    assert worse({"a": "passed", "b": "failed: x"}, {"a": "failed: y", "b": "passed"}) == ["a"]
    assert worse({"a": "passed"}, {}) == ["a"]


def test_a_claim_is_broken_seen_to_fail_and_mended(tmp_path: Path) -> None:
    page = tmp_path / "page"
    text = f"""
start_all()
with subtest("web: the page is there"):
    for machine in machines:
        machine.wait_until_succeeds("test -e {page}")
with subtest("web: nothing"):
    pass
"""
    page.touch()
    script = broken_claims.Script(text, ["server"], "sh")
    script.run()
    claim = {"on": "server", "break": f"rm {page}", "mend": f"touch {page}"}
    seen = broken_claims.failure(script, {**claim, "subtest": "web: the page is there"}, 0)
    assert seen.startswith("AssertionError: timed out on server")
    assert page.exists()
    assert broken_claims.failure(script, {**claim, "subtest": "web: nothing"}, 0) == ""
