"""The three lists of the report: what was read, kept as it was, and not understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from scaffold.migrate.adopt.adoption import Adoption
from scaffold.migrate.adopt.answers import Answers
from scaffold.migrate.adopt.texts import Texts

#: How many options a line names.
_MOST = 6


def read(answers: Answers) -> Iterator[str]:
    """Yield what was read."""
    several = len(answers.before) > 1
    for one in answers.before:
        prefix = f"{one.name}." if several else ""
        for role, count in one.counts.items():
            parts = " ".join(answers.parts.named((one.name, role))) or "(no parts)"
            members = one.roles[role].members
            more = f"  (was {', '.join(members)})" if one.roles[role].many else ""
            yield f"role {prefix}{role} ×{count}  {parts}{more}"
            if role in one.ports:
                yield f"ports of {prefix}{role} for docker  {' '.join(one.ports[role])}"
    whole = answers.whole()
    yield f"flavours  {' '.join(whole.project.flavours)}"
    yield f"release  {answers.release}"
    users = dict.fromkeys(user for topology in whole.each for user in topology.users)
    if users:
        yield f"users  {' '.join(users)}"
    yield from _pins(answers)


def _pins(answers: Answers) -> Iterator[str]:
    flake, lock = answers.project.flake, answers.project.lock
    for name in flake.inputs if flake is not None else ():
        locked = lock.input(name) if lock is not None and not lock.fault else None
        if locked is not None and locked.locked is not None:
            yield f"pin  {name} {locked.locked.rev or locked.locked.text}"


def kept(
    found: Adoption, texts: Texts, added: Mapping[tuple[str, str], Sequence[str]]
) -> Iterator[str]:
    """Yield what is as it was; ``added`` are options that the parts of roles set besides."""
    yield from texts.kept
    for path in found.whole.project.kept:
        if PurePosixPath(path).name == "test_script.py":
            yield f"{path}: the test script, as a file"
        elif (found.project.root / path).is_file():
            yield f"{path}: as it is"
    options = list(dict.fromkeys(option for own in added.values() for option in own))
    if options:
        more = f" and {len(options) - _MOST} more" if len(options) > _MOST else ""
        yield f"the parts set besides {', '.join(options[:_MOST])}{more}"


def unclear(found: Adoption, answers: Answers, texts: Texts) -> Iterator[str]:
    """Yield what was not understood, and parts that were recognised and not taken."""
    several = len(answers.before) > 1
    for one in answers.before:
        yield from one.notes
    for (composition, role), refused in answers.parts.refused.items():
        where = f"{composition}.{role}" if several else role
        for part, why in refused.items():
            yield f"{where}: {part} is not taken: {why}"
    if answers.release_note:
        yield answers.release_note
    here, project = found.whole.release.flavours, found.whole.project
    for setup in answers.project.setups:
        if setup.fault is not None:
            line, what = setup.fault
            where = f"{answers.project.relative(setup.path)}:{line}"
            yield f"{where}: it is not TOML, and NixOS Compose reads it for every build: {what}"
    call = answers.project.calls[0]
    named = (call.flavours or ()) if "flavours" in call.arguments else ()
    if lacking := [flavour for flavour in named if flavour not in here]:
        yield f"flavours {', '.join(lacking)}: not in NixOS Compose of release {project.release}"
    left = [f for f in answers.offered if f in here and f not in project.flavours]
    if left:
        yield f"flavours {', '.join(left)}: the parts cannot run there; --no-parts keeps them"
    yield from texts.notes
