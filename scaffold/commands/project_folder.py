"""Finding the project that a command is run in, as git finds its repository: here, or above."""

from __future__ import annotations

import os
from pathlib import Path

from scaffold import __version__
from scaffold.answers.document import FILE_NAME, load_file
from scaffold.asking.layers import Layer
from scaffold.base.errors import InputError, Problem
from scaffold.base.tool_version import older_writer
from scaffold.report.reporter import Reporter


def find(start: Path | None) -> Path:
    """Return the folder of the project that ``start`` (the current folder) lies in.

    It is shown to the user, so it is relative where the user's was.

    Raises:
        InputError: neither ``start`` nor a folder above it has recorded answers.

    """
    folder = start or Path()
    if not folder.is_dir():
        raise InputError(Problem(str(folder), "is not a folder", "Give the folder of a project"))
    whole = folder.resolve()
    for above in (whole, *whole.parents):
        if (above / FILE_NAME).is_file():
            return folder if above == whole else Path(os.path.relpath(above))
    what = f"is not in a project: neither it nor a folder above it has {FILE_NAME}"
    remedy = "Go to a project, or start one with nxc-scaffold new"
    raise InputError(Problem(str(whole), what, remedy))


def recorded(project: Path) -> Layer:
    """Return the answers that a project was made from.

    Raises:
        InputError: they cannot be read, or were written by a newer version in another form.

    """
    return load_file(project / FILE_NAME)


def newer_tool(layer: Layer) -> str:
    """Return what to tell a user whose project an older version wrote; else nothing."""
    before = older_writer(layer.answers.get("tool_version", ""))
    if not before:
        return ""
    return f"written by nxc-scaffold {before}; this is {__version__}, whose templates may differ"


def tell_version(layer: Layer, reporter: Reporter) -> None:
    """Tell when the templates may have changed since a project was written."""
    if told := newer_tool(layer):
        reporter.field("version", told)
