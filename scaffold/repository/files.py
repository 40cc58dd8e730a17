"""The files of a repository, each read and parsed once a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from scaffold.base.errors import InputError, Problem
from scaffold.nixlang.parser import NixSyntaxError, Node, parse


@dataclass(frozen=True)
class NixFile:
    """A Nix file: its path from the root, its text with the line ends as they are, and its tree."""

    path: PurePosixPath
    text: str
    tree: Node

    def source(self, node: Node) -> str:
        """Return the text of a node."""
        return self.text[node.start : node.end]

    def line(self, node: Node) -> int:
        """Return the line that a node begins on, from 1."""
        return self.text.count("\n", 0, node.start) + 1


@dataclass(frozen=True)
class Files:
    """Reads the files below ``root``; what was read once is not read again."""

    root: Path
    _texts: dict[PurePosixPath, str] = field(default_factory=dict, repr=False)
    _trees: dict[PurePosixPath, NixFile] = field(default_factory=dict, repr=False)

    def text(self, path: PurePosixPath) -> str:
        """Return the text of a file.

        Bytes that are no UTF-8, which nix takes in comments and strings, are in it as Python's
        ``surrogateescape`` gives them: who writes the text again encodes them likewise.

        Raises:
            InputError: it cannot be read.

        """
        if path not in self._texts:
            try:
                content = (self.root / path).read_bytes()
                self._texts[path] = content.decode("utf-8", "surrogateescape")
            except OSError as error:
                problem = Problem(str(path), f"it cannot be read: {error}", "Mend the file first")
                raise InputError(problem) from error
        return self._texts[path]

    def nix(self, path: PurePosixPath) -> NixFile:
        """Return a Nix file with its tree.

        Raises:
            InputError: it cannot be read or is no Nix; the place has the line.

        """
        if path not in self._trees:
            text = self.text(path)
            try:
                tree = parse(text)
            except NixSyntaxError as error:
                what = f"it is no valid Nix: {error.message}"
                where = f"{path}:{error.line}"
                raise InputError(Problem(where, what, "Mend the file first")) from error
            self._trees[path] = NixFile(path, text, tree)
        return self._trees[path]

    def texts(self) -> tuple[str, ...]:
        """Return the texts of the files that were read so far."""
        return tuple(self._texts.values())

    def trees(self) -> tuple[Node, ...]:
        """Return the trees of the Nix files that were parsed so far."""
        return tuple(file.tree for file in self._trees.values())

    def is_file(self, path: PurePosixPath) -> bool:
        """Say whether there is such a file."""
        return (self.root / path).is_file()

    def is_dir(self, path: PurePosixPath) -> bool:
        """Say whether there is such a folder."""
        return (self.root / path).is_dir()

    def entries(self, path: PurePosixPath) -> tuple[str, ...]:
        """Return the names in a folder, sorted; none when there is no such folder."""
        try:
            return tuple(sorted(entry.name for entry in (self.root / path).iterdir()))
        except OSError:
            return ()
