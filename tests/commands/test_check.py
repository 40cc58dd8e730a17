"""The command `check`: what it prints in which form, its exit codes, what it mends."""

import json

import pytest

from scaffold.commands import check
from scaffold.commands.check import Options
from tests.survey.projects import COMPOSITION, FLAKE, project, write

pytestmark = pytest.mark.nix
BAD = COMPOSITION.replace("rolesDistribution.node", "rolesDistribution.nodes")


@pytest.fixture(autouse=True)
def _nix(nix_program):
    """Rules here start nix."""


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """Work in the folder of a project with one error, one warning and what --fix can mend."""
    flake = FLAKE.replace('    nxc.inputs.nixpkgs.follows = "nixpkgs";\n', "")
    project(tmp_path, composition_nix=BAD, flake_nix=flake)
    write(tmp_path, {"nxc.json": '{"composition": "composition.nix", "default_flavour": ""}'})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*paths, **flags):
    return check.run(Options(tuple(paths), **flags))


def test_text_has_a_line_for_each_finding_and_a_summary(lab, capsys):
    assert run(ignore=("NXC101",)) == 1
    out = capsys.readouterr().out
    assert "rolesDistribution.nodes is no role" in out
    assert "  composition.nix\n" in out
    assert out.splitlines()[-1].startswith("1 project: 2 errors, 2 warnings")
    assert "checked: text and syntax, compositions called with stand-ins" in out


def test_errors_alone_make_exit_1_and_strict_counts_warnings(lab):
    warnings = ("NXC303", "NXC106")
    assert run(select=warnings) == 0
    assert run(select=warnings, strict=True) == 1
    assert run(select=("NXC4",)) == 1
    assert run(select=("NXC4",), ignore=("distribution-role",)) == 0


def test_a_selector_that_means_no_rule_is_refused(lab):
    from scaffold.base.errors import InputError

    with pytest.raises(InputError, match="NXC999"):
        run(select=("NXC999",))


def test_json_has_stable_keys(lab, capsys):
    assert run(form="json") == 1
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"exit", "projects", "not_checked", "counts"}
    (entry,) = told["projects"]
    assert set(entry) == {"root", "title", "levels", "waived", "findings"}
    wanted = {
        "rule", "name", "severity", "file", "line", "column", "message", "remedy", "fixable",
    }  # fmt: skip
    assert all(set(finding) == wanted for finding in entry["findings"])
    assert [level["status"] for level in entry["levels"]] == ["done"] * 4


def test_sarif_names_rules_and_places(lab, capsys):
    run(form="sarif", select=("NXC402",))
    (log,) = json.loads(capsys.readouterr().out)["runs"]
    (result,) = log["results"]
    assert log["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "NXC402"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "composition.nix"
    assert place["region"]["startLine"] == 7


def test_github_gets_a_workflow_command(lab, capsys):
    run(form="github", select=("NXC402",))
    line = capsys.readouterr().out
    assert line.startswith("::error file=composition.nix,line=7,col=")
    assert "title=NXC402 distribution-role::" in line


def test_fix_mends_what_is_certain_once_and_leaves_every_other_byte(lab, capsys):
    before = (lab / "flake.nix").read_text()
    assert run(select=("NXC106",), diff=True) == 0
    assert '+    nxc.inputs.nixpkgs.follows = "nixpkgs";' in capsys.readouterr().out
    assert (lab / "flake.nix").read_text() == before
    assert run(select=("NXC106",), fix=True) == 0
    assert (lab / "flake.nix").read_text() == FLAKE
    mtime = (lab / "flake.nix").stat().st_mtime_ns
    assert run(select=("NXC106",), fix=True) == 0
    assert (lab / "flake.nix").stat().st_mtime_ns == mtime


def test_a_comment_with_a_reason_waives_a_finding(lab, capsys):
    text = BAD.replace("= 2;", "= 2; # nxc: ignore[NXC402] the role comes later")
    (lab / "composition.nix").write_text(text)
    assert run(select=("NXC402",)) == 0
    assert "waived by comments: 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("comment", "waives"),
    [
        ("# nxc: ignore[NXC402] why", True),
        ("# nxc: ignore[distribution-role, NXC401] why", True),
        ("# nxc: ignore[NXC401] why", False),
    ],
)
def test_a_comment_alone_on_its_line_is_about_the_next(lab, comment, waives):
    text = BAD.replace("  rolesDistribution", f"  {comment}\n  rolesDistribution")
    (lab / "composition.nix").write_text(text)
    assert run(select=("NXC402",)) == (0 if waives else 1)


