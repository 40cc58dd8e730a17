"""Three versions of a file: each combination of edited, changed and deleted has its own outcome."""

from __future__ import annotations

import subprocess
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.system import git
from scaffold.writer.merging import Merged, Past, blob_id, compare, missing, unedited
from scaffold.writer.plan import make_plan, restored, unified_diff
from scaffold.writer.steps import Decision, Verb, decided
from scaffold.writer.tree import Policy, Tree, text_file

BASE = "{\n  a = 1;\n\n  b = 2;\n\n  c = 3;\n}\n"
THEIRS = BASE.replace("c = 3", "c = 30")
MINE = BASE.replace("a = 1", "a = 10")
BOTH = THEIRS.replace("a = 1", "a = 10")
AGAINST = BASE.replace("c = 3", "c = 31")
CONTENT = {blob_id(BASE.encode()): BASE.encode()}


def merge(base, mine, theirs, favour):
    found = git.merge_file(base, mine, theirs, favour=favour, labels=("yours", "before", "new"))
    return found and Merged(*found)


def past(base=BASE, *, known=True, name="a.nix"):
    contents = CONTENT if known else {}
    written = {PurePosixPath(name): blob_id(base.encode())}
    return Past(written, lambda _, blob: contents.get(blob), merge)


def outcome(disk, new, *, before=None, mode=0o644, **more):
    return compare(text_file("a.nix", new, **more), disk.encode(), mode, before or past())


@pytest.mark.parametrize(
    ("disk", "new", "verb", "content"),
    [
        (BASE, BASE, Verb.IDENTICAL, BASE),
        (BASE, THEIRS, Verb.UPDATE, THEIRS),
        (MINE, BASE, Verb.KEEP, MINE),
        (MINE, THEIRS, Verb.MERGE, BOTH),
        (BOTH, THEIRS, Verb.KEEP, BOTH),
        (THEIRS, THEIRS, Verb.IDENTICAL, THEIRS),
        (AGAINST, THEIRS, Verb.CONFLICT, THEIRS),
    ],
)
def test_what_was_written_last_decides(disk, new, verb, content):
    found = outcome(disk, new)
    assert (found.verb, found.content.decode()) == (verb, content)
    assert bool(found.reason) == (verb in (Verb.KEEP, Verb.CONFLICT))


def test_a_conflict_has_what_each_decision_makes_of_it():
    found = outcome(AGAINST.replace("a = 1", "a = 10"), THEIRS)
    assert b"a = 10" in found.merged[Decision.MINE]
    assert b"a = 10" in found.merged[Decision.THEIRS]
    assert b"c = 31" in found.merged[Decision.MINE]
    assert b"c = 30" in found.merged[Decision.THEIRS]
    marked = found.merged[Decision.MARKERS].decode()
    assert marked.index("<<<<<<< yours") < marked.index("c = 31") < marked.index("c = 30")


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (Past(), "its content differs"),
        (past(known=False), "what was written before is not known any more"),
        (Past(past().written, past().content), "git is missing"),
    ],
)
def test_what_cannot_be_merged_is_a_conflict_that_says_why(before, reason):
    found = outcome(MINE, THEIRS, before=before)
    assert found.verb is Verb.CONFLICT
    assert reason in found.reason
    assert found.merged == {}


def crlf(text):
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("disk", "new", "verb", "content"),
    [
        (crlf(BASE), BASE, Verb.IDENTICAL, crlf(BASE)),
        (crlf(BASE), THEIRS, Verb.UPDATE, crlf(THEIRS)),
        (crlf(MINE), THEIRS, Verb.MERGE, crlf(BOTH)),
        (crlf(MINE), BASE, Verb.KEEP, crlf(MINE)),
    ],
)
def test_line_ends_are_no_edit_and_stay(disk, new, verb, content):
    found = outcome(disk, new)
    assert (found.verb, found.content.decode()) == (verb, content)


def test_line_ends_of_some_lines_only_are_an_edit():
    mixed = BASE.replace("a = 1;\n", "a = 1; # mine\r\n")
    found = outcome(mixed, THEIRS)
    assert found.verb is Verb.MERGE
    assert b"a = 1; # mine\r\n" in found.content
    assert found.content.count(b"\r\n") == 1


def test_a_mode_is_no_edit_of_what_was_written_and_one_of_what_was_not():
    assert outcome(BASE, BASE, mode=0o644) == outcome(BASE, BASE, mode=0o755)
    script = text_file("a.nix", BASE, 0o755)
    assert compare(script, BASE.encode(), 0o644, past()).verb is Verb.IDENTICAL
    assert compare(script, BASE.encode(), 0o644, Past()).verb is Verb.CONFLICT


@pytest.mark.parametrize(
    ("new", "verb"), [(BASE, Verb.KEEP), (THEIRS, Verb.CONFLICT)], ids=["same", "changed"]
)
def test_a_deleted_file_is_an_edit(new, verb):
    found = missing(text_file("a.nix", new), past())
    assert found.verb is verb
    assert found.reason.startswith("you deleted it")
    assert missing(text_file("a.nix", new), Past()).verb is Verb.CREATE


