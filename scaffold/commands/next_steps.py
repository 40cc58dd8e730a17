"""The commands to go on with after a project was written; each holds as it is printed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from scaffold.catalogue.releases import Flavour
from scaffold.commands.pipeline import NextStep
from scaffold.composition.topology import ProjectTopology
from scaffold.system.nix_config import nix_words


def next_steps(whole: ProjectTopology, shown_as: str) -> list[NextStep]:
    """Return how to build, start and test the first of the compositions of a project."""
    first, project = whole.main, whole.project
    flavour = whole.catalog.flavours[project.default_flavour]
    several = project.several
    name = first.composition.name
    build = f"nxc build -C {name} -f {flavour.name}" if several else f"nxc build -f {flavour.name}"
    start = f"nxc start -C {name}::{flavour.name}" if several else "nxc start"
    steps = [(entering(shown_as), "a shell with nxc")]
    if flavour.grid5000:
        steps.append((build, "build, on a node of a Grid'5000 site"))
        start = start if several else f"{start} -f {flavour.name}"
        steps.append((f"{start} {_machines(flavour)}", "start on nodes: README.md reserves them"))
    else:
        needed = max((first.memory(role) for role in first.composition.roles), default=0)
        memory = f"MEM={needed} " if flavour.memory and needed else ""
        steps.append((f"{build} && {memory}{start}", "build and start the hosts"))
    if flavour.driver:
        steps.append(("nxc driver -t", "run the test, in another terminal"))
    return steps


def entering(shown_as: str) -> str:
    """Return the command that gives a shell with nxc in the project."""
    ((command, _),) = in_folder(shown_as, [(shlex.join([*nix_words(), "develop"]), "")])
    return command


def in_folder(folder: str | Path, steps: Sequence[NextStep]) -> list[NextStep]:
    """Return commands that are run in a folder one after the other: the first one goes there."""
    if Path(folder).resolve() == Path.cwd():
        return list(steps)
    command, why = steps[0]
    return [(f"cd {shlex.quote(str(folder))} && {command}", why), *steps[1:]]


def _machines(flavour: Flavour) -> str:
    """Return the flags with which nxc finds reserved nodes."""
    if flavour.kadeploy:
        return "-m $OAR_NODEFILE --remote-deployment-info"
    return "-m ./OAR.$OAR_JOB_ID.stdout -W"
