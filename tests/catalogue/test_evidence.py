"""What was seen of stacks and services: the record fits the scripts, the lines follow it."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

from scaffold.catalogue.evidence import ON_PAPER, service_evidence, stack_evidence
from scaffold.catalogue.stacks import Trial
from scaffold.report.pages import find
from tests.building import CATALOG
from tests.tools import boot, broken_claims, reference, trials
from tests.tools.boot import Outcome, Subtest, claims, results, worse
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
        (
            {"web: a": "not shown: x", "web: b": "not shown: y"},
            "on hosts that booted on nixpkgs 26.11pre (2026-11): 0 of 2 claims could be shown",
        ),
        ({}, "evaluated only, on nixpkgs 26.11pre (2026-11)"),
    ],
)
def test_the_line_says_what_was_seen(subtests: dict[str, str], line: str) -> None:
    catalog = catalog_with(web(subtests=subtests))
    assert stack_evidence("web", catalog) == line
    assert service_evidence("web", catalog) == line
    assert find("web", catalog)[0]["seen"] == line


def test_a_boot_of_other_files_than_today_is_told_as_such() -> None:
    passed, failed = {"web: a": "passed"}, {"web: a": "failed: x"}
    when = "nixpkgs 26.11pre (2026-11)"
    catalog = catalog_with(web(subtests=passed, changed=True))
    older = f"booted and tested on {when}; its files have changed since"
    assert stack_evidence("web", catalog) == older
    catalog = catalog_with(web(subtests=passed, flavour="docker"))
    assert stack_evidence("web", catalog) == f"booted and tested on {when}, flavour docker"
    catalog = catalog_with(web("a", subtests=failed, changed=True), web("b", subtests=failed))
    assert stack_evidence("web", catalog) == f"booted on {when}: 0 of 1 claims seen to hold"


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
    unshown = web("absent", subtests={"web: a": "not shown: x"})
    for trials_in_order in ([unshown, web()], [web(), unshown]):
        told = service_evidence("web", catalog_with(*trials_in_order))
        assert told.startswith("on hosts that booted")


@pytest.mark.parametrize("trial", CATALOG.trials.values(), ids=lambda trial: trial.name)
def test_the_record_is_of_a_stack_and_of_the_claims_that_its_script_makes_today(
    trial: Trial,
) -> None:
    assert trial.stack in CATALOG.stacks
    assert re.fullmatch(r"\d{4}-\d\d", trial.month)
    for seen in trial.subtests.values():
        assert re.fullmatch(r"passed|(failed|not shown): .+", seen)
    if trial.subtests and not trial.changed:
        plan = trials.planned(CATALOG)[trial.name]
        assert (plan.stack, plan.answers, plan.flavour) == (
            trial.stack,
            trial.answers,
            trial.flavour,
        )
        script = trials.files(plan, CATALOG)[trials.script_of(plan)].decode()
        assert sorted(claims(script)) == sorted(trial.subtests)


def test_the_record_tells_what_has_changed_since_it_was_booted() -> None:
    recorded = trials.read()
    assert trials.mark(recorded, CATALOG) == recorded, "run `make examples`"


def test_a_boot_is_marked_as_changed_when_other_files_are_generated_than_were_booted() -> None:
    plan = trials.planned(CATALOG)["blank"]
    table = {"stack": "blank", "subtests": {"a": "passed"}}
    same = {**table, "digest": trials.digest(plan, CATALOG)}
    assert trials.mark({"blank": same}, CATALOG) == {"blank": same}
    other = {**table, "digest": "0" * 16}
    assert trials.mark({"blank": other}, CATALOG) == {"blank": {**other, "changed": True}}
    assert trials.mark({"blank": {**same, "changed": True}}, CATALOG) == {"blank": same}


@pytest.mark.parametrize("path", ["composition.nix", "parts/users.nix", "test_script.py"])
def test_the_digest_is_of_what_hosts_are_made_of_and_not_of_what_is_beside(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = trials.planned(CATALOG)["nfs"]
    found = trials.files(plan, CATALOG)
    was = trials.digest(plan, CATALOG)
    monkeypatch.setattr(trials, "files", lambda *_: {**found, "README.md": b"", "justfile": b""})
    assert trials.digest(plan, CATALOG) == was
    monkeypatch.setattr(trials, "files", lambda *_: {**found, path: found[path] + b"\n"})
    assert trials.digest(plan, CATALOG) != was


def test_a_variant_is_selected_as_nxc_selects_it() -> None:
    plan = trials.planned(CATALOG)["slurm-large"]
    setup = tomllib.loads(trials.files(plan, CATALOG)["setup.toml"].decode())
    assert setup["project"]["selected"] == plan.variant
    assert plan.variant in setup


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
    subtests = [
        Subtest("every host has booted", ok=True),
        Subtest("web: the page, 2 times", ok=False, error="Exception: no\npage"),
    ]
    assert results(Outcome(subtests, script=SCRIPT), {"grafana": "no program"}) == {
        "every host has booted": "passed",
        "web: the page, * times": "failed: Exception: no",
        "grafana: it is healthy": "not shown: no program",
    }
    nothing = results(Outcome([], script=SCRIPT), {})
    assert set(nothing.values()) == {"not shown: the script ended before"}


def test_results_are_told_by_name_where_a_script_leaves_a_subtest_out_or_repeats_one() -> None:
    subtests = [
        Subtest("every host has booted", ok=True),
        Subtest("grafana: it is healthy", ok=True),
        Subtest("grafana: it is healthy", ok=False, error="down"),
        Subtest("grafana: it is healthy", ok=True),
    ]
    assert results(Outcome(subtests, script=SCRIPT), {}) == {
        "every host has booted": "passed",
        "web: the page, * times": "not shown: the script left it out",
        "grafana: it is healthy": "failed: down",
    }


TOOL = """\
#!{python}
import json, pathlib, sys
folder, scope = pathlib.Path(sys.argv[2]), {{}}
script = (folder / "test_script.py").read_text()
import contextlib, types
host = types.SimpleNamespace(name="host")
host.succeed = lambda command: "" if "hostname" in command else "host"
host.wait_until_succeeds = lambda command: ""
seen = []
@contextlib.contextmanager
def subtest(name):
    seen.append({{"name": name, "ok": True}})
    yield
