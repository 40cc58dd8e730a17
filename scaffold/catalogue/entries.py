"""The entries of the catalogue as frozen data: what a file under ``templates/`` may say.

A misspelt or missing key is refused when the file is read, with its path.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from msgspec import Struct

#: What an option of a service or part may be set to, once it was validated.
OptionValue: TypeAlias = str | int | bool | list[str]


class Entry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is read from a catalogue file: a misspelt or missing key is refused with its path."""


class Flavour(Entry, frozen=True):
    """One of the flavours of NixOS Compose: a way to build and start the hosts.

    ``container`` flavours run on the kernel of the machine they are started on; the others boot
    the composition's own kernel. ``kadeploy`` flavours install an image on the node's disk.
    ``driver`` is false when ``nxc driver`` cannot run a test script there, ``memory`` is true when
    the start command takes ``MEM``.
    """

    name: str
    title: str
    container: bool
    grid5000: bool
    kadeploy: bool
    driver: bool
    memory: bool
    note: str


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


class Caution(Entry, frozen=True):
    """What the user of a release has to know before anything is written.

    It concerns compositions with one of ``flavours`` (none: with any) and at least ``hosts``
    hosts. One that ``refuses`` is an error, any other is told. ``source`` says how it is known.
    """

    name: str
    what: str
    remedy: str
    source: str
    flavours: tuple[str, ...] = ()
    hosts: int = 0
    refuses: bool = False


class Trial(Entry, frozen=True):
    """What came of trying a stack: the result of each subtest of its test script, booted.

    ``subtests`` maps the name of a subtest to "passed", "failed: WHY" or "not shown: WHY"; a trial
    without any is an evaluation by Nix. ``answers`` says what was answered in place of the stack's
    own answers, ``month`` is written as 2026-11, ``seconds`` is what the boot and the test script
    took on the machine of the trial. ``digest`` identifies the generated files that were booted;
    ``changed`` says that the tool generates others today.
    """

    name: str
    stack: str
    nixpkgs: str
    month: str
    answers: str = ""
    flavour: str = "vm"
    seconds: int = 0
    digest: str = ""
    changed: bool = False
    subtests: dict[str, str] = {}


class Release(Entry, frozen=True):
    """One row of pins that were seen to work together, with the evidence for the row.

    ``published`` and ``end_of_support`` are the dates of its nixpkgs, after the latter of which it
    gets no security fixes. ``default`` marks the row that is taken unless parts need another.
    ``shell`` is the devShell of nxc with all programs, ``flavours`` are those its library has.
    ``nixfmt`` is the attribute of nixpkgs that holds nixfmt 1.0 or newer; empty when it has none.
    ``package_sets`` says what the pinned revisions of package sets hold. ``cautions`` are names
    of ``cautions.toml``. ``kernel`` is what every composition of the release sets for the kernel
    and the initrd.
    """

    name: str
    inputs: Mapping[str, Pin]
    shell: str
    root_password: str
    flavours: tuple[str, ...]
    evidence: str
    published: date | None = None
    end_of_support: date | None = None
    default: bool = False
    nixfmt: str = ""
    package_sets: Mapping[str, SetContents] = {}
    cautions: tuple[str, ...] = ()
    kernel: tuple[Kernel, ...] = ()


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


class StackRole(Struct, frozen=True):
    """A role of a stack: how many hosts it has, and the parts that they run."""

    count: int
    parts: tuple[str, ...]


class Stack(Entry, frozen=True):
    """A named set of answers, offered as a place to start from."""

    name: str
    description: str
    answers: Mapping[str, object]

    @property
    def roles(self) -> dict[str, StackRole]:
        """The roles that the stack has, by name; what is no role is left out."""
        found = self.answers.get("roles")
        return {
            str(name): StackRole(
                count=table["count"] if isinstance(table.get("count"), int) else 1,
                parts=_texts(table.get("parts")),
            )
            for name, table in (found.items() if isinstance(found, Mapping) else ())
            if isinstance(table, Mapping)
        }

    @property
    def flavours(self) -> tuple[str, ...]:
        """The flavours that the stack chooses; none where it leaves them open."""
        return _texts(self.answers.get("flavours"))

    @property
    def release(self) -> str:
        """The release that the stack chooses, or empty text."""
        return str(self.answers.get("release") or "")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


class Extra(Entry, frozen=True):
    """A group of optional files of a generated project."""

    name: str
    description: str
