"""What a Python project requires where its package will run: on Linux, with CPython 3.12 or 3.13.

Markers, specifiers and names are read by ``packaging``. Poetry's own constraints (``^3.8``,
``~3.9 || 3.11.*``) are turned into the specifiers that they mean, by Poetry's documentation,
"Dependency specification".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

#: The Pythons that nixpkgs had as its default since 24.05.
VERSIONS = ("3.12", "3.13")
#: The marker variables of PEP 508, less those of the version.
_LINUX = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "sys_platform": "linux",
    "extra": "",
}
_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")


def required(text: str) -> str:
    """Return the normalised name of a requirement (PEP 508), empty when it is left out here.

    What packaging does not read, such as a line of setup.cfg with an older grammar, keeps its name.
    """
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        name, _, marker = text.partition(";")
        return normalised(name) if not marker.strip() or applies(marker) else ""
    if requirement.marker is not None and not _holds(requirement.marker):
        return ""
    return canonicalize_name(requirement.name)


def normalised(text: str) -> str:
    """Return the normalised name (PEP 503) that a text starts with, empty when it has none."""
    match = _NAME.match(text)
    return canonicalize_name(match[1]) if match else ""


def applies(marker: str) -> bool:
    """Say whether a marker holds for one of the Pythons here; one that is none is taken to hold."""
    try:
        return _holds(Marker(marker.strip()))
    except InvalidMarker:
        return True


def _holds(marker: Marker) -> bool:
    try:
        return any(marker.evaluate(_environment(version)) for version in VERSIONS)
    except (UndefinedComparison, UndefinedEnvironmentName):
        return True


def _environment(version: str) -> dict[str, str]:
    full = f"{version}.0"
    return {
        **_LINUX,
        "implementation_version": full,
        "python_full_version": full,
        "python_version": version,
    }


def of_poetry(dependencies: Mapping[str, object]) -> Iterator[str]:
    """Yield the normalised names of Poetry's dependencies that are needed here."""
    for name, wanted in dependencies.items():
        forms = wanted if isinstance(wanted, list) else [wanted]
        if name.lower() != "python" and any(_needed(form) for form in forms):
            yield normalised(name)


def _needed(form: object) -> bool:
    if not isinstance(form, Mapping):
        return True
    marker, python, platform = (form.get(key) for key in ("markers", "python", "platform"))
    if form.get("optional") is True:
        return False
    if isinstance(marker, str) and not applies(marker):
        return False
    if isinstance(platform, str) and platform != "linux":
        return False
    return not isinstance(python, str) or allows(python)


def allows(constraint: str) -> bool:
    """Say whether a constraint of Poetry allows one of the Pythons here."""
    try:
        sets = [SpecifierSet(_specifiers(part)) for part in re.split(r"\|\|?", constraint)]
    except InvalidSpecifier:
        return True
    return any(part.contains(f"{version}.5") for part in sets for version in VERSIONS)


def _specifiers(constraint: str) -> str:
    """Return the specifiers of PEP 440 that one alternative of a constraint means."""
    spaced = re.sub(r"([<>=!~^]+)\s+", r"\1", constraint.strip())
    return ",".join(_specifier(word) for word in re.split(r"[,\s]+", spaced) if word)


def _specifier(word: str) -> str:
    match = re.fullmatch(r"([\^~])([\d.]+)", word)
    if word == "*":
        return ">=0"
    if match is None:
        bare = re.match(r"\d", word)
        return f"=={word}" if bare else word
    numbers = [int(part) for part in match[2].split(".") if part]
    if match[1] == "^":  # up to the next version of the first number that is not zero
        at = next((i for i, n in enumerate(numbers) if n), len(numbers) - 1)
    else:  # up to the next minor version, or major version where there is no minor one
        at = min(1, len(numbers) - 1)
    following = ".".join(str(n) for n in [*numbers[:at], numbers[at] + 1])
    return f">={match[2]},<{following}"
