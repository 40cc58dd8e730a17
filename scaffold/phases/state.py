"""How far a build has come, and which phases a wish means. Nothing here touches the disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from scaffold.base.errors import InputError, Problem

DONE, SKIPPED, FAILED, RUNNING, INTERRUPTED = "done", "skipped", "failed", "running", "interrupted"
_PASSED = (DONE, SKIPPED)
VERSION = 1


@dataclass(frozen=True)
class Outcome:
    """What became of one phase; ``seconds`` is wall time, ``code`` the exit code.

    ``outputs`` were there before it ran: the others are its work, removed before it runs again.
    """

    name: str
    status: str
    seconds: float = 0.0
    code: int = 0
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Patch:
    """A patch that was written: the two commits of the scratch repository it lies between."""

    name: str
    base: str
    tip: str


@dataclass(frozen=True)
class State:
    """A build in its scratch folder.

    ``outcomes`` are those of the first phases, in order: what comes after them has not been run
    since. ``source`` is the unpacked source, ``base`` the commit of the scratch repository that
    the user's edits start from, ``given`` are the variables of the derivation, ``builder`` is its
    bash.
    """

    attr: str
    drv: str
    builder: str = ""
    order: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    source: str = ""
    base: str = ""
    patches: tuple[Patch, ...] = ()
    given: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> int:
        """How many phases are behind us: done, or skipped."""
        for number, outcome in enumerate(self.outcomes):
            if outcome.status not in _PASSED:
                return number
        return len(self.outcomes)

    def with_outcome(self, number: int, outcome: Outcome) -> State:
        """Return the state after something happened to a phase; what came later is forgotten."""
        return replace(self, outcomes=(*self.outcomes[:number], outcome))

    def outcome(self, number: int) -> Outcome | None:
        """Return what became of a phase, None when it has not been run."""
        return self.outcomes[number] if number < len(self.outcomes) else None

    def moved(self, new: State) -> State:
        """Return the state for a package that has changed: phases up to the first new one hold."""
        same = 0
        for old, now in zip(self.order, new.order, strict=False):
            if old != now:
                break
            same += 1
        return replace(
            self, drv=new.drv, builder=new.builder, order=new.order, given=new.given,
            outcomes=self.outcomes[:same],
        )  # fmt: skip


def dump(state: State) -> str:
    """Return the state as JSON."""
    return json.dumps({"version": VERSION, **asdict(state)}, indent=1) + "\n"


def load(text: str) -> State | None:
    """Return the state that ``dump`` wrote, None for what another version wrote."""
    try:
        data: dict[str, Any] = json.loads(text)
        if data.pop("version") != VERSION:
            return None
        data["order"] = tuple(data["order"])
        data["outcomes"] = tuple(
            Outcome(**{**each, "outputs": tuple(each["outputs"])}) for each in data["outcomes"]
        )
        data["patches"] = tuple(Patch(**each) for each in data["patches"])
        return State(**data)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def position(name: str, order: Sequence[str]) -> int:
    """Return where a phase is; ``build`` means ``buildPhase``.

    Raises:
        InputError: there is no such phase.

    """
    for spelt in (name, f"{name}Phase"):
        if spelt in order:
            return list(order).index(spelt)
    known = ", ".join(order)
    raise InputError(Problem(f"phase {name}", "the package has no such phase", f"One of: {known}"))


def selected(
    state: State, skipped: Sequence[str], what: str, start: str | None, until: str | None
) -> range:
    """Return the positions that a wish means.

    ``what`` is ``next``, ``all``, a phase, or ``FIRST..LAST`` where either may be left out;
    ``start`` and ``until`` are the flags --from and --until. ``skipped`` are the phases that will
    be skipped: ``next`` goes past them.

    Raises:
        InputError: a phase does not exist, or one before the first has not been run.

    """
    if (start or until) and what not in ("", "all"):
        problem = Problem(f"--from, --until and {what}", "contradict each other", "Give one")
        raise InputError(problem)
    if start or until:
        what = f"{start or ''}..{until or ''}"
    first, last = _bounds(state, skipped, what)
    if first == len(state.order):
        return range(0)
    if last < first:
        problem = Problem(f"phases {what}", f"{state.order[last]} comes before "
                          f"{state.order[first]}", "Give them in order, or name one")  # fmt: skip
        raise InputError(problem)
    if first > state.passed:
        missing = state.order[state.passed]
        remedy = f"Run what comes before: --until {state.order[last]}"
        raise InputError(Problem(f"phase {state.order[first]}", f"{missing} is not done", remedy))
    return range(first, last + 1)


def _bounds(state: State, skipped: Sequence[str], what: str) -> tuple[int, int]:
    """Return the first and the last position of a wish."""
    end = len(state.order) - 1
    if what == "next":
        last = state.passed
        while last < end and state.order[last] in skipped:
            last += 1
        return state.passed, min(last, end)
    first_name, dots, last_name = what.partition("..")
    if what == "all":
        return state.passed, end
    if not dots:
        only = position(what, state.order)
        return only, only
    last = position(last_name, state.order) if last_name else end
    if first_name:
        return position(first_name, state.order), last
    # All up to one that is done already: run that one again.
    return min(state.passed, last), last
