"""Any Nix file: its syntax, what it imports, the paths that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scaffold.checks.rule import Hit, Kind, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.checks.waivers import waivers_of
from scaffold.nixlang.nodes import Formals, Node
from scaffold.survey.nix_file import NixFile
from scaffold.system import nix, process
from scaffold.system.nix_errors import NixError
from scaffold.system.process import MissingProgramError

_EVERYTHING = frozenset(Kind)
_COMPOSITIONS = frozenset({Kind.PROJECT, Kind.FILES})


@rule(
    "NXC001",
    "syntax",
    "a file is no Nix",
    severity=Severity.ERROR,
    kinds=_EVERYTHING,
    why="Nothing that imports the file evaluates.",
    remedy="Mend the syntax",
    bad="{ a = 1 }",
    good="{ a = 1; }",
)
def syntax(target: Target) -> Iterator[Hit]:
    """Parse every file; where nix is there, what it accepts is no error."""
    for file in target.nix_files:
        if file.fault is None or not _refused_by_nix(file):
            continue
        yield Hit(file.path, file.fault.line, file.fault.message)


def _refused_by_nix(file: NixFile) -> bool:
    """Say whether nix refuses a file as well; without nix, the parser of this tool decides."""
    try:
        nix.parse(file.path)
    except NixError as error:
        return error.failure.is_defect
    except MissingProgramError:
        return "deeply" not in str(file.fault)
    return False


@rule(
    "NXC002",
    "unreadable",
    "a file could not be read",
    severity=Severity.NOTE,
    kinds=_EVERYTHING,
    why="No rule has looked at it.",
    remedy="Make it a text in UTF-8 of less than 4 MB",
)
def unreadable(target: Target) -> Iterator[Hit]:
    """Tell the files of the target that were not read, and why."""
    _ = target.nix_files
    for path, why in target.session.unread.items():
        if path in set(target.files) and path.suffix in (".nix", ".toml", ".json", ".lock"):
            yield Hit(path, None, why)


@rule(
    "NXC003",
    "duplicate-attribute",
    "nix refuses a file that can be parsed",
    severity=Severity.ERROR,
    kinds=_EVERYTHING,
    level=Level.STUB,
    why="An attribute that is defined twice, or a name that nothing binds, stops every evaluation "
    "that reads the file.",
    remedy="Remove one of the two, or bind the name",
    bad="{\n  a = 1;\n  a = 2;\n}",
    good="{\n  a = 2;\n}",
)
def duplicate_attribute(target: Target) -> Iterator[Hit]:
    """Let nix parse all files at once, and one by one behind the first that it refuses."""
    waiting = [file.path for file in target.parsed]
    while waiting:
        try:
            nix.parse_all(waiting[:500])
            waiting = waiting[500:]
        except NixError as error:
            failure = error.failure
            if not failure.is_defect:
                return
            named = [path for path in waiting if failure.file == str(path)]
            if not named:
                return
            message = re.sub(r" already defined at .*", " is defined twice", failure.message)
            yield Hit(named[0], failure.line, message.splitlines()[0])
            waiting = waiting[waiting.index(named[0]) + 1 :]


@rule(
    "NXC004",
    "empty-waiver",
    "a comment waives a rule that there is not, or gives no reason",
    severity=Severity.WARNING,
    kinds=_EVERYTHING,
    why="With a code that is misspelt nothing is waived, and the next reader cannot tell why a "
    "finding without a reason was.",
    remedy="Name a code of nxc-scaffold list rules, and say why",
    bad="# nxc: ignore[NXC5050]",
    good="# nxc: ignore[NXC505] the script comes with the next release",
)
def empty_waiver(target: Target) -> Iterator[Hit]:
    """Look at the comments in Nix, Python and TOML."""
    from scaffold.checks.registry import find  # it imports this module

    for path in target.files:
        if path.suffix not in (".nix", ".py", ".toml"):
            continue
        for waiver in waivers_of(target.session.text(path) or ""):
            unknown = sorted(code for code in waiver.codes if find(code) is None)
            if unknown or not waiver.codes:
                yield Hit(path, waiver.line, f"{', '.join(unknown) or 'nothing'} is no rule")
            elif not waiver.reason:
                yield Hit(path, waiver.line, "it gives no reason")


def _applied(file: NixFile) -> Iterator[tuple[Node, Path, Node]]:
    """Yield `import ./file argument` and the like: the whole, the file, the argument."""
    for node in file.nodes:
        if node.kind != "apply":
            continue
        imported = file.imported(node)
        if imported is not None and len(node.children) >= 3:
            yield node, imported, node.children[2]
        head = node.children[0]
        if head.kind == "parentheses" and len(node.children) >= 2:
            inner = file.imported(head.children[0])
            if inner is not None and len(head.children[0].children) == 2:
                yield node, inner, node.children[1]


def _formals(target: Target, path: Path) -> Formals | None:
    """Return what the function that a file is takes; None when it is none, or of a plain name."""
    file = target.session.nix(path)
    node = file.tree if file is not None else None
    while node is not None and node.kind == "parentheses":
        node = node.children[0]
    return node.formals if node is not None and node.kind == "lambda" else None


@rule(
    "NXC010",
    "import-arguments",
    "a file is imported without an argument that it needs, or with one that it does not take",
    severity=Severity.ERROR,
    kinds=_EVERYTHING,
    why="The function at the top of the file names its arguments. Nix checks them as it calls it.",
    remedy="Pass exactly the arguments that the file names",
    bad="# nfs.nix is { flavour }: …\nimport ./nfs.nix { }",
    good="import ./nfs.nix { inherit flavour; }",
)
def import_arguments(target: Target) -> Iterator[Hit]:
    """Compare the set that is passed with the arguments of the imported file."""
    for file in target.parsed:
        for node, path, argument in _applied(file):
            given = _names(file, argument)
            formals = _formals(target, path)
            if given is None or formals is None:
                continue
            lacking = [
                a.name for a in formals.arguments if a.default is None and a.name not in given
            ]
            unknown = [] if formals.open else sorted(given - set(formals.names))
            name = path.name if path.name != "default.nix" else f"{path.parent.name}/{path.name}"
            if lacking:
                yield target.hit(file, node, f"{name} needs the argument {', '.join(lacking)}")
            if unknown:
                yield target.hit(file, node, f"{name} takes no argument {', '.join(unknown)}")


def _names(file: NixFile, argument: Node) -> frozenset[str] | None:
    """Return the names of a set that is passed, or None when the text does not tell them."""
    argument = file.resolve(argument)
    if argument.kind != "set" or any(
        None in b.names or (b.path and b.path[0] is None) for b in argument.bindings
    ):
        return None
    return frozenset(argument.bound())


@rule(
    "NXC011",
    "missing-path",
    "a path does not exist",
    severity=Severity.ERROR,
    kinds=_COMPOSITIONS,
    why="Nix fails when it reads the path; a file that is made later has to be made first.",
    remedy="Mend the path, or add the file",
    bad="imports = [ ./common_confg.nix ];",
    good="imports = [ ./common_config.nix ];",
    sure="A file that another program writes before the build",
)
def missing_path(target: Target) -> Iterator[Hit]:
    """Look for literal paths that lead nowhere, those asked for by pathExists left out."""
    for file in target.parsed:
        for node in file.nodes:
            if node.kind != "path" or node.children or node.text.startswith(("~", "/")):
                continue
            found = file.path.parent / node.text
            if found.exists() or found.is_symlink() or _guarded(file, node):
                continue
            if any(part in ("result", "build", "secrets") for part in Path(node.text).parts):
                continue
            yield target.hit(file, node, f"there is no {node.text}")


def _guarded(file: NixFile, node: Node) -> bool:
    """Say whether the file asks somewhere if the path is there."""
    pattern = rf"(?:pathExists|optionalPath)\s+\(?{re.escape(node.text)}"
    return re.search(pattern, file.text) is not None


@rule(
    "NXC012",
    "nfs-export-blank",
    "a blank stands inside the options of an NFS export",
    severity=Severity.ERROR,
    kinds=_EVERYTHING,
    why="The blank ends the options: what follows is taken for the name of another client.",
    remedy="Remove the blank",
    bad="exports = ''\n  /srv *(rw, no_subtree_check)\n'';",
    good="exports = ''\n  /srv *(rw,no_subtree_check)\n'';",
)
def nfs_export_blank(target: Target) -> Iterator[Hit]:
    """Look into the texts of services.nfs.server.exports."""
    for file in target.parsed:
        for value in _exports(file):
            source = file.source(value)
            for match in re.finditer(
                r"\((?:[a-z_]+(?:=[^\s(),]*)?,)*[a-z_]*\s*,?\s+[a-z_]", source
            ):
                if "\n" not in match[0]:
                    message = "a blank inside the options of an export ends them"
                    yield target.hit(file, value.start + match.start(), message)


def _exports(file: NixFile) -> Iterator[Node]:
    """Yield the texts of NFS exports of a file."""
    if "exports" not in file.text or "nfs" not in file.text:
        return
    for node in file.nodes:
        for binding in node.bindings:
            if binding.path[-1:] == ("exports",) and binding.value is not None:
                yield from (
                    inner
                    for inner in file.nodes
                    if inner.kind in ("string", "indented string")
                    and binding.value.start <= inner.start < binding.value.end
                )


@rule(
    "NXC013",
    "not-formatted",
    "a file is not formatted as nixfmt does",
    severity=Severity.ERROR,
    kinds=_EVERYTHING,
    level=Level.STUB,
    why="One style for all: a change then shows only what changes. The rule is only asked of "
    "projects that were written by this tool, and where it is selected.",
    remedy="Run nixfmt on it",
    since="nixfmt 1.0 (RFC 166)",
    by_default=False,
)
def not_formatted(target: Target) -> Iterator[Hit]:
    """Ask nixfmt about every file; an older one writes another style and is not asked."""
    if nix.nixfmt_version() < (1,):
        return
    for file in target.parsed:
        try:
            if not nix.nixfmt_check(file.path):
                yield Hit(
                    file.path, None, "is not formatted", None, f"Run: nixfmt {file.path.name}"
                )
        except NixError as error:
            yield Hit(file.path, error.failure.line, error.failure.message)


#: Functions of nixpkgs that write a script of the shell from the text behind the name.
_WRITERS = frozenset({"writeShellScript", "writeShellScriptBin", "writeScript", "writeScriptBin"})
_SHELL = re.compile(r"\s*#!\s*\S*?(?:/env\s+)?\S*?(?:ba|da|/)sh\b")


@rule(
    "NXC014",
    "shell-syntax",
    "a script of the shell in a Nix file has a syntax error",
    severity=Severity.ERROR,
    kinds=_EVERYTHING,
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
