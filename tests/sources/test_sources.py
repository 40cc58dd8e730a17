"""Every form of address becomes the right fetcher, and what is none is refused."""

import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold.base.errors import ExternalError, InputError
from scaffold.sources import hashes
from scaffold.sources.addresses import parse_source
from scaffold.sources.hashes import fetch, prefetch, sri

FORMS = [
    ("https://github.com/sharkdp/fd", "fetchFromGitHub", {"owner": "sharkdp", "repo": "fd"}, ""),
    ("github:sharkdp/fd/v1.0", "fetchFromGitHub", {"owner": "sharkdp", "repo": "fd"}, "v1.0"),
    ("git@github.com:a/b.git", "fetchFromGitHub", {"owner": "a", "repo": "b"}, ""),
    (
        "https://github.com/a/b/releases/tag/v1",
        "fetchFromGitHub",
        {"owner": "a", "repo": "b"},
        "v1",
    ),
    (
        "https://github.com/a/b/archive/refs/tags/v1.2.tar.gz",
        "fetchFromGitHub",
        {"owner": "a", "repo": "b"},
        "v1.2",
    ),
    (
        "https://gitlab.inria.fr/bleuse/procset.py.git",
        "fetchFromGitLab",
        {"domain": "gitlab.inria.fr", "owner": "bleuse", "repo": "procset.py"},
        "",
    ),
    (
        "https://gricad-gitlab.univ-grenoble-alpes.fr/a/b/c/-/tree/main",
        "fetchFromGitLab",
        {"domain": "gricad-gitlab.univ-grenoble-alpes.fr", "owner": "a/b", "repo": "c"},
        "main",
    ),
    ("gitlab:a/b/c", "fetchFromGitLab", {"owner": "a/b", "repo": "c"}, ""),
    (
        "https://codeberg.org/a/b",
        "fetchFromGitea",
        {"domain": "codeberg.org", "owner": "a", "repo": "b"},
        "",
    ),
    ("https://git.sr.ht/~a/b", "fetchFromSourcehut", {"owner": "~a", "repo": "b"}, ""),
    ("https://git.example.org/x.git", "fetchgit", {"url": "https://git.example.org/x.git"}, ""),
    ("pypi:viola", "fetchPypi", {"pname": "viola"}, ""),
    ("https://crates.io/crates/hexyl", "fetchCrate", {"pname": "hexyl"}, ""),
    ("gem:jekyll", "fetchurl", {}, ""),
    ("https://x.org/y-1.2.zip", "fetchzip", {"url": "https://x.org/y-1.2.zip"}, ""),
]


@pytest.mark.parametrize(("given", "fetcher", "attributes", "ref"), FORMS)
def test_forms(given: str, fetcher: str, attributes: dict[str, str], ref: str) -> None:
    source = parse_source(given)
    assert (source.fetcher, source.attributes, source.ref) == (fetcher, attributes, ref)


def test_the_version_is_read_from_the_address() -> None:
    assert parse_source("https://ftp.example.org/hello-2.12.1.tar.gz").version == "2.12.1"
    assert parse_source("https://pypi.org/project/requests/2.32.0/").version == "2.32.0"
    assert parse_source("https://rubygems.org/gems/jekyll/versions/4.0").version == "4.0"


