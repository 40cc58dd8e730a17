"""Trees: what a template may ask for, and what merging makes of a file that is there."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scaffold.base.errors import InputError
from scaffold.writer.tree import (
    WORK_NAME,
    File,
    Policy,
    Tree,
    append_missing_lines,
    path_fault,
    state_file,
    text_file,
)


def test_a_tree_is_a_sorted_mapping_that_cannot_change():
    tree = Tree([text_file("b/x", "2"), text_file("a", "1"), text_file("b/a", "3")])
    assert [str(path) for path in tree] == ["a", "b/a", "b/x"]
    assert tree[PurePosixPath("a")].content == b"1"
    assert len(tree) == 3
    with pytest.raises(TypeError):
        tree[PurePosixPath("c")] = text_file("c", "")  # type: ignore[index]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/etc/passwd", "is absolute"),
        ("..", "'..'"),
        ("a/../../b", "'..'"),
        ("", "is empty"),
        (".", "is empty"),
        (".git/hooks/post-checkout", "reserved name .git"),
        ("sub/.GIT/config", "reserved name .GIT"),
        (f"{WORK_NAME}/journal", "reserved name"),
        ("a\\b", "backslash"),
        ("a\0b", "cannot be printed"),
        ("a\nb", "cannot be printed"),
        ("a\x1b[2Jb", "cannot be printed"),
        ("a\udcffb", "cannot be printed"),
        ("é" * 128, "longer than 255 bytes"),
    ],
)
def test_unusable_paths_are_refused_and_named(path, why):
    with pytest.raises(InputError) as caught:
        Tree([text_file(path, "")])
    (problem,) = caught.value.problems
    assert why in problem.what
    assert problem.where == repr(str(PurePosixPath(path)))


@pytest.mark.parametrize(
    "paths",
    [
        ("a", "a"),
        ("README", "readme"),
        ("Parts/a", "parts/b"),
        ("a", "a/b"),
        ("A", "a/b"),
        ("stra\u00dfe", "STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
    ],
)
def test_paths_that_collide_somewhere_are_refused(paths):
    with pytest.raises(InputError, match="collides with"):
        Tree(text_file(path, "") for path in paths)


def test_all_problems_come_at_once():
    with pytest.raises(InputError) as caught:
        Tree([text_file("/a", ""), text_file("../b", ""), text_file("c", ""), text_file("C", "")])
    assert len(caught.value.problems) == 3


def test_a_dot_git_like_name_is_fine():
    assert set(map(str, Tree([text_file(".gitignore", ""), text_file(".github/x", "")]))) == {
        ".gitignore",
        ".github/x",
    }


def test_merge_goes_with_replace_only():
    with pytest.raises(ValueError, match="merge goes with"):
        File(PurePosixPath("a"), b"", policy=Policy.REPLACE)
    with pytest.raises(ValueError, match="merge goes with"):
        File(PurePosixPath("a"), b"", merge=lambda old: old)


def test_a_state_file_replaces_only_what_is_ours():
    file = state_file(".nxc-scaffold.toml", b"new", lambda old: old.startswith(b"# ours"))
    assert file.merge is not None
    assert file.merge(b"# ours\nx = 1\n") == b"new"
    assert file.merge(b"x = 1\n") is None


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        (b"", b"result\n", b"result\n"),
        (b"result\n", b"result\n", b"result\n"),
        (b"build", b"result\n", b"build\nresult\n"),
        (b"build\r\nx\r\n", b"result\n", b"build\r\nx\r\nresult\r\n"),
        (b"result\r\n", b"result\n", b"result\r\n"),
        (b"\xef\xbb\xbfresult\n", b"result\n", b"\xef\xbb\xbfresult\n"),
        (b"!result\n", b"result\nbuild\n", b"!result\nbuild\n"),
        (b"a\n", b"# nix\na\n# nxc\nb\n", b"a\n# nix\n# nxc\nb\n"),
        (b"a\n", b"# nix\na\n\n# nxc\nb\n", b"a\n# nxc\nb\n"),
        (b"a\n# nxc\n", b"# nxc\nb\nb\n", b"a\n# nxc\nb\n"),
        (b"\xff\xfe\n", b"a\n", b"\xff\xfe\na\n"),
    ],
)
def test_missing_lines_are_appended(old, new, result):
    assert append_missing_lines(old, new) == result


@given(st.binary(max_size=80), st.binary(max_size=80))
@example(b"", b"\xef\xbb\xbf")
def test_appending_keeps_what_is_there_and_is_done_once(old, new):
    once = append_missing_lines(old, new)
    assert once.startswith(old)
    assert append_missing_lines(once, new) == once


@given(st.text(max_size=20))
def test_an_accepted_path_stays_below_the_target(text):
    path = PurePosixPath(text)
    if path_fault(path) is None:
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert path.parts
        assert "\0" not in text
