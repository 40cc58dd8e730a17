"""Numbers of hosts that setup.toml gives, against those of the composition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.settings import SetupToml
from scaffold.survey.views import View

#: A parameter that counts hosts: nb_nodes, node_count, number_of_workers …
_COUNT = re.compile(
    r"(?:n|nb|num|number|count)_?(?:of_)?(?P<of>[a-z]+?)s?"
    r"|(?P<role>[a-z]+?)s?_(?:nb|num|number|count)"
)


@rule(
    "NXC319",
    "setup-count",
    "setup.toml gives another number of hosts than the composition has",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="The composition reads the parameter, for a list of hosts or the limits of a scheduler, "
    "and has its number of hosts written down elsewhere: the two soon differ.",
    remedy="Take rolesDistribution from the parameter",
    bad="rolesDistribution.node = 2;  # and nb_nodes = 3 in setup.toml",
    good="rolesDistribution.node = setup.params.nb_nodes;",
    sure="Only parameters that are named after a role, and that a Nix file reads",
)
def setup_count(target: Target) -> Iterator[Hit]:
    """Compare parameters that count the hosts of a role with rolesDistribution."""
    views = [view for _, view in target.views()]
    for entry in target.project.setups:
        for prefix, params in _params(entry):
            for name, value in params.items():
                match = _COUNT.fullmatch(name.lower())
                if match is None or type(value) is not int or not _is_read(target, name):
                    continue
                told = match["of"] or match["role"]
                counts = {c for view in views if (c := _count(view, told)) is not None}
                if counts and value not in counts and not _is_source(target, name):
                    line = entry.line_of(rf"^\s*{re.escape(name)}\s*=\s*{value}\b")
                    wanted = " or ".join(map(str, sorted(counts)))
                    message = f"{prefix}params.{name} is {value}, and role {told} has {wanted}"
                    yield Hit(entry.path, line, f"{message} hosts")


def _params(entry: SetupToml) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the parameters of the file and of its variants, with how they are called."""
    tables = [("", entry.values), *((f"{n}.", table) for n, table in entry.variants.items())]
    for prefix, table in tables:
        params = table.get("params")
        if isinstance(params, dict):
            yield prefix, params


def _count(view: View, told: str) -> int | None:
    """Return the number of hosts of the role that a parameter is named after."""
    given = view.distribution.get(told, view.distribution.get(f"{told}s"))
    return len(given) if isinstance(given, list) else given if isinstance(given, int) else None


def _is_read(target: Target, name: str) -> bool:
    pattern = re.compile(rf"params\.{re.escape(name)}\b")
    return any(pattern.search(file.text) for file in target.nix_files)


def _is_source(target: Target, name: str) -> bool:
    """Say whether a file that sets rolesDistribution takes it from the parameter."""
    pattern = re.compile(
        rf"rolesDistribution[^;]*params|makeMany[^;]*params\.{re.escape(name)}|inherit[^;]*params"
    )
    return any(pattern.search(file.text) for file in target.nix_files)
