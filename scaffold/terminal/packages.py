"""Names of nixpkgs packages, to complete what is typed at a prompt.

The names come from a cached list. Where nix can evaluate nixpkgs without fetching anything, the
list is made in the background while the user answers other questions; without nix, or without a
nixpkgs on this machine, nothing is completed and nothing is said.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from scaffold.base.errors import ScaffoldError
from scaffold.base.folders import own_folder, write_in_one_step
from scaffold.system import process

MOST = 40
SECONDS = 60
EXPRESSION = "builtins.attrNames (import <nixpkgs> { config = { }; overlays = [ ]; })"


def cache_file() -> Path | None:
    """Return where the list is kept, None when the user has no home."""
    folder = own_folder("cache")
    return folder and folder / "packages.json"


def names() -> list[str]:
    """Return the cached names; none when there is no usable list."""
    file = cache_file()
    try:
        found = json.loads(file.read_text(encoding="utf-8")) if file else []
    except (OSError, ValueError):
        return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def refresh_in_background() -> None:
    """Make the list when there is none; the thread ends with the command."""
    file = cache_file()
    if file and not file.exists() and process.which("nix-instantiate"):
        threading.Thread(target=refresh, daemon=True).start()


def refresh() -> None:
    """Ask nix for the names and keep them; a nix that cannot answer is no fault."""
    argv = ["nix-instantiate", "--eval", "--strict", "--json", "--expr", EXPRESSION]
    try:
        done = process.run(argv, timeout=SECONDS)
        if done.returncode == 0 and isinstance(json.loads(done.stdout), list):
            _keep(done.stdout)
    except (ScaffoldError, OSError, ValueError):
        return


def _keep(text: str) -> None:
    if file := cache_file():
        write_in_one_step(file, text.encode())


class _Names(Completer):
    """Completes the last name of a list separated by commas."""

    def get_completions(self, document: Document, _: CompleteEvent) -> Iterable[Completion]:
        typed = document.text_before_cursor.rpartition(",")[2].lstrip()
        if typed:
            found = [name for name in names() if name.startswith(typed)]
            for name in found[:MOST]:
                yield Completion(name, start_position=-len(typed))


def completer() -> Completer:
    """Return the completer for a list of package names."""
    return _Names()


def paths() -> Completer:
    """Return a completer of file names."""
    return PathCompleter(expanduser=True)
