"""Which flavours and releases the chosen parts exclude, and why.

Asked by the prompts (a flavour that cannot run is shown, disabled, with the reason), by the
recommended answers and by the rules, so that all three always agree.
"""

from __future__ import annotations

from collections.abc import Iterable

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.services import Part


def expand(parts: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    """Return the parts of a role with those that they imply, each once, implied ones first."""
    found: dict[str, None] = {}
    for part_id in parts:
        part = catalog.parts.get(part_id)
        if part and part.implies:
            found.update(dict.fromkeys(expand(part.implies, catalog)))
        found[part_id] = None
    return tuple(found)


def parts_of(part_ids: Iterable[str], catalog: Catalog) -> list[Part]:
    """Return the known parts among the ids, with those that they imply."""
    ids = expand(tuple(dict.fromkeys(part_ids)), catalog)
    return [catalog.parts[i] for i in ids if i in catalog.parts]


def private_sources(part_ids: Iterable[str], catalog: Catalog) -> list[str]:
    """Return what a user must have for sources of the parts that are not public, each once."""
    found = (part.private for part in parts_of(part_ids, catalog))
    return list(dict.fromkeys(text for text in found if text))
