"""Licence expressions of SPDX, and the attributes of ``lib.licenses`` that they become.

The grammar (AND, OR, WITH, parentheses) is license-expression's; here are the names: identifiers
that nixpkgs has an attribute for, and how projects spell them otherwise.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from license_expression import (
    ExpressionError,
    ExpressionParseError,
    LicenseExpression,
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
)

from scaffold.packages.builders import packages_folder

#: How project files and people call licences, in small letters, and the identifier of SPDX.
SPELLINGS = {
    "apache": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache2": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, 2.0": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "the apache license, version 2.0": "Apache-2.0",
    "the apache software license, version 2.0": "Apache-2.0",
    "mit license": "MIT",
    "mit/x11": "MIT",
    "the mit license": "MIT",
    "isc license": "ISC",
    "bsd2": "BSD-2-Clause",
    "bsd3": "BSD-3-Clause",
    "bsd-2": "BSD-2-Clause",
    "bsd-3": "BSD-3-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd_2_clause": "BSD-2-Clause",
    "bsd_3_clause": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "boost": "BSL-1.0",
    "mpl 2.0": "MPL-2.0",
    "mpl-2": "MPL-2.0",
    "mpl2": "MPL-2.0",
    "mozilla public license 2.0": "MPL-2.0",
    "unlicence": "Unlicense",
    "the unlicense": "Unlicense",
    "public domain": "public domain",
    # older identifiers of SPDX, and its older sign for later versions
    "gplv2+": "GPL-2.0-or-later",
    "gplv3+": "GPL-3.0-or-later",
    "gpl-2.0+": "GPL-2.0-or-later",
    "gpl-2+": "GPL-2.0-or-later",
    "gpl-3.0+": "GPL-3.0-or-later",
    "gpl-3+": "GPL-3.0-or-later",
    "lgplv3+": "LGPL-3.0-or-later",
    "lgpl-2.1+": "LGPL-2.1-or-later",
    "lgpl-3.0+": "LGPL-3.0-or-later",
    "agplv3+": "AGPL-3.0-or-later",
    "agpl-3.0+": "AGPL-3.0-or-later",
    # names that do not say which version or whether later ones go
    "bsd": "BSD",
    "gpl": "GPL",
    "lgpl": "LGPL",
    "gplv2": "GPL-2.0",
    "gpl2": "GPL-2.0",
    "gpl-2": "GPL-2.0",
    "gplv3": "GPL-3.0",
    "gpl3": "GPL-3.0",
    "gpl-3": "GPL-3.0",
    "lgplv3": "LGPL-3.0",
    "lgpl-3": "LGPL-3.0",
    "agplv3": "AGPL-3.0",
    "agpl-3": "AGPL-3.0",
}
#: Names that are understood and are not exact: the sources have to say more.
VAGUE = frozenset(
    {"BSD", "GPL", "LGPL", "GPL-2.0", "GPL-3.0", "LGPL-2.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0"}
)


class UnknownLicenceError(ValueError):
    """A name that is no licence of ``lib.licenses``; ``name`` is empty where the grammar fails."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


@dataclass(frozen=True)
class Licence:
    """A licence expression: its SPDX text, and the attributes of ``lib.licenses`` it names."""

    expression: str
    attributes: tuple[str, ...]

    @property
    def is_one(self) -> bool:
        """Whether it is one identifier, so that a list of attributes says as much."""
        return not re.search(r" (AND|OR|WITH) ", self.expression)


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    text = (packages_folder() / "licences.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def identifiers() -> Mapping[str, str]:
    """Return the attributes of ``lib.licenses`` by SPDX identifier."""
    return _tables()["licences"]


def joined(names: list[str], operator: str) -> str:
    """Return the expression of several licences, each perhaps an expression itself."""
    parts = [f"({n})" if len(names) > 1 and re.search(r" (AND|OR) ", n) else n for n in names]
    return f" {operator} ".join(dict.fromkeys(parts))


def read(text: str, *, vague: bool = False) -> str:
    """Return an expression with the identifiers of SPDX in it, as it is grouped.

    Attributes of ``lib.licenses`` are taken for their identifiers. With ``vague``, names that
    leave the version or later versions open are kept (``VAGUE``).

    Raises:
        UnknownLicenceError: it is no expression, or a name is no licence of ``lib.licenses``.

    """
    given = " ".join(text.split())
    if given.lower() in SPELLINGS:
        return _named(given, vague=vague)
    return _rendered(_parsed(given), vague=vague)


def licence(expression: str) -> Licence:
    """Return the licence that an expression of :func:`read` means.

    An exception without an attribute stands in the expression alone.
    """
    found: dict[str, None] = {}
    exceptions = _tables()["exceptions"]
    for symbol in Licensing().license_symbols(expression, decompose=True):
        attribute = identifiers().get(symbol.key) or exceptions.get(symbol.key)
        if attribute:
            found[attribute] = None
    return Licence(expression, tuple(found))


def names(expression: str) -> list[str]:
    """Return the licences of an expression, without exceptions."""
    return _leaves(_parsed(expression))


def replaced(expression: str, found: Mapping[str, str]) -> str:
    """Return an expression with some of its names replaced."""
    pattern = "|".join(re.escape(name) for name in found)
    if not pattern:
        return expression
    return re.sub(rf"(?<![\w.+-])({pattern})(?![\w.+-])", lambda m: found[m[1]], expression)


def _parsed(text: str) -> LicenseExpression:
    try:
        parsed = Licensing().parse(text)
    except (ExpressionError, ExpressionParseError) as error:
        why = str(error).partition("\n")[0]
        raise UnknownLicenceError("", f"it is no licence expression: {why}") from error
    if parsed is None:
        raise UnknownLicenceError("", "there is no licence")
    return parsed


def _leaves(node: LicenseExpression) -> list[str]:
    if isinstance(node, LicenseWithExceptionSymbol):
        return [node.license_symbol.key]
    if isinstance(node, LicenseSymbol):
        return [node.key]
    return list(dict.fromkeys(name for part in node.args for name in _leaves(part)))


def _rendered(node: LicenseExpression, *, vague: bool) -> str:
    if isinstance(node, LicenseWithExceptionSymbol):
        exception = node.exception_symbol.key
        return f"{_named(node.license_symbol.key, vague=vague)} WITH {exception}"
    if isinstance(node, LicenseSymbol):
        return _named(node.key, vague=vague)
    return joined([_rendered(part, vague=vague) for part in node.args], node.operator.strip())


@cache
def _spelt() -> Mapping[str, str]:
    """Return the identifiers by every way to write them, in small letters."""
    first = reversed(list(identifiers().items()))  # of two identifiers of one attribute
    attributes = {attribute.lower(): name for name, attribute in first}
    identical = {name.lower(): name for name in [*identifiers(), *VAGUE]}
    return {**attributes, **SPELLINGS, **identical}


def _named(name: str, *, vague: bool) -> str:
    found = _spelt().get(name.lower())
    if found is None or (found in VAGUE and not vague) or found not in {*identifiers(), *VAGUE}:
        why = (
            "is not exact: it leaves the version, or later versions, open"
            if found in VAGUE
            else "is no licence of lib.licenses"
        )
        raise UnknownLicenceError(name, why)
    return found
