"""flake.nix: pins, inputs, outputs, and what ``lib.compose`` is given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from scaffold.base.names import closest
from scaffold.checks.pins import fixes_until, is_newest_nxc, second_nixpkgs
from scaffold.checks.rule import Edit, Hit, Severity, rule
from scaffold.checks.target import Target, release_of
from scaffold.nixlang.nodes import Node
from scaffold.survey.compose_call import FLAVOURS, FORMALS, ComposeCall
from scaffold.survey.flake_file import Input
from scaffold.survey.flake_ref import FORGES, PARAMETERS
from scaffold.survey.nix_file import NixFile

_SHELLS_RENAMED = date(2024, 4, 23)
_NIXOS_TEST_REMOVED = date(2022, 12, 1)
#: Branches of nur-kapack that flakes name and that are deleted there.
_GONE_BRANCHES = frozenset({"oar", "regale-2211"})
_OLD_OUTPUTS = {
    "devShell": "devShells.<system>.default",
    "defaultApp": "apps.<system>.default",
    "defaultTemplate": "templates.default",
    "nixosModule": "nixosModules.default",
    "overlay": "overlays.default",
}
_WORD = re.compile(r"[A-Za-z_][\w'-]*")
#: The name of a package of the library, quoted: ``"composition::vm"``.
_PACKAGE = re.compile(r"\"[A-Za-z0-9_.-]*::([A-Za-z0-9-]+)\"")


def _inputs(target: Target) -> Iterator[tuple[NixFile, Input]]:
    flake = target.project.flake
    if flake is not None:
        yield from ((flake.file, entry) for entry in flake.inputs.values())


def _pinned(entry: Input | None) -> bool:
    return entry is None or entry.reference is None or entry.reference.has_pin


@rule(
    "NXC101",
    "end-of-life",
    "nixpkgs gets no fixes any more",
    severity=Severity.WARNING,
    why="A release of nixpkgs gets security fixes for seven months. Afterwards its packages stay "
    "as they are, with the holes that become known. For an artefact of a paper that is wanted.",
    remedy="Move to a release that is supported, or waive the rule where the old one is wanted",
    bad='nixpkgs.url = "github:NixOS/nixpkgs/nixos-23.05";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";',
)
def end_of_life(target: Target) -> Iterator[Hit]:
    """Compare the release of nixpkgs with the day on which its support ended."""
    entry, release = target.project.nixpkgs, target.release
    flake = target.project.flake
    if entry is None or flake is None or release is None:
        return
    end = fixes_until(release)
    if end is not None and end < target.today:
        message = f"nixpkgs {release} has had no fixes since {end:%d %B %Y}"
        yield target.hit(flake.file, entry.binding.start, message)


@rule(
    "NXC102",
    "frozen-tag",
    "nixpkgs is pinned to a tag that never moves",
    severity=Severity.NOTE,
    why="The tag 25.05 is the day of the release; fixes go to the branch nixos-25.05. With a lock "
    "file both are reproducible, but only the branch gets fixes by `nix flake update`.",
    remedy="Name the branch, such as nixos-25.05",
    bad='nixpkgs.url = "github:NixOS/nixpkgs/26.05";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";',
)
def frozen_tag(target: Target) -> Iterator[Hit]:
    """Look for a plain number as the reference of a release that still gets fixes."""
    for file, entry in _inputs(target):
        reference = entry.reference
        if reference is None or not reference.is_nixpkgs:
            continue
        end = fixes_until(reference.ref)  # only a plain number is a tag
        if end is not None and end >= target.today:
            message = f"the tag {reference.ref} never moves, the branch nixos-{reference.ref} does"
            yield target.hit(file, entry.binding.start, message)


@rule(
    "NXC103",
    "nixpkgs-without-ref",
    "nixpkgs has no branch, or the unstable one",
    severity=Severity.NOTE,
    why="A library of NixOS Compose fits the releases of nixpkgs that it was made for; an input "
    "without a branch gives whatever is newest on the day that it is locked.",
    remedy="Name the branch of a release, such as nixos-25.05",
    bad='nixpkgs.url = "github:NixOS/nixpkgs";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";',
)
def nixpkgs_without_ref(target: Target) -> Iterator[Hit]:
    """Look at the reference of the input that compositions are built with."""
    entry, flake = target.project.nixpkgs, target.project.flake
    if entry is None or flake is None or entry.reference is None or entry.alias is not None:
        return
    reference = entry.reference
    if not reference.is_nixpkgs or reference.rev:
        return
    if not reference.ref:
        yield target.hit(flake.file, entry.binding.start, "nixpkgs has no branch")
    elif "unstable" in reference.ref or reference.ref == "master":
        message = f"nixpkgs follows {reference.ref}, which NixOS Compose is not made for"
        yield target.hit(flake.file, entry.binding.start, message)


def _unpinned(target: Target, entry: Input | None, what: str) -> Iterator[Hit]:
    """Yield a warning for an input without branch that nothing locks, a note for a locked one."""
    flake = target.project.flake
    if flake is None or entry is None or _pinned(entry) or entry.reference is None:
        return
    if not entry.reference.repository:
        return
    lock = target.project.lock
    locked = lock is not None and lock.fault is None and lock.input(entry.name) is not None
    severity = Severity.NOTE if locked else Severity.WARNING
    message = f"{entry.name} has no branch: {what} of the day it is locked on is taken"
    yield target.hit(flake.file, entry.binding.start, message, severity=severity)


@rule(
    "NXC104",
    "nxc-without-ref",
    "NixOS Compose has no branch",
    severity=Severity.WARNING,
    why="The default branch of NixOS Compose moves on with the newest nixpkgs. Names of shells, "
    "the password of root and what a role may be have changed on it. A lock file keeps it where "
    "it is until the next update; then, or without one, the composition meets another library.",
    remedy="Name the branch of the release, such as ?ref=25.05",
    bad='nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git";',
    good='nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=25.05";',
)
def nxc_without_ref(target: Target) -> Iterator[Hit]:
    """Look at the reference of the library."""
    yield from _unpinned(target, target.project.nxc, "the library")


@rule(
    "NXC105",
    "kapack-without-ref",
    "kapack has no branch",
    severity=Severity.WARNING,
    why="kapack has a branch for each release, and its packages come and go with them: the newest "
    "one need not have, or may mark as broken, what a composition names.",
    remedy="Name the branch that fits nixpkgs, such as nur-kapack/25.05",
    bad='kapack.url = "github:oar-team/nur-kapack";',
    good='kapack.url = "github:oar-team/nur-kapack/25.05";',
)
def kapack_without_ref(target: Target) -> Iterator[Hit]:
    """Look at the reference of kapack."""
    kapack = target.project.kapack
    reference = kapack.reference if kapack is not None else None
    if reference is not None and reference.repo == "nur-kapack":  # kairns' kapack has no branches
        yield from _unpinned(target, kapack, "the branch")


def _lacks_follows(target: Target, entry: Input | None) -> Iterator[Hit]:
    """Yield a finding for an input with a nixpkgs of its own, up to release 25.05."""
    flake, nixpkgs = target.project.flake, target.project.nixpkgs
    if flake is None or entry is None or nixpkgs is None or entry.reference is None:
        return
    if "nixpkgs" in entry.follows or not entry.is_flake or entry.alias is not None:
        return
    if target.release is None or target.release >= "25.11":
        return
    if not second_nixpkgs(target, entry):
        return
    new = f'{entry.name}.inputs.nixpkgs.follows = "{nixpkgs.name}";'
    message = f"{entry.name} brings a nixpkgs of its own, and two are evaluated"
    yield target.hit(
        flake.file,
        entry.binding.start,
        message,
        f"Add {new}",
        edits=_line_after(flake.file, entry, new),
    )


def _line_after(file: NixFile, entry: Input, text: str) -> tuple[Edit, ...]:
    """Return the edit that adds a line behind ``name.url = "…";``, where it is spelt like that."""
    path, binding = entry.binding.path, entry.binding
    if path[-2:] != (entry.name, "url"):
        return ()
    start = file.text.rfind("\n", 0, binding.start) + 1
    indent = file.text[start : binding.start]
    if indent.strip():
        return ()
    prefix = "inputs." if path[:1] == ("inputs",) else ""
    end = binding.end
    return (Edit(file.path, end, end, f"\n{indent}{prefix}{text}"),)


_FOLLOWS = (
    "Without `follows` an input brings the nixpkgs that its own lock file names: a second one is "
    "fetched and evaluated, and packages of the two meet on one host. From nixpkgs 25.11 on it is "
    "the other way round: the client of NixOS Compose has to be built by an older one."
)


@rule(
    "NXC106",
    "nxc-follows",
    "NixOS Compose brings a nixpkgs of its own",
    severity=Severity.WARNING,
    why=_FOLLOWS,
    remedy='Add nxc.inputs.nixpkgs.follows = "nixpkgs";',
    bad='nxc.url = "github:oar-team/nixos-compose/25.05";',
    good='nxc.url = "github:oar-team/nixos-compose/25.05";\n'
    'nxc.inputs.nixpkgs.follows = "nixpkgs";',
    since="nixpkgs up to 25.05",
    fixable=True,
)
def nxc_follows(target: Target) -> Iterator[Hit]:
    """Look for the line in flake.nix, and at the lock file where there is one."""
    yield from _lacks_follows(target, target.project.nxc)


@rule(
    "NXC107",
    "kapack-follows",
    "kapack brings a nixpkgs of its own",
    severity=Severity.WARNING,
    why=_FOLLOWS,
    remedy='Add kapack.inputs.nixpkgs.follows = "nixpkgs";',
    bad='kapack.url = "github:oar-team/nur-kapack/25.05";',
    good='kapack.url = "github:oar-team/nur-kapack/25.05";\n'
    'kapack.inputs.nixpkgs.follows = "nixpkgs";',
    since="nixpkgs up to 25.05",
    fixable=True,
)
def kapack_follows(target: Target) -> Iterator[Hit]:
    """Look for the line in flake.nix, and at the lock file where there is one."""
    yield from _lacks_follows(target, target.project.kapack)


@rule(
    "NXC108",
    "local-input",
    "an input lies on somebody's disk",
    severity=Severity.ERROR,
    why="Nobody else has that folder: the project can be built on one machine only.",
    remedy="Name the repository that others can fetch",
    bad='kapack.url = "path:/home/me/nur-kapack";',
    good='kapack.url = "github:oar-team/nur-kapack/25.05";',
)
def local_input(target: Target) -> Iterator[Hit]:
    """Look for absolute paths; a path inside the project is fine."""
    for file, entry in _inputs(target):
        reference = entry.reference
        if reference is not None and reference.is_local and reference.path[:1] in ("/", "~"):
            message = f"{entry.name} is {reference.text}: nobody else has that folder"
            yield target.hit(file, entry.binding.start, message)


@rule(
    "NXC109",
    "unknown-parameter",
    "a flake reference has a parameter that Nix does not know",
    severity=Severity.WARNING,
    why="Depending on its version, Nix refuses an unknown parameter or ignores it without a word; "
    "then the default branch is taken in the place of the one that was meant.",
    remedy="Use ?ref= for a branch or a tag, and ?rev= for a commit",
    bad='nixpkgs.url = "github:NixOS/nixpkgs?tag=25.05";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/25.05";',
)
def unknown_parameter(target: Target) -> Iterator[Hit]:
    """Compare the parameters with those that Nix reads for the kind of reference."""
    for file, entry in _inputs(target):
        reference = entry.reference
        if reference is None:
            continue
        family = "forge" if reference.kind in FORGES else reference.kind
        for name in reference.parameters if family in PARAMETERS else ():
            if name not in PARAMETERS[family]:
                message = f"{entry.name}: Nix knows no parameter {name} of {reference.kind}"
                yield target.hit(file, entry.binding.start, message)


@rule(
    "NXC110",
    "outputs-arguments",
    "outputs and inputs do not fit together",
    severity=Severity.ERROR,
    why="Nix calls outputs with every input. One that a function without `...` does not name is "
    "an error; a name that is no input is looked up in the registry of the machine.",
    remedy="Name every input, or add an ellipsis",
    bad='inputs.nxc.url = "…";\noutputs = { self, nixpkgs }: …',
    good='inputs.nxc.url = "…";\noutputs = { self, nixpkgs, nxc }: …',
)
def outputs_arguments(target: Target) -> Iterator[Hit]:
    """Compare the arguments of outputs with the inputs."""
    flake = target.project.flake
    if flake is None or flake.outputs is None or flake.formals is None:
        return
    names = flake.formals.names
    for name, entry in flake.inputs.items():
        if name not in names and not flake.formals.open:
            message = f"outputs does not take the input {name}"
            yield target.hit(flake.file, entry.binding.start, message)
    for argument in flake.formals.arguments:
        if argument.name not in (*flake.inputs, "self") and argument.default is None:
            message = f"{argument.name} is no input: it is looked up in the machine's registry"
            yield target.hit(
                flake.file,
                argument.start,
                message,
                f"Add inputs.{argument.name}.url",
                severity=Severity.WARNING,
            )


@rule(
    "NXC111",
    "old-output",
    "an output has a name that Nix calls deprecated",
    severity=Severity.NOTE,
    why="Nix 2.7 renamed these outputs; `nix flake check` warns of the old names. defaultPackage "
    "is one of them, yet `nxc build -L` of NixOS Compose 0.7.11 still reads it, so it is not told.",
    remedy="Use the new name",
    bad="devShell.${system} = nxc.devShells.${system}.nxcShell;",
    good="devShells.${system}.default = nxc.devShells.${system}.nxcShell;",
    since="Nix 2.7",
    fixable=True,
)
def old_output(target: Target) -> Iterator[Hit]:
    """Look for the names among what outputs returns."""
    flake = target.project.flake
    if flake is None or flake.outputs is None:
        return
    for binding in _returned(flake.outputs).bindings:
        name = binding.path[0] if binding.path else None
        if name not in _OLD_OUTPUTS or binding.value is None:
            continue
        edits: tuple[Edit, ...] = ()
        if name == "devShell" and len(binding.path) == 2:
            head = flake.file.text[binding.start : binding.value.start]
            new = re.sub(r"^devShell\b", "devShells", head)
            new = re.sub(r"(\s*=\s*)$", r".default\1", new)
            edits = (Edit(flake.file.path, binding.start, binding.value.start, new),)
        message = f"{name} is now {_OLD_OUTPUTS[name]}"
        yield target.hit(flake.file, binding.start, message, edits=edits)


def _returned(outputs: Node) -> Node:
    """Return what the function of the outputs gives."""
    while outputs.kind in ("lambda", "let", "with", "parentheses"):
        outputs = outputs.children[-1]
    return outputs


@rule(
    "NXC112",
    "nixos-test",
    "the flavour nixos-test is named",
    severity=Severity.ERROR,
    why="NixOS Compose removed that flavour in November 2022; flavour vm runs the same test.",
    remedy="Name vm in its place",
    bad='self.packages.${system}."composition::nixos-test"',
    good='self.packages.${system}."composition::vm"',
    since="NixOS Compose of December 2022",
    fixable=True,
)
def nixos_test(target: Target) -> Iterator[Hit]:
    """Look for the flavour in names of packages."""
    if target.nxc_since(_NIXOS_TEST_REMOVED) is not True:
        return
    for file in target.parsed:
        if "::nixos-test" not in file.text:
            continue
        for match in re.finditer(r"::nixos-test(?=\")", file.text):
            if _in_comment(file, match.start()):
                continue
            edit = Edit(file.path, match.start(), match.end(), "::vm")
            message = "the flavour nixos-test is gone since November 2022"
            yield target.hit(file, match.start(), message, edits=(edit,))


def _in_comment(file: NixFile, place: int) -> bool:
    start = file.text.rfind("\n", 0, place) + 1
    return file.text[start:place].lstrip().startswith("#")


@rule(
    "NXC113",
    "nxc-shell",
    "the shell of NixOS Compose has another name in the locked revision",
    severity=Severity.ERROR,
    why="On 23 April 2024 NixOS Compose renamed nxcShellFull to nxcShell, and nxcShell to "
    "nxcShellLite. `nix develop` fails when a flake names the one that the library lacks.",
    remedy="Name nxcShell from May 2024 on, and nxcShellFull before",
    bad="devShells.${system}.default = nxc.devShells.${system}.nxcShellFull;",
    good="devShells.${system}.default = nxc.devShells.${system}.nxcShell;",
    since="NixOS Compose of April 2024",
    fixable=True,
)
def nxc_shell(target: Target) -> Iterator[Hit]:
    """Compare the shell with what the locked commit has."""
    newer = target.nxc_since(_SHELLS_RENAMED)
    wrong = {True: "nxcShellFull", False: "nxcShellLite"}.get(newer) if newer is not None else None
    if wrong is None:
        return
    for file in target.parsed:
        for node in file.nodes if wrong in file.text else ():
            if node.kind == "select" and node.names[-1:] == (wrong,):
                start = file.text.rindex(wrong, node.start, node.end)
                edit = Edit(file.path, start, start + len(wrong), "nxcShell")
                message = f"the locked NixOS Compose has no shell {wrong}"
                edits = (edit,) if newer else ()
                yield target.hit(file, start, message, edits=edits)


def _calls(target: Target) -> tuple[ComposeCall, ...]:
    return target.project.calls


@rule(
    "NXC114",
    "compose-argument",
    "lib.compose does not take an argument that it is given",
    severity=Severity.ERROR,
    why="The function names its arguments and takes no others, so that nothing of the flake "
    "evaluates.",
    remedy="Remove it, or put it where it belongs: modules go to extraConfigurations",
    bad="nxc.lib.compose { inherit system; modules = [ ./a.nix ]; … }",
    good="nxc.lib.compose { inherit system; extraConfigurations = [ ./a.nix ]; … }",
    since="NixOS Compose 0.7.11; a newer one may take more",
)
def compose_argument(target: Target) -> Iterator[Hit]:
    """Compare the names with the arguments of nix/compose.nix."""
    for call in _calls(target):
        for name, argument in call.arguments.items():
            if name in FORMALS:
                continue
            near = closest(name, FORMALS)
            remedy = f"Did you mean {near}" if near else ""
            severity = Severity.NOTE if is_newest_nxc(target) else None
            message = f"lib.compose takes no argument {name}"
            yield target.hit(call.file, argument.start, message, remedy, severity=severity)


@rule(
    "NXC115",
    "compositions-path",
    "compositions is a path",
    severity=Severity.WARNING,
    why="Given as a path, every package `::flavour`, which holds all compositions at once, fails "
    "to evaluate; those of a single composition are fine.",
    remedy="Import it",
    bad="compositions = ./compositions.nix;",
    good="compositions = import ./compositions.nix;",
    since="NixOS Compose up to 0.7.11",
    fixable=True,
)
def compositions_path(target: Target) -> Iterator[Hit]:
    """Look at the argument."""
    for call in _calls(target):
        argument = call.arguments.get("compositions")
        value = call.value("compositions")
        if argument is None or value is None or value.kind != "path":
            continue
        edits: tuple[Edit, ...] = ()
        if argument.value is not None and argument.value.kind == "path":
            edits = (Edit(call.file.path, value.start, value.start, "import "),)
        yield target.hit(call.file, argument.start, "compositions is a path", edits=edits)


@rule(
    "NXC116",
    "setup-not-passed",
    "setup.toml is there and lib.compose is not given it",
    severity=Severity.ERROR,
    why="`nxc` sees the file, asks the flake for it, and exits when the flake does not read it.",
    remedy="Add setup = ./setup.toml; to the arguments of lib.compose",
    bad="nxc.lib.compose { inherit nixpkgs system; composition = ./composition.nix; }",
    good="nxc.lib.compose {\n  inherit nixpkgs system;\n  setup = ./setup.toml;\n  …\n}",
    fixable=True,
)
def setup_not_passed(target: Target) -> Iterator[Hit]:
    """Look for the file beside a flake that calls the library."""
    if not (target.root / "setup.toml").is_file():
        return
    for call in _calls(target):
        if "setup" in call.arguments or not call.readable or call.file.path.parent != target.root:
            continue
        first = min((a.start for a in call.arguments.values()), default=None)
        edits: tuple[Edit, ...] = ()
        if first is not None:
            start = call.file.text.rfind("\n", 0, first) + 1
            indent = call.file.text[start:first]
            if not indent.strip():
                new = f"setup = ./setup.toml;\n{indent}"
                edits = (Edit(call.file.path, first, first, new),)
        message = "setup.toml is there, and lib.compose does not get it"
        yield target.hit(call.file, call.node, message, edits=edits)


@rule(
    "NXC117",
    "unknown-flavour",
    "a flavour does not exist",
    severity=Severity.ERROR,
    why="The package of a flavour that NixOS Compose does not have is missing from the flake.",
    remedy=f"Name one of {', '.join(FLAVOURS)}",
    bad='flavours = nixpkgs.lib.getAttrs [ "vms" ] nxc.lib.flavours;',
    good='flavours = nixpkgs.lib.getAttrs [ "vm" ] nxc.lib.flavours;',
)
def unknown_flavour(target: Target) -> Iterator[Hit]:
    """Look at the arguments of the call, and at names of packages in flake.nix."""
    for call in _calls(target):
        for key in ("flavours", "flavour"):
            argument, value = call.arguments.get(key), call.value(key)
            if argument is None or value is None or value.kind == "set":
                continue
            for name in call.flavours or ():
                if name not in FLAVOURS:
                    near = closest(name, FLAVOURS)
                    remedy = f"Did you mean {near}" if near else ""
                    message = f"there is no flavour {name}"
                    yield target.hit(call.file, argument.start, message, remedy)
    flake = target.project.flake
    for match in _PACKAGE.finditer(flake.file.text) if flake is not None else ():
        name = match[1]
        if flake is None or name in (*FLAVOURS, "nixos-test") or not _offers_all(target):
            continue
        if _in_comment(flake.file, match.start()):
            continue
        near = closest(name, FLAVOURS)
        remedy = f"Did you mean {near}" if near else ""
        yield target.hit(flake.file, match.start(), f"there is no flavour {name}", remedy)


def _offers_all(target: Target) -> bool:
    """Say whether every call has known flavours, so that there are none of the project's own."""
    calls = _calls(target)
    return bool(calls) and all(c.flavours and set(c.flavours) <= set(FLAVOURS) for c in calls)


