"""Flake inputs as the catalogue has them: pins, and package sets such as kapack."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.catalogue.entry import Entry


class Pin(Entry, frozen=True):
    """Where a flake input comes from: a flake reference without its ref, and the ref.

    ``style`` says how the ref is written: ``path`` appends ``/REF`` (github:), ``query`` adds
    ``?ref=REF`` or ``?rev=REF`` (git+https:). ``follows`` are the input's own inputs that are
    replaced by the flake's of the same name, or a table of them with what replaces each, such as
    ``{ nixpkgs = "nxc/nixpkgs" }``; ``private`` says what a user must have to fetch it.
    """

    url: str
    ref: str
    style: str
    follows: tuple[str, ...] | Mapping[str, str] = ("nixpkgs",)
    flake: bool = True
    private: str = ""

    @property
    def replaced(self) -> Mapping[str, str]:
        """The input's own inputs that are replaced, each with the path of what replaces it."""
        if isinstance(self.follows, Mapping):
            return self.follows
        return {name: name for name in self.follows}


class Argument(Entry, frozen=True):
    """A further argument of ``nxc.lib.compose``: its name, a Nix expression, and why it is set."""

    name: str
    value: str
    why: str


class SetContents(Entry, frozen=True):
    """What one revision of a package set holds, as far as parts ask for it.

    ``modules`` are the names of its NixOS modules. ``unusable`` maps a package to the reason why
    it cannot be used: missing, marked as broken, or made from a private source. ``pin`` is the
    flake input to take; without one, that of the release's ``inputs``, or the package set's own.
    ``overlay`` replaces that of the package set where a revision is wired differently.
    """

    modules: tuple[str, ...] = ()
    unusable: Mapping[str, str] = {}
    pin: Pin | None = None
    overlay: str = ""


class PackageSet(Entry, frozen=True):
    """A source of packages and NixOS modules beside nixpkgs: a flake input, and how it is used.

    ``input`` is the name of the flake input. ``overlay`` is a Nix expression, an overlay of
    nixpkgs that puts the packages at ``attribute`` below ``pkgs`` (``nur.repos.kapack``; empty:
    at the top). ``module`` is the Nix expression of one of its NixOS modules, where ``{name}``
    stands for the module's name. ``arguments`` are what it needs of ``nxc.lib.compose``.
    ``contents`` is what it holds for every release that says nothing else: a release does by its
    row, and the package set itself by ``releases``.
    """

    name: str
    description: str
    input: str
    overlay: str
    attribute: str = ""
    module: str = ""
    arguments: tuple[Argument, ...] = ()
    contents: SetContents | None = None
    releases: Mapping[str, SetContents] = {}


class SetUse(Entry, frozen=True):
    """What a part takes from a package set: names of its NixOS modules and of its packages."""

    modules: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
