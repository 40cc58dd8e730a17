"""Checks of a repository after a package was written: from syntax to the evaluation of the set."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from scaffold import checks
from scaffold.checks import Result, Step, Subject, flake, formatting, no_command, syntax
from scaffold.checks.base import Session, finding, judged, not_checked, plural
from scaffold.checks.rule import Kind, Severity
from scaffold.checks.written import codes_of, files_target, found
from scaffold.nixlang.quote import nix_attr, nix_string
from scaffold.repository.layout import Layout
from scaffold.survey.found import Repository
from scaffold.system import nix, process
from scaffold.system.nix_config import as_typed
from scaffold.system.nix_errors import NixError

#: Rules that are no matter of the new files: what upstream has decided (its licence, where its
#: source lies), a hash that only a build can tell, and the list of the packages.
_NOT_OF_A_FILE = frozenset({"NUR104", "NUR109", "NUR111", "NUR112", "NUR117", "NUR119"})


@dataclass(frozen=True)
class Written:
    """What was written: the package's attribute, its own new files, and those that were edited."""

    layout: Layout
    name: str
    new_files: tuple[PurePosixPath, ...]
    edited: tuple[PurePosixPath, ...]
    offline: bool
    nix_options: tuple[str, ...] = ()


def run(
    written: Written,
    on_start: Callable[[str], None] | None = None,
    on_done: Callable[[Result], None] | None = None,
    *,
    evaluate: bool,
) -> list[Result]:
    """Run the checks and return their results; ``evaluate`` runs those that need nixpkgs."""
    layout = written.layout
    new_files = _only_own(written)
    steps: list[Step] = [(syntax.NAME, syntax.check, syntax.command)]
    if written.new_files:
        steps += [
            (formatting.NAME, partial(_format, new_files), lambda _: formatting.command(new_files)),
            ("lint", partial(_lint, written), no_command),
        ]
    if evaluate:
        build, evaluation = layout.build_command(written.name), layout.evaluate_command()
        steps += [
            ("package", partial(_package, written), lambda _: as_typed(build)),
            ("repository", partial(_set, written), lambda _: as_typed(evaluation)),
        ]
    if evaluate and layout.is_flake:
        steps.append((flake.CHECK, _flake, flake.command_of))
    subject = Subject(
        project=layout.root,
        composition=PurePosixPath(),
        nix_files=(*written.new_files, *(f for f in written.edited if f.suffix == ".nix")),
        flavours=(),
        nix_options=written.nix_options,
        offline=written.offline,
    )
    return checks.run_all(subject, on_start, on_done, steps=tuple(steps))


def _only_own(written: Written) -> Subject:
    """Return the package's own files: the repository's may have another style."""
    return Subject(
        project=written.layout.root,
        composition=PurePosixPath(),
        nix_files=written.new_files,
        flavours=(),
    )


def _format(new_files: Subject, _: Session) -> Result:
    return formatting.check(Session(new_files))


def _lint(written: Written, session: Session) -> Result:
    """Run the rules of NUR repositories on the package's own files alone."""
    target = files_target(session.subject.project, written.new_files)
    everywhere = replace(written.layout, folder=PurePosixPath())
    target.of = Repository(everywhere, target.files, target.session)
    problems = found(target, codes_of("nur") - _NOT_OF_A_FILE, Kind.REPOSITORY, Severity.NOTE)
    return judged("lint", problems, plural(len(written.new_files), "file"))


def _package(written: Written, session: Session) -> Result:
    """Evaluate the package's derivation."""
    command = as_typed(written.layout.build_command(written.name))
    if session.blocked:
        return not_checked("package", session.blocked, command)
    try:
        path = _evaluate(written, written.layout.root, f"p: {_of(written)}.drvPath")
    except NixError as error:
        if not error.failure.is_defect:
            return not_checked("package", error.failure.reason, command)
        where = str(next(iter((*written.new_files, *written.edited)), "the repository"))
        return judged("package", [finding(error.failure, where)], "", command)
    return judged("package", [], Path(json.loads(path)).name.partition("-")[2], command)


