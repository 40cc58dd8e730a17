"""A bump resets every hash that depends on the version, and no other; wrong forms are found."""

import pytest

from scaffold.base.errors import InputError
from scaffold.packages.update.bump import bump

PACKAGE = """{ lib, rustPlatform, fetchFromGitHub, fetchpatch }:

rustPlatform.buildRustPackage rec {
  pname = "x"; # version = "no"
  version = "1.0";

  src = fetchFromGitHub {
    owner = "a";
    repo = "x";
    rev = "v${version}";
    hash = "sha256-old";
  };
  cargoHash = "sha256-old";
  vendorHash = null;

  patches = [
    (fetchpatch {
      url = "https://example.org/fix.patch";
      hash = "sha256-stays";
    })
    (fetchpatch {
      url = "https://example.org/${version}.patch";
      hash = "sha256-goes";
    })
  ];
}
"""


def test_every_hash_that_depends_is_reset() -> None:
    done = bump(PACKAGE, "2.0")
    assert (done.old, done.reset) == ("1.0", ("cargoHash", "hash", "patches.hash"))
    assert done.text.count("lib.fakeHash") == 3
    assert 'hash = "sha256-stays"' in done.text
    assert 'version = "2.0"' in done.text
    assert "vendorHash = null" in done.text
    same = done.text.replace("lib.fakeHash", "H").replace('"2.0"', "V")
    wanted = (
        PACKAGE.replace('"sha256-old"', "H").replace('"sha256-goes"', "H").replace('"1.0"', "V")
    )
    assert same == wanted


def test_the_same_version_changes_nothing() -> None:
    assert bump(PACKAGE, "1.0").text == PACKAGE


def test_a_fixed_commit_is_not_kept_silently() -> None:
    text = PACKAGE.replace('"v${version}"', '"0123abcd"')
    with pytest.raises(InputError, match="does not follow the version"):
        bump(text, "2.0")
    done = bump(text, "2.0", ref="4567")
    assert 'rev = "4567";' in done.text
    assert 'hash = "sha256-old"' not in done.text


def test_inherited_version_and_final_attrs() -> None:
    pypi = 'p rec { version = "1"; src = fetchPypi { inherit pname version; sha256 = "s"; }; }'
    assert bump(pypi, "2").text == pypi.replace('"1"', '"2"').replace('"s"', '""')
    final = 'm (f: { version = "1"; src = g { tag = f.version; hash = "s"; }; })'
    assert bump(final, "2").reset == ("hash",)


LONG = "0" * 52
SRI = "sha256-" + "o" * 43 + "="

DEPENDENT = {
    "through the source": "deps = fetchNpmDeps { inherit (finalAttrs) src; hash = OLD; };",
    "of a file of the source": 'deps = fetchYarnDeps { yarnLock = "${src}/y"; hash = OLD; };',
    "of a part of it": 'ui = node { src = "${finalAttrs.src}/ui"; npmDepsHash = OLD; };',
    "of the package": "mvnHash = OLD;",
    "of a system": 'x = f { url = "${version}"; hash = { linux = OLD; mac = OLD; }.${s}; };',
    "of a table": 'x = f { url = "${version}"; hash = sums.${s}; };',
    "of git dependencies": 'cargoLock.outputHashes = { "x-1.0" = OLD; };',
    "within a set of sources": 'passthru.linux = f { url = "${version}"; sha256 = OLD; };',
    "through a name": 'x = f { url = "${full}.tar.gz"; hash = OLD; };',
    "of its own name": 'x = f rec { name = "${version}.zip"; url = "x/${name}"; sha256 = OLD; };',
    "of one kind of several": "withoutMedia = rec { u = version; hashPlain = OLD; };",
}


@pytest.mark.parametrize("form", DEPENDENT)
def test_a_hash_of_what_depends_on_the_version_is_reset(form: str) -> None:
    text = f"""{{ lib }}: let sums = {{ a = OLD; }}; full = "x-${{version}}"; in m rec {{
      version = "1.0";
      src = f {{ tag = version; hash = ""; }};
      {DEPENDENT[form]}
      other = f {{ name = "x-${{version}}"; url = "https://e.org/fix"; hash = "{LONG}"; }};
    }}"""
    if form != "of a table":
        text = text.replace("sums = { a = OLD; };", "")
    done = bump(text.replace("OLD", f'"{SRI}"'), "2.0")
    assert SRI not in done.text
    assert done.text.count("lib.fakeHash") == text.count("OLD") + 1
    assert f'hash = "{LONG}"' in done.text


@pytest.mark.parametrize("kind", ["sha1", "md5"])
def test_a_weak_hash_becomes_one_that_nixpkgs_has(kind: str) -> None:
    text = f'{{ lib }}: m {{ version = "1.0"; src = f {{ url = "x-1.0"; {kind} = "{LONG}"; }}; }}'
    done = bump(text, "2.0")
    assert 'src = f { url = "x-2.0"; hash = lib.fakeHash; };' in done.text


def test_a_branch_in_an_address_follows() -> None:
    text = 'm { version = "1.5.2"; src = f { url = "https://e.org/v1.5/j-1.5.2.gz"; hash = ""; }; }'
    assert "https://e.org/v1.6/j-1.6.0.gz" in bump(text, "1.6.0").text
    assert "https://e.org/v2.0/j-2.0.gz" in bump(text, "2.0").text


@pytest.mark.parametrize(
    "text",
    [
        'm rec { version = "1.0"; src = f { tag = version; hash = pins.hash; }; }',
        'let version = "1.0"; in f { url = "https://e.org/latest.zip"; hash = H; }',
        'g { version = "1.0"; rev = "0123abc"; hash = H; }',
        'm rec { version = "1.0"; rev = "0123abc"; src = f { inherit rev; hash = H; }; }',
    ],
)
def test_a_hash_that_would_stay_is_refused(text: str) -> None:
    quoted = text.replace("= H;", f'= "{SRI}";')
    with pytest.raises(InputError, match=r"not understood|does not follow|would stay"):
        bump(quoted, "2.0")


def test_a_commit_that_is_inherited_is_replaced() -> None:
    text = f'm rec {{ version = "1"; rev = "01ab"; src = f {{ inherit rev; hash = "{SRI}"; }}; }}'
    done = bump(text, "2", ref="cd23")
    assert 'rev = "cd23";' in done.text
    assert SRI not in done.text


def test_a_further_source_that_stays_is_told() -> None:
    text = f"""m rec {{
  version = "1";
  src = f {{ tag = version; hash = ""; }};
  data = g {{
    src = f {{ rev = "01ab"; hash = "{SRI}"; }};
  }};
}}"""
    done = bump(text, "2")
    assert done.left == (5,)
    assert SRI in done.text


@pytest.mark.parametrize(
    "text", ["{ }: 1", 'x { version = "1"; } // y { version = "2"; }', "{ version = v; }"]
)
def test_a_version_that_is_not_one_text_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        bump(text, "3")
