"""Runs the phases of a build, one call of the driver for each.

Nothing isolates the phases: they run as this user, with the network. Outputs are folders of the
scratch folder, for the store cannot be written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scaffold.base.errors import ConflictError, Problem
from scaffold.phases import environment, phase_graph
from scaffold.phases import state as state_of
from scaffold.phases.history import SourceHistory
from scaffold.phases.load import FLAGS, OnLine, finished
from scaffold.phases.phases import Environment, skipped
from scaffold.phases.scratch import Scratch, remove
from scaffold.phases.state import Outcome, State
from scaffold.system import process


def described(scratch: Scratch, state: State, number: int = 0) -> Environment:
    """Return what is known of the phases before one of them runs.

    Variables are those of that moment; where a function comes from is known from the start only.
    """
    start = environment.described(scratch.records(), state.given)
    if not number:
        return start
    now = environment.described(scratch.records(number), state.given)
    return replace(start, variables=now.variables)


def run_phase(scratch: Scratch, state: State, number: int, on_line: OnLine) -> State:
    """Run one phase, or skip it, and return the state after it.

    A phase that fails or is interrupted leaves the environment before it as it was.
    Raises KeyboardInterrupt after ending the phase.
    """
    name = state.order[number]
    if skipped(name, described(scratch, state, number).variables):
        _forget(scratch, number)
        return scratch.save(state.with_outcome(number, Outcome(name, state_of.SKIPPED)))
    state = _make_room(scratch, state, number)
    running = state.outcomes[number]
    new = scratch.env / "new"
    argv = [state.builder, *FLAGS, str(scratch.driver), "run",
            str(scratch.before(number)), str(new), name]  # fmt: skip
    try:
        done = process.record(argv, cwd=scratch.build, env={},
                              log=scratch.log(number + 1, name), on_line=on_line)  # fmt: skip
    except BaseException:
        _keep(scratch, state, name)
        scratch.save(state.with_outcome(number, replace(running, status=state_of.INTERRUPTED)))
        raise
    records = finished(new) if not done.returncode else None
    status = state_of.FAILED if records is None else state_of.DONE
    outcome = replace(running, status=status, seconds=done.seconds, code=done.returncode)
    if records is None:
        _keep(scratch, state, name)
    else:
        state = _after(scratch, state, name, records)
        new.replace(scratch.saved(number + 1))
    return scratch.save(state.with_outcome(number, outcome))


def _make_room(scratch: Scratch, state: State, number: int) -> State:
    """Remove what an earlier run of the phase and of later ones has left, and note the start."""
    name, earlier = state.order[number], state.outcome(number)
    history = scratch.history(state)
    if history:
        history.keep_edits()
    if name == "unpackPhase":
        _require_saved(scratch, state)
        _drop_source(scratch, state, everything=number == 0)
        state = replace(state, source="", base="", patches=())
    elif name == "patchPhase" and history and history.changed_by_phases:
        # patches apply only once
        _require_saved(scratch, state)
        state = replace(state, base=history.as_unpacked(), patches=())
    kept = earlier.outputs if earlier else tuple(_names(scratch.outputs))
    for extra in set(_names(scratch.outputs)) - set(kept):
        remove(scratch.outputs / extra)
    _forget(scratch, number)
    running = Outcome(name, state_of.RUNNING, outputs=tuple(kept))
    return scratch.save(state.with_outcome(number, running))


def _forget(scratch: Scratch, number: int) -> None:
    """Remove the environments after a phase that runs again."""
    (scratch.env / "new").unlink(missing_ok=True)
    for path in scratch.env.iterdir():
        if path.name.isdigit() and int(path.name) > number:
            path.unlink()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _drop_source(scratch: Scratch, state: State, *, everything: bool) -> None:
    """Remove the unpacked source; also half of one, unless earlier phases left something too."""
    source = Path(state.source)
    if everything or source == scratch.build:
        tops = list(scratch.build.iterdir())
    elif source.is_relative_to(scratch.build):
        tops = [scratch.build / source.relative_to(scratch.build).parts[0]]
    else:
        tops = []
    given = phase_graph.names(state.given)
    for top in tops:
        if not (top.name.startswith(".attr") or top.name in given):  # what nix passes as files
            remove(top)
    remove(scratch.root / "git")


def _require_saved(scratch: Scratch, state: State) -> None:
    """Refuse to lose what the user has changed since the last patch was written."""
    history = scratch.history(state)
    if history is None:
        return
    history.keep_edits()
    unsaved = history.edited(state.patches[-1].tip if state.patches else state.base)
    if unsaved:
        what = f"starting from the unpacked source would lose your edits of {', '.join(unsaved)}"
        raise ConflictError(Problem(state.source, what, "Keep them with --patch NAME, or --reset"))


def _after(scratch: Scratch, state: State, name: str, records: environment.Records) -> State:
    """Follow the source: it is new after unpackPhase, and has changed after any other phase."""
    if name == "unpackPhase":
        source = records[b"c"].decode("utf-8", "surrogateescape")
        state = replace(state, source=source)
        if process.which("git") is None:
            return state
        return replace(state, base=SourceHistory(scratch.root / "git", Path(source)).start())
    commit = _keep(scratch, state, name)
    history = scratch.history(state)
    if name == "patchPhase" and history and commit and not history.edited(state.base):
        return replace(state, base=commit)
    return state


def _keep(scratch: Scratch, state: State, name: str) -> str:
    """Commit what a phase did to the source, so that the user's edits stand apart from it."""
    history = scratch.history(state)
    return history.keep(name) if history else ""
