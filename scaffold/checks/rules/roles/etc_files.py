"""Files below /etc that roles set: what may be said of them, their modes, their content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from scaffold.base.names import closest
from scaffold.checks.role_options import each_role, once, option_hit
from scaffold.checks.rule import Hit, Level, Severity, rule
from scaffold.checks.target import Target
from scaffold.survey.views import Called, Option

#: What nixos/modules/system/etc/etc.nix declares of a file.
_KEYS = frozenset({"enable", "gid", "group", "mode", "source", "target", "text", "uid", "user"})
_ETC = ("environment", "etc")


def _files(target: Target) -> Iterator[tuple[Called, str, Option]]:
    """Yield the options below environment.etc, with the call and composition that they are of."""
    for called, name, _, options in each_role(target):
        for option in options.below("environment.etc"):
            if len(option.path) > 3:
                yield called, name, option


@rule(
    "NXC427",
    "etc-attribute",
    "a file of environment.etc has an attribute that does not exist",
    severity=Severity.ERROR,
    level=Level.DEEP,
    why="The name of a file below /etc is one attribute; what follows says something of that file. "
    "A path with dots has to be quoted as a whole.",
    remedy='Quote the whole name: environment.etc."folder/file".text',
    bad='environment.etc.slurm."cgroup.conf".text = "…";',
    good='environment.etc."slurm/cgroup.conf".text = "…";',
)
def etc_attribute(target: Target) -> Iterator[Hit]:
    """Compare what follows the name of a file with what NixOS declares."""

    def found() -> Iterator[Hit]:
        for called, name, option in _files(target):
            key = option.path[3]
            if key not in _KEYS:
                near = closest(key, _KEYS)
                message = f"environment.etc.{option.path[2]} has no attribute {key}"
                message += f" (did you mean {near})" if near else ""
                yield option_hit(target, called, name, option, message)

    yield from once(found())


@rule(
    "NXC428",
    "etc-mode",
    "the mode of a file below /etc is none",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="NixOS reads the mode as an octal number. Anything else but symlink and direct-symlink "
    "counts as 0: nobody but root can read the file.",
    remedy="Write an octal number such as 0644",
    bad='environment.etc."lab.conf".mode = "rw";',
    good='environment.etc."lab.conf".mode = "0644";',
)
def etc_mode(target: Target) -> Iterator[Hit]:
    """Look at the text of the option."""

    def found() -> Iterator[Hit]:
        for called, name, option in _files(target):
            mode = option.value
            if option.path[3:] != ("mode",) or not isinstance(mode, str):
                continue
            if not re.fullmatch(r"symlink|direct-symlink|[0-7]{3,5}", mode):
                message = f"{mode!r} is no mode: the file of /etc/{option.path[2]} gets none"
                yield option_hit(target, called, name, option, message)

    yield from once(found())


@rule(
    "NXC429",
    "etc-json",
    "a file below /etc is called .json and is none",
    severity=Severity.WARNING,
    level=Level.DEEP,
    why="NixOS writes the text as it is: the program that reads it fails when it starts.",
    remedy="Mend it, or write it by builtins.toJSON",
    bad='environment.etc."quotas.json".text = "{ \\"a\\": [1,], }";',
    good='environment.etc."quotas.json".text = builtins.toJSON { a = [ 1 ]; };',
    sure="A program may read a JSON with comments; those are not told",
)
def etc_json(target: Target) -> Iterator[Hit]:
    """Read the texts, those left out that something interpolated may be missing from."""

    def found() -> Iterator[Hit]:
        for called, name, option in _files(target):
            text = option.value
            is_json = option.path[2].endswith(".json") and option.path[3:] == ("text",)
            if not is_json or not isinstance(text, str) or "stand-in" in text or "//" in text:
                continue
            try:
                json.loads(text)
            except (ValueError, RecursionError) as error:
                message = f"/etc/{option.path[2]} is no JSON: {error}"
                yield option_hit(target, called, name, option, message)

    yield from once(found())