exec(script, {{"host": host, "machines": [host], "start_all": lambda: None, "subtest": subtest}})
print(json.dumps({{"subtests": seen, "took": {{"test": 12.3, "build": 1.0}}}}))
"""


def test_a_trial_is_given_to_the_tool_compared_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = tmp_path / "tool"
    tool.write_text(TOOL.format(python=sys.executable), encoding="utf-8")
    tool.chmod(0o755)
    arguments = [str(tool), "blank", "--nixpkgs", "26.11pre", "--break", "--keep", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["boot.py", *arguments])
    # Its host keeps its name whatever it is told: the claim holds though it was broken.
    assert boot.main() == 1
    told = capsys.readouterr().out
    assert "blank: passed    every host has booted under its own name" in told
    assert "blank: HOLDS     every host has booted under its own name" in told
    kept = msgspec.json.decode((tmp_path / "blank.json").read_bytes(), type=Outcome)
    assert kept.digest == trials.digest(trials.planned(CATALOG)["blank"], CATALOG)
    monkeypatch.setattr(sys, "argv", ["boot.py", str(tmp_path), "blank", "--nixpkgs", "26.11pre"])
    assert boot.main() == 1
    assert "HOLDS" in capsys.readouterr().out
    assert boot.table("blank", kept, "1", {}, CATALOG)["seconds"] == 12


def test_a_tool_that_tells_nothing_is_an_error_and_not_a_result(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["boot.py", "/bin/false", "blank", "--nixpkgs", "26.11pre"])
    assert boot.main() == 1
    assert "the tool ended with 1 and told no results" in capsys.readouterr().err


def test_a_subtest_is_left_out_of_a_script_and_its_other_lines_stay_where_they_were() -> None:
    text = boot.left_out(SCRIPT, ["web: the page, * times"])
    assert claims(text) == ["every host has booted", "grafana: it is healthy"]
    lines = SCRIPT.splitlines()
    assert text.splitlines() == [*lines[:3], "pass", "", *lines[5:]]
    looped = 'for n in range(2):\n    with subtest("a"):\n        n += 1\nlast = n\n'
    scope: dict[str, object] = {}
    exec(boot.left_out(looped, ["a"]), scope)
    assert scope["last"] == 1
    assert boot.left_out(SCRIPT, []) == SCRIPT


def given(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> argparse.Namespace:
    monkeypatch.setattr(sys, "argv", ["boot.py", "/bin/false", "--nixpkgs", "1", *arguments])
    return boot.arguments(CATALOG)


def test_trials_are_all_or_those_of_a_flavour_less_those_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    planned = trials.planned(CATALOG)
    assert given(monkeypatch).trials == list(planned)
    chosen = given(monkeypatch, "--flavour", "nspawn", "--without", "web-nspawn").trials
    assert "slurm-nspawn" in chosen
    assert chosen == [t for t in planned if planned[t].flavour == "nspawn" and t != "web-nspawn"]
    with pytest.raises(SystemExit):
        given(monkeypatch, "slurmm")
    assert "no such trial: slurmm; there are " in capsys.readouterr().err


def test_of_all_trials_only_one_that_the_record_has_must_be_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded = {name for name, table in trials.read().items() if table.get("subtests")}
    never = next(name for name in trials.planned(CATALOG) if name not in recorded)

    def ended(*tried: str) -> int:
        left = sorted(trials.planned(CATALOG).keys() - set(tried))
        without = [argument for name in left for argument in ("--without", name)]
        monkeypatch.setattr(sys, "argv", ["boot.py", "/bin/false", "--nixpkgs", "1", *without])
        return boot.main()

    assert ended(never) == 0
    assert f"0 of 1 trials as recorded, or better\nnot tried: {never}\n" in capsys.readouterr().out
    assert ended(never, "blank") == 1


def test_what_passed_before_and_does_not_now_is_worse() -> None:
    assert worse({"a": "passed", "b": "failed: x"}, {"a": "failed: y", "b": "passed"}) == ["a"]
    assert worse({"a": "passed"}, {}) == ["a"]


def run(text: str) -> broken_claims.Script:
    """Return a script that has run on this machine, taken for the host `server`."""
    script = broken_claims.by_ssh(text, ["server"], "sh")
    script.run(script.tree.body, 60)
    return script


def test_a_claim_is_broken_seen_to_fail_and_mended(tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.touch()
    script = run(f"""
