"""Applying: what ends up on disk, and what is left alone."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.base.errors import ConflictError, ExternalError
from scaffold.writer.apply import apply
from scaffold.writer.journal import Recovery, recover
from scaffold.writer.ops import Ops, rooted
from scaffold.writer.plan import make_plan, resolve
from scaffold.writer.steps import Decision
from scaffold.writer.tree import WORK_NAME, File, Policy, Tree, text_file
from scaffold.writer.workdir import claim, neighbour_name
from tests.crashing import Hooked, everything_in, left_behind, plan_for, start_child, target_in


@pytest.fixture(autouse=True)
def common_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def tree(**files):
    return Tree(text_file(name.replace("__", "/"), text) for name, text in files.items())


def overwriting(files, target):
    return resolve(make_plan(files, target), lambda step: Decision.OVERWRITE)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


class Meddling(Hooked):
    """Does something else just before the first operation of a kind."""

    def __init__(self, name, action):
        super().__init__()
        self.name, self.action = name, action

    def hook(self, name):
        if name == self.name and self.action:
            action, self.action = self.action, None
            action()


# --- what is written ------------------------------------------------------------------------------


def test_a_new_target(tmp_path):
    files = Tree(
        [
            text_file("a", "1"),
            text_file("b/c/d", "é"),
            text_file("run", "#!", 0o755),
            text_file("key", "k", 0o600),
        ]
    )
    written = apply(make_plan(files, tmp_path / "lab"))
    assert written.target == tmp_path / "lab"
    assert list(map(str, written.paths)) == ["a", "b/c/d", "key", "run"]
    assert (tmp_path / "lab/b/c/d").read_text() == "é"
    modes = {name: mode(tmp_path / "lab" / name) for name in ("", "a", "b", "run", "key")}
    assert modes == {"": 0o755, "a": 0o644, "b": 0o755, "run": 0o755, "key": 0o600}
    assert names(tmp_path) == ["lab"]


@pytest.mark.parametrize("existing", [False, True])
def test_the_umask_is_respected(tmp_path, existing):
    os.umask(0o077)
    if existing:
        (tmp_path / "lab").mkdir()
        (tmp_path / "lab/mine").touch()
    apply(make_plan(Tree([text_file("d/run", "#!", 0o755)]), tmp_path / "lab"))
    assert (mode(tmp_path / "lab/d"), mode(tmp_path / "lab/d/run")) == (0o700, 0o700)


def test_an_empty_target_is_swapped_and_keeps_its_mode(tmp_path):
    (tmp_path / "lab").mkdir(0o750)
    inode = (tmp_path / "lab").stat().st_ino
    apply(make_plan(tree(a="1"), tmp_path / "lab"))
    assert (tmp_path / "lab").stat().st_ino != inode
    assert mode(tmp_path / "lab") == 0o750
    assert names(tmp_path / "lab") == ["a"]


def test_the_working_directory_stays_where_the_shell_is(tmp_path, monkeypatch):
    lab = tmp_path / "lab"
    lab.mkdir()
    monkeypatch.chdir(lab)
    inode = lab.stat().st_ino
    apply(make_plan(tree(a="1"), Path()))
    assert lab.stat().st_ino == inode
    assert Path("a").read_text() == "1"
    assert left_behind(lab) == []


def test_a_target_whose_parent_is_read_only(tmp_path, monkeypatch):
    (tmp_path / "lab").mkdir()
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, how: path != tmp_path and real(path, how))
    apply(make_plan(tree(a="1"), tmp_path / "lab"))
    assert (tmp_path / "lab/a").exists()


def test_an_existing_target(tmp_path):
    (tmp_path / "over").write_text("old")
    (tmp_path / "kept").write_text("old")
    (tmp_path / "same").write_text("same")
    (tmp_path / ".gitignore").write_text("mine\n")
    files = [text_file(name, "new") for name in ("over", "kept", "d/new")]
    ignore = text_file(".gitignore", "result\n", policy=Policy.APPEND_LINES)
    plan = resolve(
        make_plan(Tree([*files, ignore, text_file("same", "same")]), tmp_path),
        lambda step: Decision.KEEP if step.path.name == "kept" else Decision.OVERWRITE,
    )
    written = apply(plan)
    assert list(map(str, written.paths)) == [".gitignore", "d/new", "over"]
    assert {p.name: p.read_text() for p in tmp_path.rglob("*") if p.is_file()} == {
        "over": "new",
        "kept": "old",
        "same": "same",
        ".gitignore": "mine\nresult\n",
        "new": "new",
    }
    assert left_behind(tmp_path) == []


def test_modes_of_overwritten_files_are_kept(tmp_path):
    for name, bits in {"a": 0o640, "run": 0o660, "noexec": 0o755, "ignore": 0o604}.items():
        (tmp_path / name).write_text("old")
        (tmp_path / name).chmod(bits)
    files = [
        text_file("a", "new"),
        text_file("run", "new", 0o755),
        text_file("noexec", "new"),
        text_file("ignore", "new", policy=Policy.APPEND_LINES),
    ]
    apply(overwriting(Tree(files), tmp_path))
    modes = {name: mode(tmp_path / name) for name in ("a", "run", "noexec", "ignore")}
    assert modes == {"a": 0o640, "run": 0o770, "noexec": 0o644, "ignore": 0o604}


def test_nothing_to_do_touches_nothing(tmp_path):
    (tmp_path / "a").write_text("1")
    plan = make_plan(tree(a="1"), tmp_path)
    ops = Hooked()
    assert apply(plan, ops=ops).paths == ()
    assert ops.count == 0


def test_a_hard_link_elsewhere_keeps_the_old_content(tmp_path):
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/a").write_text("old")
    (tmp_path / "elsewhere").hardlink_to(tmp_path / "lab/a")
    apply(overwriting(tree(a="new"), tmp_path / "lab"))
    assert (tmp_path / "elsewhere").read_text() == "old"
    assert (tmp_path / "lab/a").read_text() == "new"


def test_long_names(tmp_path):
    long = "é" * 127
    apply(make_plan(Tree([text_file(f"{long}/{long}", "1")]), tmp_path / long))
    assert (tmp_path / long / long / long).read_text() == "1"
    assert names(tmp_path) == [long]
    beside = {neighbour_name("é" * n) for n in range(60, 128)}
    assert len(beside) == 68
    assert max(len(os.fsencode(name)) for name in beside) <= 255


@given(st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=40)), st.booleans())
def test_any_content_arrives_byte_for_byte(tmp_path_factory, contents, existing):
    target = tmp_path_factory.mktemp("bytes") / "lab"
    if existing:
        target.mkdir()
        (target / "mine").touch()
    files = Tree(File(PurePosixPath("d") / name, data) for name, data in contents.items())
    apply(make_plan(files, target), ops=Hooked())
    for name, data in contents.items():
        assert (target / "d" / name).read_bytes() == data


# --- what must not happen -------------------------------------------------------------------------


def test_undecided_conflicts_write_nothing(tmp_path):
    (tmp_path / "a").write_text("old")
    before = everything_in(tmp_path)
    with pytest.raises(ConflictError, match="--force"):
        apply(make_plan(tree(a="new", b="new"), tmp_path))
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize(
    "meddle",
    [
        lambda lab: (lab / "a").write_text("edited"),
        lambda lab: (lab / "a").unlink(),
        lambda lab: (lab / "same").write_text("edited"),
        lambda lab: (lab / "new").write_text("appeared"),
        lambda lab: (lab / "d").symlink_to("/"),
        lambda lab: ((lab / "a").unlink(), (lab / "a").symlink_to("same")),
        lambda lab: ((lab / "a").unlink(), (lab / "a").mkdir()),
    ],
)
def test_what_changed_since_the_plan_is_noticed(tmp_path, meddle):
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / "a").write_text("old")
    (lab / "same").write_text("same")
    plan = overwriting(tree(a="new", same="same", new="new", d__x="new"), lab)
    meddle(lab)
    before = everything_in(tmp_path)
    with pytest.raises(ConflictError, match="changed while"):
        apply(plan)
    assert everything_in(tmp_path) == before


def fill(lab):
    lab.mkdir()
    (lab / "theirs").touch()


@pytest.mark.parametrize(
    ("late", "appear"), [(False, Path.mkdir), (False, fill), (True, fill), (True, Path.touch)]
)
def test_a_target_that_appears_is_noticed(tmp_path, late, appear):
    lab = tmp_path / "lab"
    plan = make_plan(tree(a="new"), lab)
    if not late:
        appear(lab)
    ops = Meddling("rename", lambda: appear(lab) if late else None)
    with pytest.raises(ConflictError, match="changed while"):
        apply(plan, ops=ops)
    assert not (lab / "a").exists()
    assert (lab / "theirs").exists() == (appear is fill)
    assert left_behind(lab) == []


def test_a_folder_swapped_for_a_symlink_does_not_lead_out(tmp_path):
    lab, outside = tmp_path / "lab", tmp_path / "outside"
    (lab / "d").mkdir(parents=True)
    outside.mkdir()
    plan = make_plan(tree(d__x="new", e="new"), lab)

    def swap():
        (lab / "d").rmdir()
        (lab / "d").symlink_to(outside)

    with pytest.raises(ConflictError, match="changed while"):
        apply(plan, ops=Meddling("rename", swap))
    assert names(outside) == []
    assert names(lab) == ["d"]


def test_files_of_others_in_new_folders_survive_an_undo(tmp_path):
    (tmp_path / "a").touch()
    plan = make_plan(tree(d__x="new", z="new"), tmp_path)

    def meddle():
        (tmp_path / "d").mkdir()
        (tmp_path / "d/theirs").touch()
        (tmp_path / "z").write_text("theirs")

    with pytest.raises(ConflictError):
        apply(plan, ops=Meddling("rename", meddle))
    found = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*"))
    assert found == ["a", "d", "d/theirs", "z"]
    assert (tmp_path / "z").read_text() == "theirs"


class NoLinks(Ops):
    """FAT, and systems that forbid links to the files of others."""

    def link(self, at, name, to, new_name):
        raise PermissionError(errno.EPERM, "Operation not permitted")


class NoLinksNoSpace(NoLinks):
    def rename(self, at, name, to, new_name):
        if new_name == "b":
            raise OSError(errno.ENOSPC, "No space left on device")
        super().rename(at, name, to, new_name)


def test_without_hard_links_copies_do(tmp_path):
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / "a").write_text("old")
    (lab / "a").chmod(0o640)
    before = everything_in(tmp_path)
    plan = overwriting(tree(a="new", b="new"), lab)
    with pytest.raises(ExternalError, match=r"No space left.*nothing was changed.*Free some space"):
        apply(plan, ops=NoLinksNoSpace())
    assert everything_in(tmp_path) == before
    apply(plan, ops=NoLinks())
    assert (lab / "a").read_text() == "new"


def test_another_file_system_inside_is_told(tmp_path):
    class Mounted(Ops):
        def rename(self, at, name, to, new_name):
            if new_name == "x":
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            super().rename(at, name, to, new_name)

    (tmp_path / "a").touch()
    before = everything_in(tmp_path)
    with pytest.raises(ExternalError, match="without another file system mounted inside"):
        apply(make_plan(tree(b="1", d__x="1"), tmp_path), ops=Mounted())
    assert everything_in(tmp_path) == before


# --- two at once, and what was left ---------------------------------------------------------------


@pytest.mark.parametrize("existing", [False, True])
def test_the_second_of_two_runs_is_told_and_harms_nothing(tmp_path, existing):
    lab = tmp_path / "lab"
    if existing:
        lab.mkdir()
        (lab / "mine").touch()
    plan = make_plan(tree(a="1"), lab)
    refused = []

    def second():
        for action in (lambda: make_plan(tree(a="2"), lab), lambda: apply(plan)):
            with pytest.raises(ConflictError, match="another nxc-scaffold is writing"):
                action()
            refused.append(True)

    apply(plan, ops=Meddling("rename", second))
    assert len(refused) == 2
    assert (lab / "a").read_text() == "1"
    assert left_behind(lab) == []


def test_the_lock_of_an_owner_that_has_just_gone_is_no_lock(tmp_path):
    def clear():
        with rooted(Ops(), tmp_path) as root, claim(Ops(), root, "work", tmp_path) as work:
            work.clear()

    late = Meddling("open", clear)  # between mkdir and open: the folder is gone
    with rooted(Ops(), tmp_path) as root, claim(late, root, "work", tmp_path) as work:
        assert late.names(work.handle) == ["lock"]
        work.clear()
    assert names(tmp_path) == []


def test_a_lock_file_removed_before_we_lock_it_is_no_lock(tmp_path, monkeypatch):
    real = fcntl.flock

    def late(handle, how):
        (tmp_path / "work/lock").unlink()
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with (
        rooted(Ops(), tmp_path) as root,
        pytest.raises(ConflictError, match="another nxc-scaffold"),
        claim(Ops(), root, "work", tmp_path),
    ):
        pass


@pytest.mark.parametrize("existing", [False, True])
def test_many_at_once_end_in_one_whole_tree(tmp_path, existing):
    target = target_in(tmp_path / "here", existing)
    plan = plan_for(target)
    children = [start_child(lambda: apply_or_be_told(plan)) for _ in range(8)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes.count(0) >= 1
    assert set(codes) <= {0, 3}
    assert left_behind(target) == []
    assert {step.verb.value for step in plan_for(target).steps} == {"identical"}


def apply_or_be_told(plan):
    try:
        apply(plan)
    except ConflictError:
        os._exit(3)


def test_a_file_system_without_locks_is_no_obstacle(tmp_path, monkeypatch):
    def unsupported(handle, how):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", unsupported)
    apply(make_plan(tree(a="1"), tmp_path / "lab"))
    assert (tmp_path / "lab/a").exists()


def test_recovery_says_what_it_did(tmp_path):
    lab = tmp_path / "lab"
    assert recover(lab) is Recovery.NOTHING
    (tmp_path / neighbour_name("lab") / "tree/sub").mkdir(parents=True)
    assert make_plan(tree(a="1"), lab).recovery is Recovery.CLEANED
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "journal",
    [
        "",
        "[]",
        "null",
        '{"version": 2}',
        '{"version": 1, "folders": [], "moves": [{"path": "a", "new": [1], "old": null}]}',
        '{"version": 1, "folders": [], "moves": [{"path": "../a", "new": [1,1,1], "old": null}]}',
        '{"version": 1, "folders": [".git/hooks"], "moves": []}',
        '{"version": 1, "folders": ["/etc"], "moves": []}',
    ],
)
def test_a_journal_that_is_not_ours_is_not_followed(tmp_path, journal):
    (tmp_path / WORK_NAME / "new").mkdir(parents=True)
    (tmp_path / WORK_NAME / "journal").write_text(journal)
    before = {name: what for name, what in everything_in(tmp_path).items() if "lock" not in name}
    with pytest.raises(ExternalError, match="remove it when nothing in it is yours"):
        recover(tmp_path)
    assert {
        name: what for name, what in everything_in(tmp_path).items() if "lock" not in name
    } == before


def test_a_foreign_journal_moves_nothing_even_when_it_is_well_formed(tmp_path):
    work = tmp_path / WORK_NAME
    (work / "new").mkdir(parents=True)
    (work / "old").mkdir()
    (work / "new/0").write_text("evil")
    (work / "journal").write_text(
        '{"version": 1, "folders": [], "moves": [{"path": "a", "new": [1,4,1], "old": null}]}'
    )
    assert recover(tmp_path) is Recovery.UNDONE
    assert names(tmp_path) == []


def test_a_work_folder_that_is_a_symlink_is_not_entered(tmp_path):
    lab, outside = tmp_path / "lab", tmp_path / "outside"
    lab.mkdir()
    (outside / "precious").mkdir(parents=True)
    (lab / WORK_NAME).symlink_to(outside)
    with pytest.raises(ExternalError, match="cannot be cleaned up"):
        recover(lab)
    assert names(outside) == ["precious"]
