"""What may have happened to a project before it is written again, and what becomes of it.

Each row prepares a project of an NFS server and two clients, changes something, and says what is
told about one file and what is in it afterwards. The change is five clients unless a row says so.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from scaffold.base.errors import ConflictError, InputError
from scaffold.writer.steps import Decision
from tests.projects import Lab, forget_written, lab_of

MAIN, CLIENT = "composition.nix", "parts/nfs-client.nix"
TWO, FIVE, SEVEN = "client = 2;", "client = 5;", "client = 7;"


def nothing(lab: Lab) -> None:
    """Leave the project as it was written."""


def elsewhere(lab: Lab) -> None:
    """Edit composition.nix in lines that no change touches."""
    lab.file(MAIN).write_text(lab.file(MAIN).read_text() + "# mine\n")


def same_line(lab: Lab) -> None:
    """Edit composition.nix in the line that the change is about, and elsewhere."""
    elsewhere(lab)
    lab.edit(MAIN, TWO, SEVEN)


def five(lab: Lab) -> None:
    """Ask for five clients."""
    lab.raw["roles"]["client"]["count"] = 5


def without_clients(lab: Lab) -> None:
    del lab.raw["roles"]["client"]


def renamed(lab: Lab) -> None:
    lab.raw["roles"]["worker"] = lab.raw["roles"].pop("client")


def other_release(lab: Lab) -> None:
    lab.raw["release"] = "24.11"


def other_flavours(lab: Lab) -> None:
    lab.raw["flavours"] = ["docker"]


def with_web(lab: Lab) -> None:
    lab.raw["roles"]["www"] = {"count": 1, "parts": ["web.server"]}


def crlf(lab: Lab) -> None:
    file = lab.file(MAIN)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


def in_git(lab: Lab) -> None:
    """Put the project under git, as the tool does, and edit it before anything is committed."""
    lab.git("init", "-q")
    lab.write()
    elsewhere(lab)


def committed(lab: Lab) -> None:
    in_git(lab)
    lab.git("add", "-A")
    lab.git("commit", "-qm", "x")


def shallow(lab: Lab) -> None:
    committed(lab)
    lab.git("commit", "-q", "--allow-empty", "-m", "y")
    source = lab.folder.rename(lab.folder.with_name("origin"))
    lab.folder.mkdir()
    lab.git("clone", "-q", "--depth=1", f"file://{source}", ".")


def worktree(lab: Lab) -> None:
    committed(lab)
    other = lab.folder.with_name("other")
    lab.git("worktree", "add", "-q", str(other))
    lab.folder = other


def other_templates(lab: Lab) -> None:
    """Let other templates have written composition.nix, so that rendering tells another base."""
    lab.templates = {MAIN: lambda text: text.replace("\n{\n", "\n# Of other templates.\n{\n", 1)}
    lab.write()
    assert "Of other templates" in lab.file(MAIN).read_text()
    lab.templates = {}


def other_templates_in_git(lab: Lab) -> None:
    lab.git("init", "-q")
    other_templates(lab)
    elsewhere(lab)


def other_templates_without_git(lab: Lab) -> None:
    other_templates(lab)
    elsewhere(lab)


def unrecorded(lab: Lab) -> None:
    forget_written(lab.folder)


def unrecorded_and_edited(lab: Lab) -> None:
    elsewhere(lab)
    unrecorded(lab)


def newer_schema(lab: Lab) -> None:
    lab.edit(".nxc-scaffold.toml", "schema = 1", "schema = 99")


def conflict_in_the_record(lab: Lab) -> None:
    lab.edit(".nxc-scaffold.toml", "[written]", "<<<<<<< HEAD\n[written]")


def deleted(lab: Lab) -> None:
    lab.file(MAIN).unlink()


def client_edited(lab: Lab) -> None:
    lab.file(CLIENT).write_text(lab.file(CLIENT).read_text() + "# mine\n")


def a_link(lab: Lab) -> None:
    lab.file(MAIN).rename(lab.folder.with_name("elsewhere.nix"))
    lab.file(MAIN).symlink_to("../elsewhere.nix")


def a_folder(lab: Lab) -> None:
    lab.file(MAIN).unlink()
    lab.file(MAIN).mkdir()


def own_web(lab: Lab) -> None:
    lab.file("parts/web-server.nix").write_text("# mine\n{ }\n")


def executable(lab: Lab) -> None:
    lab.file(MAIN).chmod(0o755)


def ignoring_more(lab: Lab) -> None:
    lab.file(".gitignore").write_text(lab.file(".gitignore").read_text() + "mine\n")


def a_remark_in_the_answers(lab: Lab) -> None:
    lab.edit(".nxc-scaffold.toml", "[roles.client]\n", "# mine: why two\n[roles.client]\n")


def done_by_hand(lab: Lab) -> None:
    lab.edit(MAIN, TWO, FIVE)


@dataclass(frozen=True)
class Row:
    """A situation and its outcome: what is told of ``file``, what is in it, what is not."""

    name: str
    before: Callable[[Lab], None]
    change: Callable[[Lab], None]
    verb: str
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    file: str = MAIN
    decision: Decision | None = None
    reason: str = ""


ROWS = [
    Row("unedited", nothing, five, "update", (FIVE,), (TWO,)),
    Row("nothing to do", nothing, nothing, "identical", (TWO,)),
    Row("edited here", elsewhere, five, "merge", ("# mine", FIVE), (TWO,)),
    Row("edited here, changed elsewhere", elsewhere, nothing, "keep", ("# mine",)),
    Row("edited, and the change is done by hand", done_by_hand, five, "identical", (FIVE,)),
    Row("both", same_line, five, "conflict", ("# mine", SEVEN), (FIVE,), reason="the same lines"),
    Row("both, mine", same_line, five, "keep", ("# mine", SEVEN), (FIVE,),
        decision=Decision.MINE),
    Row("both, theirs", same_line, five, "merge", ("# mine", FIVE), (SEVEN,),
        decision=Decision.THEIRS),
    Row("both, markers", same_line, five, "merge", ("# mine", SEVEN, FIVE, "<<<<<<< yours"),
        decision=Decision.MARKERS),
    Row("both, kept", same_line, five, "keep", ("# mine", SEVEN), (FIVE,), decision=Decision.KEEP),
    Row("both, overwritten", same_line, five, "overwrite", (FIVE,), ("# mine", SEVEN),
        decision=Decision.OVERWRITE),
    Row("deleted", deleted, nothing, "keep", reason="you deleted it"),
    Row("deleted, and it would change", deleted, five, "conflict", reason="you deleted it"),
    Row("deleted, and overwritten", deleted, five, "create", (FIVE,), decision=Decision.OVERWRITE),
    Row("renamed role", elsewhere, renamed, "merge", ("# mine", "worker"), ("client = 2",)),
    Row("removed role", nothing, without_clients, "delete", file=CLIENT),
    Row("removed role whose part was edited", client_edited, without_clients, "keep", ("# mine",),
        file=CLIENT, reason="not wanted any more, but you edited it"),
    Row("added role", elsewhere, with_web, "merge", ("# mine", "www"), (), ),
    Row("added role, its file", nothing, with_web, "create", file="parts/web-server.nix"),
    Row("added role whose file is there", own_web, with_web, "conflict", ("# mine",),
        file="parts/web-server.nix", reason="its content differs"),
    Row("other release", nothing, other_release, "update", ("24.11",), file="flake.nix"),
    Row("other flavours", nothing, other_flavours, "update", ("docker",), ('"vm"',),
        file="flake.nix"),
    Row("CRLF", crlf, five, "update", (FIVE + "\r\n",)),
    Row("CRLF and nothing to do", crlf, nothing, "identical", (TWO + "\r\n",)),
    Row("CRLF and edited", lambda lab: (elsewhere(lab), crlf(lab))[0], five, "merge",
        (FIVE + "\r\n", "# mine\r\n")),
    Row("executable", executable, five, "update", (FIVE,)),
    Row("uncommitted", in_git, five, "merge", ("# mine", FIVE)),
    Row("committed", committed, five, "merge", ("# mine", FIVE)),
    Row("shallow clone", shallow, five, "merge", ("# mine", FIVE)),
    Row("worktree", worktree, five, "merge", ("# mine", FIVE)),
    Row("other templates before, in git", other_templates_in_git, five, "merge",
        ("# mine", FIVE), ("Of other templates",)),
    Row("other templates before, no git", other_templates_without_git, five, "conflict",
        ("# mine", TWO), reason="is not known any more"),
    Row("record missing", unrecorded, five, "update", (FIVE,)),
    Row("record missing, and edited", unrecorded_and_edited, five, "conflict", ("# mine", TWO),
        reason="its content differs"),
    Row("symlink", a_link, five, "conflict", (TWO,), reason="is a symlink"),
    Row("folder in its place", a_folder, five, "conflict", reason="is a folder"),
    Row("ignored more", ignoring_more, five, "keep", ("mine\n",), file=".gitignore"),
    Row("remark in the answers", a_remark_in_the_answers, five, "update",
        ("# mine: why two\n[roles.client]", "count = 5"), file=".nxc-scaffold.toml"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_situation(tmp_path, row):
    lab = lab_of(tmp_path / "lab")
    row.before(lab)
    row.change(lab)
    before = lab.files()
    if row.verb == "conflict":
        told = lab.plan()
        with pytest.raises(ConflictError):
            lab.write()
        assert lab.files() == before, "a conflict writes nothing at all"
    else:
        told = lab.write(row.decision)
    (step,) = (step for step in told.steps if str(step.path) == row.file)
    assert step.verb.value == row.verb, step.reason
    assert row.reason in step.reason
    file = lab.file(row.file)
    text = file.read_bytes().decode() if file.is_file() else ""
    assert [part for part in row.holds if part not in text] == []
    assert [part for part in row.lacks if part in text] == []
    assert file.is_file() or row.verb in ("delete", "keep", "conflict")


def test_a_mode_of_the_users_stays(tmp_path):
    lab = lab_of(tmp_path / "lab")
    executable(lab)
    five(lab)
    lab.write()
    assert stat.S_IMODE(lab.file(MAIN).stat().st_mode) == 0o755


@pytest.mark.parametrize(
    ("damage", "message"),
    [(newer_schema, "has schema 99, this version"), (conflict_in_the_record, "is not TOML")],
)
def test_answers_that_cannot_be_read_are_told_and_nothing_is_written(tmp_path, damage, message):
    lab = lab_of(tmp_path / "lab")
    damage(lab)
    five(lab)
    before = lab.files()
    with pytest.raises(InputError, match=message):
        lab.write()
    assert lab.files() == before


def test_without_the_program_git_an_edit_is_a_conflict(tmp_path, monkeypatch):
    lab = lab_of(tmp_path / "lab")
    elsewhere(lab)
    five(lab)
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    steps = {str(step.path): step for step in lab.plan().steps}
    assert "git is missing" in steps[MAIN].reason
    assert steps["README.md"].verb.value == "update"


def test_what_nothing_refers_to_any_more_is_rendered_again(tmp_path):
    lab = lab_of(tmp_path / "lab")
    committed(lab)
    shutil.rmtree(lab.file(".git"))
    lab.git("init", "-q")
    five(lab)
    lab.write()
    assert FIVE in lab.file(MAIN).read_text()


def test_a_second_change_merges_with_what_the_first_one_wrote(tmp_path):
    lab = lab_of(tmp_path / "lab")
    elsewhere(lab)
    for count in (5, 7, 3):
        lab.raw["roles"]["client"]["count"] = count
        told = {str(step.path): step.verb.value for step in lab.write().steps}
        assert told[MAIN] == "merge"
        text = lab.file(MAIN).read_text()
        assert "# mine" in text
        assert f"client = {count};" in text
