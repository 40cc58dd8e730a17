"""Homes of users that nothing makes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target


@rule(
    "NXC507",
    "users-home",
    "a test script uses homes below /users that nobody makes",
    severity=Severity.ERROR,
    level=Level.STUB,
    why="nxc.users puts homes into /home unless prefixHome says otherwise.",
    remedy='Set nxc.users.prefixHome = "/users";, or use /home',
    bad='nxc.users.names = [ "user1" ];\n# the script: ls /users/user1',
    good='nxc.users = { names = [ "user1" ]; prefixHome = "/users"; };',
)
def users_home(target: Target) -> Iterator[Hit]:
    """Look for the folder in the script, and for whatever makes it in the project's text."""
    if any(_makes_users(file.text) for file in target.nix_files):
        return
    for script in target.scripts:
        for number, line in enumerate(script.text.split("\n"), 1):
            found = re.search(r"(?<![\w/])/users/[\w.-]+", line)
            if found and not line.lstrip().startswith("#"):
                yield Hit(script.path, script.line(number), f"nothing makes {found[0]}")
                break


def _makes_users(text: str) -> bool:
    code = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    return (
        re.search(
            r'prefixHome|fileSystems\."/users"|\bhome\s*=\s*"/users|mkdir[^\n]*/users|sharedDirs\."/users'
            r'|"d /users|useradd[^\n]*/users|createHome|usersHome|ln -s[^\n]*/users',
            code,
        )
        is not None
    )
