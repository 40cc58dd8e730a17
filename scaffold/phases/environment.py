"""The environment of a build as the driver saves it between two phases.

A file of records, each a key and a text that end in NUL. Kept as bytes: a variable may hold
anything but NUL. See ``templates/phases/driver.sh`` for the keys.
"""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.phases.phases import Environment

Records = Mapping[bytes, bytes]

_END = b"end"


def parse(content: bytes) -> Records | None:
    """Return the records by key, None when the driver did not finish the file."""
    fields = content.split(b"\0")
    records = dict(zip(fields[::2], fields[1::2], strict=False))
    return records if _END in records else None


def dump(records: Records) -> bytes:
    """Return the file that ``parse`` reads."""
    return b"".join(key + b"\0" + text + b"\0" for key, text in records.items())


def rebased(saved: Records, before: Records, after: Records) -> Records:
    """Carry an environment over to a package that has changed.

    ``before`` and ``after`` are what stdenv gives for the old and the new derivation. What differs
    between them is taken from the new one; what the phases made themselves stays.
    """
    kept = {key: text for key, text in saved.items() if not _gone(key, before, after)}
    changed = {
        key: text
        for key, text in after.items()
        if key not in (b"o", b"c", _END) and before.get(key) != text
    }
    kept.pop(_END, None)
    return {**kept, **changed, _END: b""}


def _gone(key: bytes, before: Records, after: Records) -> bool:
    return key in before and key not in after


def described(records: Records, given: Mapping[str, str]) -> Environment:
    """Return what the order of the phases depends on; ``given`` are the derivation's variables."""
    return Environment(
        {_name(key): _text(text) for key, text in records.items() if key.startswith(b"= ")},
        {_name(key): _text(text) for key, text in records.items() if key.startswith(b"@ ")},
        given,
        loaded=True,
    )


def function_text(records: Records, name: str) -> str | None:
    """Return the source text of a function, None when there is none of that name."""
    found = records.get(b"f " + name.encode())
    return None if found is None else _text(found)


def _name(key: bytes) -> str:
    return _text(key[2:])


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
