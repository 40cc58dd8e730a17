"""The filters by which templates write lists of hosts, see ``scaffold.composition.hosts``."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jinja2 import pass_context
from jinja2.runtime import Context

from scaffold.composition.hosts import nix_hosts, py_count, py_hosts


def host_filters() -> dict[str, Callable[..., str]]:
    """Return the filters; each knows from the template's names which roles have several hosts."""
    return {
        "nixhosts": _of_hosts(nix_hosts),
        "pynames": _of_hosts(py_hosts),
        "pycount": _of_hosts(py_count),
    }


def _of_hosts(written: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def filtered(context: Context, names: Iterable[str], indent: int | None = None) -> str:
        known = context if "replicated" in context else context["cookiecutter"]
        more = {} if indent is None else {"indent": indent}
        return written(list(names), known["replicated"], **more)

    return filtered
