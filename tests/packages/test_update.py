"""A bump resets every hash that depends on the version, and no other; wrong forms are found."""

import pytest

from scaffold.base.errors import InputError
from scaffold.packages.update.bump import bump
from scaffold.repository.lint import faults

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
    assert (done.old, done.reset) == ("1.0", ("cargoHash", "hash"))
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


@pytest.mark.parametrize(
    "text", ["{ }: 1", 'x { version = "1"; } // y { version = "2"; }', "{ version = v; }"]
)
def test_a_version_that_is_not_one_text_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        bump(text, "3")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{ version = "1"; name = "x-${version}"; }', "name holds the version"),
        ("{ homepage = https://example.org/x; }", "is not quoted"),
        ("{ meta = with lib; { license = licenses.mit; }; }", "with lib covers"),
        ('f { url = "x"; sha256 = "y"; }', "sha256 is an old form"),
        ('{ cargoSha256 = "y"; }', "cargoSha256 is gone"),
        ('{ vendorSha256 = "y"; }', "vendorSha256 is gone"),
        ("buildGoPackage { }", "buildGoPackage is gone"),
        ('{ format = "setuptools"; }', "is an old form"),
        ('f { rev = "master"; }', "is a branch"),
        ("{ license = stdenv.lib.licenses.mit; }", "stdenv.lib is gone"),
        ("{ src = /home/me/x; }", "on one machine only"),
    ],
)  # fmt: skip
def test_wrong_forms_are_found(text: str, message: str) -> None:
    (fault,) = faults("\n" + text)
    assert message in fault.message
    assert fault.line == 2


def test_good_forms_are_not() -> None:
    assert faults(PACKAGE) == []
    assert faults('{ maintainers = with lib.maintainers; [ a ]; source.sha256 = "x"; }') == []
