"""The answers of a project that is taken over, from what was read of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scaffold.answers.project import complete
from scaffold.asking.layers import Layer, merge
from scaffold.base import names
from scaffold.catalogue.catalog import Catalog
from scaffold.composition.topology import ProjectTopology
from scaffold.migrate.adopt.original import Original
from scaffold.migrate.adopt.recognition import fitting_flavours, service_options
from scaffold.migrate.adopt.role_parts import RoleParts
from scaffold.migrate.adopt.texts import RoleModule
from scaffold.migrate.release import source_release
from scaffold.survey.compose_call import FLAVOURS
from scaffold.survey.found import Project
from scaffold.survey.nix_file import text_of

Raw = dict[str, object]
SCRIPT = "test_script.py"
#: Optional files of the tool, by the extra that they come with.
_EXTRAS = {"justfile": "justfile", "ci": ".github/workflows/check.yml"}


class Answers:
    """Answers from what was read; ``given`` are those of the user, which count more.

    ``extras`` are those whose files are there, which may be the user's.
    """

    def __init__(
        self,
        project: Project,
        before: Sequence[Original],
        parts: RoleParts,
        catalog: Catalog,
        name: str,
        given: Sequence[Layer],
    ) -> None:
        self.project, self.before, self.parts, self.catalog = project, before, parts, catalog
        self.name = name or _name(project.root)
        self.release, self.release_note = _release(project, catalog)
        self.extras = [e for e, file in _EXTRAS.items() if (project.root / file).is_file()]
        self._given = given
        several = len(before) > 1
        self.scripts = [f"{one.name}/{SCRIPT}" if several else SCRIPT for one in before]

    def whole(
        self,
        modules: Sequence[RoleModule] = (),
        kept: Sequence[str] | None = None,
        pins: Mapping[str, str] | None = None,
    ) -> ProjectTopology:
        """Return the project with these modules of roles, files of the user's, and pins.

        Unless told otherwise the user's files are the test scripts.

        Raises:
            InputError: an answer is not valid.

        """
        read = Layer(
            "the composition",
            self._raw(modules, self.scripts if kept is None else kept, pins or {}),
        )
        every = [*self._given, read]
        project = complete(merge(every), self.catalog, every, defaults=True)
        return ProjectTopology(project, self.catalog)

    def pins(self) -> Iterator[tuple[str, str]]:
        """Yield the revisions that flake.lock has of inputs that the tool knows too."""
        lock = self.project.lock
        for name in self.whole().inputs:
            locked = lock.input(name) if lock is not None and not lock.fault else None
            if locked is not None and locked.locked is not None and locked.locked.rev:
                yield name, locked.locked.rev

    @property
    def offered(self) -> list[str]:
        """The flavours that flake.nix offers."""
        told = self.project.calls[0].flavours or FLAVOURS
        return [flavour for flavour in told if flavour in self.catalog.flavours]

    def _raw(
        self, modules: Sequence[RoleModule], kept: Sequence[str], pins: Mapping[str, str]
    ) -> Raw:
        fitting = fitting_flavours(self.offered, self.parts.every, self.release, self.catalog)
        flavours = fitting or tuple(self.offered[:1])
        raw: Raw = {
            "name": self.name,
            "description": self._description(),
            "release": self.release,
            "flavours": list(flavours),
            "default_flavour": self._default(flavours),
            "extras": list(self.extras),
            "pins": dict(pins),
            "kept": list(kept),
        }
        each = {one.name: self._of(one, modules) for one in self.before}
        if len(each) > 1:
            return {**raw, "compositions": each}
        return {**raw, **next(iter(each.values())), "description": raw["description"]}

    def _of(self, one: Original, modules: Sequence[RoleModule]) -> Raw:
        """Return the answers of one composition."""
        taken = {role: self.parts.taken[one.name, role] for role in one.counts}
        first = next(iter(one.views))
        settings = {role: one.set_by(first, role).options for role in one.counts}
        roles: Raw = {}
        for role, count in one.counts.items():
            place = (one.name, role)
            options = self.parts.options[place]
            own: Raw = {
                "count": count,
                "numbered": role in one.numbered,
                "parts": self.parts.named(place),
                "options": _nested({p: v for p, v in options.items() if p in taken[role]}),
                "modules": [
                    {"file": m.file, "arguments": list(m.arguments)} if m.arguments else m.file
                    for m in modules
                    if (m.composition, m.role) == place
                ],
                "docker_ports": list(one.ports.get(role, ())),
            }
            roles[role] = {key: value for key, value in own.items() if value}
        told = _nested(service_options(settings, taken, self.catalog))
        return {"description": f"The composition {one.name}", "roles": roles, "options": told}

    def _default(self, flavours: Sequence[str]) -> str:
        told = [settings.text_value("default_flavour") for settings in self.project.nxc_json]
        return next((f for f in told if f in flavours and f is not None), flavours[0])

    def _description(self) -> str:
        flake = self.project.flake
        binding = flake.root.binding("description") if flake and flake.root else None
        told = text_of(binding.value) if binding is not None else None
        return " ".join((told or "A NixOS Compose composition").split())


def _nested(options: Mapping[str, Mapping[str, object]]) -> Raw:
    """Turn values by service or part id into the tables of the answers file."""
    tables: dict[str, dict[str, object]] = {}
    for name, entries in options.items():
        service, _, part = name.partition(".")
        table = tables.setdefault(service, {})
        table.update({part: dict(entries)} if part else entries)
    return dict(tables)


def _name(root: Path) -> str:
    """Return a name for the project: that of its folder as far as it can be one."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", root.name).lstrip("-_0123456789")[:64]
    return name if name and not names.check_project(name) else "composition"


def _release(project: Project, catalog: Catalog) -> tuple[str, str]:
    """Return the row of the table that is nearest, and what is to be said of that."""
    told = source_release(project, catalog)
    if told in catalog.releases:
        return told, ""
    rows = sorted(catalog.releases)
    if not told:
        row = catalog.default_release
        return row, f"release: flake.nix and flake.lock do not tell it; {row} is noted"
    near = max((row for row in rows if row <= told), default=rows[0])
    return near, f"release: it stands on {told}, for which there are no pins; {near} is noted"