@rule(
    "NXC118",
    "compose-incomplete",
    "lib.compose lacks an argument",
    severity=Severity.ERROR,
    why="The library cannot be called without nixpkgs, and has nothing to build without a "
    "composition.",
    remedy="Add the argument",
    bad="nxc.lib.compose { inherit system; }",
    good="nxc.lib.compose { inherit nixpkgs system; composition = ./composition.nix; }",
)
def compose_incomplete(target: Target) -> Iterator[Hit]:
    """Look for nixpkgs and for a composition among the arguments."""
    for call in _calls(target):
        if not call.readable:
            continue
        names = call.arguments.keys()
        if "nixpkgs" not in names:
            yield target.hit(call.file, call.node, "lib.compose is not given nixpkgs")
        if not names & {"composition", "compositions"}:
            yield target.hit(call.file, call.node, "lib.compose is given no composition")


@rule(
    "NXC119",
    "follows-nothing",
    "an input follows one that is not there",
    severity=Severity.ERROR,
    why="Older Nix warns, newer Nix refuses the flake.",
    remedy="Name an input of this flake",
    bad='nxc.inputs.nixpkgs.follows = "nixpkg";',
    good='nxc.inputs.nixpkgs.follows = "nixpkgs";',
)
def follows_nothing(target: Target) -> Iterator[Hit]:
    """Compare what is followed with the inputs."""
    flake = target.project.flake
    if flake is None:
        return
    for entry in flake.inputs.values():
        for follow in entry.follows.values():
            head = follow.target.partition("/")[0]
            if head and head not in flake.inputs and head not in _registry_names(target):
                near = closest(head, flake.inputs)
                remedy = f"Did you mean {near}" if near else ""
                message = f"{entry.name} follows {follow.target}, which is no input"
                yield target.hit(flake.file, follow.binding.start, message, remedy)


