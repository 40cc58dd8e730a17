"""Every row of the table of migrations is acted on, and a row more needs no code."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from scaffold.base.errors import InputError
from scaffold.catalogue.migrations import Migration, migrations
from scaffold.cli.main import cli
from tests.migrate.fields import FILES, committed, packages, upgraded, written

#: Kinds that look at one thing of a flake or composition each: tests of their own name them.
OF_THEIR_OWN = {"contract", "flake-output", "flake-input", "setup", "kapack", "package-old", "kept"}
#: Each old name of each row by a title.
NAMES = {
    f"{rule.name} {old}": msgspec.structs.replace(rule, old=old)
    for rule in migrations().values()
    if rule.kind not in OF_THEIR_OWN
    for old in rule.olds
}
#: Releases to move to: the first that concerns a row, or any for those without a date.
ROWS = ("22.05", "22.11", "23.05", "23.11", "24.11", "25.05", "25.11", "26.05")


def text_with(rule: Migration) -> str:
    """Return a Nix file that has the old form of a migration."""
    old = rule.old.replace("*", "a")
    called = rule.within or "f"
    if rule.kind.startswith(("option-", "default-")):
        return f"{{ {old} = x; }}"
    if rule.kind == "attribute-renamed":
        return f"{{ {rule.within.replace('*', 'a')}.a.{old} = x; }}"
    if rule.kind.startswith("package-"):
        return f"{{ pkgs, ... }}: pkgs.{old}"
    if rule.kind == "set-attribute":
        return f"{{ pkgs, ... }}: {old}"
    if rule.kind.startswith("lib-"):
        return f'{{ lib, ... }}: lib.{old} "x"'
    if rule.kind in ("builder-attribute", "call"):
        return f"{{ {old.split('.')[0]}, ... }}: {old}"
    if rule.kind in ("builder-removed", "python-format"):
        return f'{{ {old}, ... }}: {old} {{ pname = "x"; }}'
    if rule.inputs:
        return f"{{ f, {old} }}: f {{ nativeBuildInputs = [ {old} ]; }}"
    if rule.kind.startswith("argument-"):
        return f"{{ {called}, types }}: {called} {{ {old} = {old}; x = types.path; }}"
    return f"{{ x = ''{old}''; }}"


@pytest.mark.parametrize("title", NAMES)
def test_what_a_row_names_is_changed_or_listed(tmp_path, title):
    rule = NAMES[title]
    target = next(row for row in ROWS if rule.concerns(row))
    text = text_with(rule) + "\n"
    if rule.kind.startswith(("builder", "argument", "python")):
        draft = packages(tmp_path, text, target).draft
    else:
        flake = FILES["flake.nix"].replace("/22.11", "/21.11")
        draft = upgraded(tmp_path, target, {**FILES, "flake.nix": flake, "part.nix": text}).draft
    done, left = ({note.rule for note in notes} for notes in (draft.done, draft.left))
    assert rule.name in (left if not rule.mechanical or rule.kind == "call" else done)


def test_rows_that_a_person_has_to_do_say_what():
    by_code = {"kapack-content", "kapack-branch-gone"}
    for rule in migrations().values():
        assert rule.mechanical or rule.what or rule.name in by_code, rule.name
        assert rule.evidence


LAB = Path(__file__).parents[1] / "fixtures" / "catalogue-with-release"


def upgrade(folder, *more: str):
    committed(folder)
    args = ["upgrade", str(folder), "--offline", "--no-check", "--catalogue", str(LAB), *more]
    return CliRunner().invoke(cli, args, catch_exceptions=False)


def test_a_row_and_its_migrations_are_data(tmp_path):
    part = "{ pkgs, ... }:\n{\n  services.pulse.port = 1;\n  x = pkgs.pulsetool;\n}\n"
    project = written(tmp_path / "lab", {**FILES, "part.nix": part})
    done = upgrade(project, "--to", "27.05", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["from"], told["to"]) == ("22.11", "27.05")
    assert "github:NixOS/nixpkgs/nixos-27.05" in (project / "flake.nix").read_text()
    assert "services.pulse.settings.port = 1;" in (project / "part.nix").read_text()
    (left,) = (note for note in told["left"] if note["rule"] == "pulse-tool")
    assert (left["file"], left["line"]) == ("part.nix", 4)
    assert "end of support" not in done.stderr


def test_before_its_release_a_row_says_nothing(tmp_path):
    part = "{ services.pulse.port = 1; }\n"
    project = written(tmp_path / "lab", {**FILES, "part.nix": part})
    assert upgrade(project, "--to", "26.05").exit_code == 0
    assert (project / "part.nix").read_text() == part


def test_a_row_that_is_wrong_is_refused_with_file_and_key(tmp_path):
    lab = written(tmp_path / "lab", {"migrations.toml": '[pulse]\nkind = "option-moved"\n'})
    project = written(tmp_path / "project", FILES)
    args = ["upgrade", str(project), "--to", "26.05", "--catalogue", str(lab)]
    with pytest.raises(InputError, match=r"migrations\.toml: \[pulse\]: "):
        CliRunner().invoke(cli, args, catch_exceptions=False)
