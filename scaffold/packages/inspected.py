"""A source after it was looked at: one shape, from the first look to the package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scaffold.packages.detect.facts import Fact
from scaffold.packages.detect.project import BuilderValues, Need
from scaffold.sources.kinds import Source


@dataclass(frozen=True)
class InspectedSource:
    """What a source says of itself, and where it comes from.

    ``found`` has what is certain, by answers key; ``notes`` say what was seen and could not be
    decided. ``source`` is what was looked at, and ``origin`` what a package of it fetches, which is
    another address where the user or the repository names one; None where nothing names it.
    ``hash`` is that of ``source`` in Nix's SRI form, empty when it is not known; ``reason`` says
    why a source could not be looked at.

    ``name`` is what the project calls itself, ``repository`` the name of its repository, and
    ``names`` all that its tags may begin with. ``folder`` is the folder within its repository,
    empty for the whole. ``offered`` is the builder to recommend when none is certain. ``needs`` are
    its dependencies by their own names, ``unread`` what names dependencies and was not understood.
    ``tags`` are those of the repository. ``extra`` is what only the builder's template reads.
    """

    found: Mapping[str, Fact] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    source: Source | None = None
    origin: Source | None = None
    hash: str = ""
    reason: str = ""
    name: str = ""
    repository: str = ""
    names: tuple[str, ...] = ()
    folder: str = ""
    offered: str | None = None
    needs: tuple[Need, ...] = ()
    unread: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    submodules: bool = False
    extra: BuilderValues = field(default_factory=BuilderValues)

    def value(self, key: str) -> str | bool | None:
        """Return the value of what is certain, or None."""
        return self.found[key].value if key in self.found else None

    @property
    def answers(self) -> dict[str, object]:
        """What is certain, as answers about a package."""
        return {key: fact.value for key, fact in self.found.items()}
