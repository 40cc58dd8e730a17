"""What a command on projects needs at first: the config, the catalogue, a reporter."""

from __future__ import annotations

from dataclasses import dataclass

from scaffold.answers import user_config
from scaffold.answers.user_config import UserConfig
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.reading import load_catalog
from scaffold.commands.catalogues import loaded
from scaffold.commands.options import Common
from scaffold.commands.writing import reporter_of
from scaffold.report.reporter import Reporter
from scaffold.writer.target import check_target


@dataclass(frozen=True)
class Session:
    """The user's config, the catalogue with the folders that it and the flags name, a reporter."""

    config: UserConfig
    catalog: Catalog
    reporter: Reporter


def begin(options: Common) -> Session:
    """Read config and catalogue, and look at the target, before anything is asked.

    Raises:
        InputError: the config or the catalogue cannot be used, or nothing can be written to DIR.
    """
    config = loaded()
    reporter = reporter_of(options, plain=options.plain or config.plain)
    if options.directory is not None:
        check_target(options.directory, to_write=not options.dry_run)
    catalog = load_catalog([*config.catalogues, *options.catalogues])
    user_config.check(config, catalog)
    return Session(config, catalog, reporter)
