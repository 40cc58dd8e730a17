"""Of the versions in a file that of the package is changed, and hashes of other packages stay."""

import pytest

from scaffold.base.errors import InputError
from scaffold.packages.update.bump import bump, read_back_text

OTHER = """tool = buildTool rec {
    version = "0.3";
    src = fetchurl {
      url = "https://example.org/tool-${version}.tar.gz";
      hash = "sha256-tool";
    };
  };"""
OWN = """pname = "x";
  version = "1.0";
  src = fetchurl {
    url = "https://example.org/x-VERSION.tar.gz";
    hash = "sha256-own";
  };
  nativeBuildInputs = [ tool ];"""
REC = OWN.replace("VERSION", "${version}")
FINAL = OWN.replace("VERSION", "${finalAttrs.version}")

#: Files with a version of their own beside that of another package.
FILES = [
    f"{{ lib, fetchurl, mkDerivation }}:\nlet\n  {OTHER}\nin\nmkDerivation rec {{\n  {REC}\n}}\n",
    f"{{ lib, fetchurl, mkDerivation }}:\nlet\n  {OTHER}\nin\nassert true;\n"
    f"mkDerivation (finalAttrs: {{\n  {FINAL}\n}})\n",
    f"{{ lib, fetchurl, mkDerivation }}:\nmkDerivation (finalAttrs: {{\n  {FINAL}\n"
    f"  passthru = {{ {OTHER} }};\n}})\n",
    f"{{ lib, fetchurl, mkDerivation }}:\n(mkDerivation rec {{\n  {REC}\n  {OTHER}\n"
    "}).overrideAttrs (old: { doCheck = false; })\n",
    "{ lib, fetchurl, mkDerivation }:\nlet\n  version = \"1.0\";\n  " + OTHER +
    "\nin mkDerivation {\n"
    "  inherit version;\n  src = fetchurl {\n    url = \"https://example.org/x-${version}.tar.gz\";\n"
    "    hash = \"sha256-own\";\n  };\n}\n",
]  # fmt: skip


@pytest.mark.parametrize("text", FILES)
def test_the_version_of_what_the_file_returns_is_changed(text: str) -> None:
    done = bump(text, "2.0")
    assert done.old == "1.0"
    assert done.text == text.replace('"1.0"', '"2.0"').replace('"sha256-own"', "lib.fakeHash")
    source = read_back_text(done.text).source
    assert source is not None
    assert source.archive == "https://example.org/x-2.0.tar.gz"


def test_a_hash_that_follows_a_commit_through_the_source_is_reset() -> None:
    """The tag is plain text, so that the source names the version without the word."""
    text = (
        "{ lib, mkDerivation, fetchFromGitHub, fetchCargoVendor }:\nmkDerivation rec {\n"
        '  version = "1.0";\n  src = fetchFromGitHub {\n    owner = "a";\n    repo = "x";\n'
        '    rev = "v1.0";\n    hash = "sha256-own";\n  };\n  deps = fetchCargoVendor {\n'
        '    inherit src;\n    hash = "sha256-own";\n  };\n}\n'
    )
    assert bump(text, "2.0").reset == ("hash", "deps.hash")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (FILES[0].replace("tool-${version}", "tool-${version}-${src.name}")
         .replace("    src = fetchurl", "    source = fetchurl"),
         "line 3 has a version of its own"),
        ("{\n  a = f { version = \"1\"; };\n  b = f { version = \"2\"; };\n}\n",
         r"several versions \(lines 2, 3\), none of them as its own"),
        ("{ f }: f rec {\n  version = \"1.0\";\n  src = f {\n    version = \"1.0\";\n"
         "    hash = \"sha256-own\";\n  };\n}\n", "cannot be told apart"),
    ],
)  # fmt: skip
def test_versions_that_cannot_be_told_apart_are_refused(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        bump(text, "2.0")


def test_a_file_that_the_user_fetches_is_known_by_its_name() -> None:
    text = (
        "{ lib, mkDerivation, requireFile, fetchpatch }:\nmkDerivation rec {\n"
        '  version = "1.0";\n  src = requireFile {\n    url = "https://example.org/x";\n'
        '    name = "x-${version}.zip";\n    hash = "sha256-own";\n  };\n  patches = [\n'
        '    (fetchpatch {\n      name = "x-${version}.patch";\n      url = "https://example.org/p";\n'
        '      hash = "sha256-patch";\n    })\n  ];\n}\n'
    )
    assert bump(text, "2.0").reset == ("hash",)


def test_a_hash_that_a_function_chooses_is_found_by_its_looks() -> None:
    """What the function is given is followed too: platforms, and texts that name the package."""
    real = "sha256-PxPQ9tVNyufoqKAR9fcXBtQzn6MkbVI11Sow2O3Tl5A="
    text = (
        "{ lib, fetchurl, mkDerivation, system }:\nmkDerivation rec {\n"
        '  pname = "x";\n  version = "1.0";\n  suffix = "";\n  src = let\n'
        '    of = { a = "one"; }.${a} or (throw "${pname}-${version}${suffix}: ${system}");\n'
        f'    known = arch: {{ one = "{real}"; }}.${{arch}};\n  in\n    fetchurl {{\n'
        '      url = "https://example.org/${of}-${version}";\n      sha256 = known of;\n    };\n}\n'
    )
    done = bump(text, "2.0")
    assert done.text == text.replace('"1.0"', '"2.0"').replace(f'"{real}"', "lib.fakeHash")
