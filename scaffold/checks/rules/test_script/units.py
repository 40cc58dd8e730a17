"""Units that scripts ask for and no role has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scaffold.base.names import closest
from scaffold.checks.role_units import ENABLED_BY, enables, full_name, known_units, units_of
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.script_calls import calls, commands, text_argument
from scaffold.checks.scripts import Script
from scaffold.checks.target import Target
from scaffold.survey.views import Called, RoleOptions

#: Methods of a machine whose first argument is a unit that must be there.
_UNIT_METHODS = frozenset(
    {"get_unit_info", "require_unit_state", "start_job", "stop_job", "wait_for_job",
     "wait_for_unit"}
)  # fmt: skip
_SYSTEMCTL = re.compile(
    r"systemctl(?: -\S+)* (?:is-active|reload|restart|show|start|status|stop)(?: -\S+)* "
    r"([A-Za-z][\w@.:-]*)"
)
#: How like another the name of a unit must be, from 0 to 1, to be taken for a slip.
_LIKENESS = 0.85


@rule(
    "NXC508",
    "unit-of-nothing",
    "a test script waits for a unit that no role enables",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="The wait ends after a quarter of an hour, with a failure.",
    remedy="Enable the service on the role, or wait for a unit that it has",
    bad='web.wait_for_unit("nginx.service")  # and no services.nginx.enable',
    good="services.nginx.enable = true;",
    sure="Only units of services that are known, and names that are nearly those of a unit that a "
    "role has; on roles that could be read whole",
)
def unit_of_nothing(target: Target) -> Iterator[Hit]:
    """Compare the units that scripts ask for with what the roles of the hosts set."""
    for called in target.reader.deeply:
        for name, roles in called.options.items():
            if not _known_whole(roles):
                continue
            for script in target.scripts:
                if script.composition == name:
                    yield from _not_enabled(script, called, roles)
                    yield from _misspelt(script, roles)


def _known_whole(roles: Mapping[str, RoleOptions]) -> bool:
    """Say whether everything is known that the roles set, but for the modules of kapack."""
    return not any(
        role.failure or any("kapack" not in module for module in role.unknown)
        for role in roles.values()
    )


def _asked(script: Script) -> Iterator[tuple[int, str, str]]:
    """Yield line, method and unit of what a script asks of a unit, where its name is spelt out."""
    for method, call in calls(script):
        text = text_argument(call)
        if text is not None and method in _UNIT_METHODS:
            yield call.lineno, method, text
        if text is not None and method == "systemctl":
            for unit in _SYSTEMCTL.findall(f"systemctl {text}"):
                yield call.lineno, method, unit
    for line, command in commands(script):
        for unit in _SYSTEMCTL.findall(command):
            yield line, "systemctl", unit


def _not_enabled(script: Script, called: Called, roles: Mapping[str, RoleOptions]) -> Iterator[Hit]:
    """Yield waits for a unit of a known service that no role enables."""
    if called.call is None or "extraConfigurations" in called.call.arguments:
        return
    names = {option.name for role in roles.values() for option in role.options}
    for line, method, given in _asked(script):
        unit = full_name(given)
        needed = ENABLED_BY.get(unit)
        if method != "wait_for_unit" or needed is None or enables(needed, names):
            continue
        if any(name.startswith(f"systemd.services.{unit[:-8]}") for name in names):
            continue
        yield Hit(script.path, script.line(line), f"no role sets {needed}, which makes {unit}")


def _misspelt(script: Script, roles: Mapping[str, RoleOptions]) -> Iterator[Hit]:
    """Yield names of units that are in nothing known, and nearly that of a unit that a role has."""
    there, known = units_of(roles.values()), known_units()
    for line, _, given in _asked(script):
        unit = full_name(given)
        stem, _, kind = unit.rpartition(".")
        if unit in there or unit in known or _is_a_service(stem, roles):
            continue
        stems = [other.rpartition(".")[0] for other in there if other.endswith(f".{kind}")]
        near = closest(stem, stems, _LIKENESS)
        if near is not None:
            message = f"no role has {unit} ({near}?)"
            remedy = f"Write {near}.{kind}, or declare the other"
            yield Hit(script.path, script.line(line), message, None, remedy)


def _is_a_service(stem: str, roles: Mapping[str, RoleOptions]) -> bool:
    """Say whether a role sets up something of the unit's name, whose units may be any."""
    return any(stem in option.path for role in roles.values() for option in role.options)
