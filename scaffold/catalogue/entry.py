"""What every entry of the catalogue is: frozen data, read from a file under ``templates/``."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

#: What an option of a service or part may be set to, once it was validated.
OptionValue: TypeAlias = str | int | bool | list[str]


class Entry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is read from a catalogue file: a misspelt or missing key is refused with its path."""
