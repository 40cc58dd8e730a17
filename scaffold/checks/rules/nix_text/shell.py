"""Scripts of the shell that Nix files hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import ANY_KIND, Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile
from scaffold.system import process

#: Functions of nixpkgs that write a script of the shell from the text behind the name.
_WRITERS = frozenset({"writeShellScript", "writeShellScriptBin", "writeScript", "writeScriptBin"})


_SHELL = re.compile(r"\s*#!\s*\S*?(?:/env\s+)?\S*?(?:ba|da|/)sh\b")


@rule(
    "NXC014",
    "shell-syntax",
    "a script of the shell in a Nix file has a syntax error",
    severity=Severity.ERROR,
    kinds=ANY_KIND,
    level=Level.STUB,
    why="Nix does not read the script, and builds it as it is: it fails where it runs.",
    remedy="Mend the syntax of the script",
    bad="pkgs.writeShellScriptBin \"x\" ''\n  for i in \"$(ls)\n  do echo $i; done\n''",
    good="pkgs.writeShellScriptBin \"x\" ''\n  for i in $(ls)\n  do echo $i; done\n''",
)
def shell_syntax(target: Target) -> Iterator[Hit]:
    """Let bash read the text of writeShellScript and its like, interpolated values left out."""
    for file in target.parsed:
        for node in file.nodes if "write" in file.text else ():
            if node.kind != "apply" or len(node.children) != 3:
                continue
            head, text = node.children[0], node.children[2]
            name = head.names[-1] if head.kind == "select" and head.names else head.text
            if name not in _WRITERS or text.kind != "indented string":
                continue
            script = _as_script(file, text)
            if not name.startswith("writeShell") and not _SHELL.match(script):
                continue
            done = process.run(["bash", "-n"], input=script, timeout=10)
            told = re.search(r"line (\d+): (.*)", done.stderr) if done.returncode else None
            if told is not None:
                line = file.place(text.start)[0] + int(told[1]) - 1
                yield Hit(file.path, line, f"bash says of the script: {told[2]}")


def _as_script(file: NixFile, text: Node) -> str:
    """Return the text of an indented string with a word in the place of each interpolation."""
    source, end = "", text.start + 2
    for child in text.children:
        opening = file.text.rindex("${", end, child.start + 1)
        closing = file.text.index("}", child.end)
        lines = file.text.count("\n", opening, closing)
        source += file.text[end:opening] + "x" + "\\\n" * lines
        end = closing + 1
    source += file.text[end : text.end - 2]
    return source.replace("''$", "$").replace("'''", "''")
