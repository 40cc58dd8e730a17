"""packages.md: the table of packages that kapack keeps by hand."""

from __future__ import annotations

from scaffold.nixlang.quote import md_text
from scaffold.repository.edits import edit_of
from scaffold.repository.layout import Layout
from scaffold.repository.layouts import read_text
from scaffold.writer.tree import File


def table_row(name: str, full_name: str, description: str, layout: Layout) -> File | None:
    """Return the edit that adds the package to packages.md, or None without one.

    The table is what kapack's generate_table_of_packages.sh writes: attribute, name, description.
    """
    if layout.table is None:
        return None
    text = read_text(layout.root, layout.table)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    rows = [i for i, line in enumerate(lines) if line.startswith("|")][2:]
    if any(_cell(lines[i]) == name for i in rows):
        return edit_of(layout.table, text, text)
    row = f"|{name}|{md_text(full_name)}|{md_text(description)}|"
    at = next((i for i in rows if _cell(lines[i]) > name), rows[-1] + 1 if rows else len(lines))
    return edit_of(layout.table, text, newline.join([*lines[:at], row, *lines[at:]]))


def table_version(name: str, old: str, new: str, layout: Layout) -> tuple[File | None, str]:
    """Return the edit of a package's row in packages.md, and what is told of it.

    There is nothing to say of a repository without the table.
    """
    if layout.table is None:
        return None, ""
    text = read_text(layout.root, layout.table)
    lines = text.split("\n")
    at = next((i for i, x in enumerate(lines) if x.startswith("|") and _cell(x) == name), None)
    if at is None:
        return None, f"has no row of {name}"
    cells = lines[at].split("|")
    full = cells[2].rstrip()
    if full.endswith(f"-{md_text(new)}"):
        return None, ""
    if not full.endswith(f"-{md_text(old)}"):
        return None, f"says {full.strip()}, not {old}: it is left as it is"
    rest = cells[2][len(full) :]
    cells[2] = full.removesuffix(md_text(old)) + md_text(new) + rest
    lines[at] = "|".join(cells)
    return edit_of(layout.table, text, "\n".join(lines)), f"{full.strip()} → {cells[2].strip()}"


def _cell(line: str) -> str:
    return line.split("|")[1].strip()
