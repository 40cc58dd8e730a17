"""`package --update` as a user meets it: every builder, the table, files beside, real hashes."""

import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from scaffold.commands import package_update
from scaffold.nixlang.parser import parse
from scaffold.packages.update.bump import bump, filled
from scaffold.packages.update.gemset import gemset, known_sums
from scaffold.packages.update.read_back import read_back
from scaffold.repository.layouts import find_layout
from scaffold.repository.packages_table import table_version
from scaffold.sources import hashes
from scaffold.sources.hashes import Fetched
from tests.commands.test_package import Run, contents, kapack, run
from tests.tools.package_goldens import ADDRESSES, GOLDENS, builder_arguments

__all__ = ["kapack", "run"]

OLD = "sha256-" + "O" * 43 + "="
NEW = "sha256-" + "N" * 43 + "="
#: What a bump resets, by the golden of a builder; the hash of the source is told apart.
RESET = {
    "go": "vendorHash",
    "maven": "mvnHash",
    "node": "npmDepsHash",
    "pnpm": "pnpmDeps.hash",
    "rust": "cargoHash",
    "yarn": "yarnOfflineCache.hash",
}


def added(run: Run, repo: Path, source: str) -> Path:
    """Add the golden package of a builder, with hashes as if it had been built."""
    assert run("--repo", repo, *builder_arguments(source))[0] == 0
    file = repo / "pkgs" / f"new-{source}" / "default.nix"
    file.write_text(file.read_text().replace("lib.fakeHash", f'"{OLD}"'))
    return file


