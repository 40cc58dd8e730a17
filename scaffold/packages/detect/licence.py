"""The licence of a source: its text is recognised by sentences that only that licence has.

A fact (an expression of SPDX) only when text and project file do not contradict each other. The
texts of the GNU licences do not say "only" or "or later": that stands in the notices of the source
files, which are read.
"""

from __future__ import annotations

import re

from scaffold.packages import licences
from scaffold.packages.detect.facts import Fact, Folder
from scaffold.packages.detect.licence_texts import ADDITIONS, EXCEPTIONS, SENTENCES

NONE = "no licence was found"
#: Where the texts of all parts are, those of pictures and build files too.
REUSE = "LICENSES/"
_FILE = re.compile(r"(?i)^((un|mit-)?licen[cs]e|copying|copyright$|ofl\.txt$)")
_NOT_TEXT = re.compile(r"(?i)\.(py|js|c|h|hpp|cpp|rs|go|json|toml|tmpl|header|html)$")
#: What R's packages keep in LICENSE: only what the licence's text leaves to be filled in.
_STUB = re.compile(r"(?i)((year|copyright holder|organi[sz]ation):[^\n]*\s*)+")

#: A text that is much longer holds more than this licence.
_LONGEST = {
    "MIT": 2200,
    "ISC": 1600,
    "0BSD": 1200,
    "BSD-2-Clause": 2400,
    "BSD-3-Clause": 2800,
    "BSD-4-Clause": 3200,
    "Zlib": 2000,
    "Unlicense": 2500,
    "BSL-1.0": 2500,
    "Apache-2.0": 13_000,
}
#: The short licences are those that somebody adds a clause to.
ADDED_TO = 6000
#: Further down, a licence is that of some part of the source only.
LATEST_START = 600
#: By how much notices without later versions outnumber the others where they speak for the whole.
MAJORITY = 3
#: The title of a GNU licence and its date; further down the texts name each other.
TITLE = 130
_LATER = re.compile(r"any later version|or later|GPL-?\d(\.\d)?(-or-later|\+)|later version")
#: By SPDX a bare GPL-2.0, the old form, is without later versions.
_ONLY = re.compile(
    r"GPL-?\d(\.\d)?-only|version \d(\.\d)? only|only version \d|no later version"
    r"|SPDX-License-Identifier:\s*L?GPL-\d\.\d(?![\w.+-])"
)
#: A notice of one version: what says nothing of later ones does not allow them.
_ONE_VERSION = re.compile(
    r"(?i)version \d(\.\d)? of the gnu (\w+ )?general public licen[cs]e"
    r"|general public licen[cs]e,? v(ersion )?\d(\.\d)? as published"
)
_NOTICE = re.compile(
    r"(?i)(affero |lesser |library )?general public licen[cs]e|SPDX-License-Identifier:[^\n]*GPL"
)
_WHOLE_NOTICE = re.compile(
    r"(?i)redistribute it and/or modify it under the terms of the gnu (lesser|affero)? ?general "
    r"public license as published by the free software foundation,? either version (\d(?:\.\d)?) "
    r"of the license, or \(at your option\) any later version"
)
#: The version of a GNU licence that a notice names.
_NAMED_VERSION = re.compile(r"(?i)\bversion (\d(?:\.\d)?)(?![\d.])|\bA?L?GPL-?v?(\d(?:\.\d)?)")
_SOURCES = re.compile(r"\.(c|h|cc|cpp|cxx|hpp|hh|py|rs|go|rb|hs|pl|sh|js|ts|java|f90|am|ac)$")


