"""Git: the commands asked for, and what a real git makes of them."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from scaffold.base.errors import ExternalError, Problem
from scaffold.system.git import (
    GitResult,
    blob,
    forget_deleted,
    init_if_needed,
    intent_to_add,
    merge_file,
    store,
)
from scaffold.system.process import Completed
from scaffold.writer.merging import blob_id


class FakeGit:
    """Answers each command by its first matching word; records what it was asked."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def __call__(self, argv, *, cwd, env, input=None):  # noqa: A002
        self.asked.append(argv)
        returncode, out, err = next(
            (answer for word, answer in self.answers.items() if word.replace("_", "-") in argv),
            (0, "", ""),
        )
        return Completed(tuple(argv), returncode, out, err, 0.0)


def missing(argv, **options):
    raise ExternalError(Problem("git", "the program is not on PATH", "Install git"))


def git(folder, *arguments):
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


NO_REPOSITORY = (128, "", "fatal: not a git repository\n")


def test_init_asks_for_main(tmp_path):
    fake = FakeGit(rev_parse=NO_REPOSITORY)
    assert init_if_needed(tmp_path, run=fake) == GitResult(True)
    assert fake.asked[1] == ["git", "init", "--quiet", "--initial-branch=main"]


def test_an_old_git_gets_its_branch_another_way(tmp_path):
    fake = FakeGit(
        rev_parse=NO_REPOSITORY, **{"--initial-branch=main": (129, "", "error: unknown option")}
    )
    assert init_if_needed(tmp_path, run=fake).done
    assert fake.asked[2:] == [
        ["git", "init", "--quiet"],
        ["git", "symbolic-ref", "HEAD", "refs/heads/main"],
    ]


def test_a_failed_init_is_told_not_raised(tmp_path):
    fake = FakeGit(rev_parse=NO_REPOSITORY, init=(1, "", "fatal: cannot mkdir\nmore"))
    assert init_if_needed(tmp_path, run=fake) == GitResult(False, "fatal: cannot mkdir")


def test_a_missing_git_is_told_not_raised(tmp_path):
    reason = "git: the program is not on PATH"
    assert init_if_needed(tmp_path, run=missing) == GitResult(False, reason)
    assert intent_to_add(tmp_path, [PurePosixPath("a")], run=missing) == GitResult(False, reason)


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
def test_a_repository_of_the_environment_is_left_alone(tmp_path, monkeypatch, name):
    monkeypatch.setenv(name, str(tmp_path))
    fake = FakeGit()
    assert f"{name} is set" in init_if_needed(tmp_path, run=fake).reason
    assert fake.asked == []


def test_a_repository_that_git_refuses_gets_no_other_inside(tmp_path):
    (tmp_path / ".git").mkdir()
    fake = FakeGit(rev_parse=(128, "", "fatal: detected dubious ownership in repository\n"))
    result = init_if_needed(tmp_path, run=fake)
    assert result == GitResult(False, "fatal: detected dubious ownership in repository")
    assert len(fake.asked) == 1


