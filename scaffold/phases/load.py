"""Loads the environment of a build: its inputs are there, stdenv is sourced, nothing is run yet."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from scaffold.base.errors import ExternalError, Problem
from scaffold.phases import environment, phase_graph
from scaffold.phases.derivation import Derivation, bash_attributes, relocated
from scaffold.phases.phases import phases
from scaffold.phases.scratch import Scratch
from scaffold.phases.state import State
from scaffold.system import nix_builds, process
from scaffold.system.nix_errors import NixError

OnLine = Callable[[str], None] | None
#: Nothing of the user's start-up files gets into a build.
FLAGS = ("--noprofile", "--norc")


def load(
    scratch: Scratch, drv: Derivation, old: State | None, attr: str, options: list[str],
    on_line: OnLine,
) -> State:  # fmt: skip
    """Load the environment of the derivation: its inputs are built or fetched, stdenv is sourced.

    An earlier state is carried over to the changed package. Raises ExternalError when an input or
    stdenv fails.
    """
    scratch.prepare()
    _realise(scratch, drv, options, on_line)
    for name, path in phase_graph.graphs(drv):
        text = phase_graph.closure(path, drv.store)
        (scratch.build / name).write_text(text, encoding="utf-8")
    records = _load(scratch, drv)
    names = tuple(phase.name for phase in phases(environment.described(records, drv.variables)))
    state = State(attr, drv.path, bash(drv.builder), names, given=dict(drv.variables))
    if old:
        _rebase(scratch, records)
        state = old.moved(state)
    (scratch.env / "new").replace(scratch.saved(0))
    return scratch.save(state)


def bash(builder: str) -> str:
    """Return the bash of the build, or that of the system when the builder is something else."""
    return builder if Path(builder).name == "bash" else "bash"


def _realise(scratch: Scratch, drv: Derivation, options: list[str], on_line: OnLine) -> None:
    wanted = [f"{path}!{','.join(outputs)}" for path, outputs in drv.inputs.items()]
    if not (wanted or drv.sources):
        return
    try:
        roots = scratch.root / "roots"
        roots.mkdir(exist_ok=True)
        nix_builds.realise([*wanted, *drv.sources], roots / "input", options, on_line)
    except NixError as error:
        what = f"what {drv.name} is built from cannot be had: {error.failure.message}"
        remedy = "Mend that input, or run it again with the network up"
        raise ExternalError(Problem("nix", what.replace("\n", " "), remedy)) from error


def _load(scratch: Scratch, drv: Derivation) -> environment.Records:
    new, log = scratch.env / "new", scratch.log(0, "environment")
    argv = [bash(drv.builder), *FLAGS, str(scratch.driver), "load", str(new)]
    env = _builder_environment(scratch, drv)
    done = process.record(argv, cwd=scratch.build, env=env, log=log)
    records = finished(new) if not done.returncode else None
    if records is None:
        what = f"stdenv cannot be loaded: {last_lines(done.stdout, 1)}"
        raise ExternalError(Problem(drv.name, what, f"Read {log}"))
    return records


def _builder_environment(scratch: Scratch, drv: Derivation) -> dict[str, str]:
    """Return what nix would give to the builder, with outputs that can be written.

    The variables are those that ``initEnv`` of nix sets.
    """
    top = str(scratch.build)
    outputs = {name: str(scratch.outputs / name) for name in drv.outputs}
    env = {
        "PATH": "/path-not-set", "HOME": "/homeless-shelter", "NIX_STORE": drv.store,
        "NIX_BUILD_CORES": str(os.cpu_count() or 1), "TERM": "xterm-256color",
        "NIX_BUILD_TOP": top, "TMPDIR": top, "TEMPDIR": top, "TMP": top, "TEMP": top,
        # git must not find a repository that the scratch folder happens to lie in
        "GIT_CEILING_DIRECTORIES": str(scratch.root),
    }  # fmt: skip
    attributes = drv.structured
    if attributes is None:
        plain = {name: relocated(value, drv, outputs) for name, value in drv.env.items()}
        return {**env, **_passed_as_files(scratch, plain)}
    text = relocated(json.dumps({**attributes, "outputs": outputs}), drv, outputs)
    files = {"NIX_ATTRS_JSON_FILE": text, "NIX_ATTRS_SH_FILE": bash_attributes(json.loads(text))}
    for name, content in files.items():
        path = scratch.build / (".attrs.json" if "JSON" in name else ".attrs.sh")
        path.write_text(content, encoding="utf-8", errors="surrogateescape")
        env[name] = str(path)
    return env


def _passed_as_files(scratch: Scratch, env: dict[str, str]) -> dict[str, str]:
    """Move the variables that ``passAsFile`` names into files, as nix does."""
    result = dict(env)
    for name in env.get("passAsFile", "").split():
        path = scratch.build / f".attr-{name}"
        path.write_text(result.pop(name, ""), encoding="utf-8", errors="surrogateescape")
        result[f"{name}Path"] = str(path)
    return result


def _rebase(scratch: Scratch, after: environment.Records) -> None:
    """Carry the environments after each phase over to what stdenv gives now."""
    before = scratch.records()
    for path in scratch.env.iterdir():
        saved = environment.parse(path.read_bytes())
        if path.name.isdigit() and path != scratch.saved(0) and saved is not None:
            path.write_bytes(environment.dump(environment.rebased(saved, before, after)))


def finished(path: Path) -> environment.Records | None:
    """Return the environment that the driver saved, None when it did not come so far."""
    try:
        return environment.parse(path.read_bytes())
    except FileNotFoundError:
        return None


def last_lines(text: str, count: int) -> str:
    """Return the last lines of a log that are not blank."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines[-count:]) or "it said nothing"
