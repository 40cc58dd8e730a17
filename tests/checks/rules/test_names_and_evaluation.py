"""Rules that compare names with what the pinned release has, and those that evaluate."""

import pytest

from scaffold.checks import engine
from scaffold.checks.registry import matching
from scaffold.survey.discovery import survey
from scaffold.system import nix
from scaffold.system.nix_errors import NixError, classify
from tests.checks.rules.findings import found, lines_hit
from tests.checks.rules.test_composition_rules import role
from tests.checks.rules.test_flake_rules import changed
from tests.survey.projects import project

pytestmark = pytest.mark.nix


@pytest.fixture(autouse=True)
def _nix(nix_program):
    """Every rule here starts nix."""


def release(name, *pairs):
    return changed(("nixos-25.05", f"nixos-{name}"), *pairs)


@pytest.mark.parametrize(
    ("pinned", "inside", "hits"),
    [
        ("25.05", 'services.openssh.permitRootLogin = "yes";', 1),
        ("22.11", 'services.openssh.permitRootLogin = "yes";', 0),
        ("25.05", "environment.noXlibs = true;", 1),
        ("25.05", "services.sshd.enable = true;", 0),
        ("unstable", 'services.openssh.permitRootLogin = "yes";', 0),
    ],
)
def test_options_that_moved(tmp_path, pinned, inside, hits):
    text, flake = role(inside), release(pinned)
    assert len(lines_hit(tmp_path, "NXC601", {}, composition_nix=text, flake_nix=flake)) == hits


def test_a_renamed_option_is_mended_where_its_path_is_spelt_out(tmp_path, monkeypatch):
    from scaffold.commands import check

    text = role('services.openssh.permitRootLogin = "yes";')
    project(tmp_path, composition_nix=text)
    assert check.run(check.Options((tmp_path,), select=("NXC601",), fix=True)) == 0
    after = (tmp_path / "composition.nix").read_text()
    assert after == text.replace("openssh.permitRootLogin", "openssh.settings.PermitRootLogin")


def test_a_renamed_option_in_nested_sets_is_told_and_left(tmp_path):
    text = role('services.openssh = {\n  permitRootLogin = "yes";\n};')
    project(tmp_path, composition_nix=text)
    run = engine.run(survey([tmp_path]), lambda _: engine.Wanted(matching(["NXC601"], "")))
    (finding,) = run.findings
    assert finding.line == 5
    new = finding.edits[0].new if finding.edits else "settings.PermitRootLogin"
    assert new == "settings.PermitRootLogin"


@pytest.mark.parametrize(
    ("pinned", "inside", "hits"),
    [
        ("24.11", "environment.systemPackages = [ pkgs.exa ];", 1),
        ("24.11", "environment.systemPackages = with pkgs; [ exa ];", 1),
        ("24.11", "environment.systemPackages = [ (pkgs.exa or pkgs.eza) ];", 0),
        ("23.11", "environment.systemPackages = [ pkgs.exa ];", 0),
    ],
)
def test_packages_that_are_gone(tmp_path, pinned, inside, hits):
    text, flake = role(inside), release(pinned)
    assert len(lines_hit(tmp_path, "NXC602", {}, composition_nix=text, flake_nix=flake)) == hits


@pytest.mark.parametrize(
    "overlays", ["[ nxc.overlays.default ]", "[ (final: prev: { exa = prev.eza; }) ]"]
)
def test_an_overlay_may_have_the_package(tmp_path, overlays):
    flake = release("24.11", ("inherit nixpkgs", f"overlays = {overlays}; inherit nixpkgs"))
    text = role("environment.systemPackages = [ pkgs.exa ];")
    assert lines_hit(tmp_path, "NXC602", {}, composition_nix=text, flake_nix=flake) == []


def kapack(ref):
    line = f'    kapack.url = "github:oar-team/nur-kapack/{ref}";\n    nxc.url'
    return changed(("    nxc.url", line), ("nxc }", "nxc, kapack }"))


@pytest.mark.parametrize(
    ("ref", "inside", "hits"),
    [
        ("24.11", "environment.systemPackages = [ pkgs.nur.repos.kapack.oar ];", 1),
        ("25.05", "environment.systemPackages = [ pkgs.nur.repos.kapack.oar ];", 0),
        ("25.05", "imports = [ nur.repos.kapack.modules.bdpo ];", 1),
        ("23.05", "imports = [ nur.repos.kapack.modules.bdpo ];", 0),
        ("my-own", "imports = [ nur.repos.kapack.modules.bdpo ];", 0),
    ],
)
def test_what_a_branch_of_kapack_lacks(tmp_path, ref, inside, hits):
    text = role(inside)
    assert (
        len(lines_hit(tmp_path, "NXC603", {}, composition_nix=text, flake_nix=kapack(ref))) == hits
    )


def test_a_private_source_is_told_once_unless_the_readme_says_so(tmp_path):
    ear = "pkgs.nur.repos.kapack.ear"
    text = role(f"environment.systemPackages = [ {ear} {ear} ];")
    flake = kapack("23.05")
    assert lines_hit(tmp_path, "NXC605", {}, composition_nix=text, flake_nix=flake) == [4]
    files = {"README.md": "The source of EAR is private."}
    assert lines_hit(tmp_path, "NXC605", files, composition_nix=text, flake_nix=flake) == []


@pytest.mark.parametrize(("pinned", "hits"), [("24.05", 0), ("24.11", 1)])
def test_functions_of_lib_that_are_gone(tmp_path, pinned, hits):
    text = role('system.nixos.label = lib.mdDoc "x";')
    flake = release(pinned)
    assert len(lines_hit(tmp_path, "NXC604", {}, composition_nix=text, flake_nix=flake)) == hits


def evaluated(tmp_path, monkeypatch, stderr):
    """Check a project for real with a nix that says something of flavour vm."""
    monkeypatch.setattr(nix, "flake_packages", lambda *_, **__: ("composition::vm", "::vm", "x"))

    def eval_flavour(root, *_, **__):
        raise NixError(classify(stderr, root))

    monkeypatch.setattr(nix, "eval_flavour", eval_flavour)
    root = project(tmp_path).resolve()
    wanted = engine.Wanted(matching(["NXC901"], ""), evaluate=True)
    return engine.run(survey([root]), lambda _: wanted).checked[0]


def test_a_flavour_that_does_not_evaluate_is_an_error_with_its_place(tmp_path, monkeypatch):
    stderr = f"error: undefined variable 'x'\n\n       at {tmp_path}/composition.nix:4:7:\n"
    checked = evaluated(tmp_path, monkeypatch, stderr)
    (finding,) = checked.findings
    assert finding.rule.code == "NXC901"
    assert (finding.path.name, finding.line) == ("composition.nix", 4)
    assert finding.message == "composition::vm: undefined variable 'x'"


def test_without_network_the_evaluation_is_not_done(tmp_path, monkeypatch):
    checked = evaluated(tmp_path, monkeypatch, "error: unable to download 'https://x': failed")
    assert checked.findings == ()
    assert [(level.status, level.level.name) for level in checked.levels] == [
        ("not done", "EVALUATION")
    ]


def test_evaluation_is_only_done_when_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(nix, "flake_packages", lambda *_, **__: pytest.fail("not asked for"))
    assert found(project(tmp_path), "NXC901") == []
