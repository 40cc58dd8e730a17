"""Values of roles that only some of the offered flavours can serve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scaffold.checks.role_options import each_role, once, option_hit
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.compose_call import FLAVOURS
from scaffold.survey.views import Called, Option, texts_of

#: Addresses of the hosts on vm, in the order of the roles (nixos_compose/actions.py).
_ADDRESS = re.compile(r"(?<![\d.])192\.168\.1\.\d{1,3}(?![\d./])")
#: The flavours that have them.
_VM = frozenset({"vm", "vm-ramdisk"})
#: Files that NixOS Compose writes on some flavours only.
_FILES = {
    "/etc/nxc/deployment-hosts": frozenset({"docker", "nspawn"}),
    "/etc/nxc/deployment.json": frozenset({"nspawn"}),
}


def _chosen(target: Target, called: Called) -> frozenset[str]:
    """Return the flavours that the author has named: in the call, and as the default of nxc.json.

    All seven are offered where the call names none; that says nothing of what is used.
    """
    named = {entry.text_value("default_flavour") for entry in target.project.nxc_json}
    call = called.call
    if call is not None and {"flavours", "flavour"} & call.arguments.keys():
        named |= set(call.flavours or ())
    return frozenset(name for name in named if name in FLAVOURS)


def _guarded(target: Target, option: Option) -> bool:
    """Say whether the file that sets an option looks at the flavour."""
    path = option.place.file if option.place is not None else None
    text = target.session.text(path) if path is not None else None
    return text is None or re.search(r"\bflavour\b\s*(?:\?|\.|==)", text) is not None


@rule(
    "NXC430",
    "address-of-vm",
    "a role has an address that hosts have on vm only",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="NixOS Compose gives the hosts of flavour vm the addresses 192.168.1.1, 192.168.1.2 and so "
    "on, in the order of the roles. On the other flavours, and with another number of hosts, the "
    "address is somebody else's.",
    remedy="Name the host: every flavour writes its name to /etc/hosts",
    bad='services.k3s.extraFlags = "--bind-address 192.168.1.4";',
    good='services.k3s.extraFlags = "--tls-san server";',
    sure="A note where the project names no flavour; silent where it names vm alone",
)
def address_of_vm(target: Target) -> Iterator[Hit]:
    """Look for the addresses in texts of options, unless the project names vm alone."""

    def found() -> Iterator[Hit]:
        for called, name, role, options in each_role(target):
            chosen = _chosen(target, called)
            # all flavours are offered where none is named: most authors then use vm alone
            severity = None if chosen else Severity.NOTE
            for option in options.options if not chosen or chosen - _VM else ():
                match = next((m for t in texts_of(option) if (m := _ADDRESS.search(t))), None)
                if match is not None and not _guarded(target, option):
                    message = f"{option.name} of role {role} says {match[0]}, an address of vm only"
                    hit = option_hit(target, called, name, option, message)
                    yield replace(hit, severity=severity)

    yield from once(found())


@rule(
    "NXC431",
    "file-of-flavour",
    "a role reads a file that a chosen flavour does not have",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="docker and nspawn have no /etc/nxc/deployment-hosts, nspawn has no "
    "/etc/nxc/deployment.json either: a script that needs the file fails there.",
    remedy="Ask whether the file is there, or offer only the flavours that have it",
    bad="grep server /etc/nxc/deployment-hosts",
    good="if [ -f /etc/nxc/deployment-hosts ]; then grep server /etc/nxc/deployment-hosts; fi",
    sure="Silent where the text asks for the file, or the Nix file for the flavour",
)
def file_of_flavour(target: Target) -> Iterator[Hit]:
    """Look for the files in texts of options that do not ask whether they are there."""

    def found() -> Iterator[Hit]:
        for called, name, role, options in each_role(target):
            chosen = _chosen(target, called)
            for option in options.options:
                for text in texts_of(option):
                    for file, without in _FILES.items():
                        lacking = sorted(chosen & without)
                        asked = re.search(rf"-[efrs]\s+\S*{re.escape(file)}", text)
                        if not lacking or file not in text or asked:
                            continue
                        if not _guarded(target, option):
                            message = f"{option.name} of role {role} reads {file}, which "
                            message += f"{', '.join(lacking)} has not"
                            yield option_hit(target, called, name, option, message)

    yield from once(found())
