"""What a project becomes, as data, and as files in a folder where it can be evaluated."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from scaffold.composition.topology import ProjectTopology
from scaffold.migrate.adopt.original import Evaluated, evaluated
from scaffold.survey.discovery import survey
from scaffold.survey.found import Project
from scaffold.survey.session import Session
from scaffold.writer.tree import Tree


@dataclass(frozen=True)
class Adoption:
    """What a project becomes.

    ``tree`` are the files of the tool as they are rendered, ``texts`` those that are written
    besides (modules, edited files, the test script), ``gone`` those that are not needed any more,
    ``flavours`` those on which it was compared.
    ``read``, ``kept`` and ``unclear`` are the three lists of the report, ``added`` all options that
    the parts of each role set and nobody set before.
    """

    project: Project
    whole: ProjectTopology
    tree: Tree
    texts: Mapping[PurePosixPath, str]
    gone: tuple[PurePosixPath, ...]
    flavours: tuple[str, ...]
    read: tuple[str, ...]
    kept: tuple[str, ...]
    unclear: tuple[str, ...]
    added: Mapping[str, Sequence[str]] = field(default_factory=dict)


def lay_out(found: Adoption, root: Path) -> None:
    """Write the project as it will be to a folder of its own."""
    for file in found.project.files:
        if ".git" in file.relative_to(found.project.root).parts:
            continue
        target = root / file.relative_to(found.project.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    kept = {PurePosixPath(path) for path in found.whole.project.kept}
    for path, content in contents(found).items():
        if path in kept and path not in found.texts:
            continue
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    for path in found.gone:
        (root / path).unlink(missing_ok=True)


def contents(found: Adoption) -> dict[PurePosixPath, bytes]:
    """Return what is written: the files of the tool, and those that are written besides."""
    kept = {PurePosixPath(path) for path in found.whole.project.kept}
    ours = {path: file.content for path, file in found.tree.items() if path not in kept}
    return {**ours, **{path: text.encode() for path, text in found.texts.items()}}


def evaluate_result(found: Adoption) -> Evaluated:
    """Evaluate the project as it will be, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-adopt-") as name:
        root = Path(name).resolve() / "project"
        lay_out(found, root)
        return evaluated(survey([root], Session()).projects[0], found.flavours)


def evaluate_parts(rendered: Tree, flavours: Sequence[str]) -> Evaluated:
    """Evaluate what the parts alone give, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-adopt-") as name:
        root = Path(name).resolve() / "project"
        for path, file in rendered.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(file.content)
        return evaluated(survey([root], Session()).projects[0], flavours)