def _registry_names(target: Target) -> tuple[str, ...]:
    """Return the arguments of outputs, which are inputs too when the registry has them."""
    flake = target.project.flake
    return flake.formals.names if flake is not None and flake.formals is not None else ()


@rule(
    "NXC120",
    "deleted-branch",
    "an input names a branch that was deleted",
    severity=Severity.ERROR,
    why="The lock file may still name a commit of it; without one, or at the next update, the "
    "input cannot be fetched.",
    remedy="Name a branch that is there, such as 25.05",
    bad='kapack.url = "github:oar-team/nur-kapack/regale-2211";',
    good='kapack.url = "github:oar-team/nur-kapack/23.05";',
    sure="The branches of nur-kapack as they were in November 2026",
)
def deleted_branch(target: Target) -> Iterator[Hit]:
    """Compare with the branches of nur-kapack that are known to be gone."""
    for file, entry in _inputs(target):
        reference = entry.reference
        if reference is None or reference.repository != "github.com/oar-team/nur-kapack":
            continue
        if reference.ref in _GONE_BRANCHES:
            message = f"nur-kapack has no branch {reference.ref} any more"
            yield target.hit(file, entry.binding.start, message)


@rule(
    "NXC121",
    "systemd-stage-1",
    "stage 1 of NixOS 26.05 does not boot the flavours that start from a ramdisk",
    severity=Severity.ERROR,
    why="NixOS 26.05 starts with systemd in stage 1, for which NixOS Compose has no scripts yet: "
    "vm, vm-ramdisk and the flavours of Grid'5000 fail an assertion. docker and nspawn do not.",
    remedy="Add ({ lib, ... }: { boot.initrd.systemd.enable = lib.mkForce false; }) to "
    "extraConfigurations",
    bad="extraConfigurations = [ ];",
    good="extraConfigurations = [\n"
    "  ({ lib, ... }: { boot.initrd.systemd.enable = lib.mkForce false; })\n];",
    since="nixpkgs 26.05, NixOS Compose up to 0.7.11",
)
def systemd_stage_1(target: Target) -> Iterator[Hit]:
    """Look for the option in the project's text, when the release has systemd in stage 1."""
    if not target.release_at_least("26.05"):
        return
    if any("initrd.systemd" in file.text for file in target.nix_files):
        return
    for call in _calls(target):
        hit = [f for f in call.flavours or () if f not in ("docker", "nspawn")]
        if hit and call.flavours is not None:
            message = f"{', '.join(hit)}: stage 1 of NixOS {target.release} is systemd"
            yield target.hit(call.file, call.node, message)