start_all()
with subtest("web: the page is there"):
    for machine in machines:
        machine.wait_until_succeeds("test -e {page}")
number = 2
with subtest(f"web: page {{number}}"):
    assert machine.execute("test -e {page}")[0] == 0
with subtest("web: nothing"):
    pass
""")
    claim = {"on": "server", "break": f"rm {page}", "mend": f"touch {page}"}
    for name, seen in {
        "web: the page is there": "TimeoutError: not within 1 s at machine.wait_until_succeeds(",
        "web: page *": "AssertionError: assert machine.execute(",
        "web: nothing": "",
    }.items():
        told = broken_claims.failure(script, {**claim, "subtest": name}, 1)
        assert told.startswith(seen), told
        assert bool(told) == bool(seen)
        assert page.exists()


def test_a_failure_is_told_without_its_empty_lines() -> None:
    script = run("text = ''")
    text = "\n\n  File: bytes\nText: 2"
    assert script.told(AssertionError(text)) == "AssertionError:   File: bytes at Text: 2"
    assert script.told(AssertionError("\n \n")) == "AssertionError: "


def test_a_broken_claim_gets_longer_than_the_subtest_took_unbroken(tmp_path: Path) -> None:
    page, slow = tmp_path / "page", tmp_path / "slow"
    script = run(f"""
with subtest("web: a slow page"):
    server.succeed("sleep 1; touch {page}")
    assert server.execute("test -e {slow}")[0] != 0
""")
    claim = {"on": "server", "break": f"touch {slow}", "mend": f"rm {slow}"}
    told = broken_claims.failure(script, {**claim, "subtest": "web: a slow page"}, 0)
    assert told.startswith("AssertionError"), told


def test_a_script_goes_on_with_breaking_its_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, out = tmp_path / "page", tmp_path / "out.json"
    page.touch()
    text = f"""
with subtest("web: the page"):
    assert server.execute("test -e {page}")[0] == 0
with subtest("web: nothing"):
    pass
"""
    breaking = {"stack": "web", "on": "server", "break": f"rm {page}", "mend": f"touch {page}"}
    names = ["web: the page", "web: nothing", "web: gone"]
    entries = [{**breaking, "subtest": name} for name in names]
    monkeypatch.setattr(broken_claims, "of_stack", lambda stack: entries)
    scope = broken_claims.by_ssh(text, ["server"], "sh").scope
    exec(broken_claims.appended(text, "web", out, 60), scope)  # type: ignore[arg-type]
    seen = json.loads(out.read_text(encoding="utf-8"))["seen"]
    assert seen["web: the page"].startswith("AssertionError")
    assert seen["web: nothing"] == ""
    assert seen["web: gone"].startswith("not tried: ")
    assert page.exists()