@pytest.mark.parametrize("source", ADDRESSES)
def test_a_bump_of_every_builder(source: str, run: Run, kapack: Path) -> None:
    file = added(run, kapack, source)
    before = file.read_text()
    ref = ("--ref", "r9") if source == "data" else ()
    words = ("--update", f"new-{source}", "--version", "9.9", "--offline", "--no-check", *ref)
    code, _, err = run("--repo", kapack, *words)
    after = file.read_text()
    assert code == 0
    assert 'version = "9.9";' in after
    assert OLD not in after
    assert len(after.splitlines()) == len(before.splitlines())
    changed = [b for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert all(re.search(r'version = "9\.9"|fakeHash|rev = "r9"', line) for line in changed)
    told = " ".join(err.split())
    assert f"hash not known (offline): nix-build nur.nix -A new-{source} tells it" in told
    assert (f"reset {RESET.get(source, '')}" in told) == (source in RESET)
    row = next(
        line
        for line in (kapack / "packages.md").read_text().splitlines()
        if line.startswith(f"|new-{source}|")
    )
    assert row.split("|")[2].endswith("-9.9")
    assert f"nix-build nur.nix -A new-{source} build it" in told


def test_the_hash_of_the_new_source_is_filled(
    run: Run, kapack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = added(run, kapack, "rust")
    asked: list[tuple[str, bool]] = []

    def prefetch(address: str, *, unpack: bool) -> tuple[str, Path]:
        asked.append((address, unpack))
        return NEW, kapack

    monkeypatch.setattr(hashes, "prefetch", prefetch)
    words = ("--update", "new-rust", "--version", "9.9", "--no-check")
    code, _, err = run("--repo", kapack, *words)
    text = file.read_text()
    assert code == 0
    assert asked == [("https://crates.io/api/v1/crates/cello/9.9/download", True)]
    assert f'hash = "{NEW}";' in text
    assert "Not fetched yet" not in text
    assert "cargoHash = lib.fakeHash;" in text
    assert "reset       cargoHash: nix-build nur.nix -A new-rust tells it" in err


@pytest.mark.nix
def test_nix_fetches_the_new_archive(
    run: Run, kapack: Path, tmp_path: Path, nix_program: str
) -> None:
    (tmp_path / "bell-2.0").mkdir()
    with tarfile.open(tmp_path / "bell-2.0.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "bell-2.0", "bell-2.0")
    file = added(run, kapack, "make")
    file.write_text(file.read_text().replace("https://example.org", f"file://{tmp_path}"))
    code, _, err = run("--repo", kapack, "--update", "new-make", "--version", "2.0", "--no-check")
    assert code == 0
    found = re.search(r'hash = "(sha256-\S+)"', file.read_text())
    assert found
    assert found[1] in err
    argv = ["nix-hash", "--type", "sha256", "--flat", "--base32", f"{tmp_path}/bell-2.0.tar.gz"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert found[1] == hashes.sri(done.stdout.strip())


def tagged(repo: Path, *tags: str) -> None:
    """Make a repository with these release tags."""
    git = ["git", "-C", str(repo), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "all"], check=True)
    for tag in tags:
        subprocess.run([*git, "tag", tag], check=True)


@pytest.mark.parametrize("rev", ['"v${finalAttrs.version}"', f'"{"0" * 40}"'])
def test_without_a_version_the_newest_tag_counts(
    rev: str, run: Run, kapack: Path, tmp_path: Path
) -> None:
    tagged(tmp_path / "harp", "v2.3", "v2.10", "v2.9", "v3.0-rc1")
    file = added(run, kapack, "autotools")
    text = file.read_text().replace("https://git.example.org/harp.git", f"file://{tmp_path}/harp")
    file.write_text(text.replace('"v${finalAttrs.version}"', rev))
    code, _, err = run("--repo", kapack, "--update", "new-autotools", "--no-check")
    assert code == 0, err
    assert "new-autotools   2.3 → 2.10" in err
    after = file.read_text()
    assert 'version = "2.10";' in after
    assert f"rev = {rev};" in after or 'rev = "v2.10";' in after
    assert ("0" * 40 in after) is False
    assert OLD not in after


def test_a_newest_tag_that_cannot_be_known_asks_for_the_version(
    run: Run, kapack: Path, tmp_path: Path
) -> None:
    tagged(tmp_path / "harp")
    file = added(run, kapack, "autotools")
    file.write_text(
        file.read_text().replace("https://git.example.org/harp.git", f"file://{tmp_path}/harp")
    )
    added(run, kapack, "python")
    before = contents(kapack)
    words = {
        ("new-autotools",): "has no release tag",
        ("new-autotools", "--offline"): "is not answered",
        ("new-autotools", "--ref", "x"): "is not answered",
        ("new-python",): "is not answered",
    }
    for given, message in words.items():
        code, _, err = run("--repo", kapack, "--no-check", "--update", *given)
        assert code == 2
        assert message in err
        assert "Give --version VERSION" in err
    assert contents(kapack) == before


def test_a_lock_file_beside_comes_from_the_new_source(
    run: Run, kapack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = added(run, kapack, "bundle")
    gems = file.parent / "gemset.nix"
    gems.write_text(gems.read_text().replace("0" * 64, "k" * 52))
    lock = (
        (file.parent / "Gemfile.lock")
        .read_text()
        .replace("ruby2_keywords (0.0.5)", "ruby2_keywords (0.0.6)")
    )
    (tmp_path / "Gemfile.lock").write_text(lock)
    (tmp_path / "Gemfile").write_text('source "https://rubygems.org"\ngem "sinatra"\n')
    monkeypatch.setattr(package_update, "fetch", lambda source, **_: Fetched(source, tmp_path, NEW))
    words = ("--update", "new-bundle", "--version", "9.9", "--no-check")
    code, _, err = run("--repo", kapack, *words)
    assert code == 0
    assert (file.parent / "Gemfile.lock").read_text() == lock
    assert 'version = "0.0.6"' in gems.read_text()
    assert gems.read_text().count("k" * 52) == 2
    assert gems.read_text().count("0" * 64) == 1
    told = " ".join(err.split())
    assert "Gemfile, Gemfile.lock, gemset.nix of the new source" in told
    assert '(cd pkgs/new-bundle && nix-shell -p bundix --run "bundix -l")' in told


def test_a_lock_file_beside_comes_from_the_new_archive(
    run: Run, kapack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = added(run, kapack, "rust")
    (file.parent / "Cargo.lock").write_text("old\n")
    (tmp_path / "Cargo.lock").write_text("new\n")
    monkeypatch.setattr(hashes, "prefetch", lambda *_, **__: (NEW, tmp_path))
    code, _, err = run("--repo", kapack, "--update", "new-rust", "--version", "9", "--no-check")
    assert code == 0
    assert (file.parent / "Cargo.lock").read_text() == "new\n"
    assert f'hash = "{NEW}";' in file.read_text()
    assert "Cargo.lock of the new source" in err


def test_a_lock_file_that_is_not_known_is_told(run: Run, kapack: Path) -> None:
    added(run, kapack, "bundle")
    words = ("--update", "new-bundle", "--version", "9.9", "--no-check", "--offline")
    _, _, err = run("--repo", kapack, *words)
    told = " ".join(err.split())
    assert "Gemfile, Gemfile.lock, gemset.nix are those of 1.0" in told
    assert (
        "cp --no-preserve=mode $(nix-build --no-out-link -A new-bundle.src)/{Gemfile,Gemfile.lock} "
        "pkgs/new-bundle" in told
    )


def test_a_gemset_keeps_the_hashes_of_gems_that_stay() -> None:
    lock = (GOLDENS / "builders" / "bundle" / "Gemfile.lock").read_text()
    old = gemset(lock).replace("0" * 64, "k" * 52)
    assert gemset(lock, known_sums(old)) == old
    assert known_sums(gemset(lock)) == known_sums("{") == {}


def test_a_row_that_says_something_else_is_left(kapack: Path) -> None:
    layout = find_layout(kapack)
    edit, told = table_version("procset", "1.0", "2.0", layout)
    assert edit is None
    assert "python3.13-procset-v1.0, not 1.0" in told
    edit, _ = table_version("procset", "v1.0", "v2.0", layout)
    assert edit is not None
    assert b"|procset|python3.13-procset-v2.0|" in edit.content
    assert table_version("nosuch", "1", "2", layout) == (None, "has no row of nosuch")


def test_what_an_update_does_not_read_is_refused(run: Run, kapack: Path) -> None:
    before = contents(kapack)
    for words in (("--licence", "MIT"), ("--from", "."), ("--module",), ("other",)):
        code, _, err = run("--repo", kapack, "--update", "procset", "--version", "2", *words)
        assert code == 2
        assert "goes with --version, --ref and --hash only" in err
    assert contents(kapack) == before


def source_of(text: str) -> str:
    found = read_back(text, parse(text))
    return (
        found.source.address(found.source.version) if found.source else f"unknown: {found.reason}"
    )


@pytest.mark.parametrize(
    ("fetch", "address"),
    [
        ('fetchFromGitHub { owner = "a"; repo = pname; tag = "v${version}"; hash = ""; }',
         "https://github.com/a/x/archive/v1.2.3.tar.gz"),
        ('fetchFromGitHub { owner = "a"; repo = "r"; rev = version; sha256 = ""; }',
         "https://github.com/a/r/archive/1.2.3.tar.gz"),
        ('fetchFromGitLab { domain = "g.org"; group = "b"; owner = "a"; repo = "r"; tag = "1"; }',
         "https://g.org/api/v4/projects/b%2Fa%2Fr/repository/archive.tar.gz?sha=1"),
        ('fetchPypi { inherit pname version; hash = ""; }',
         "https://files.pythonhosted.org/packages/source/x/x/x-1.2.3.tar.gz"),
        ('fetchurl { url = "mirror://gnu/x/x-${lib.versions.majorMinor version}.tar.gz"; }',
         "https://ftpmirror.gnu.org/x/x-1.2.tar.gz"),
        ('fetchzip { url = "https://e.org/${branch}/x.zip"; }', "https://e.org/main/x.zip"),
        ('fetchFromGitHub { owner = "a"; repo = "r"; rev = version; fetchSubmodules = true; }',
         "unknown: fetchFromGitHub is given fetchSubmodules: the first build tells it"),
        ('fetchzip { url = "https://e.org/${f version}"; }', "unknown: f version is not followed"),
        ("fetchsvn { }", "unknown: fetchsvn is left to the first build"),
        ("./.", "unknown: its src is no call of a fetcher"),
    ],
)  # fmt: skip
def test_sources_are_read_back(fetch: str, address: str) -> None:
    text = f'let branch = "main"; in m rec {{ pname = "x"; version = "1.2.3"; src = {fetch}; }}'
    assert source_of(text) == address


def test_sources_of_registries_are_read_back() -> None:
    gem = 'b rec { gemName = pname; pname = "g"; version = "2"; source.sha256 = lib.fakeHash; }'
    assert source_of(gem) == "https://rubygems.org/gems/g-2.gem"
    hackage = 'm { pname = "h"; version = "3"; sha256 = "s"; }'
    assert source_of(hackage) == "https://hackage.haskell.org/package/h-3/h-3.tar.gz"
    assert filled(gem, NEW).endswith(f'source.sha256 = "{NEW}"; }}')


def test_what_belongs_to_one_version_of_hackage_goes() -> None:
    text = """m {
  pname = "h";
  version = "3";
  sha256 = "s";
  revision = "1";
  editedCabalFile = "e";
  license = l;
}
"""
    done = bump(text, "4")
    assert (done.removed, done.reset) == (("revision", "editedCabalFile"), ("sha256",))
    assert done.text == (
        'm {\n  pname = "h";\n  version = "4";\n  sha256 = "";\n  license = l;\n}\n'
    )


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('src = f { tag = "v1.2"; hash = "s"; };', 'src = f { tag = "v1.3"; hash = ""; };'),
        ('src = f { rev = "r_1_2"; hash = "s"; };', 'src = f { rev = "r_1_3"; hash = ""; };'),
        ('src = f { url = "https://e.org/1.2/x-1.2.tar.gz"; sha256 = "s"; };',
         'src = f { url = "https://e.org/1.3/x-1.3.tar.gz"; sha256 = ""; };'),
        ('src = f { inherit version; sha512 = "s"; };',
         'src = f { inherit version; sha512 = ""; };'),
        ('sourceRoot = "x-1.2/driver";', 'sourceRoot = "x-1.3/driver";'),
        ('modDirVersion = "1.2.0";', 'modDirVersion = "1.2.0";'),
        ('makeFlags = [ "MODULE_VERSION=1.2" "OTHER=1.2" ];',
         'makeFlags = [ "MODULE_VERSION=1.3" "OTHER=1.2" ];'),
        ('patches = [ (p { url = "https://e.org/1.2.patch"; hash = "s"; }) ];',
         'patches = [ (p { url = "https://e.org/1.2.patch"; hash = "s"; }) ];'),
        ('src = ./.;', 'src = ./.;'),
    ],
)  # fmt: skip
def test_texts_that_name_the_version_follow(line: str, wanted: str) -> None:
    text = f'm {{ version = "1.2"; {line} }}'
    assert bump(text, "1.3").text == f'm {{ version = "1.3"; {wanted} }}'


def test_what_is_left_of_the_old_version_is_told() -> None:
    text = 'm {\n  version = "1.2";\n  src = ./.;\n  patches = [ ./x-1.2.patch ];\n  a = "11.2";\n}'
    assert bump(text, "1.3").lines == (4,)


@pytest.mark.parametrize("src", ['"${other}/x"', 'fetchTarball "https://e.org/0123.tar.gz"'])
def test_a_source_that_would_stay_is_refused(src: str) -> None:
    with pytest.raises(package_update.InputError, match="does not follow the version"):
        bump(f'm {{ version = "1.2"; src = {src}; }}', "1.3")
