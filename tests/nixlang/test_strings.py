"""A string literal means what nix says it means."""

import json
import subprocess

import pytest

from scaffold.nixlang.parser import parse
from scaffold.nixlang.strings import string_value

LITERALS = [
    r'"a\n\t\"\\\q\${b}$$c"',
    '"two\nlines"',
    "''one''",
    "''\n  a\n    b\n''",
    "''\n    a\n\n  b\n  ''",
    "''  a\n    b''",
    "''\n  ''${x} ''' ''\\t $$ \\n\n  \t''",
    "''   \n   ''",
    "''''",
    "''\n\n  a''",
    "http://example.org/a?b=c",
]


@pytest.mark.nix
@pytest.mark.parametrize("literal", LITERALS)
def test_a_literal_is_what_nix_reads(literal: str, nix_program: str) -> None:
    argv = ["nix-instantiate", "--store", "dummy://", "--eval", "--json", "-E", literal]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
    assert string_value(parse(literal)) == json.loads(done.stdout)


def test_what_is_interpolated_or_no_string_has_no_value() -> None:
    for text in ('"a${b}"', "''${b}''", "./path", "1", "a"):
        assert string_value(parse(text)) is None
