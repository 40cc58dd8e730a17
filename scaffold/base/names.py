"""Which names are valid, by the rules of whoever reads them.

Every ``check_x(name)`` returns None for a good name, else the reason as a phrase that reads after
the quoted name: ``'Node' must be lower-case letters and digits``. One set of functions serves the
prompt, the flag and the answers file.
"""

from __future__ import annotations

import builtins
import difflib
import keyword
import re
from collections.abc import Iterable, Sequence

from scaffold.nixlang.values import NIX_KEYWORDS

#: What the driver of NixOS Compose 0.7.11 puts into the test script besides one name per host
#: (nixos_compose/driver/driver.py, ``test_symbols``); ``machine`` exists when there is one host.
DRIVER_NAMES = frozenset(
    {
        "Machine",
        "driver",
        "join_all",
        "log",
        "machine",
        "machines",
        "os",
        "retry",
        "run_tests",
        "serial_stdout_off",
        "serial_stdout_on",
        "start_all",
        "subtest",
        "test_script",
    }
)
# A role becomes a Python variable. The soft keywords are listed because their number grows with
# Python: the one that runs the test script is not the one that runs this.
PYTHON_NAMES = frozenset({*keyword.kwlist, *dir(builtins), "match", "case", "type"})

_ACCOUNTS = """
    adm avahi beegfs bin clickhouse cups daemon dbus dhcpcd git gitlab grafana hydra influxdb
    k3s kubernetes ldap loki lp mail man messagebus mongodb munge mysql named news nginx
    nixbld nobody nscd nslcd oar openldap polkituser postfix postgres prometheus proxy redis
    root rpc rtkit slurm sshd statd sync sys systemd-coredump systemd-network systemd-oom
    systemd-resolve systemd-timesync tcpdump uucp wwwrun www-data
"""
#: Accounts that NixOS or the services of the catalogue create themselves (nixpkgs
#: nixos/modules/misc/ids.nix and the modules of kapack).
SYSTEM_USERS = frozenset(_ACCOUNTS.split())
SYSTEM_DIRECTORIES = frozenset(
    {"bin", "boot", "dev", "etc", "lib", "lib64", "nix", "proc", "run", "sbin", "sys", "usr"}
)

#: The only system that NixOS Compose builds for.
SYSTEM = "x86_64-linux"

_ROLE = re.compile(r"[a-z][a-z0-9]*")
_LABEL = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_PROJECT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_ATTRIBUTE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_'-]*")
_INPUT = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]*")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_REF = re.compile(r"[A-Za-z0-9._/+-]+")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")  # of TOML
_SRI = re.compile(r"sha(256|512)-[A-Za-z0-9+/]{43,86}={0,2}")
_MOUNT = re.compile(r"[A-Za-z0-9._+@-]+")


def check_role(name: str, *, own_script: bool = False) -> str | None:
    """Say why ``name`` cannot be a role.

    A role is a host name to which an index may be added, a Python variable of the test script and
    a Nix attribute. ``own_script`` is as in :func:`check_host`.
    """
    if len(name) > 48:
        return "is longer than 48 characters, and a host name needs room for an index"
    return check_host(name, own_script=own_script)


def check_host(name: str, *, own_script: bool = False) -> str | None:
    """Say why ``name`` cannot be one host, its index included (RFC 1123: 63 characters a label).

    With ``own_script`` the test script is the user's, who knows how to name a host that is no
    Python variable, and - and _ are allowed: the NixOS option ``networking.hostName`` takes both.
    """
    if own_script and not _LABEL.fullmatch(name):
        return "must be lower-case letters, digits, - and _ between them, and start with a letter"
    if not own_script and not _ROLE.fullmatch(name):
        return "must be lower-case letters and digits and start with a letter"
    if len(name) > 63:
        return "is longer than 63 characters"
    if name in DRIVER_NAMES:
        return "is a name that the test driver of NixOS Compose takes"
    if name in PYTHON_NAMES:
        return "is a word of Python, and a host is a variable of the test script"
    if name in NIX_KEYWORDS:
        return "is a keyword of Nix"
    return "is the name every host has for itself" if name == "localhost" else None


def check_project(name: str) -> str | None:
    """Say why ``name`` cannot be a project or composition: a folder, and part of a flake output."""
    if not _PROJECT.fullmatch(name):
        return "must be letters, digits, - and _ and start with a letter"
    return "is longer than 64 characters" if len(name) > 64 else None