def test_real_init_once(tmp_path):
    assert init_if_needed(tmp_path) == GitResult(True)
    assert git(tmp_path, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    (tmp_path / "sub").mkdir()
    again = init_if_needed(tmp_path / "sub")
    assert again == GitResult(False, f"already in the repository {tmp_path}")
    assert not (tmp_path / "sub/.git").exists()


def test_files_are_announced_and_ignored_ones_left_alone(tmp_path):
    init_if_needed(tmp_path)
    lab = tmp_path / "lab"
    (lab / "secrets").mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("secrets/\n")
    names = ["a.nix", "*.nix", ":x", "b c", "é", "secrets/key"]
    for name in names:
        (lab / name).write_text("x")
    result = intent_to_add(lab, map(PurePosixPath, names))
    assert result == GitResult(True, "", (PurePosixPath("secrets/key"),))
    listed = git(lab, "ls-files", "-z").split("\0")[:-1]
    assert sorted(listed) == sorted(names[:-1])
    assert git(lab, "diff", "--cached", "--name-only") == ""


def test_the_announcement_of_a_deleted_file_is_taken_back(tmp_path):
    init_if_needed(tmp_path)
    names = ["announced.nix", "parts/*.nix", "added.nix", "committed.nix", "empty.nix"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("" if name == "empty.nix" else "{ }\n")
    git(tmp_path, "add", "committed.nix", "empty.nix")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")
    git(tmp_path, "add", "added.nix")
    assert intent_to_add(tmp_path, map(PurePosixPath, names)).done
    for name in names:
        (tmp_path / name).unlink()
    assert forget_deleted(tmp_path, map(PurePosixPath, names)) == GitResult(True)
    shown = git(tmp_path, "status", "--porcelain").splitlines()
    assert shown == ["AD added.nix", " D committed.nix", " D empty.nix"]


def test_deleted_files_of_a_new_repository_in_a_folder_below_are_forgotten(tmp_path):
    git(tmp_path, "init", "-q")
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / "a.nix").write_text("{ }\n")
    assert intent_to_add(lab, [PurePosixPath("a.nix")]).done
    (lab / "a.nix").unlink()
    assert forget_deleted(lab, [PurePosixPath("a.nix"), PurePosixPath("never.nix")]).done
    assert git(tmp_path, "status", "--porcelain") == ""


def test_a_wholly_ignored_folder_is_told(tmp_path):
    init_if_needed(tmp_path)
    (tmp_path / ".gitignore").write_text("*\n")
    (tmp_path / "a").touch()
    result = intent_to_add(tmp_path, [PurePosixPath("a")])
    assert (result.done, result.reason) == (False, "git ignores all of the files")


def test_outside_a_repository_nothing_is_added(tmp_path):
    result = intent_to_add(tmp_path, [PurePosixPath("a")])
    assert not result.done
    assert "not a git repository" in result.reason


def test_nothing_to_announce_needs_no_git():
    assert intent_to_add(Path("/"), [], run=missing).done


# --- objects and merges ---------------------------------------------------------------------------


def test_what_is_stored_is_found_by_its_id(tmp_path):
    init_if_needed(tmp_path)
    (tmp_path / ".gitattributes").write_text("* text eol=crlf\n")
    contents = ["a\r\nb é\n".encode(), b""]
    assert store(tmp_path, contents).done
    for content in contents:
        assert blob(tmp_path, blob_id(content)) == content
    assert blob(tmp_path, "0" * 40) is None


def test_without_a_repository_nothing_is_stored_and_why_is_said(tmp_path):
    found = store(tmp_path, [b"a"])
    assert not found.done
    assert "not a git repository" in found.reason
    assert blob(tmp_path, blob_id(b"a")) is None


BASE, MINE, THEIRS = b"1\n2\n3\n", b"0\n1\n2\n3\n", b"1\n2\n4\n"


def test_versions_are_merged_without_a_repository():
    assert merge_file(BASE, MINE, THEIRS) == (b"0\n1\n2\n4\n", True)
    assert merge_file(BASE, b"1\n2\n5\n", THEIRS, favour="ours") == (b"1\n2\n5\n", True)
    assert merge_file(BASE, b"1\n2\n5\n", THEIRS, favour="theirs") == (THEIRS, True)
    marked, clean = merge_file(BASE, b"1\n2\n5\n", THEIRS, labels=("A", "B", "C"))
    assert not clean
    assert b"<<<<<<< A\n5\n" in marked
    assert b"4\n>>>>>>> C\n" in marked


def test_what_is_no_text_is_not_merged():
    assert merge_file(b"\0", b"\0a", b"\0b") is None


def test_without_git_nothing_is_merged(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert merge_file(BASE, MINE, THEIRS) is None