def find_licence(
    folder: Folder, said: str, where: str, *, sure: bool = True
) -> tuple[Fact | None, str]:
    """Return the licence as an expression of SPDX identifiers, or why it is not certain.

    ``said`` is what the project file ``where`` says. With ``sure`` it is believed without a text.
    """
    files = _files(folder)
    texts = {f: i for f in files if (i := _identified(folder.text(f)))}
    declared = _declared(said)
    leaves = licences.names(declared) if declared else []
    if declared and (other := _otherwise([f for f in files if f not in texts], leaves, folder)):
        return None, f"{where} says {said!r}, but {other} reads otherwise"
    if declared and _agree(leaves, set(texts.values())) and (sure or texts):
        return Fact(declared, where), ""
    if said and declared is None and not texts:
        return None, f"{where} says {said!r}, which is no licence of lib.licenses"
    if declared and (unconfirmed := _unconfirmed(declared, leaves, texts, sure=sure)):
        return None, f"{where} says {said!r}{unconfirmed}"
    if not files and not said and (noticed := _noticed(folder)):
        return Fact(noticed, "the notice of the README"), ""
    if not texts:
        return None, NONE if not files else f"{files[0]} is not recognised"
    if set(files) - set(texts):
        other = sorted(set(files) - set(texts))[0]
        return None, f"{other} is not recognised"
    return _of_texts(texts, declared, folder)


def _unconfirmed(declared: str, leaves: list[str], texts: dict[str, str], *, sure: bool) -> str:
    """Say what speaks against a declared licence, empty when the texts may settle it."""
    if texts and set(leaves) != set(texts.values()):
        return ", but " + ", ".join(f"{f}: {i}" for f, i in texts.items())
    if not texts and not sure:
        return ", and no text that is recognised confirms it"
    if not texts and set(leaves) & licences.VAGUE:
        return ", which leaves the version or later versions open"
    return ""


def _of_texts(
    texts: dict[str, str], declared: str | None, folder: Folder
) -> tuple[Fact | None, str]:
    """Return the licence that the recognised texts are of; ``declared`` says how they go together.

    Several texts alone do not say whether all of them apply or one of them may be chosen.
    """
    seen, kinds = ", ".join(texts), list(dict.fromkeys(texts.values()))
    if len(texts) > 1 and all(file.startswith(REUSE) for file in texts):
        return None, f"{REUSE} holds several, and nothing says which is that of the whole"
    if {"LGPL-3.0", "GPL-3.0"} == set(kinds):
        kinds = ["LGPL-3.0"]  # which is a supplement to the text of the GPL
    found = {kind: _exact(kind, folder) for kind in kinds}
    if not all(found.values()):
        shown = " and ".join(kinds)
        return None, f"{seen} is {shown}; the sources do not say if later versions go"
    if declared:
        return Fact(licences.replaced(declared, found), seen), ""
    if len(kinds) > 1:
        shown = " and ".join(found.values())
        return None, f"{seen} hold {shown}; whether all apply or one may be chosen is not said"
    return Fact(found[kinds[0]], seen), ""


def _files(folder: Folder) -> list[str]:
    names = [n for n in folder.names() if _FILE.match(n) and not _NOT_TEXT.search(n)]
    inner = [f for f in folder.walk(deepest=1) if f.startswith(REUSE) and f.endswith(".txt")]
    plain = [n for n in names if not n.endswith("/") and folder.text(n).strip()]
    return [n for n in plain if not _STUB.fullmatch(folder.text(n).strip())] or inner


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\"“”*#>|]|(?m:^\s*(//|;))", " ", text).lower().split())


def _identified(text: str) -> str:
    """Return the SPDX identifier of a licence's text, without only or later; empty if unknown."""
    plain = _plain(text)
    start = plain[:TITLE]
    added = plain.replace("commercial or non-commercial", "")  # which allows both: the Unlicense
    if len(plain) < ADDED_TO and any(addition in added for addition in ADDITIONS):
        return ""
    if any(exception in plain for exception in EXCEPTIONS):
        return ""
    for name, sentences in SENTENCES:
        # the GNU texts name each other further down
        area = start if "GPL" in name else plain
        if "GPL" not in name and len(plain) > _LONGEST.get(name, 40_000):
            continue
        if name in _LONGEST and not 0 <= plain.find(sentences[0]) < LATEST_START:
            continue
        if all(sentence in area for sentence in sentences):
            others = [
                n
                for n, s in SENTENCES
                if n in ("MIT", "BSD-3-Clause", "Apache-2.0")
                and n != name
                and all(x in plain for x in s)
            ]
            return "" if others and "GPL" not in name and name != "BSD-4-Clause" else name
    return ""