def check_attribute(name: str) -> str | None:
    """Say why ``name`` is no Nix identifier."""
    if not _ATTRIBUTE.fullmatch(name):
        return "must be letters, digits, _, ' and - and start with a letter or _"
    return "is a keyword of Nix" if name in NIX_KEYWORDS else None


def check_package(path: str) -> str | None:
    """Say why ``path`` is no attribute path of a package, such as ``python3Packages.numpy``."""
    for part in path.split("."):
        if not part:
            return "has an empty part between its dots"
        reason = check_attribute(part)
        if reason:
            return reason if part == path else f"has a part, {part}, that {reason}"
    return None


def check_user(name: str) -> str | None:
    """Say why ``name`` cannot be a user to create.

    The rule is that of shadow-utils; accounts that NixOS creates itself are taken.
    """
    if not _USER.fullmatch(name):
        return (
            "must be at most 32 lower-case letters, digits, _ and -, and start with a letter or _"
        )
    if name in SYSTEM_USERS or re.fullmatch(r"nixbld\d+", name):
        return "is an account of the system"
    return None


def check_input(name: str) -> str | None:
    """Say why ``name`` cannot be a flake input; ``self`` is the flake itself."""
    if not _INPUT.fullmatch(name):
        return "must be letters, digits, - and _ and start with a letter"
    if name in NIX_KEYWORDS:
        return "is a keyword of Nix"
    return "is the flake itself" if name == "self" else None


def check_ref(ref: str) -> str | None:
    """Say why ``ref`` cannot be a branch or tag in a flake reference.

    The rules are those of ``git check-ref-format``, and narrower where a URL would need escapes.
    """
    if not _REF.fullmatch(ref):
        return "must be letters, digits, ., _, /, + and -"
    if ".." in ref or ref.startswith("-"):
        return "must hold no .. and not start with -"
    for part in ref.split("/"):
        if not part or part.startswith(".") or part.endswith((".", ".lock")):
            return "has a part that is empty, starts or ends with a dot or ends with .lock"
    return None


#: What branches that people work on are called, by the customs of git's forges.
_BRANCHES = frozenset({"HEAD", "dev", "devel", "develop", "development", "main", "master", "trunk"})


def is_branch(ref: str) -> bool:
    """Say whether a ref is by its name a branch, which means another commit after each push."""
    return ref in _BRANCHES


def is_commit(ref: str) -> bool:
    """Say whether a ref is a full commit: 40 hexadecimal digits."""
    return len(ref) == 40 and all(c in "0123456789abcdef" for c in ref)


def check_hash(text: str) -> str | None:
    """Say why ``text`` is no hash as Nix prints it (SRI)."""
    return None if _SRI.fullmatch(text) else "is no hash such as sha256-…="


def check_mount_path(path: str) -> str | None:
    """Say why ``path`` cannot be where a directory is mounted on a host."""
    if not path.startswith("/") or path == "/":
        return "must be an absolute path below /"
    parts = path[1:].split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "must hold no empty part, no . and no .. and not end with /"
    if not all(_MOUNT.fullmatch(part) for part in parts):
        return "must be letters, digits, ., _, +, @ and -"
    return f"lies in /{parts[0]}, which is the system's" if parts[0] in SYSTEM_DIRECTORIES else None


def closest(name: str, candidates: Iterable[str], likeness: float = 0.6) -> str | None:
    """Return the candidate most like ``name``, for "did you mean", or None.

    ``likeness`` is that of difflib from 0 to 1 (the same): 0.8 is one letter of five, two of ten.
    """
    found = difflib.get_close_matches(name, sorted(candidates), n=1, cutoff=likeness)
    return found[0] if found else None


def in_short(hosts: Sequence[str]) -> list[str]:
    """Return names of hosts with each run of three numbered ones or more as ``node1-200``."""
    found: list[list[str]] = []
    for host in hosts:
        before = found[-1][-1] if found else ""
        stem, number = _numbered(host)
        if number and (stem, number - 1) == _numbered(before):
            found[-1].append(host)
        else:
            found.append([host])
    return [
        name
        for run in found
        for name in ([f"{run[0]}-{_numbered(run[-1])[1]}"] if len(run) > 2 else run)
    ]


def _numbered(host: str) -> tuple[str, int]:
    """Return a name without the number at its end, and the number; 0 when there is none."""
    stem = host.rstrip("0123456789")
    return stem, int(host[len(stem) :] or 0)
