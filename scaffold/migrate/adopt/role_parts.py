"""The parts of the roles of a project while it is settled which of them can be taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from scaffold.base.errors import InputError
from scaffold.catalogue.catalog import Catalog
from scaffold.catalogue.limits import expand
from scaffold.migrate.adopt.leftovers import Place
from scaffold.migrate.adopt.original import Original
from scaffold.migrate.adopt.recognition import named, reasons_against, recognise


class RoleParts:
    """The parts of each role by its place, and why others were not taken.

    ``taken`` holds those that others imply too. ``options`` are what marks told of their options.
    """

    def __init__(
        self, before: Sequence[Original], flavours: Sequence[str], catalog: Catalog
    ) -> None:
        self.catalog = catalog
        self.taken: dict[Place, list[str]] = {}
        self.options: dict[Place, Mapping[str, Mapping[str, object]]] = {}
        self.refused: dict[Place, dict[str, str]] = {}
        for one in before:
            for role in one.counts:
                told = [recognise(one.set_by(f, role).options, catalog) for f in flavours]
                first = told[0]
                everywhere = [p for p in first.parts if all(p in each.parts for each in told)]
                self.taken[one.name, role] = everywhere
                self.options[one.name, role] = first.options
            self._tell_apart(one)

    def _tell_apart(self, one: Original) -> None:
        """Take no part for the mark that another part of the role sets, if another role has it."""
        own = [parts for place, parts in self.taken.items() if place[0] == one.name]
        for parts in own:
            like = {p for part in parts for p in self.catalog.parts[part].looks_like}
            for name in like & set(parts):
                if sum(name in other for other in own) > 1:
                    parts.remove(name)

    def named(self, place: Place) -> list[str]:
        """Return the parts of a role without those that another of them implies."""
        return named(self.taken[place], self.catalog)

    @property
    def every(self) -> list[str]:
        """The parts of all roles."""
        return [part for given in self.taken.values() for part in given]

    def drop(self, place: Place, part: str, why: str) -> None:
        """Do without a part on a role."""
        if part in self.taken[place]:
            self.taken[place].remove(part)
            self.refused.setdefault(place, {})[part] = why

    def drop_all(self, place: Place, why: str) -> None:
        """Do without parts on a role."""
        for part in list(self.taken[place]):
            self.drop(place, part, why)

    def drop_unusable(
        self, place: Place, release: str, modules: Iterable[str], *, own_flake: bool
    ) -> None:
        """Drop parts of a role that the release cannot serve, or the flake does not provide for.

        ``modules`` are the NixOS modules of inputs that the role has. With ``own_flake``, the
        flake is the tool's.
        """
        known = list(modules)
        for name in list(self.taken[place]):
            part = self.catalog.parts[name]
            why = reasons_against(part, release, known, self.catalog, own_flake=own_flake)
            if why:
                self.drop(place, name, why)

    def drop_named(self, error: InputError) -> None:
        """Drop the part that each problem speaks of first.

        Raises:
            InputError: no problem speaks of a part that is there.

        """
        dropped = False
        for problem in error.problems:
            own = re.match(r"compositions\.([^.: ]+): ", problem.where)
            words = re.findall(r"[a-z0-9_]+\.[a-z0-9_]+", f"{problem.where} {problem.what}")
            spoken_of = next((word for word in words if word in self.catalog.parts), None)
            for place, parts in self.taken.items():
                if own is not None and place[0] != own[1]:
                    continue
                for part in [p for p in parts if spoken_of in expand((p,), self.catalog)]:
                    self.drop(place, part, problem.what)
                    dropped = True
        if not dropped:
            raise error
