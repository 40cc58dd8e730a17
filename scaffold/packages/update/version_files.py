"""Files of a source that lie beside a package, such as a lock file, when the version changes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scaffold.packages.builders import Builder
from scaffold.packages.detect.facts import Folder
from scaffold.packages.update.gemset import GEMSET, gemset, known_sums
from scaffold.repository.layout import Layout
from scaffold.repository.layouts import read_text


@dataclass(frozen=True)
class VersionFiles:
    """The files beside a package that belong to its version, each with the command that makes it.

    An empty command says that the file is a copy of the source's. ``source`` is a shell expression
    that is the folder of the package's source.
    """

    layout: Layout
    source: str
    folder: PurePosixPath
    commands: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(self.commands)

    def update(
        self, source: Path | None
    ) -> tuple[dict[PurePosixPath, tuple[str, str]], tuple[tuple[str, str], ...]]:
        """Return the old and new text of what the new source has, and what is to be done by hand.

        A gemset is made of the new lock file; the hashes of gems that stay are kept.
        """
        found: dict[PurePosixPath, tuple[str, str]] = {}
        folder = Folder(source) if source is not None else None
        for name in self.commands:
            if name != GEMSET and folder is not None and folder.text(name):
                path = self.folder / name
                found[path] = (read_text(self.layout.root, path), folder.text(name))
        lock = found.get(self.folder / "Gemfile.lock")
        unfilled = 0
        if lock is not None and GEMSET in self.commands:
            path = self.folder / GEMSET
            old = read_text(self.layout.root, path)
            new = gemset(lock[1], known_sums(old))
            found[path] = (old, new)
            unfilled = len(re.findall(r'"0{64}"', new))
        return found, tuple(self._steps(set(found), unfilled))

    def _steps(self, done: set[PurePosixPath], unfilled: int) -> Iterable[tuple[str, str]]:
        copies = [n for n, c in self.commands.items() if not c and self.folder / n not in done]
        if copies:
            listed = copies[0] if len(copies) == 1 else f"{{{','.join(copies)}}}"
            command = (
                f"cp --no-preserve=mode {self.source}/{listed} {shlex.quote(str(self.folder))}"
            )
            yield command, f"takes {', '.join(copies)} of the new version"
        for name, command in self.commands.items():
            is_new = self.folder / name in done and not (name == GEMSET and unfilled)
            if command and not is_new:
                there = f"(cd {shlex.quote(str(self.folder))} && {command})"  # and back again
                yield there, f"writes {name} of the new version"

    def told(self, done: Iterable[PurePosixPath], old: str) -> str:
        """Return which files are new and which are still those of the old version."""
        new = [path.name for path in done]
        kept = [name for name in self.names if name not in new]
        parts = [f"{', '.join(new)} of the new source"] if new else []
        if kept:
            parts.append(
                f"{', '.join(kept)} {'is that' if len(kept) == 1 else 'are those'} of {old}"
            )
        return "; ".join(parts)


def version_files_of(
    layout: Layout, name: str, file: PurePosixPath, builders: Iterable[Builder]
) -> VersionFiles:
    """Return the files beside a package that a builder says depend on its version."""
    if layout.is_flake:
        source = f"$(nix build --no-link --print-out-paths .#{name}.src)"
    else:
        source = f"$(nix-build --no-out-link -A {layout.attribute(name)}.src)"
    known = {name: command for b in builders for name, command in b.version_files.items()}
    folder = file.parent
    there = {n: c for n, c in known.items() if (layout.root / folder / n).is_file()}
    return VersionFiles(layout, source, folder, there)