def test_a_merge_that_cannot_be_read_is_a_conflict():
    base = "{\n  a = 1;\n\n\n\n  b = 2;\n}\n"
    before = Past(
        {PurePosixPath("a.nix"): blob_id(base.encode())},
        lambda *_: base.encode(),
        lambda *_: Merged(b"{ a = ", clean=True),
    )
    found = outcome(base + "# mine\n", base.replace("1", "3"), before=before)
    assert found.verb is Verb.CONFLICT
    assert "cannot be read" in found.reason
    broken = compare(text_file("a.nix", "{ }"), b"{ a = # mine", 0o644, before)
    assert broken.verb is Verb.MERGE, "the user's own was not readable before"


def test_missing_lines_are_appended_where_lines_cannot_be_merged():
    file = text_file("a.nix", "result\nnew\n", policy=Policy.APPEND_LINES)
    before = Past({file.path: blob_id(b"result\n")}, lambda *_: b"result\n", merge)
    assert compare(file, b"result\n", 0o644, before).verb is Verb.UPDATE
    found = compare(file, b"result\nmine\n", 0o644, before)
    assert (found.verb, found.content) == (Verb.APPEND, b"result\nmine\nnew\n")
    same = text_file("a.nix", "result\n", policy=Policy.APPEND_LINES)
    assert compare(same, b"mine\n", 0o644, before).verb is Verb.KEEP, "the user removed the line"


@given(st.binary())
def test_the_id_is_that_of_git(content):
    assert unedited(content, blob_id(content))
    assert blob_id(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_git_gives_the_same_id(tmp_path):
    content = "é\r\n\n".encode()
    (tmp_path / "a").write_bytes(content)
    words = ["git", "hash-object", "--no-filters", "a"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == blob_id(content)


# --- plans ----------------------------------------------------------------------------------------


def planned(tmp_path, disk, new=(), wrote=BASE):
    for name, text in disk.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    names = ["a.nix", "old/gone.nix"]
    before = Past({PurePosixPath(name): blob_id(wrote.encode()) for name in names},
                  past().content, merge)  # fmt: skip
    return make_plan(Tree(text_file(*file) for file in new), tmp_path, past=before)


def test_what_is_not_wanted_any_more_is_deleted_unless_it_was_edited(tmp_path):
    plan = planned(tmp_path, {"a.nix": MINE, "old/gone.nix": crlf(BASE), "own.nix": BASE})
    found = {str(step.path): step.verb for step in plan.steps}
    assert found == {"a.nix": Verb.KEEP, "old/gone.nix": Verb.DELETE}
    assert plan.steps[0].reason == "it is not wanted any more, but you edited it"
    assert [str(path) for path in plan.present] == ["a.nix"]
    assert "deleted file mode 100644" in unified_diff(plan)
    assert "+++ /dev/null" in unified_diff(plan)


def test_a_symlink_in_the_place_of_an_unwanted_file_stays(tmp_path):
    (tmp_path / "a.nix").symlink_to("elsewhere")
    (step,) = planned(tmp_path, {}).steps
    assert step.verb is Verb.KEEP
    assert "is a symlink" in step.reason


def test_a_deleted_file_is_written_again_when_that_is_wanted(tmp_path):
    plan = planned(tmp_path, {}, [("a.nix", BASE)])
    assert [step.verb for step in plan.steps] == [Verb.KEEP]
    assert plan.present == ()
    assert [step.verb for step in restored(plan).steps] == [Verb.CREATE]


def test_counts_are_those_of_the_verbs(tmp_path):
    new = [("a.nix", THEIRS), ("b.nix", "1"), ("c.nix", "2")]
    plan = planned(tmp_path, {"a.nix": BASE, "old/gone.nix": BASE}, new)
    assert plan.counts == {Verb.CREATE: 2, Verb.UPDATE: 1, Verb.DELETE: 1}


def test_decisions_that_need_a_base_need_one(tmp_path):
    (step,) = make_plan(Tree([text_file("a", "1")]), tmp_path).steps
    (tmp_path / "a").write_text("2")
    (step,) = make_plan(Tree([text_file("a", "1")]), tmp_path).steps
    assert decided(step, Decision.MARKERS).verb is Verb.CONFLICT
    assert decided(step, Decision.MINE).verb is Verb.KEEP
    assert decided(step, Decision.THEIRS).verb is Verb.OVERWRITE


lines = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=12)


@given(base=lines, mine=lines, theirs=lines)
def test_no_line_that_the_user_added_is_lost_without_a_conflict(base, mine, theirs):
    own = ["# mine 1", *mine, "# mine 2"]
    texts = ["".join(f"{line}\n" for line in text) for text in (base, own, theirs)]
    before = Past(
        {PurePosixPath("a.txt"): blob_id(texts[0].encode())}, lambda *_: texts[0].encode(), merge
    )
    found = compare(text_file("a.txt", texts[2]), texts[1].encode(), 0o644, before)
    results = [found.merged[Decision.MARKERS], found.merged[Decision.MINE]] if found.merged else []
    if found.verb is not Verb.CONFLICT:
        results = [found.content]
    for result in results:
        assert b"# mine 1" in result
        assert b"# mine 2" in result