@pytest.mark.parametrize(
    "given",
    [
        "nosuch",
        "https://example.org/page",
        "https://github.com/alone",
        "ftp://x.org/y",
        'https://github.com/a/b"; rm -rf',
        "mailto:a@b.c",
        "",
    ],
)
def test_what_is_no_source(given: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_source(given)
    assert len(caught.value.problems) == 1


def test_sri_of_nix_base_32() -> None:
    # nix hash to-sri --type sha256 of the empty input's hash
    text = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"
    assert sri(text) == "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_offline_nothing_is_fetched() -> None:
    found = fetch(parse_source("github:a/b"), offline=True)
    assert (found.folder, found.hash) == (None, "")
    assert "offline" in found.reason


@pytest.mark.nix
def test_a_hash_is_fetched(nix_program: str, tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_bytes(b"")
    try:
        found, path = prefetch(file.as_uri(), unpack=False)
    except ExternalError as error:
        if "store" not in str(error) and "daemon" not in str(error):
            raise
        return  # no store that this user may write to
    assert found == "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert path.read_bytes() == b""


@pytest.mark.parametrize(
    "given", ["https://ada:secret@example.org/x-1.0.tar.gz", "https://token@github.com/o/r"]
)
def test_a_password_in_an_address_is_refused_and_not_shown(given: str) -> None:
    with pytest.raises(InputError, match="Leave out what stands before the @") as caught:
        parse_source(given)
    assert "secret" not in str(caught.value)
    assert "token" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "ref", "inner"),
    [
        ("https://github.com/a/b/tree/main/sub/dir", "main", "sub/dir"),
        ("https://github.com/a/b/tree/v1.2", "v1.2", ""),
        ("https://github.com/a/b/blob/main/sub/x.c", "main", "sub"),
        ("https://gitlab.com/a/b/-/tree/v1/sub", "v1", "sub"),
        ("https://codeberg.org/a/b/src/tag/v1/sub", "v1", "sub"),
        ("https://github.com/a/b/releases/tag/sub/v1", "sub/v1", ""),
        ("https://github.com/a/b/archive/refs/heads/main.zip", "main", ""),
    ],
)
def test_a_page_of_a_folder_keeps_the_folder(given: str, ref: str, inner: str) -> None:
    source = parse_source(given)
    assert (source.ref, source.inner) == (ref, inner)


@pytest.mark.parametrize(
    "given",
    [
        "https://github.com/a/b/releases/download/v1.2/b-1.2.tar.gz",
        "https://gitlab.com/a/b/-/releases/v1.2/downloads/b-1.2.tar.gz",
        "https://codeberg.org/a/b/releases/download/v1.2/b-1.2.tar.gz",
        "https://gitlab.com/a/b/uploads/0123/b-1.2.tar.gz",
    ],
)
def test_a_file_of_a_release_stays_what_it_is(given: str) -> None:
    source = parse_source(given)
    assert (source.fetcher, source.attributes["url"]) == ("fetchurl", given)
    assert (source.name, source.version) == ("b", "1.2")


def test_a_folder_above_is_no_folder() -> None:
    with pytest.raises(InputError, match="goes up"):
        parse_source("https://github.com/a/b/tree/main/../../c")


@pytest.mark.parametrize("ending", ["tar.gz", "zip"])
def test_a_local_archive_is_an_archive(ending: str, tmp_path: Path) -> None:
    (tmp_path / "in/reed-1.2").mkdir(parents=True)
    (tmp_path / "in/reed-1.2/Makefile").write_text("x:\n")
    form = {"tar.gz": "gztar", "zip": "zip"}[ending]
    file = shutil.make_archive(str(tmp_path / "reed-1.2"), form, tmp_path / "in")
    source = parse_source(file)
    assert (source.kind, source.name, source.version) == ("local archive", "reed", "1.2")
    found = fetch(source, offline=True)
    assert found.folder is not None
    assert (found.folder / "Makefile").read_text() == "x:\n"


def test_an_archive_writes_nothing_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "bad-1.0.tar"
    with tarfile.open(file, "w") as archive:
        archive.addfile(tarfile.TarInfo("../out"))
    assert "cannot be unpacked" in fetch(parse_source(str(file)), offline=True).reason
    assert [p.name for p in tmp_path.iterdir()] == ["bad-1.0.tar"]
    file.write_bytes(b"no archive")
    assert "cannot be unpacked" in fetch(parse_source(str(file)), offline=True).reason


def test_a_local_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x")
    with pytest.raises(InputError, match="it is no archive"):
        parse_source(str(tmp_path / "x.txt"))


def test_of_a_version_its_tag_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "listed_tags", lambda _: ("b-1.7.1", "b-1.8.0"))
    source = replace(parse_source("github:a/b"), version="1.7.1")
    assert hashes.newest(source).ref == "b-1.7.1"
    with pytest.raises(ExternalError, match=r"none of its 2 tags is of 9\.0"):
        hashes.newest(replace(source, version="9.0"))