def _of(written: Written) -> str:
    """Return what leads from what the entry gives, ``p``, to the package."""
    parts = (*filter(None, [written.layout.below]), written.name)
    return ".".join(["p", *map(nix_attr, parts)])


_ALL = (
    "p: builtins.mapAttrs (n: v: (builtins.tryEval (builtins.isAttrs v && v ? type && "
    'v.type == "derivation" && builtins.isString v.drvPath)).success) '
    "(removeAttrs %s [ %s ])"
)


def _set(written: Written, session: Session) -> Result:
    """Evaluate every package; one that fails without the new package too is not its fault."""
    command = as_typed(written.layout.evaluate_command())
    if session.blocked:
        return not_checked("repository", session.blocked, command)
    below = written.layout.below
    packages = f"p.{nix_attr(below)}" if below else "p"
    apply = _ALL % (packages, nix_string(written.name))
    special = " ".join(nix_string(n) for n in ("lib", "pkgs", "modules", "overlays"))
    apply = apply.replace(" ])", f" {special} ])")
    try:
        after = json.loads(_evaluate(written, written.layout.root, apply))
    except NixError as error:
        return _worse(written, apply, error, command)
    fine = sum(1 for found in after.values() if found)
    if after and not fine:
        told = f"none of the {len(after)} other attributes evaluates here"
        return not_checked("repository", told, command)
    return judged("repository", [], f"{fine} of {len(after)} other attributes evaluate", command)


def _worse(written: Written, apply: str, error: NixError, command: str) -> Result:
    """Compare a failure with what the last commit evaluates to."""
    message = error.failure.message
    if not error.failure.is_defect:
        return not_checked("repository", error.failure.reason, command)
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-") as folder:
        if not _checkout(written.layout.root, Path(folder)):
            return not_checked("repository", message, command)
        try:
            _evaluate(written, Path(folder), apply)
        except NixError:
            told = f"it does not evaluate in the last commit either: {message}"
            return not_checked("repository", told, command)
    return judged("repository", [finding(error.failure, "the repository")], "", command)


def _flake(session: Session) -> Result:
    """Evaluate every output of the flake; what failed before too is not the package's fault."""
    subject = replace(session.subject, nix_options=(*session.subject.nix_options, "--no-build"))
    result = flake.check(replace(session, subject=subject))
    if result.status != "failed":
        return result
    with tempfile.TemporaryDirectory(prefix="nxc-scaffold-") as folder:
        if _checkout(subject.project, Path(folder)):
            committed = replace(session, subject=replace(subject, project=Path(folder)))
            if flake.check(committed).status == "failed":
                told = f"it fails in the last commit too: {result.problems[0].message}"
                return not_checked(flake.CHECK, told, result.command)
    return result


def _checkout(root: Path, target: Path) -> bool:
    """Write the last commit of the repository to a folder; say whether that could be done."""
    archive = target.parent / f"{target.name}.tar"
    top = process.run(["git", "-C", str(root), "rev-parse", "--show-prefix"])
    if top.returncode:
        return False
    tree = f"HEAD:{top.stdout.strip()}"
    made = process.run(["git", "-C", str(root), "archive", "-o", str(archive), tree])
    try:
        return (
            not made.returncode
            and not process.run(["tar", "-xf", str(archive), "-C", str(target)]).returncode
        )
    finally:
        archive.unlink(missing_ok=True)


def _evaluate(written: Written, root: Path, apply: str) -> str:
    """Apply a function to the packages and return the result as JSON. Raises NixError."""
    options = (*written.nix_options, *(("--offline",) if written.offline else ()))
    if written.layout.is_flake:
        with nix.flake_source(root) as reference:
            return nix.eval_packages(root, apply, options, reference=reference)
    return nix.eval_file(root / written.layout.entry, apply, written.nix_options)
