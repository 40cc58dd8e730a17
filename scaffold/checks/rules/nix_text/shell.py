"""Scripts of the shell that Nix files hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

from scaffold.checks.rule import ANY_KIND, Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile
from scaffold.system import process

#: Functions of nixpkgs that write a script of the shell from the text behind the name.
_WRITERS = frozenset(
    {"writeShellScript", "writeShellScriptBin", "writeScript", "writeScriptBin",
     "writeBash", "writeBashBin", "writeDash", "writeDashBin"}
)  # fmt: skip
#: Those of them whose script need not be one of the shell.
_ANY_LANGUAGE = ("writeScript", "writeScriptBin")


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
        for text in _scripts(file):
            done = process.run(["bash", "-n"], input=_as_script(file, text), timeout=10)
            told = re.search(r"line (\d+): (.*)", done.stderr) if done.returncode else None
            if told is not None:
                line = file.place(text.start)[0] + int(told[1]) - 1
                yield Hit(file.path, line, f"bash says of the script: {told[2]}")


@rule(
    "NXC017",
    "number-of-the-shell",
    "a variable of a script is written with two dollars",
    severity=Severity.ERROR,
    kinds=ANY_KIND,
    why="In a text of Nix $${name} is no escape: the script gets both dollars, and the shell takes "
    "the first two for its own number as a process.",
    remedy="Write ''${name}, or $name",
    bad="pkgs.writeShellScriptBin \"x\" ''\n  for i in $${HOSTS}; do echo $i; done\n''",
    good="pkgs.writeShellScriptBin \"x\" ''\n  for i in ''${HOSTS}; do echo $i; done\n''",
)
def number_of_the_shell(target: Target) -> Iterator[Hit]:
    """Look for two dollars before a name in braces, in the texts of scripts of the shell."""
    for file in target.parsed:
        for text in _scripts(file) if "$${" in file.text else ():
            for match in re.finditer(r"(?<!')\$\$\{(\w+)\}", file.source(text)):
                message = f"the shell reads {match[0]} as its number and {{{match[1]}}}"
                yield target.hit(file, text.start + match.start(), message)


def _scripts(file: NixFile) -> Iterator[Node]:
    """Yield the texts that are scripts of the shell."""
    for node in file.nodes if "write" in file.text else ():
        if node.kind != "apply" or len(node.children) != 3:
            continue
        head, text = node.children[0], node.children[2]
        name = head.names[-1] if head.kind == "select" and head.names else head.text
        if name not in _WRITERS or text.kind != "indented string":
            continue
        if name not in _ANY_LANGUAGE or _SHELL.match(_as_script(file, text)):
            yield text


def _as_script(file: NixFile, text: Node) -> str:
    """Return an indented string as Nix reads it, a word in the place of each interpolation."""
    source, end = "", text.start + 2
    for child in text.children:
        opening = file.text.rindex("${", end, child.start + 1)
        closing = file.text.index("}", child.end)
        lines = file.text.count("\n", opening, closing)
        source += file.text[end:opening] + "x" + "\\\n" * lines
        end = closing + 1
    source += file.text[end : text.end - 2]
    return dedent(source.replace("''$", "$").replace("'''", "''"))
