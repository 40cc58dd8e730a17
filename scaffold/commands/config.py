"""``nxc-scaffold config``: what the user's defaults are, and where each comes from."""

from __future__ import annotations

from dataclasses import asdict

import click

from scaffold.answers import user_config
from scaffold.catalogue.reading import load_catalog
from scaffold.report.reporter import print_json, settings_text


def run(*, as_json: bool, plain: bool) -> None:
    """Print every effective value and its source."""
    config = user_config.load()
    catalog = load_catalog(config.catalogues)
    settings = list(user_config.effective(config, catalog))
    if as_json:
        values = [asdict(setting) for setting in settings]
        print_json(
            {"file": config.file and str(config.file), "exists": config.exists, "settings": values}
        )
        return
    file = f"{config.file}{'' if config.exists else ' (not there)'}"
    if config.file is None:
        file = "none: you have no home folder"
    rows = [(s.key, _shown(s.value), s.source) for s in settings]
    click.echo(settings_text(rows, file, plain=plain or config.plain))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text or "(none)"
