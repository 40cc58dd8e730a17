"""What check writes as SARIF is what the standard's schema allows."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Log

from scaffold.checks.engine import Checked, Finding, Run
from scaffold.checks.levels import LevelDone
from scaffold.checks.registry import all_rules
from scaffold.checks.rule import Edit, Level, Severity
from scaffold.report.findings import sarif

BASE = Path("/lab")


def run(*findings):
    return Run((Checked(BASE, "one project", findings, (LevelDone(Level.TEXT, "done"),)),), ())


def finding(path="flake.nix", message="it is wrong", line=3, column=5, rule=None):
    rule = rule or all_rules()[0]
    edits = (Edit(BASE / path, 0, 1, "x"),)
    return Finding(rule, Severity.ERROR, BASE / path, line, column, message, "Mend it", edits)


def result_of(document):
    return document["runs"][0]["results"][0]


def uri_of(document):
    return result_of(document)["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_findings_of_every_rule_are_a_log():
    every = run(*(finding(rule=rule) for rule in all_rules()))
    log = Log.model_validate(sarif(every, BASE))
    (told,) = log.runs
    assert [result.ruleId for result in told.results] == [rule.code for rule in all_rules()]
    for result in told.results:
        assert told.tool.driver.rules[result.ruleIndex].id == result.ruleId


def test_nothing_found_is_a_log_too():
    assert Log.model_validate(sarif(run(), BASE)).runs[0].results == []


@given(
    message=st.text(max_size=50),
    path=st.from_regex(r"[^/\0]{1,20}\.nix", fullmatch=True),
    line=st.none() | st.integers(1, 10**6),
    column=st.none() | st.integers(1, 10**4),
)
def test_any_text_and_place_is_a_log(message, path, line, column):
    found = finding(path, message, line, column)
    Log.model_validate(sarif(run(found), BASE))


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/flake.nix", "a%20b/flake.nix"),
        ("50%/c#.nix", "50%25/c%23.nix"),
        ("ä.nix", "%C3%A4.nix"),
        ("/elsewhere/a b.nix", "file:///elsewhere/a%20b.nix"),
    ],
)
def test_a_path_is_a_reference(path, uri):
    assert uri_of(sarif(run(finding(path)), BASE)) == uri


@pytest.mark.parametrize("broken", [{"level": "fatal"}, {"unheardOf": 1}, {"message": {}}])
def test_the_schema_refuses_what_the_standard_does_not_know(broken):
    document = sarif(run(finding()), BASE)
    result_of(document).update(broken)
    if broken.get("message") == {}:
        document["runs"][0]["tool"]["driver"].pop("name")  # required, as the message's text is not
    with pytest.raises(ValidationError):
        Log.model_validate(document)
