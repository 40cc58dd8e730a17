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


def test_a_text_of_a_command_ends_where_nix_puts_its_end(tmp_path):
    lines = ("if a; then", "cat << END", "b", "END", "fi")
    body = "\n".join(f"    {line}" for line in lines)
    text = f"{{ pkgs }}:\npkgs.writeShellScript \"x\" ''\n{body}\n''\n"
    assert lines_hit(tmp_path, "NXC014", {"x.nix": text}) == []


@pytest.mark.parametrize(
    ("writer", "loop", "lines"),
    [
        ("writers.writeBash", "for i in $${HOSTS}; do b; done", [3]),
        ("writeShellScriptBin", "for i in ''${HOSTS}; do b; done", []),
        ("writeShellScriptBin", "kill $$", []),
        ("writeText", "all:\n\techo $${HOSTS}", []),
    ],
)
def test_two_dollars_before_a_name(tmp_path, writer, loop, lines):
    text = f"{{ pkgs }}:\npkgs.{writer} \"x\" ''\n  {loop}\n''\n"
    assert lines_hit(tmp_path, "NXC017", {"x.nix": text}) == ([3] if lines else [])