def test_a_comment_for_the_whole_file(lab):
    (lab / "composition.nix").write_text(f"# nxc: ignore-file[NXC402] why\n{BAD}")
    assert run(select=("NXC402",)) == 0


def test_the_project_says_which_rules_it_wants(lab):
    write(lab, {"nxc-scaffold.toml": '[check]\nselect = ["NXC3"]\nstrict = true\n'})
    assert run() == 1
    write(lab, {"nxc-scaffold.toml": '[check]\nselect = ["NXC3"]\n'})
    assert run() == 0
    assert run(select=("NXC402",)) == 1


def test_codes_may_be_listed_with_commas(lab):
    assert run(select=("NXC3, NXC402",)) == 1
    assert run(select=("NXC3,NXC402",), ignore=("NXC1,NXC402",)) == 0


def test_recorded_answers_say_which_rules_are_wanted(lab):
    write(lab, {".nxc-scaffold.toml": '[check]\nselect = ["NXC3"]\n'})
    assert run() == 0
    write(lab, {"nxc-scaffold.toml": "[check]\nstrict = true\n"})
    assert run() == 1


def test_the_user_says_which_rules_are_left_out_everywhere(lab, own_home):
    write(own_home, {"config/nxc-scaffold/config.toml": '[check]\nignore = ["NXC4", "NXC5"]\n'})
    assert run() == 0


def test_settings_that_cannot_be_used_name_their_file(lab):
    from scaffold.base.errors import InputError

    for name in ("nxc-scaffold.toml", ".nxc-scaffold.toml"):
        write(lab, {name: '[check]\nselekt = ["NXC3"]\n'})
        with pytest.raises(InputError, match=rf"/{name}.*selekt"):
            run()


def test_nothing_to_check_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run() == 0
    assert "nothing to check" in capsys.readouterr().out


def test_without_nix_the_levels_that_need_it_are_told(lab, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    assert run() == 0
    out = capsys.readouterr().out
    assert "not done: compositions called with stand-ins: nix-instantiate is not on PATH" in out
    assert "NXC303" in out


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "composition.nix",
            "{ roles.server = { ; }; }",
            "not done: compositions called with stand-ins: composition could not be called",
        ),
        (
            "flake.nix",
            FLAKE.replace("nixos-25.05", "nixos-unstable"),
            "not done: names that the release has: the release of nixpkgs is not known",
        ),
    ],
)
def test_what_was_not_looked_at_is_never_said_to_be_checked(lab, capsys, name, text, told):
    write(lab, {name: text})
    run()
    out = capsys.readouterr().out
    title = told.split(": ")[1]
    assert told in out
    assert not any(title in line for line in out.splitlines() if "checked: " in line)


def test_for_screen_readers_each_finding_is_a_sentence(lab, capsys):
    assert run(plain=True, ignore=("NXC101",)) == 1
    found = capsys.readouterr().out.splitlines()
    assert found[0] == "project in .: one composition."
    (told,) = (line for line in found if "NXC402" in line or "no role" in line)
    assert told.startswith("error NXC")
    assert " in composition.nix, line " in told
    assert not any(line.startswith(" ") for line in found)
    assert found[-1].startswith("1 project: 2 errors, 2 warnings")
