"""Raw answers in layers: flags, files, what was recorded, defaults; the first is the strongest.

Tables are merged key by key, so that a flag can change the count of a stack's role and nothing
else. Each layer keeps where it comes from, so that a problem can name the flag that caused it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scaffold.base.errors import Problem

#: Raw answers by key, before a validator has seen them.
Answers = Mapping[str, object]


@dataclass(frozen=True)
class Layer:
    """Raw answers and where they come from, as told in messages (``--role node:0``)."""

    source: str
    answers: Answers


def merge(layers: Sequence[Layer]) -> dict[str, object]:
    """Merge layers, the first one being the strongest; tables are merged, all else replaced."""
    merged: dict[str, object] = {}
    for layer in reversed(layers):
        _put(layer.answers, merged)
    return merged


def _put(above: Answers, merged: dict[str, object]) -> None:
    """Put answers over those that are merged already, which are changed in place.

    Tables are copied as they come in, so that no layer changes, and once: thousands of flags that
    name a role each take as long as they are many.
    """
    for key, value in above.items():
        if isinstance(value, Mapping):
            under = merged.get(key)
            table = under if isinstance(under, dict) else {}
            _put(value, table)
            merged[key] = table
        else:
            merged[key] = value


def nested(path: Sequence[str], value: object) -> dict[str, object]:
    """Return tables within tables that hold a value at a path of at least one key."""
    *tables, last = path
    found: dict[str, object] = {last: value}
    for key in reversed(tables):
        found = {key: found}
    return found


def source_of(layers: Sequence[Layer], key: Sequence[str]) -> str:
    """Return the source of the strongest layer that holds the key, or empty text."""
    for layer in layers:
        value: object = layer.answers
        for name in key:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            return layer.source
    return ""


def with_source(problem: Problem, answers: Answers, layers: Sequence[Layer]) -> Problem:
    """Return a problem of an answer with the source of the answer, when a layer decided it."""
    key = problem.where
    layer = next((layer for layer in layers if layer.answers.get(key) is not None), None)
    if layer is None or layer.answers[key] != answers.get(key):
        return problem
    return replace(problem, where=f"{key} ({layer.source})")