@rule(
    "NXC122",
    "kapack-not-passed",
    "kapack is an input, and NUR's copy of it is used",
    severity=Severity.WARNING,
    why="Without repoOverrides the kapack of compositions is the one that NUR's lock file names, "
    "not the input that the flake pins.",
    remedy="Add repoOverrides = { inherit kapack; };",
    bad="nxc.lib.compose { inherit nixpkgs system NUR; … }",
    good="nxc.lib.compose {\n  inherit nixpkgs system NUR;\n"
    "  repoOverrides = { inherit kapack; };\n  …\n}",
)
def kapack_not_passed(target: Target) -> Iterator[Hit]:
    """Look for NUR without overrides, in a flake with kapack."""
    kapack = target.project.kapack
    for call in _calls(target):
        names = call.arguments.keys()
        if kapack is None or "NUR" not in names or names & {"repoOverrides", "overlays", "nur"}:
            continue
        value = call.value("NUR")
        if value is not None and value.text == "null":
            continue
        message = f"NUR is passed without repoOverrides: the input {kapack.name} is not used"
        yield target.hit(call.file, call.node, message)


@rule(
    "NXC123",
    "nxc-newer-than-nixpkgs",
    "NixOS Compose is too new for nixpkgs",
    severity=Severity.WARNING,
    why="NixOS Compose 0.7.11 sets boot.initrd.network.udhcpc.enable, which came with NixOS 23.11, "
    "in every flavour that boots: with an older nixpkgs it does not evaluate.",
    remedy="Pin NixOS Compose to the branch of nixpkgs' release",
    bad='nixpkgs.url = "github:NixOS/nixpkgs/22.05";\nnxc.url = "…/nixos-compose.git?ref=25.05";',
    good='nixpkgs.url = "github:NixOS/nixpkgs/22.05";\nnxc.url = "…/nixos-compose.git?ref=22.05";',
    since="NixOS Compose 0.7.11",
    sure="Read in the library, not seen to fail",
)
def nxc_newer_than_nixpkgs(target: Target) -> Iterator[Hit]:
    """Compare the branch of the library, or its default branch, with the release."""
    entry, flake, release = target.project.nxc, target.project.flake, target.release
    if entry is None or flake is None or release is None or release > "23.05":
        return
    reference = entry.reference
    if reference is None or reference.rev:
        return
    is_new = target.nxc_since(date(2026, 4, 1))
    if is_new and (target.nxc_locked is not None or release_of(reference.ref) in (None, "25.05")):
        message = f"NixOS Compose {reference.ref or 'of the default branch'} needs nixpkgs 23.11"
        yield target.hit(flake.file, entry.binding.start, message)


