"""The flags that commands pass on to nix, as words of its command line."""

from __future__ import annotations

import os
from collections.abc import Iterable

from scaffold.base.pairs import all_pairs
from scaffold.system import process


def nix_options(texts: Iterable[str]) -> tuple[str, ...]:
    """Return ``--nix-option NAME=VALUE`` as nix takes them; some options may be set to nothing.

    Raises:
        InputError: a text is not of that form.
    """
    example = "cores=2"
    found = all_pairs(texts, "--nix-option", "NAME=VALUE", example, may_be_empty=True)
    return tuple(word for pair in found for word in ("--option", pair.name, pair.value))


def reach_every_nix(words: Iterable[str]) -> None:
    """Make what :func:`nix_options` returned hold for every nix that is started.

    Not every command that fetches or looks something up is called with the words themselves. Nix
    reads ``NIX_CONFIG`` after its files (nix.conf(5)); what the user has in it stays.
    """
    _, *rest = (*words, "")
    pairs = zip(rest[0::3], rest[1::3], strict=False)
    lines = [f"{name} = {value}" for name, value in pairs]
    before = os.environ.get("NIX_CONFIG", "")
    text = "\n".join([*([before] if before else []), *lines])
    process.set_everywhere({"NIX_CONFIG": text} if lines else {})


def override_inputs(texts: Iterable[str]) -> tuple[str, ...]:
    """Return ``--override-input NAME=REF`` as nix takes them.

    Raises:
        InputError: a text is not of that form.
    """
    found = all_pairs(texts, "--override-input", "NAME=REF", "nixpkgs=path:/home/me/nixpkgs")
    return tuple(word for pair in found for word in ("--override-input", pair.name, pair.value))
