"""Services and their parts, with what each needs and brings: entries of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.catalogue.entry import Entry, OptionValue
from scaffold.catalogue.inputs import Pin, SetUse


class Limit(Entry, frozen=True):
    """Flavours or releases on which something cannot run, and why.

    With both, it is only their combination that cannot run.
    """

    reason: str
    flavours: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()


class OptionSpec(Entry, frozen=True):
    """One thing a user may choose about a service or about one of its parts.

    ``type`` names a validator of ``scaffold.catalogue.values``. The values of a ``unique`` option
    differ between the roles of a composition. ``when`` holds values of other options of the same
    table: with others, this one has no meaning. ``consent`` is what a user agrees to by answering
    yes, without which nothing is written. ``limits`` are those of single values. ``at_most`` names
    an option of a part (``storage.targets``): its sum over all hosts bounds this one. ``exclusive``
    are directories of which none may be another one of the same host, or lie in it. ``read_from``
    names NixOS options that tell its value in a composition that somebody wrote by hand, as marks
    do (``scaffold.catalogue.marks``); ``unread`` is the value when none of them is set there.
    """

    key: str
    type: str
    default: OptionValue
    help: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    unique: bool = False
    when: Mapping[str, str] = {}
    consent: str = ""
    limits: Mapping[str, Limit] = {}
    at_most: str = ""
    exclusive: bool = False
    read_from: tuple[str, ...] = ()
    unread: OptionValue | None = None

    def matters(self, values: Mapping[str, object]) -> bool:
        """Say whether the option has a meaning beside the other ``values`` of its table."""
        return all(values.get(key) == value for key, value in self.when.items())


class Need(Entry, frozen=True):
    """A part that another part cannot work without; ``elsewhere`` means on another role.

    One of ``alternatives`` will do as well.
    """

    part: str
    why: str
    elsewhere: bool = False
    alternatives: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Every part that satisfies the need, the usual one first."""
        return (self.part, *self.alternatives)


class Kernel(Entry, frozen=True):
    """Kernel-level settings of a part; none of them may be set in a role.

    ``packages`` is an attribute of nixpkgs such as ``linuxPackages_6_12``. NixOS Compose boots
    every role with one kernel and one initrd, built from a configuration without roles, so it
    ends up in ``base.nix``, and so do ``settings``, whole Nix definitions. A part whose entries
    with ``packages`` are all for other ``releases`` cannot run on a release: it has no kernel.
    With ``flavours``, it is only there when one of them was chosen.
    ``params`` are kernel parameters: NixOS Compose boots with a command line of its own and takes
    them from ``setup.toml`` (setup.py of its client), never from Nix.
    """

    why: str
    params: tuple[str, ...] = ()
    packages: str = ""
    settings: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    flavours: tuple[str, ...] = ()


class Brings(Entry, frozen=True):
    """What a service or a part brings besides the module files of parts.

    ``files`` maps a path of the generated project to a template in the service's folder.
    ``overlays`` and ``modules`` are Nix expressions for the flake: overlays of nixpkgs, and NixOS
    modules for every host and the base image. ``inputs`` are flake inputs.
    """

    files: Mapping[str, str] = {}
    overlays: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    inputs: Mapping[str, Pin] = {}


class Addition(Entry, frozen=True):
    """What a part adds to every role that runs one of ``parts``, of whatever service.

    ``module`` is a template in the folder of the part's own service; ``owns`` names what it
    sets and what can have one value only, so that two services which want it are told apart.
    """

    parts: tuple[str, ...]
    module: str
    owns: tuple[str, ...] = ()


class Part(Entry, frozen=True):
    """What one role runs of a service, for example ``nfs.server``.

    ``max_hosts`` bounds the hosts of the whole composition that may run the part, ``max_per_role``
    the count of a role that has it. ``memory`` is in MiB and is what a host needs to run the part
    comfortably. ``shares`` names the option that holds a directory which the part shares with other
    hosts, ``mounts`` the part whose shared directories it mounts. ``implies`` are parts added to
    the same role, ``talks_to`` the parts it opens connections to, for diagrams. ``accounts`` and
    ``homes`` name options of the service: the ordinary users that the part creates, and the folder
    of their homes. ``port_shift`` names an option of the service that is added to each of
    ``ports``. ``owns`` are NixOS options that only one part of a role may set, ``uids`` the numbers
    of the users that it creates, ``hardware`` what its hosts must have. ``adds_to`` is what it adds
    to the roles of other parts. ``package_sets`` says what it takes from sources of packages beside
    nixpkgs. ``private`` says what a user must have because some source is not public.
    ``recognised_by`` are marks of which one is enough to say that a role runs the part
    (``scaffold.catalogue.marks``). A role that runs it has the marks of the parts that it
    ``looks_like`` too, which then count only when no other role has them. ``usual`` says what
    NixOS options are that the part sets when nobody sets them: a role that is taken over without
    them keeps that value.
    """

    id: str
    service: str
    description: str
    module: str
    options: Mapping[str, OptionSpec] = {}
    needs: tuple[Need, ...] = ()
    implies: tuple[str, ...] = ()
    talks_to: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    kernel: tuple[Kernel, ...] = ()
    brings: Brings = Brings()
    adds_to: tuple[Addition, ...] = ()
    private: str = ""
    package_sets: Mapping[str, SetUse] = {}
    ports: tuple[int, ...] = ()
    port_shift: str = ""
    accounts: str = ""
    homes: str = ""
    units: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    uids: Mapping[str, int] = {}
    hardware: tuple[str, ...] = ()
    max_hosts: int | None = None
    max_per_role: int | None = None
    memory: int = 0
    shares: str = ""
    mounts: str = ""
    hidden: bool = False
    recognised_by: tuple[str, ...] = ()
    looks_like: tuple[str, ...] = ()
    usual: Mapping[str, OptionValue] = {}

    @property
    def name(self) -> str:
        """The part's name within its service."""
        return self.id.partition(".")[2]


class Credential(Entry, frozen=True):
    """Describes a throw-away secret that is there ``when`` options of the service have values."""

    text: str
    when: Mapping[str, str] = {}


class Secret(Entry, frozen=True):
    """A random secret that is generated as the project is written, and never again.

    It is in no tree, so that the same answers give the same bytes; git ignores it, and it reaches
    the hosts outside the Nix store. ``path`` is relative to the project and below ``secrets/``,
    ``target`` is where every host with a part of the service has it, ``when`` holds the values of
    the service's options that ask for it.
    """

    path: str
    target: str
    when: Mapping[str, str] = {}


class Service(Entry, frozen=True):
    """An entry of the catalogue: a folder of data, templates and a test fragment.

    ``shared`` are module templates that several of its parts import, ``credentials`` are
    descriptions of the throw-away secrets that its modules write. ``readme`` is the template of a
    section of the project's README. ``proof`` says what its test fragment shows, ``network`` what
    its hosts fetch from the Internet while they run. ``evidence`` says, in the README too, what
    else there is to know; what was seen of it follows from the trials of stacks.
    """

    name: str
    title: str
    description: str
    folder: str
    parts: Mapping[str, Part]
    options: Mapping[str, OptionSpec] = {}
    shared: tuple[str, ...] = ()
    brings: Brings = Brings()
    test: str = ""
    proof: str = ""
    network: str = ""
    readme: str = ""
    credentials: tuple[str | Credential, ...] = ()
    secrets: tuple[Secret, ...] = ()
    evidence: tuple[str, ...] = ()
