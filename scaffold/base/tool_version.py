"""Which version of this tool wrote a project, compared with the one that runs."""

from __future__ import annotations

from scaffold import __version__

#: Where a project keeps the answers that it was made from, and the version that wrote it.
ANSWERS_FILE = ".nxc-scaffold.toml"


def older_writer(version: object) -> str:
    """Return the version that wrote a project when it is older than this one, else nothing.

    A text that is not a version gives nothing, too.
    """
    from packaging.version import InvalidVersion, Version  # of no use to most commands

    try:
        before = Version(str(version))
        return str(before) if before < Version(__version__) else ""
    except InvalidVersion:
        return ""
