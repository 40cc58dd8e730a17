"""``nxc-scaffold config``: what the user's defaults are, and where each comes from."""

from __future__ import annotations

import tomllib
from dataclasses import asdict

import click

from scaffold.answers import config_edit, user_config
from scaffold.base.errors import InputError, Problem
from scaffold.base.folders import config_file, write_in_one_step
from scaffold.base.values import did_you_mean
from scaffold.catalogue.reading import load_catalog
from scaffold.commands.catalogues import fetch, loaded
from scaffold.report.reporter import print_json, settings_text


def run(*, as_json: bool, plain: bool) -> None:
    """Print every effective value and its source."""
    config = loaded()
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


def change(key: str, text: str | None) -> None:
    """Set a key of the config file, or remove it when ``text`` is None.

    Raises:
        InputError: there is no such key, the value cannot be used, or there is no home to keep it.

    """
    file = config_file()
    if file is None:
        what = "you have no home folder to keep a config in"
        raise InputError(Problem("config", what, "Set HOME, or XDG_CONFIG_HOME"))
    known = {*user_config.PARSERS, *user_config.ANSWERS} - {*user_config.TABLES}
    if key not in known:
        raise InputError(Problem(key, "there is no such key", did_you_mean(key, sorted(known))))
    before = file.read_text(encoding="utf-8-sig") if user_config.read(file) is not None else ""
    value = None if text is None else user_config.value_of(key, text)
    after = config_edit.with_key(before, key, value)
    config = user_config.parsed(file, tomllib.loads(after), {})
    fetch(config, anew=key == "catalogues")
    user_config.check(config, load_catalog(config.catalogues))
    write_in_one_step(file, after.encode())


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text or "(none)"
