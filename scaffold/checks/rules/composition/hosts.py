"""Numbers of hosts that NixOS Compose cannot start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.views import View


def _hosts_on(target: Target, flavour: str) -> Iterator[tuple[Path, View]]:
    """Yield the compositions that offer a flavour, as that flavour sees them."""
    for called in target.called:
        if called.call is not None and called.call.flavours is None:
            continue
        for name, views in called.views.items():
            if flavour in views:
                yield target.file_of(name, called), views[flavour]


def _told_to_people(target: Target) -> list[Path]:
    """Return the files that say how a project is run."""
    suffixes = (".md", ".sh", ".txt", ".org")
    names = ("justfile", "Makefile", ".gitlab-ci.yml")
    return [p for p in target.files if p.suffix in suffixes or p.name in names]


@rule(
    "NXC413",
    "more-than-four-hosts",
    "a test of more than four hosts on vm ends in an exception",
    severity=Severity.WARNING,
    level=Level.STUB,
    why="`nxc start` with a test and more than four hosts serves the images by HTTP, for vm too, "
    "where it never starts the server that it stops at the end. The test has run by then. A "
    "project whose README, justfile or scripts run the test by `nxc driver` is not told.",
    remedy="Start without a test and run it by nxc driver -t",
    since="NixOS Compose 0.7.11",
    sure="Read in the client (actions.py, cmd_start.py), and told by users",
)
def more_than_four_hosts(target: Target) -> Iterator[Hit]:
    """Count the hosts on vm."""
    if any("nxc driver" in (target.session.text(path) or "") for path in _told_to_people(target)):
        return
    for path, view in _hosts_on(target, "vm"):
        if len(view.hosts) > 4 and view.test_script:
            message = f"{len(view.hosts)} hosts on vm: nxc start with the test fails at its end"
            yield target.hit_at(view.places.get("rolesDistribution"), path, message)


@rule(
    "NXC414",
    "hosts-eight-and-nine",
    "hosts 8 and 9 do not start on vm",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="NixOS Compose up to 23.05 pads the number of a host to two digits, and the script that "
    "starts QEMU reads 08 and 09 as octal numbers.",
    remedy="Use at most seven hosts on vm, or a newer NixOS Compose",
    since="NixOS Compose up to 23.05",
)
def hosts_eight_and_nine(target: Target) -> Iterator[Hit]:
    """Count the hosts on vm, when the locked library is that old."""
    if target.nxc_since(date(2023, 12, 1)) is not False:
        return
    for path, view in _hosts_on(target, "vm"):
        if len(view.hosts) >= 8:
            message = f"{len(view.hosts)} hosts: those numbered 8 and 9 do not start on vm"
            yield target.hit_at(view.places.get("rolesDistribution"), path, message)
