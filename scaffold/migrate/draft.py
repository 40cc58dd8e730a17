"""The files of a project as they are being changed: texts, what was done to them, what is left.

Every step reads the text that the step before it left, so that edits never meet. Nothing is written
here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.nixlang.edits import Edit, apply_edits
from scaffold.nixlang.twice import makes_twice
from scaffold.survey.nix_file import NixFile


@dataclass(frozen=True)
class Note:
    """One thing that was changed, or that a person has to look at (then with ``advice``).

    ``rule`` is the name of the migration; ``line`` counts from 1, 0 stands for the whole file. With
    ``fails``, evaluation, a build or a run fails until a person has mended it.
    """

    file: str
    line: int
    what: str
    rule: str = ""
    advice: str = ""
    fails: bool = False

    @property
    def where(self) -> str:
        """The place, as messages name it."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass
class Draft:
    """The texts of a project by path relative to its root.

    ``failing`` are the names of the migrations without which something fails.
    """

    root: Path
    before: Mapping[str, str]
    done: list[Note] = field(default_factory=list)
    left: list[Note] = field(default_factory=list)
    failing: frozenset[str] = frozenset()
    _texts: dict[str, str] = field(default_factory=dict)
    _files: dict[str, NixFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start from the texts as they are."""
        self._texts = dict(self.before)

    def text(self, name: str) -> str | None:
        """Return the text of a file as it is now, or None when the project does not have it."""
        return self._texts.get(name)

    def nix(self, name: str) -> NixFile | None:
        """Return a Nix file as it is now; None when it is not there or is no Nix."""
        text = self._texts.get(name)
        if text is None:
            return None
        file = self._files.get(name)
        if file is None or file.text is not text:
            file = self._files[name] = NixFile(self.root / name, text)
        return file if file.tree is not None else None

    def nix_files(self) -> Iterator[tuple[str, NixFile]]:
        """Yield every file that is Nix, as it is now, in the order of the names."""
        for name in sorted(self._texts):
            file = self.nix(name) if name.endswith(".nix") else None
            if file is not None:
                yield name, file

    def edit(self, name: str, edits: Iterable[Edit]) -> None:
        """Make edits of a file; those of one place are made once.

        An edit by which a Nix file would define something twice is left to a person.
        """
        unique = list(dict.fromkeys(edits))
        if not unique:
            return
        file = self.nix(name)
        if file is not None and makes_twice(file.text, unique):
            unique = self._without_twice(name, file, unique)
        self._texts[name] = apply_edits(self._texts[name], unique)

    def _without_twice(self, name: str, file: NixFile, edits: list[Edit]) -> list[Edit]:
        """Return the edits that define nothing twice; what was noted of the others is left."""
        kept: list[Edit] = []
        for edit in edits:
            if not makes_twice(file.text, [*kept, edit]):
                kept.append(edit)
                continue
            line = file.place(edit.start)[0]
            for note in [n for n in self.done if (n.file, n.line) == (name, line)]:
                self.done.remove(note)
                advice = "what it becomes is set beside it: join the two by hand"
                self.tell_left(file, edit.start, note.what, advice, note.rule)
        return kept

    def replace(self, name: str, text: str) -> None:
        """Give a file another text."""
        self._texts[name] = text

    def changed(self) -> dict[str, str]:
        """Return the files that differ from how they were, with their new texts."""
        return {name: text for name, text in self._texts.items() if text != self.before[name]}

    def tell_done(self, file: NixFile, place: int, what: str, rule: str) -> None:
        """Note that something was changed."""
        self.done.append(self._note(file, place, what, rule))

    def tell_left(self, file: NixFile, place: int, what: str, advice: str, rule: str) -> None:
        """Note what a person has to look at; the same thing on one line is noted once."""
        note = self._note(file, place, what, rule, advice)
        if note not in self.left:
            self.left.append(note)

    def _note(self, file: NixFile, place: int, what: str, rule: str, advice: str = "") -> Note:
        name = str(file.path.relative_to(self.root))
        return Note(
            name, file.place(place)[0], what, rule, advice, bool(advice) and rule in self.failing
        )
