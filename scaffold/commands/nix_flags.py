"""The flags that commands pass on to nix, as words of its command line."""

from __future__ import annotations

from collections.abc import Iterable

from scaffold.base.pairs import all_pairs


def nix_options(texts: Iterable[str]) -> tuple[str, ...]:
    """Return ``--nix-option NAME=VALUE`` as nix takes them; some options may be set to nothing.

    Raises:
        InputError: a text is not of that form.
    """
    example = "cores=2"
    found = all_pairs(texts, "--nix-option", "NAME=VALUE", example, may_be_empty=True)
    return tuple(word for pair in found for word in ("--option", pair.name, pair.value))


def override_inputs(texts: Iterable[str]) -> tuple[str, ...]:
    """Return ``--override-input NAME=REF`` as nix takes them.

    Raises:
        InputError: a text is not of that form.
    """
    found = all_pairs(texts, "--override-input", "NAME=REF", "nixpkgs=path:/home/me/nixpkgs")
    return tuple(word for pair in found for word in ("--override-input", pair.name, pair.value))
