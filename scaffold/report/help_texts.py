"""What ``?`` shows on a screen: what entries of the catalogue mean and what follows from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.choices import flavours_to_avoid, releases_to_avoid
from scaffold.catalogue.services import Limit, OptionSpec, Part
from scaffold.composition.notices import support_of


def part(entry: Part) -> list[str]:
    """Return what a part sets and excludes."""
    facts: Mapping[str, object] = {
        "ports": " ".join(map(str, entry.ports)),
        "units": " ".join(entry.units),
        "needs": ", ".join(f"{' or '.join(need.parts)} ({need.why})" for need in entry.needs),
        "also adds": " ".join(entry.implies),
        "takes": entry.private,
        "memory": f"{entry.memory} MiB" if entry.memory else "",
        "not on": "; ".join(f"{_where(limit)} ({limit.reason})" for limit in entry.limits),
    }
    told = [f"  {name}: {value}" for name, value in facts.items() if value]
    return [f"{entry.id}: {entry.description}", *told]


def _where(limit: Limit) -> str:
    """Return flavours and releases of a limit; where it has both, it is about both together."""
    releases = f"release {', '.join(limit.releases)}" if limit.releases else ""
    return " with ".join(text for text in (", ".join(limit.flavours), releases) if text)


def option(spec: OptionSpec) -> list[str]:
    """Return what an option means and what it may be."""
    bounds = [f"at least {spec.minimum}"] if spec.minimum is not None else []
    bounds += [f"at most {spec.maximum}"] if spec.maximum is not None else []
    bounds += [f"one of {', '.join(spec.choices)}"] if spec.choices else []
    default = f"Default: {value(spec.default)}" + (f"; {'; '.join(bounds)}" if bounds else "")
    consent = [f"You agree to this by answering yes: {spec.consent}."] if spec.consent else []
    return [spec.help, *consent, default]


def value(given: object) -> str:
    """Return the value of an option as people read it."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, (list, tuple)):
        return ", ".join(map(str, given)) or "(none)"
    return str(given) if given not in ("", None) else "(none)"


def choices(spec: OptionSpec) -> dict[str, str]:
    """Return what each choice of an option means, as far as its help says it as ``name: …``."""
    found = dict.fromkeys(spec.choices, "")
    names = "|".join(map(re.escape, spec.choices))
    marks = list(re.finditer(rf"(?:^|(?<=[.;:] ))({names}): ", spec.help))
    ends = [*(mark.start() for mark in marks[1:]), len(spec.help)]
    for mark, end in zip(marks, ends, strict=False):  # one end too many where there is no mark
        found[mark[1]] = spec.help[mark.end() : end].strip(" ;.")
    return found


def flavours(parts: Sequence[str], catalog: Catalog) -> list[str]:
    """Return what each flavour is, and why one cannot be used with the parts."""
    excluded = flavours_to_avoid(parts, catalog)
    return [
        f"{f.name}: {f.note}" + (f" Not with {excluded[f.name]}." if f.name in excluded else "")
        for f in catalog.flavours.values()
    ]


def releases(parts: Sequence[str], flavours: Sequence[str], catalog: Catalog) -> list[str]:
    """Return what each release was seen in; a reason that excludes several is told once."""
    excluded = releases_to_avoid(parts, flavours, catalog)
    told = [
        f"{r.name}: {', '.join([r.evidence, *support_of(r)])}." for r in catalog.releases.values()
    ]
    reasons: dict[str, list[str]] = {}
    for name, why in excluded.items():
        reasons.setdefault(why, []).append(name)
    return told + [f"Not {', '.join(names)}: {why}." for why, names in reasons.items()]
