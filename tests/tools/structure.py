"""Measures how the code hangs together, so that two states of it can be compared.

    python tests/tools/structure.py [CHECKOUT] [--walks]

Prints modules, packages, import circles, the longest chain of imports, lines, `Any`, the lengths of
functions and repeated runs of lines. With ``--walks`` it also runs a few commands of that checkout
in a scratch folder and prints how many of its modules each one loads, and how often what should
happen once is done.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "scaffold"
RUN = 6  # lines that make a repeated run worth a look

#: Commands that people run most, each in a folder of its own.
WALKS = {
    "new --role": ["new", "lab", "--role", "node:2=nfs.client", "--role", "srv=nfs.server"],
    "multi of two": ["multi", "lab", "--composition", "a=nfs", "--composition", "b=web"],
    "package --from": [
        *("package", "--from", "{source}", "--repo", "{repository}"),
        *("--source", "https://github.com/orchestra/pulse", "--description", "Beats time"),
        *("--licence", "MIT", "--ref", "v1.0", "--offline"),
    ],
}
COMMON = ["--defaults", "--no-check", "--no-git", "--json"]
#: What a run should do once, or once for each composition or file.
COUNTED = (
    "Topology.__init__",
    "Placement.__init__",
    "Engine.__init__",
    "load_catalog",
    "load_builders",
    "parse_source",
    "parse",
)
CHILD = """
import collections, json, sys
counted, arguments = json.loads(sys.argv[1]), json.loads(sys.argv[2])
calls = collections.Counter()
def profile(frame, event, _):
    code = frame.f_code
    if event == "call" and code.co_qualname in counted and "/scaffold/" in code.co_filename:
        where = code.co_filename.rsplit("/scaffold/", 1)[1].removesuffix(".py")
        calls[where + "." + code.co_qualname] += 1
sys.setprofile(profile)
sys.argv = ["nxc-scaffold", *arguments]
from scaffold.__main__ import main
code = 0
try:
    main()
except SystemExit as error:
    code = error.code or 0
sys.setprofile(None)
loaded = [name for name in sys.modules if name.split(".")[0] == "scaffold"]
print(json.dumps({"exit": code, "modules": len(loaded), **calls}), file=sys.stderr)
"""


def modules(root: Path) -> dict[str, ast.Module]:
    """Return the syntax tree of each module by its dotted name."""
    found = {}
    for file in sorted((root / PACKAGE).rglob("*.py")):
        name = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(file.read_text(encoding="utf-8"))
    return found


def imports(name: str, tree: ast.Module, known: set[str]) -> set[str]:
    """Return the modules of the package that a module imports when it runs, lazily or not."""
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & known
            found |= inner or {node.module}
    return (found & known) - {name}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components of more than one module (Tarjan)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in graph[node]:
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in order:
            visit(node)
    return sorted(found, key=len, reverse=True)


def longest_chain(graph: dict[str, set[str]]) -> list[str]:
    """Return the longest way along imports that meets no module twice through a circle."""
    best: dict[str, list[str]] = {}

    def chain(node: str, above: frozenset[str]) -> list[str]:
        if node not in best:
            below = (chain(other, above | {node}) for other in graph[node] - above - {node})
            best[node] = [node, *max(below, key=len, default=[])]
        return best[node]

    return max((chain(node, frozenset()) for node in graph), key=len)


def function_lengths(trees: dict[str, ast.Module]) -> list[int]:
    """Return the number of lines of every function."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]


def repeated_runs(root: Path) -> int:
    """Return how many runs of six lines of code stand in two places or more."""
    places: dict[tuple[str, ...], int] = defaultdict(int)
    for file in (root / PACKAGE).rglob("*.py"):
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        code = [x for x in lines if x and not re.match(r'#|"""|from |import |[)\]}],?$', x)]
        for run in zip(*(code[start:] for start in range(RUN)), strict=False):
            places[run] += 1
    return sum(1 for number in places.values() if number > 1)


def measured(root: Path) -> Iterator[tuple[str, str]]:
    """Yield what is measured, and its value in words."""
    trees = modules(root)
    known = set(trees)
    graph = {name: imports(name, tree, known) for name, tree in trees.items()}
    code = [p for p in (root / PACKAGE).rglob("*.py") if p.name != "__init__.py"]
    packages = {str(p.parent.relative_to(root)) for p in code}
    lines = sum(len(p.read_text(encoding="utf-8").splitlines()) for p in code)
    anys = sum(
        isinstance(node, ast.Name) and node.id == "Any"
        for tree in trees.values()
        for node in ast.walk(tree)
    )
    lengths = sorted(function_lengths(trees))
    found = circles(graph)
    chain = longest_chain(graph)
    yield "modules", str(len(code))
    yield "packages", str(len(packages))
    yield "import circles", ", ".join(str(len(c)) for c in found) or "0"
    for circle in found:
        yield "", " ↔ ".join(circle)
    yield "longest chain", str(len(chain))
    yield "lines", str(lines)
    yield "Any", f"{anys} ({1000 * anys / lines:.1f} per 1,000 lines)"
    p95 = lengths[int(len(lengths) * 0.95)]
    yield (
        "function lines",
        f"median {statistics.median(lengths):.0f}, 95 % {p95}, max {lengths[-1]}",
    )
    yield "repeated runs", str(repeated_runs(root))


def walk(root: Path, arguments: list[str]) -> dict[str, int]:
    """Run a command of the checkout in a scratch folder; return what it loaded and did."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, repository = folder / "pulse", folder / "nur"
        source.mkdir()
        (source / "CMakeLists.txt").write_text("project(pulse VERSION 1.0 LANGUAGES C)\n")
        (repository / "pkgs").mkdir(parents=True)
        (repository / "default.nix").write_text(
            "{ pkgs }:\n{\n  first = pkgs.callPackage ./pkgs/first { };\n}\n"
        )
        filled = [text.format(source=source, repository=repository) for text in arguments]
        program = [sys.executable, "-c", CHILD, json.dumps(COUNTED), json.dumps([*filled, *COMMON])]
        env = {**os.environ, "PYTHONPATH": str(root), "HOME": name}
        done = subprocess.run(
            program, cwd=folder, env=env, capture_output=True, text=True, timeout=120
        )
        return dict(json.loads(done.stderr.strip().splitlines()[-1]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "checkout",
        nargs="?",
        type=Path,
        default=Path(__file__).parents[2],
        help="the checkout that is measured, this one unless told otherwise",
    )
    parser.add_argument("--walks", action="store_true", help="run commands, too")
    options = parser.parse_args()
    root = options.checkout.resolve()
    for label, value in measured(root):
        print(f"{label:16}  {value}")
    for label, arguments in WALKS.items() if options.walks else ():
        found = walk(root, arguments)
        told = ", ".join(f"{key} {value}" for key, value in sorted(found.items()))
        print(f"{label:16}  {told}")


if __name__ == "__main__":
    main()
