"""Commands of the shell that go on without a backslash."""

import pytest

from tests.checks.rules.findings import lines_hit


def service(*lines):
    body = "\n".join(f"    {line}" for line in lines)
    return f"{{\n  systemd.services.a.script = ''\n{body}\n  '';\n}}\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (service("curl -X POST", "-d @x http://a"), [4]),
        (service("curl -X POST", '-H "a: b"', '-H "c: d"'), [4]),
        (service("curl -X POST \\", "-d @x http://a"), []),
        (service("if a; then", "# -d is not given", "b", "fi"), []),
        (service("a=(", "-d", ")"), []),
        (service("cat > x << EOF", "a", "-d b", "EOF"), []),
        (service("echo 'options:", "-d  a folder'"), []),
        (service("a &&", "-d"), []),
        ("{ x = ''\n  curl\n  -d\n''; }\n", []),
        ("{ pkgs }: pkgs.writeShellScriptBin \"x\" ''\n  curl\n  -d @x\n''\n", [3]),
    ],
)
def test_a_line_that_begins_with_an_option(tmp_path, text, lines):
    assert lines_hit(tmp_path, "NXC016", {"x.nix": text}) == lines
