"""Whether a project that was taken over is what it was: roles, hosts, options, test script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scaffold.migrate.adopt.original import Evaluated, Original
from scaffold.survey.views import Option, RoleOptions


@dataclass(frozen=True)
class Difference:
    """One thing that is not what it was; ``role`` is empty when it is of the whole composition."""

    composition: str
    role: str
    what: str


def differences(before: Sequence[Original], after: Evaluated) -> Iterator[Difference]:
    """Yield what is not what it was."""
    for one in before:
        views = after.views.get(one.name)
        if views is None:
            yield Difference(one.name, "", "it cannot be evaluated any more")
            continue
        for flavour in one.views:
            now = views[flavour]
            if sorted(now.roles) != sorted(one.counts):
                yield Difference(one.name, "", f"its roles are {', '.join(sorted(now.roles))}")
            if sorted(now.hosts) != sorted(one.hosts):
                yield Difference(one.name, "", f"its hosts are {', '.join(now.hosts)}")
            had = one.hosts_before(flavour)
            if sorted(had) != sorted(now.hosts):
                what = f"its hosts were {', '.join(had)}, and are {', '.join(now.hosts)}"
                yield Difference(one.name, "", what)
            if one.script is not None and now.test_script != one.script:
                yield Difference(one.name, "", "its test script is another")
            if dict(now.docker_published) != dict(one.ports):
                yield Difference(one.name, "", "the ports that docker publishes are others")
            for role in one.counts:
                told = after.options[one.name][flavour].get(role)
                for what in _of_role(one.set_by(flavour, role), told):
                    yield Difference(one.name, role, what)


def _of_role(before: RoleOptions, after: RoleOptions | None) -> Iterator[str]:
    if after is None or after.failure:
        yield after.failure if after is not None else "it is not there any more"
        return
    for module in before.unknown:
        if before.unknown.count(module) and module not in after.unknown:
            yield f"it does not import {module} any more"
    now = _by_path(after.options)
    for path, options in _by_path(before.options).items():
        if fault := _of_option(_counting(options), _counting(now.get(path, []))):
            yield f"{'.'.join(path)} {fault}"


def _by_path(options: Sequence[Option]) -> dict[tuple[str, ...], list[Option]]:
    found: dict[tuple[str, ...], list[Option]] = {}
    for option in options:
        found.setdefault(option.path, []).append(option)
    return found


def _counting(options: Sequence[Option]) -> list[Option]:
    """Return the definitions that count: those of the lowest priority."""
    lowest = min((option.priority for option in options), default=0)
    return [option for option in options if option.priority == lowest]


def _of_option(before: Sequence[Option], after: Sequence[Option]) -> str:
    """Return what is wrong with an option; empty when it has the value that it had.

    Definitions of a list, and texts of several lines, are put together: the old ones have to be
    among the new. Any other value has one definition, or several that are the same.
    """
    if not after:
        return "is not set any more"
    had, has = [_value(option) for option in before], [_value(option) for option in after]
    if all(option.kind == "list" for option in before):
        missing = [value for value in had if value not in has]
        return "lacks what it had" if missing else ""
    texts = all(isinstance(option.value, str) and "\n" in option.value for option in before)
    if texts and before[0].path[:1] not in (("services",), ("environment",), ("systemd",)):
        return "" if all(value in has for value in had) else "lacks lines that it had"
    if texts:
        return "" if sorted(had) == sorted(has) else "has other lines than before"
    return "" if set(had) == set(has) else "has another value than before"


def _value(option: Option) -> str:
    """Return a value as text that can be compared; of what is not known, what is known of it."""
    known = option.whole if option.whole is not None else [option.kind, option.value]
    return json.dumps(known, sort_keys=True)


def additions(before: Sequence[Original], after: Evaluated) -> Mapping[tuple[str, str], list[str]]:
    """Return the options that the parts of each role set and that nobody set before."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in before:
        for flavour in one.views:
            for role in one.counts:
                had = {option.path for option in one.set_by(flavour, role).options}
                told = after.options[one.name][flavour][role].options
                new = [o.name for o in told if o.path not in had and o.path[0] != "_module"]
                names = found.setdefault((one.name, role), [])
                names += [name for name in dict.fromkeys(new) if name not in names]
    return {place: names for place, names in found.items() if names}
