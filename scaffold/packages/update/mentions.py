"""Where a package's file says its version as plain text, besides the attribute ``version``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.nixlang.parser import Node, walk
from scaffold.packages.update.read_back import main_bindings

#: What names a source by its version; in calls of ``src`` alone, as patches have hashes of theirs.
_OF_SOURCE = frozenset({"rev", "tag", "url", "urls", "name"})
#: Attributes of a package that follow its version: where the source unpacks to, how a kernel's
#: modules are called, and what changed.
_OF_PACKAGE = frozenset({"name", "sourceRoot", "modDirVersion", "changelog", "downloadPage"})
_FLAGS = frozenset(
    {"makeFlags", "buildFlags", "cmakeFlags", "mesonFlags", "configureFlags", "ldflags"}
)
_SEPARATORS = "._-"


class Mentions:
    """The places of one version in one file."""

    def __init__(self, text: str, old: str, new: str) -> None:
        self.text, self.new = text, new
        self.branch, self.new_branch = _branch(old), ".".join(new.split(".")[:2])
        forms = dict.fromkeys(old.replace(".", sep) for sep in _SEPARATORS)  # 1.2, 1_2, 1-2
        self._token = [
            (re.compile(rf"(?<![0-9.]){re.escape(form)}(?![0-9a-zA-Z]|\.[0-9])"), sep)
            for form, sep in zip(forms, _SEPARATORS, strict=False)
        ]

    def renamed(self, root: Node) -> list[tuple[int, int, str]]:
        """Return the edits of every text that certainly names the version."""
        edits: list[tuple[int, int, str]] = []
        for node in walk(root):
            for binding in node.bindings:
                if binding.value is not None and self._follows(binding.path, node, root):
                    edits += self._edits(binding.value, flags=binding.path[-1] in _FLAGS)
                    if binding.path[-1] in ("url", "urls"):
                        edits += self._branches(binding.value)
        return list(dict.fromkeys(edits))

    def _follows(self, path: tuple[str | None, ...], node: Node, root: Node) -> bool:
        last = path[-1] if path else None
        if last in _OF_SOURCE and _in_source(node, root):
            return True
        of_package = node.bindings is main_bindings(root)
        if last in ("changelog", "downloadPage"):
            return True
        return of_package and last in (_OF_PACKAGE | _FLAGS)

    def _branches(self, value: Node) -> Iterator[tuple[int, int, str]]:
        """Yield the places of an address where a folder is the version's first two numbers."""
        if not self.branch:
            return
        folder = re.compile(rf"(?<=/)(v?){re.escape(self.branch)}(?=/)")
        for node in walk(value):
            if node.kind in ("string", "uri"):
                for match in folder.finditer(self.text, node.start, node.end):
                    yield match.start(), match.end(), match[1] + self.new_branch

    def _edits(self, value: Node, *, flags: bool) -> Iterator[tuple[int, int, str]]:
        for node in walk(value):
            if node.kind not in ("string", "indented string", "uri"):
                continue
            if flags and not re.search(r"(?i)version", self.text[node.start : node.end]):
                continue
            for start, end, sep in self._places(node.start, node.end):
                if not any(child.start <= start < child.end for child in node.children):
                    yield start, end, self.new.replace(".", sep)

    def _places(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        for pattern, sep in self._token:
            for match in pattern.finditer(self.text, start, end):
                yield match.start(), match.end(), sep

    def lines(self) -> tuple[int, ...]:
        """Return the lines, from 1, that still hold the version."""
        first, _ = self._token[0]
        listed = self.text.split("\n")
        return tuple(n for n, line in enumerate(listed, 1) if first.search(line))


def _branch(version: str) -> str:
    """Return the first two numbers of a version of three or more, empty for a shorter one."""
    match = re.match(r"(\d+\.\d+)\.\d", version)
    return match[1] if match else ""


def _in_source(node: Node, root: Node) -> bool:
    return any(
        b.value is not None
        and b.path[-1:] in (("src",), ("srcs",))
        and b.value.start <= node.start
        and node.end <= b.value.end
        for n in walk(root)
        for b in n.bindings
    )
