"""Unified diffs that ``git apply`` accepts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Side:
    """A file on one side of a diff."""

    content: bytes
    executable: bool = False

    @property
    def git_mode(self) -> str:
        """The mode as git writes it; git knows no other two."""
        return "100755" if self.executable else "100644"


def file_diff(path: PurePosixPath, old: Side | None, new: Side | None) -> str:
    """Return the diff from ``old`` to ``new``, empty when they are the same; None is no file.

    Git ignores lines before ``diff --git``: a file that is not text is named in such a line, since
    a diff that pretended to hold it would be refused as a whole.
    """
    if old == new:
        return ""
    before, after = (_text(b"" if side is None else side.content) for side in (old, new))
    if before is None or after is None:
        return f"Binary file {path} differs; it is not part of this diff\n"
    header = [f"diff --git {_name('a', path)} {_name('b', path)}", *_mode_lines(old, new)]
    hunks = list(_hunks(before, after))
    if hunks:
        header.append("--- " + ("/dev/null" if old is None else _name("a", path) + _tab(path)))
        header.append("+++ " + ("/dev/null" if new is None else _name("b", path) + _tab(path)))
    return "".join(line + "\n" for line in header) + "".join(hunks)


def _mode_lines(old: Side | None, new: Side | None) -> list[str]:
    if old is None:
        return [f"new file mode {new.git_mode}"] if new else []
    if new is None:
        return [f"deleted file mode {old.git_mode}"]
    if old.git_mode != new.git_mode:
        return [f"old mode {old.git_mode}", f"new mode {new.git_mode}"]
    return []


def _hunks(before: list[str], after: list[str]) -> Iterator[str]:
    from difflib import unified_diff

    # the first two lines are difflib's own header, which knows neither /dev/null nor quoting
    for number, line in enumerate(unified_diff(before, after, "a", "b")):
        if number >= 2:
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _text(content: bytes) -> list[str] | None:
    """Return the lines, cut at line feeds only as git does, or None for what is not text."""
    if b"\0" in content:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _name(side: str, path: PurePosixPath) -> str:
    name = f"{side}/{path}"
    # a tree has neither control characters nor backslashes, so the quote is all there is to escape
    return '"' + name.replace('"', '\\"') + '"' if '"' in name else name


def _tab(path: PurePosixPath) -> str:
    """Return what ends a name with spaces, as git and patch want it."""
    return "\t" if " " in str(path) and '"' not in str(path) else ""
