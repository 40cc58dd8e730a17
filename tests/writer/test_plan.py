"""Plans: a tree against every kind of thing that can be in its way."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold.base.errors import ConflictError, ExternalError, InputError, Interrupted
from scaffold.writer.disk import Kind, LocalDisk
from scaffold.writer.plan import make_plan, require_settled, resolve, unified_diff
from scaffold.writer.steps import Decision, Verb
from scaffold.writer.target import check_target
from scaffold.writer.tree import File, Policy, Tree, state_file, text_file


def verbs(plan):
    return {str(step.path): step.verb.value for step in plan.steps}


def only(plan):
    (step,) = plan.steps
    return step


# --- the target -----------------------------------------------------------------------------------


def test_a_new_an_empty_and_a_full_target_are_described(tmp_path):
    assert str(check_target(tmp_path / "lab")) == "new"
    (tmp_path / "lab").mkdir()
    assert str(check_target(tmp_path / "lab")) == "empty"
    (tmp_path / "lab/a").touch()
    assert str(check_target(tmp_path / "lab")) == "holds 1 entry"
    (tmp_path / "lab/b").touch()
    assert str(check_target(tmp_path / "lab")) == "holds 2 entries"


def test_a_target_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "lab").touch()
    with pytest.raises(InputError, match="is not a folder"):
        check_target(tmp_path / "lab")


def test_a_missing_parent_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"the folder .*/no does not exist"):
        check_target(tmp_path / "no/lab")


def test_a_parent_that_is_a_file_is_refused_as_that(tmp_path):
    (tmp_path / "notes").touch()
    with pytest.raises(InputError, match=r"/notes is no folder"):
        check_target(tmp_path / "notes/lab")


@pytest.mark.parametrize("leads_to", ["nowhere", "lab"])
def test_a_symlink_to_nowhere_is_refused(tmp_path, leads_to):
    (tmp_path / "lab").symlink_to(leads_to)
    with pytest.raises(InputError, match="leads nowhere"):
        check_target(tmp_path / "lab")


def test_what_cannot_be_written_is_refused(tmp_path, monkeypatch):
    (tmp_path / "lab").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match="the folder cannot be written"):
        check_target(tmp_path / "lab")
    with pytest.raises(InputError, match=r"parent folder .* cannot be written"):
        check_target(tmp_path / "new")


def test_the_users_own_symlink_to_a_folder_is_followed_once(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "lab").symlink_to("real")
    assert make_plan(Tree(), tmp_path / "lab").target == tmp_path / "real"


# --- one file -------------------------------------------------------------------------------------


def test_create_identical_conflict(tmp_path):
    (tmp_path / "same").write_text("1")
    (tmp_path / "other").write_text("1")
    tree = Tree([text_file("same", "1"), text_file("other", "2"), text_file("d/new", "3")])
    plan = make_plan(tree, tmp_path)
    assert verbs(plan) == {"d/new": "create", "other": "conflict", "same": "identical"}
    assert [str(step.path) for step in plan.conflicts] == ["other"]
    assert [str(step.path) for step in plan.writes] == ["d/new"]


def test_gitignore_is_appended_not_refused(tmp_path):
    (tmp_path / ".gitignore").write_text("mine\n")
    step = only(
        make_plan(Tree([text_file(".gitignore", "result\n", policy=Policy.APPEND_LINES)]), tmp_path)
    )
    assert (step.verb, step.new_content) == (Verb.APPEND, b"mine\nresult\n")


def test_a_complete_gitignore_is_identical(tmp_path):
    (tmp_path / ".gitignore").write_text("mine\nresult\n")
    tree = Tree([text_file(".gitignore", "result\n", policy=Policy.APPEND_LINES)])
    assert only(make_plan(tree, tmp_path)).verb is Verb.IDENTICAL


@pytest.mark.parametrize(
    ("there", "verb"), [("# ours 1", "update"), ("# ours 2", "identical"), ("x", "conflict")]
)
def test_the_state_file_is_replaced_when_it_is_ours(tmp_path, there, verb):
    (tmp_path / "state").write_text(there)
    tree = Tree([state_file("state", b"# ours 2", lambda old: old.startswith(b"# ours"))])
    plan = make_plan(tree, tmp_path)
    assert verbs(plan) == {"state": verb}
    if verb == "conflict":
        assert only(plan).reason == "it was not written by nxc-scaffold"


@pytest.mark.parametrize(
    ("asked", "there", "verb", "then"),
    [
        (0o755, 0o644, "conflict", 0o755),
        (0o755, 0o640, "conflict", 0o750),
        (0o755, 0o700, "identical", 0o700),
        (0o644, 0o755, "identical", 0o644),
        (0o600, 0o644, "conflict", 0o600),
        (0o600, 0o400, "identical", 0o600),
    ],
)
def test_modes(tmp_path, asked, there, verb, then):
    (tmp_path / "a").write_text("1")
    (tmp_path / "a").chmod(there)
    step = only(make_plan(Tree([text_file("a", "1", asked)]), tmp_path))
    assert (step.verb.value, step.mode) == (verb, then)


def test_a_symlink_is_never_written_through(tmp_path):
    (tmp_path / "outside").write_text("1")
    target = tmp_path / "lab"
    target.mkdir()
    (target / "a").symlink_to("../outside")
    (target / "dangling").symlink_to("nowhere")
    (target / "d").symlink_to("..")
    plan = make_plan(Tree(text_file(p, "1") for p in ("a", "dangling", "d/x")), target)
    assert set(verbs(plan).values()) == {"conflict"}
    assert all(step.blocked and "is a symlink" in step.reason for step in plan.steps)
    with pytest.raises(ConflictError, match="Move it away"):
        resolve(plan, lambda step: Decision.OVERWRITE)
    kept = resolve(plan, lambda step: Decision.KEEP)
    assert set(verbs(kept).values()) == {"keep"}


def test_a_folder_for_a_file_and_a_file_for_a_folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").touch()
    os.mkfifo(tmp_path / "c")
    plan = make_plan(Tree(text_file(p, "1") for p in ("a", "b/x", "c")), tmp_path)
    assert [step.reason for step in plan.steps] == [
        "a is a folder, not a file",
        "b is a file, not a folder",
        "c is a special file, not a file",
    ]


class CaseInsensitive(LocalDisk):
    """The same folder as a case-insensitive file system would show it."""

    def _spelt(self, path):
        here = PurePosixPath()
        for part in path.parts:
            found = [n for n in self.names(here) if n.casefold() == part.casefold()]
            here = here / (found[0] if found else part)
        return here

    def kind(self, path):
        return super().kind(self._spelt(path))


def test_a_name_in_other_case_is_noticed_where_it_matters(tmp_path):
    (tmp_path / "ReadMe.md").write_text("mine")
    (tmp_path / "Parts").mkdir()
    tree = Tree([text_file("README.md", "1"), text_file("parts/a", "2")])
    assert set(verbs(make_plan(tree, tmp_path)).values()) == {"create"}
    plan = make_plan(tree, tmp_path, disk=CaseInsensitive(tmp_path))
    assert [step.reason for step in plan.steps] == [
        "README.md and ReadMe.md are one name on this file system",
        "parts and Parts are one name on this file system",
    ]
    assert all(step.blocked for step in plan.steps)


class Unreadable:
    def __init__(self, target):
        self.disk = LocalDisk(target)

    def kind(self, path):
        return Kind.FILE

    def names(self, folder):
        return {"a"}

    def read(self, path):
        return self.disk.read(path)


def test_an_unreadable_file_is_an_error_of_the_system(tmp_path):
    with pytest.raises(ExternalError, match=r"a: it cannot be read .*Make it readable"):
        make_plan(Tree([text_file("a", "1")]), tmp_path, disk=Unreadable(tmp_path))


# --- decisions ------------------------------------------------------------------------------------


def conflicting(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").write_text("old")
    return make_plan(Tree([text_file("a", "new"), text_file("b", "new")]), tmp_path)


def test_each_conflict_is_decided_by_itself(tmp_path):
    plan = resolve(
        conflicting(tmp_path),
        lambda step: Decision.KEEP if step.path.name == "a" else Decision.OVERWRITE,
    )
    assert verbs(plan) == {"a": "keep", "b": "overwrite"}


def test_abort_is_an_interruption(tmp_path):
    with pytest.raises(Interrupted):
        resolve(conflicting(tmp_path), lambda step: Decision.ABORT)


def test_undecided_conflicts_name_each_file_and_both_flags(tmp_path):
    with pytest.raises(ConflictError) as caught:
        require_settled(conflicting(tmp_path))
    assert [problem.where for problem in caught.value.problems] == ["a", "b"]
    assert all("--force" in p.remedy and "--keep" in p.remedy for p in caught.value.problems)


# --- the diff -------------------------------------------------------------------------------------


def git_apply(folder: Path, diff: str) -> None:
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=folder, input=diff.encode(), check=True, capture_output=True)


def test_the_diff_says_what_git_would(tmp_path):
    (tmp_path / "a").write_text("1\n2\n3")
    plan = make_plan(Tree([text_file("a", "1\n2\n4"), text_file("b", "x\n", 0o755)]), tmp_path)
    assert unified_diff(plan) == (
        "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n 1\n 2\n"
        "-3\n\\ No newline at end of file\n+4\n\\ No newline at end of file\n"
        "diff --git a/b b/b\nnew file mode 100755\n--- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+x\n"
    )


def test_git_apply_accepts_the_diff(tmp_path):
    before = {"over": "1\n2\n", ".gitignore": "x", "same": "s", "run": "#!/bin/sh\n"}
    for name, text in before.items():
        (tmp_path / name).write_text(text)
    tree = Tree(
        [
            text_file("over", "1\n3\n"),
            text_file(".gitignore", "y\n", policy=Policy.APPEND_LINES),
            text_file("same", "s"),
            text_file("run", "#!/bin/sh\n", 0o755),
            text_file("new/deep/file", "no newline"),
            text_file("empty", ""),
            text_file('odd "name" é', "a\n"),
            text_file("with space", "a\n"),
            text_file("script", "s\n", 0o755),
            text_file("crlf", "a\r\nb\rc\x0cd\u2028e\r\n"),
        ]
    )
    plan = resolve(make_plan(tree, tmp_path), lambda step: Decision.OVERWRITE)
    git_apply(tmp_path, unified_diff(plan))
    for step in plan.steps:
        assert (tmp_path / step.path).read_bytes() == step.new_content
    assert (tmp_path / "run").stat().st_mode & 0o100
    assert (tmp_path / "script").stat().st_mode & 0o100
    assert set(verbs(make_plan(tree, tmp_path)).values()) == {"identical"}


def test_a_binary_file_is_named_and_does_not_spoil_the_rest(tmp_path):
    tree = Tree([File(PurePosixPath("b"), b"\0\xff"), text_file("c", "1\n")])
    diff = unified_diff(make_plan(tree, tmp_path))
    assert "Binary file b differs" in diff
    git_apply(tmp_path, diff)
    assert (tmp_path / "c").read_text() == "1\n"


lines = st.lists(
    st.sampled_from(["", "a", "b", "-- x", "++ y", "@@", "\\", " ", "é", "\r", "\x0c"])
)
texts = st.one_of(
    st.builds(lambda parts, end: "\n".join(parts) + end, lines, st.sampled_from(["", "\n"])),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(old=texts, new=texts, fresh=texts)
def test_git_apply_turns_old_into_new(tmp_path_factory, old, new, fresh):
    folder = tmp_path_factory.mktemp("diff")
    (folder / "over").write_bytes(old.encode())
    tree = Tree([text_file("over", new), text_file("fresh", fresh)])
    git_apply(folder, unified_diff(make_plan(tree, folder)))
    assert (folder / "over").read_bytes() == new.encode()
    assert (folder / "fresh").read_bytes() == fresh.encode()
