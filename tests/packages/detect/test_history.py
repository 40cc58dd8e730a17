"""Version, tag and facts are of one tree; what git refuses is told."""

from pathlib import Path

import pytest

from scaffold.packages.builders import load_builders
from scaffold.packages.detect import history
from scaffold.packages.detect.facts import Folder
from scaffold.packages.detect.source import detect
from scaffold.sources.tags import tag_of
from scaffold.system.process import Completed, MissingProgramError
from tests.packages.test_detect import git

BUILDERS = load_builders()


def crate(version: str, licence: str = "MIT") -> str:
    return f'[package]\nname = "reed"\nversion = "{version}"\nlicense = "{licence}"\n'


@pytest.fixture
def ahead(tmp_path: Path) -> Path:
    """Return a repository whose last commit is one after its release."""
    git(tmp_path, "init", "-q")
    (tmp_path / "Cargo.toml").write_text(crate("1.0.0"))
    for tag in ("reed-0.9.0", "2024.05.01", "v1.0.0"):
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", tag, "--allow-empty")
        git(tmp_path, "tag", tag)
    (tmp_path / "Cargo.toml").write_text(crate("1.1.0", "Apache-2.0"))
    (tmp_path / "meson.build").write_text("project('reed', 'c')\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "next")
    return tmp_path


def test_all_facts_are_those_of_the_tag(ahead: Path) -> None:
    facts = detect(ahead, BUILDERS)
    assert (facts.value("version"), facts.value("ref")) == ("1.0.0", "v1.0.0")
    assert (facts.value("builder"), facts.value("licence")) == ("rust", "MIT")
    assert facts.found["licence"].seen == "Cargo.toml:4"
    assert "1 commit from v1.0.0: all was read from v1.0.0" in facts.notes["tree"]


def test_edits_that_are_not_committed_are_not_of_the_tag(ahead: Path) -> None:
    git(ahead, "checkout", "-q", "v1.0.0")
    assert "tree" not in detect(ahead, BUILDERS).notes
    (ahead / "Cargo.toml").write_text(crate("1.0.0", "Zlib"))
    facts = detect(ahead, BUILDERS)
    assert facts.value("licence") == "MIT"
    assert facts.notes["tree"] == "files here are edited: all was read from v1.0.0"


@pytest.mark.parametrize(
    ("version", "tag"), [("0.9.0", "reed-0.9.0"), ("2024.05.01", "2024.05.01"), ("9.9", None)]
)
def test_a_version_that_is_given_follows_the_tags_at_hand(
    version: str, tag: str | None, ahead: Path
) -> None:
    facts = detect(ahead, BUILDERS, version=version)
    assert facts.value("ref") == tag
    if tag is None:
        assert facts.notes["version"] == "none of its 3 tags is of 9.9; the newest is v1.0.0"


def test_a_ref_that_is_given_is_looked_at(ahead: Path) -> None:
    facts = detect(ahead, BUILDERS, ref="v1.0.0")
    assert (facts.value("version"), facts.value("licence")) == ("1.0.0", "MIT")
    told = detect(ahead, BUILDERS, ref="v7.0.0").notes["tree"]
    assert "v7.0.0 is not in this repository" in told


@pytest.mark.parametrize(
    ("version", "tags", "tag"),
    [
        ("1.7.1", ["jq-1.7.1", "jq-1.6"], "jq-1.7.1"),
        ("2024.05.01", ["2024.05.01"], "2024.05.01"),
        ("1.2.3", ["v1.2.3", "1.2.3-rc1"], "v1.2.3"),
        ("1.2.3", ["release_1_2_3"], "release_1_2_3"),
        ("1.2.3", ["other-1.2.3"], ""),
        ("1.2.3", [], ""),
    ],
)
def test_the_tag_of_a_version(version: str, tags: list[str], tag: str) -> None:
    assert tag_of(version, tags, ("jq",)) == tag


def test_a_tree_of_a_commit_reads_as_a_folder_does(ahead: Path) -> None:
    (ahead / "deep").mkdir()
    (ahead / "deep/a.txt").write_text("\ufeffa\r\nb")
    (ahead / "vendor").mkdir()
    (ahead / "vendor/b.c").write_text("x")
    (ahead / "link").symlink_to("/etc/passwd")
    git(ahead, "add", "-A")
    git(ahead, "commit", "-qm", "more")
    git(ahead, "tag", "v2")
    tree, folder = history.History(ahead).tree("v2"), Folder(ahead)
    assert tree is not None
    assert set(tree.walk()) == {f for f in folder.walk() if f != "link"}
    assert tree.text("deep/a.txt") == folder.text("deep/a.txt") == "a\nb"
    assert [n for n in folder.names() if n not in (".git/", "link")] == tree.names()
    assert tree.text("link") == ""
    assert tree.has("Cargo.toml")


def test_git_that_refuses_or_is_missing_is_told(
    ahead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(argv: list[str], **_: object) -> Completed:
        return Completed(tuple(argv), 128, "", "fatal: detected dubious ownership in it", 0.0)

    monkeypatch.setattr(history.process, "run", refuses)
    assert "git config --global --add safe.directory" in detect(ahead, BUILDERS).notes["history"]

    def missing(argv: list[str], **_: object) -> Completed:
        raise MissingProgramError

    monkeypatch.setattr(history.process, "run", missing)
    assert "git is not installed" in detect(ahead, BUILDERS).notes["history"]


def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Cargo.toml").write_text(crate("1.0.0"))
    opened = Path.open

    def refused(self: Path, mode: str = "r", **more: object) -> object:
        if self.name == "Cargo.toml":
            raise PermissionError(13, "Permission denied")
        return opened(self, mode, **more)

    monkeypatch.setattr(Path, "open", refused)
    assert (
        detect(tmp_path, BUILDERS).notes["files"]
        == "cannot be read: Cargo.toml (Permission denied)"
    )


def test_a_newest_number_that_nothing_goes_on_with_is_not_certain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tag 9.1.0 was a slip for 0.9.1: its own file and the tags after it have small numbers."""
    git(tmp_path, "init", "-q")
    for day, (tag, said) in enumerate([("0.9.0", "0.9.0"), ("9.1.0", "0.9.1"), ("0.9.2", "0.9.2")]):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2024-01-0{day + 1}T00:00:00Z")
        (tmp_path / "Cargo.toml").write_text(crate(said))
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", tag)
        git(tmp_path, "tag", tag)
    (tmp_path / "Cargo.toml").write_text(crate("0.9.3"))
    git(tmp_path, "commit", "-qam", "next")
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("version") is None
    assert "the tag 0.9.2 is later, and Cargo.toml says 0.9.3" in facts.notes["version"]
    (tmp_path / "Cargo.toml").unlink()  # only the file of the tag tells it now
    git(tmp_path, "commit", "-qam", "moved")
    assert "and Cargo.toml says 0.9.1" in detect(tmp_path, BUILDERS).notes["version"]


def test_a_tag_with_a_number_in_another_form_is_not_passed_over(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "Makefile").write_text("all:\n\tcc x.c\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    git(tmp_path, "tag", "libharp3_12_0")
    git(tmp_path, "commit", "-qm", "y", "--allow-empty")
    facts = detect(tmp_path, BUILDERS)
    assert facts.value("version") is None
    assert "whether the tag libharp3_12_0 is a release is not certain" in facts.notes["version"]


def test_a_number_of_which_only_previews_came_out_is_not_that_of_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "Cargo.toml").write_text(crate("2.0.0"))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    assert str(detect(tmp_path, BUILDERS).value("version")).startswith("2.0.0-unstable-")
    git(tmp_path, "tag", "v2.0.0-rc.1")
    git(tmp_path, "commit", "-qm", "y", "--allow-empty")
    assert str(detect(tmp_path, BUILDERS).value("version")).startswith("0-unstable-")
