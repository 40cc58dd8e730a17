"""Commands of the shell that go on on the next line without a backslash."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import ANY_KIND, Hit, Severity, rule
from scaffold.checks.target import Target
from scaffold.nixlang.nodes import Node
from scaffold.survey.nix_file import NixFile

#: Attributes whose text is a script of the shell.
_SCRIPTS = frozenset(
    {"script", "preStart", "postStart", "preStop", "postStop", "reload", "configurePhase",
     "buildPhase", "checkPhase", "installPhase", "fixupPhase", "preBuild", "postBuild",
     "preInstall", "postInstall", "preFixup", "postFixup", "preConfigure", "postConfigure",
     "shellHook", "postInitCommands"}
)  # fmt: skip
_WRITERS = frozenset({"writeShellScript", "writeShellScriptBin"})
_OPTION = re.compile(r"--?[A-Za-z][\w-]*(?:[\s=]|$)")
#: Ends of a line behind which a command may go on.
_GOES_ON = ("\\", "|", "&&", "||", "(", "{", "&", ";")


@rule(
    "NXC016",
    "line-not-continued",
    "a line of a script begins with an option of the command above",
    severity=Severity.ERROR,
    kinds=ANY_KIND,
    why="Without a backslash at its end the line above is a whole command: it runs without the "
    "options, which the shell then takes for a command of their own.",
    remedy="End the line above with a backslash",
    bad="curl -X POST\n  -d @dashboard.json http://localhost",
    good="curl -X POST \\\n  -d @dashboard.json http://localhost",
)
def line_not_continued(target: Target) -> Iterator[Hit]:
    """Look at the lines of scripts, those in quotes and in texts for a command left out."""
    for file in target.parsed:
        for text in _scripts(file):
            source = file.source(text)
            if "<<" in source:
                continue
            offset = 0
            above = ""
            for line in source.split("\n"):
                stripped = line.strip()
                if _OPTION.match(stripped) and _is_command(above, source[:offset]):
                    start = text.start + offset + line.index(stripped)
                    word = stripped.split()[0]
                    yield target.hit(file, start, f"{word} begins a line of its own")
                if stripped:
                    above = stripped
                offset += len(line) + 1


def _scripts(file: NixFile) -> Iterator[Node]:
    for node in file.nodes:
        for binding in node.bindings:
            value = binding.value
            is_script = bool(binding.path) and binding.path[-1] in _SCRIPTS
            if is_script and value is not None and value.kind == "indented string":
                yield value
        if node.kind == "apply" and len(node.children) == 3:
            head, text = node.children[0], node.children[2]
            name = head.names[-1] if head.kind == "select" and head.names else head.text
            if name in _WRITERS and text.kind == "indented string":
                yield text


def _is_command(above: str, before: str) -> bool:
    """Say whether the line above is a whole command, outside of quotes, and goes on nowhere."""
    if not above or above.startswith("#") or above.endswith(_GOES_ON) or above.startswith("''"):
        return False
    plain = re.sub(r"\\.|\$\{[^{}]*\}|#[^\n]*", "", before.removeprefix("''"))
    quoted = re.sub(r"'[^']*'|\"[^\"]*\"", "", plain)
    return not _OPTION.match(above) and "'" not in quoted and '"' not in quoted
