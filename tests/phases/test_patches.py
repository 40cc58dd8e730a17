"""A patch is added to the list of a package without disturbing another byte, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.nixlang.nodes import Place
from scaffold.nixlang.parser import parse
from scaffold.phases.patches import RefusedError, with_patch
from scaffold.system import nix


def edited(text, at="src"):
    """Add ``./new.patch``; the place is that of the first ``at =``, as nix gives it."""
    before = text[: text.index(f"{at} =")]
    place = Place("x.nix", before.count("\n") + 1, len(before.rpartition("\n")[2].encode()) + 1)
    return with_patch(text.encode(), place, "./new.patch").decode()


PACKAGE = """\
{ stdenv, fetchurl }: # é
stdenv.mkDerivation (finalAttrs: {
  pname = "x";

  src = fetchurl {
    url = "https://example.org/x-${finalAttrs.version}.tar.gz";
    hash = "";
  }; # a comment; with a semicolon
@
  buildPhase = ''
    echo ''${out} }; ${"}"} ''\\n '''
  '';
})
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "\n  patches = [ ./new.patch ];\n"),
        ("  patches = [ ];\n", "  patches = [ ./new.patch ];\n"),
        ("  patches = [];\n", "  patches = [ ./new.patch ];\n"),
        (
            "  patches = [ ./a.patch ];\n",
            "  patches = [\n    ./a.patch\n    ./new.patch\n  ];\n",
        ),
        (
            "  patches = [\n    ./a.patch # why\n    # last\n  ];\n",
            "  patches = [\n    ./a.patch # why\n    ./new.patch\n    # last\n  ];\n",
        ),
        (
            "  patches = [\n    (fetchpatch {\n      url = x;\n    })\n  ];\n",
            "  patches = [\n    (fetchpatch {\n      url = x;\n    })\n    ./new.patch\n  ];\n",
        ),
        (
            "  patches = old.patches or [ ];\n",
            "  patches = old.patches or [ ] ++ [ ./new.patch ];\n",
        ),
        (
            "  patches = lib.optionals (a && b) [ ./a.patch ];\n",
            "  patches = lib.optionals (a && b) [ ./a.patch ] ++ [ ./new.patch ];\n",
        ),
        ("  patches = [ ./new.patch ];\n", "  patches = [ ./new.patch ];\n"),
    ],
)
def test_the_list_gets_one_more_element(before, after):
    changed = edited(PACKAGE.replace("@\n", before + "\n"))
    assert changed == PACKAGE.replace("@\n", after + "\n")
    assert edited(changed) == changed


def test_what_is_written_is_formatted(nixfmt_program):
    for before in ("", "  patches = [ ];\n", "  patches = [ ./a.patch ];\n"):
        formatted = nix.nixfmt_format(PACKAGE.replace("@\n", before + "\n"))
        assert nix.nixfmt_format(edited(formatted)) == edited(formatted)


@pytest.mark.parametrize(
    "text",
    [
        'stdenv.mkDerivation { src = ./.; }\n',
        'derivation rec {\r\n  src = ./.;\r\n}\r\n',
        'a: (b { }).overrideAttrs (old: {\n  src = ./.;\n})',
        'stdenv.mkDerivation ({\n\tsrc = ./.;\n\tpname = "x";\n} // x)\n',
    ],
)  # fmt: skip
def test_a_line_is_written_as_the_file_writes_its_lines(text):
    changed = edited(text)
    (at,) = [i for i in range(len(changed)) if changed.startswith("patches = [ ./new.patch ];", i)]
    start = len(changed[:at].rstrip(" \t\r\n"))
    added = changed[start : at + len("patches = [ ./new.patch ];")]
    assert changed.replace(added, "", 1) == text
    assert "\r\n" in added or "\r" not in text
    assert "\t" in added or "\t" not in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("let common = { src = ./.; }; in f common", "not written in the call"),
        ("args // { src = ./.; }", "not written in the call"),
        ("{ stdenv }: { src = ./.; }", "body of a function"),
        ("x: f (if x then { src = ./.; } else { })", "not written in the call"),
        ("f { src = ./.; inherit (old) patches; }", "inherited"),
        ("f { src = ./.; patches = if x then [ ] else [ ]; }", "'if'"),
        ("f { src = ./.; patches = let a = 1; in [ a ]; }", "'let'"),
        ("f { src = ./.; patches = with x; [ a ]; }", "'with'"),
        ("f { src = ./.; patches.a = [ ]; }", "not known"),
    ],
)
def test_what_is_not_plain_is_refused(text, why):
    with pytest.raises(RefusedError, match=why):
        edited(text)


def test_a_file_that_nix_did_not_see_so_is_refused():
    with pytest.raises(RefusedError, match="does not look as nix saw it"):
        with_patch(b"f { src = ./.; }", Place("x.nix", 1, 6), "./new.patch")


@given(st.text(alphabet="ab1 .;:=#/*'\"${}[]()\\\n<>?+", max_size=60))
def test_any_text_is_edited_or_refused(text):
    content = f"f {{ src = {text}; }}".encode()
    try:
        changed = with_patch(content, Place("x.nix", 1, 5), "./new.patch")
    except RefusedError:
        return
    assert len(changed) > len(content)
    parse(changed.decode())


def test_bytes_that_are_no_utf_8_are_kept():
    content = b"f {\n  # \xe9 \xc3\xa9\n  src = ./.; # \xff\n}\n"
    changed = with_patch(content, Place("x.nix", 3, 3), "./new.patch")
    assert changed == content.replace(b"\xff\n", b"\xff\n  patches = [ ./new.patch ];\n")


def test_a_set_behind_a_path_is_another_file_s():
    with pytest.raises(RefusedError, match="not written in the call"):
        edited("import ./generic.nix { src = ./.; }")


def test_the_first_list_of_several_gets_the_patch():
    text = "f { src = ./.; patches = [ ] ++ lib.optional x ./a.patch; }"
    assert edited(text) == text.replace("[ ]", "[ ./new.patch ]")
