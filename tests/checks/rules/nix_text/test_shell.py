"""Scripts of the shell that Nix files hold."""

import pytest

from tests.checks.rules.findings import lines_hit

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("nix_program")]

SCRIPT = """
{ pkgs }:
pkgs.WRITER "x" ''
  FIRST
  echo ${
    "a"
  } ''${kept}
  LAST
''
"""


@pytest.mark.parametrize(
    ("writer", "first", "last", "lines"),
    [
        ("writeShellScriptBin", "set -e", "for i in a; do echo; done", []),
        ("writeShellScriptBin", "set -e", 'echo "not closed', [8]),
        ("writeScriptBin", "#!/usr/bin/env bash", "fi", [8]),
        ("writeScriptBin", "#!/usr/bin/env python3", "fi", []),
        ("writeScriptBin", "#!${pkgs.bash}/bin/bash", "fi", [8]),
    ],
)
def test_scripts_of_the_shell(tmp_path, writer, first, last, lines):
    text = SCRIPT.replace("WRITER", writer).replace("FIRST", first).replace("LAST", last)
    assert lines_hit(tmp_path, "NXC014", {"x.nix": text}) == lines
