"""The user's config with the catalogues that lie in git repositories fetched.

A repository is fetched once, into the user's cache, and stays as it is: ``config set catalogues``
fetches it anew, and an address that ends with ``#REF`` names a revision.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from scaffold.answers import user_config
from scaffold.answers.user_config import UserConfig
from scaffold.base.errors import ExternalError, Problem
from scaffold.base.git_address import GitAddress


def loaded() -> UserConfig:
    """Return the user's config; the folders of its catalogues are there.

    Raises:
        InputError: the config cannot be used.
        ExternalError: git is missing or failed.

    """
    config = user_config.load()
    fetch(config, anew=False)
    return config


def fetch(config: UserConfig, *, anew: bool) -> None:
    """Fetch the repositories of catalogues: those that are not there, or all of them ``anew``.

    One that cannot be fetched anew stays as it was.

    Raises:
        ExternalError: git is missing or failed.

    """
    for folder, address in config.repositories.items():
        if anew or not folder.is_dir():
            _fetch(folder, address)


def _fetch(folder: Path, address: GitAddress) -> None:
    from scaffold.commands.template_source import clone  # only when a repository is fetched

    where = f"catalogues: {address.url}"
    draft = folder.with_name(f".{folder.name}.new")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        clone(address.url, address.ref, draft, where=where, ref_flag="the ref behind #")
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except OSError as error:
        problem = Problem(where, f"cannot be kept: {error.strerror}", "Make the cache writable")
        raise ExternalError(problem) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
