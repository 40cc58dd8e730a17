"""Writes the random secrets that the answers ask for, once.

They are no part of the tree: the same answers have to give the same bytes. An existing secret is
never replaced, for the hosts may hold it already.
"""

from __future__ import annotations

import os
from pathlib import Path

from scaffold.base.errors import ExternalError, Problem
from scaffold.composition.topology import ProjectTopology

BYTES = 32


def create_secrets(whole: ProjectTopology, target: Path) -> list[str]:
    """Write the secrets that are not there yet, readable by their owner alone; return their paths.

    Raises:
        ExternalError: one of them cannot be written.

    """
    paths = dict.fromkeys(secret.path for secret, _ in whole.secrets)
    return [path for path in paths if _create(target.joinpath(path))]


def _create(file: Path) -> bool:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # O_EXCL: neither an existing secret nor what a link points to is written.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except OSError as error:
        problem = Problem(
            str(file),
            f"cannot be written: {error.strerror}",
            "Make the folder writable and run it again",
        )
        raise ExternalError(problem) from error
    from secrets import token_hex  # few projects have any

    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(token_hex(BYTES) + "\n")
    return True