@rule(
    "NXC124",
    "unused-binding",
    "flake.nix binds a name that nothing uses",
    severity=Severity.NOTE,
    why="An overlay or a set of packages that nobody passes on has no effect, which is easily "
    "taken for one that has.",
    remedy="Use it, or remove it",
    bad="let\n  overlay = final: prev: { … };\nin\nnxc.lib.compose { … }",
    good="let\n  overlay = final: prev: { … };\nin\nnxc.lib.compose { overlays = [ overlay ]; … }",
)
def unused_binding(target: Target) -> Iterator[Hit]:
    """Look for names of a `let` that occur once in the whole file."""
    flake = target.project.flake
    if flake is None:
        return
    uses = Counter(_WORD.findall(flake.file.text))
    for node in flake.file.nodes:
        if node.kind != "let":
            continue
        for binding in node.bindings:
            name = binding.path[0] if len(binding.path) == 1 else None
            if name is None or binding.value is None:
                continue
            if uses[name] == 1:
                message = f"{name} is not used"
                yield target.hit(flake.file, binding.start, message)


@rule(
    "NXC125",
    "compose-unreadable",
    "the arguments of lib.compose cannot be read from the text",
    severity=Severity.NOTE,
    why="They are computed; rules about them have not looked.",
    remedy="Nothing has to be done; --eval looks at the result",
)
def compose_unreadable(target: Target) -> Iterator[Hit]:
    """Tell what the other rules of this family could not look at."""
    for call in _calls(target):
        if not call.readable:
            yield target.hit(call.file, call.node, "the arguments of lib.compose are computed")