def _otherwise(files: list[str], declared: list[str], folder: Folder) -> str:
    """Return a file that is not recognised as a whole, and holds the words of another licence."""
    said = {re.sub(r"-(only|or-later)$", "", d) for d in declared}
    for file in files:
        plain = _plain(folder.text(file))
        inside = {n for n, sentences in SENTENCES if all(s in plain for s in sentences)}
        if inside and not inside & said:
            return file
    return ""


def _exact(name: str, folder: Folder) -> str:
    """Return the identifier with only or or-later, as the notices of the sources say."""
    if "GPL" not in name:
        return name
    later = only = 0
    scripts = [f for f in folder.names() if "." not in f and folder.text(f).startswith("#!")]
    files = scripts + [f for f in folder.walk(most=800) if _SOURCES.search(f)]
    texts = [folder.text(f)[:3000] for f in files[:250]]
    for number, text in enumerate(texts + _readmes(folder)):
        flat = " ".join(re.sub(r"(?m)^\s*([#*;]|//|--|dnl)+", " ", text).split())
        match = _NOTICE.search(flat)
        lesser = match is not None and re.search(r"(?i)lesser|library|LGPL", match[0])
        if match and bool(lesser) == name.startswith("LGPL"):
            area = flat[max(0, match.start() - 400) : match.end() + 500]
            if _of_another(area, name):
                continue  # a file of somebody else, or a text that is not the one of the notices
            if _ONLY.search(area):
                only += 1
            elif _LATER.search(area):
                later += 1
            elif number < len(texts) and _ONE_VERSION.search(area):
                only += 1
    if later and not only:
        return f"{name}-or-later"
    # what is under later versions too may be within a whole that is not; not the other way round
    return f"{name}-only" if only > later * MAJORITY else ""


def _of_another(notice: str, name: str) -> bool:
    """Say whether a notice names versions of the GNU licences, and not that of ``name``."""
    named = {f"{a or b}.0"[:3] for a, b in _NAMED_VERSION.findall(notice)}
    return bool(named) and name.rpartition("-")[2] not in named


def _noticed(folder: Folder) -> str:
    """Return the licence that a README gives in full words, where there is no file of a licence."""
    flat = " ".join(" ".join(_readmes(folder)).split())
    if re.search(r"(?i)distributed under the same terms as vim itself", flat):
        return "Vim"
    if match := _WHOLE_NOTICE.search(flat):
        kind = {"lesser": "LGPL", "affero": "AGPL"}.get((match[1] or "").lower(), "GPL")
        return f"{kind}-{match[2]}{'' if '.' in match[2] else '.0'}-or-later"
    return ""


def _readmes(folder: Folder) -> list[str]:
    return [folder.text(n) for n in folder.names() if n.lower().startswith("readme")]


def _declared(said: str) -> str | None:
    """Return the expression that a project file means; empty where it says nothing, None if odd."""
    if not said:
        return ""
    try:
        return licences.read(re.sub(r"\s*,\s*(?=\S+$)", " AND ", said), vague=True)
    except licences.UnknownLicenceError:
        return None


def _agree(declared: list[str], texts: set[str]) -> bool:
    """Say whether what the project file says is exact, and the texts are of what it says."""
    if set(declared) & licences.VAGUE:
        return False
    said = {re.sub(r"-(only|or-later)$", "", d) for d in declared}
    # LGPL 3 comes with the text of the GPL, a dual licence may come with one text of the two
    return not texts or texts <= said | ({"GPL-3.0"} if "LGPL-3.0" in said else set())
