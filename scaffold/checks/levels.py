"""How far each level of the rules was done for one project, and what it could not look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scaffold.checks.rule import Kind, Level
from scaffold.checks.target import Target

Status = Literal["done", "in part", "not done"]


@dataclass(frozen=True)
class LevelDone:
    """How far one level was done for something of a kind, and why not further."""

    level: Level
    status: Status
    reason: str = ""
    kind: Kind = Kind.PROJECT

    @property
    def title(self) -> str:
        """What is done on the level, in words: a repository has packages and no flavours."""
        if self.level is Level.EVALUATION and self.kind is Kind.REPOSITORY:
            return "evaluation of every package"
        return self.level.title


def how_far(level: Level, target: Target, kind: Kind) -> LevelDone:
    """Say how far a level was done, and name what could not be looked at."""
    if kind is not Kind.PROJECT or level not in (Level.STUB, Level.DEEP, Level.NAMES):
        return LevelDone(level, "done", kind=kind)
    if level is Level.NAMES and target.release is None:
        return LevelDone(level, "not done", "the release of nixpkgs is not known")
    reasons = _not_called(level, target)
    if level is Level.DEEP:
        reasons += _roles_not_called(target)
    nothing = bool(reasons) and not any(called.views for called in target.called)
    if nothing and level is not Level.NAMES:  # names of packages and functions stand in the text
        return LevelDone(level, "not done", "; ".join(reasons))
    return LevelDone(level, "in part" if reasons else "done", "; ".join(reasons))


def _not_called(level: Level, target: Target) -> list[str]:
    """Name the compositions that could not be called; the first level says why."""
    reasons = []
    for called in target.called:
        for name, failure in called.failures.items():
            if level is not Level.STUB:
                reasons.append(f"{name} could not be called")
            elif failure.is_defect:
                reasons.append(f"{name} could not be called: {failure.message}")
            else:
                reasons.append(f"{name} needs the real nixpkgs ({failure.message})")
    return reasons


def _roles_not_called(target: Target) -> list[str]:
    """Name the roles that could not be called, each composition with the first reason."""
    reasons = []
    for called in target.reader.deeply:
        for name, roles in called.options.items():
            failed = [role for role, options in roles.items() if options.failure]
            if failed:
                why = roles[failed[0]].failure
                reasons.append(f"{name}: {', '.join(failed)} could not be called ({why})")
    return reasons
