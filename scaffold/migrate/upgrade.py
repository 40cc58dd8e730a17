"""A project or repository moved to another release: what keeps it from that, what is changed.

The order is that of the work: first whether the target has what is used, then the inputs, what
NixOS Compose wants, the names of nixpkgs, and at last what only a person can do, with the places in
the text as it will be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffold.base.errors import InputError, Problem
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.migrations import Migration, migrations
from scaffold.catalogue.releases import Release
from scaffold.migrate import (
    blockers,
    builders,
    contract,
    inputs,
    kapack_use,
    make_many,
    names,
    scripts,
    settings,
)
from scaffold.migrate.draft import Draft, Note
from scaffold.migrate.inputs import Target
from scaffold.migrate.readable import require_flake, require_lock, require_texts, unread
from scaffold.migrate.release import nixpkgs_input, source_release
from scaffold.survey.found import Project, Repository
from scaffold.survey.nix_file import NixFile

#: Suffixes of the files that are read; others keep their bytes because nobody looks at them.
_READ = (".nix", ".toml", ".json", ".lock")


@dataclass(frozen=True)
class Outcome:
    """What an upgrade would do.

    ``source`` is the release it comes from, empty when nothing tells it. ``blocked`` says what the
    target cannot give, ``stale`` names the inputs whose lock is not for their address any more.
    ``of_packages`` says that it is a NUR repository, and no composition.
    """

    root: Path
    source: str
    target: str
    draft: Draft
    blocked: Sequence[Problem] = ()
    stale: Sequence[str] = ()
    of_packages: bool = False

    def still_stale(self) -> Sequence[str]:
        """Return the inputs whose lock is not for their address, as flake.lock is on disk now."""
        path = self.root / "flake.lock"
        if not self.stale or not path.is_file():
            return ()
        return settings.stale_entries(self.draft, self.root, path.read_text(encoding="utf-8"))


def upgrade_project(
    project: Project, target: str, catalog: Catalog, *, new_kapack: bool = False
) -> Outcome:
    """Return what it takes to move a project of NixOS Compose to a release.

    With ``new_kapack`` also to the successor of nur-kapack, of whose content nothing is known here.

    Raises:
        InputError: it has no flake that can be read, a broken lock, or stands on a newer release.

    """
    require_flake(project)
    require_texts(project)
    source = source_release(project, catalog)
    if source > target:
        what = f"it stands on {source}, which is newer than {target}"
        raise InputError(Problem(str(project.root), what, "Going back is not done: use git"))
    row = catalog.releases[target]
    draft = _draft(project.root, project.files, catalog)
    blocked = tuple(blockers.found(draft, project, row, catalog, new_kapack=new_kapack))
    if new_kapack:
        _new_kapack(draft)
    _move(draft, project, source, Target(row, catalog))
    stale = settings.stale_entries(draft, project.root, draft.text("flake.lock"))
    return Outcome(project.root, source, target, draft, blocked, stale)


def _new_kapack(draft: Draft) -> None:
    from scaffold.migrate import new_kapack  # seldom wanted

    new_kapack.move(draft)


def upgrade_repository(repository: Repository, target: str, catalog: Catalog) -> Outcome:
    """Return what it takes to move the packages of a NUR repository to a release of nixpkgs.

    Raises:
        InputError: its flake stands on a newer release, or its lock cannot be read.

    """
    draft = _draft(repository.root, repository.files, catalog)
    require_lock(repository.root, repository.session)
    lock = draft.text("flake.lock")
    _unread(draft, repository)
    table = _due(target, catalog)
    source = inputs.move_nixpkgs(draft, Target(catalog.releases[target], catalog))
    if source > target:
        what = f"it stands on {source}, which is newer than {target}"
        raise InputError(Problem(str(repository.root), what, "Going back is not done: use git"))
    _packages(draft, table)
    _names(draft, table)
    for kind in ("default-changed", "package-old"):  # of what hosts run, not of packages
        table.pop(kind, None)
    _reports(draft, table, target)
    stale = settings.stale_entries(draft, repository.root, lock)
    return Outcome(repository.root, source, target, draft, (), stale, of_packages=True)


def _unread(draft: Draft, repository: Repository) -> None:
    """Name the files of a repository that are no Nix, and were left for that reason."""
    for path in repository.files:
        why = unread(path, repository.session) if path.suffix == ".nix" else ""
        if why:
            name = str(path.relative_to(draft.root))
            what = f"it was not looked at: {why}"
            draft.left.append(Note(name, 0, what, "unread", "mend it, and upgrade again"))
    for name in sorted(draft.before):
        file = NixFile(draft.root / name, draft.before[name]) if name.endswith(".nix") else None
        if file is not None and file.fault is not None:
            what = f"it is no Nix, and was not looked at: {file.fault}"
            draft.left.append(Note(name, 0, what, "unread", "mend it, and upgrade again"))


def _draft(root: Path, files: Iterable[Path], catalog: Catalog) -> Draft:
    texts = {}
    for path in files:
        if path.suffix in _READ and path.is_relative_to(root):
            try:
                texts[str(path.relative_to(root))] = path.read_bytes().decode()
            except (OSError, UnicodeDecodeError):  # left as it is, whatever it is
                continue
    rules = migrations(catalog.folders).values()
    failing = frozenset(rule.name for rule in rules if rule.severity == "error")
    return Draft(root, texts, failing=failing)


def _due(target: str, catalog: Catalog) -> dict[str, list[Migration]]:
    """Return the migrations that concern a release, by kind.

    Those of releases before the source are among them: what was deprecated there may be gone here.
    """
    found: dict[str, list[Migration]] = {}
    for migration in migrations(catalog.folders).values():
        if migration.concerns(target):
            found.setdefault(migration.kind, []).append(migration)
    return found


def _move(draft: Draft, project: Project, source: str, target: Target) -> None:
    row = target.row
    nixpkgs = nixpkgs_input(project)
    table = _due(row.name, target.catalog)
    inputs.move_inputs(draft, target, nixpkgs)
    inputs.move_follows(draft, target, nixpkgs)
    _contract(draft, project, source, target)
    _packages(draft, table)
    _names(draft, table)
    if source == row.name:  # nothing changes that was not as it is
        table["default-changed"] = [m for m in table.get("default-changed", ()) if m.first]
    _reports(draft, table, row.name)


def _contract(draft: Draft, project: Project, source: str, target: Target) -> None:
    row, rules = target.row, migrations(target.catalog.folders)
    compositions = [c.file for c in project.compositions if c.file is not None]
    jsons = [entry.path for entry in project.nxc_json]
    setups = [entry.path for entry in project.setups]

    def due(name: str, do: Callable[[Migration], None]) -> None:
        if rules[name].concerns(row.name):
            do(rules[name])

    due("roles", lambda r: contract.nodes_to_roles(draft, _names_of(project, compositions), r))
    due("make-many", lambda r: make_many.distribute(draft, _names_of(project, compositions), r))
    due("root-password", lambda r: contract.root_password(draft, r))
    due("nixos-test", lambda r: contract.old_flavour(draft, r))
    due("nixos-test", lambda r: settings.nxc_json(draft, _names_of(project, jsons), r))
    due("setup-overrides", lambda r: settings.setup_toml(draft, _names_of(project, setups), r))
    old = target.catalog.releases.get(source)
    shell = old.shell if old is not None else row.shell
    due("nxc-shell", lambda r: contract.shells(draft, r, shell, row.shell))
    due("dev-shell", lambda r: contract.outputs(draft, inputs.FLAKE, r))
    due("scripted-initrd", lambda r: contract.scripted_initrd(draft, row, r))
    if _keeps_own_nixpkgs(row):
        due("python-format", lambda r: contract.own_nixpkgs(draft, r))


def _keeps_own_nixpkgs(row: Release) -> bool:
    """Say whether nxc of a release is built by another nixpkgs than the machines."""
    return "nixpkgs" not in row.inputs["nxc"].replaced


def _names_of(project: Project, paths: Iterable[Path]) -> list[str]:
    return settings.names_of(project, list(paths))


def _packages(draft: Draft, table: dict[str, list[Migration]]) -> None:
    builders.attributes(draft, table.get("builder-attribute", ()))
    builders.rename_arguments(draft, table.get("argument-renamed", ()))
    builders.remove_arguments(draft, table.get("argument-removed", ()))
    for migration in table.get("python-format", ()):
        builders.python_format(draft, migration)


def _names(draft: Draft, table: dict[str, list[Migration]]) -> None:
    names.rename_options(draft, table.get("option-renamed", ()))
    names.rename_attributes(draft, table.get("attribute-renamed", ()))
    gone = [m for m in table.get("option-removed", ()) if m.mechanical]
    names.remove_options(draft, gone)
    names.rename_packages(draft, table.get("package-renamed", ()))
    names.rename_attributes_of_pkgs(draft, table.get("set-attribute", ()))
    names.rename_functions(draft, table.get("lib-renamed", ()))
    names.drop_functions(draft, table.get("lib-dropped", ()))


def _reports(draft: Draft, table: dict[str, list[Migration]], target: str) -> None:
    """Name what is left to a person, in the texts as they will be."""
    known = {old for kind in table.values() for m in kind for old in (*m.olds, m.new)}
    names.report_moved_options(draft, known, target)
    gone = [m for m in table.get("option-removed", ()) if not m.mechanical]
    kinds = ("option-changed", "default-removed", "default-changed")
    names.report_options(draft, [*gone, *(m for kind in kinds for m in table.get(kind, ()))])
    names.report_functions(draft, table.get("lib-removed", ()))
    names.report_packages(draft, table.get("package-removed", ()))
    names.report_moved_packages(draft, known, target)
    changed = [*table.get("argument-changed", ()), *table.get("builder-removed", ())]
    builders.report_arguments(draft, changed)
    for migration in table.get("python-import", ()):
        builders.python_imports(draft, migration)
    kinds = ("script", "unit-removed", "unit-changed")
    mentioned = [m for kind in kinds for m in table.get(kind, ())]
    scripts.report_mentions(draft, mentioned)
    for migration in table.get("package-old", ()):
        kapack_use.report_old(draft, migration, target)
    contract.report_calls(draft, table.get("call", ()))
