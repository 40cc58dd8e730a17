"""What nix says when it fails, sorted into what the user can do about it.

The wording was collected from Nix 2.8 (error first, trace after) and 2.26 (trace first, error
last). Only an evaluation error is a defect of the project: without network, store or memory
nothing was learnt about it, and a check must say "not checked".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from scaffold.base.errors import ExternalError, Problem

Kind = Literal["evaluation", "fetch", "store", "feature", "killed", "nixpkgs"]

_FETCH = re.compile(
    r"unable to download|could not resolve host|couldn't resolve host|network is unreachable"
    r"|program 'git' failed|unable to access '|failed to fetch|cannot fetch|rate limit"
    r"|HTTP error|cannot download|Connection (refused|timed out|reset)",
    re.IGNORECASE,
)
_FETCHING = re.compile(r"^\s*… while fetching the input", re.MULTILINE)
_STORE = re.compile(
    r"daemon-socket|cannot (connect to|open connection to)"
    r"|/nix.*: (Permission denied|Operation not permitted|Read-only file system)"
    r"|opening lock file '/nix|No space left on device"
)
_NO_NIXPKGS = re.compile(r"file 'nixpkgs[^']*' was not found in the Nix search path")
_FEATURE = re.compile(r"experimental (Nix )?feature '[^']*' is disabled|unrecognised flag")
_ERROR = re.compile(r"^\s*error:[ \t]*(.*)$", re.MULTILINE)
_END = re.compile(r"^\s*(at (/|«|<|\()|… |\(use '--show-trace|\(stack trace|\d+\| |\| *\^)")
_PLACE = re.compile(r"\bat (/[^\n]*?|«[^»]*»):(\d+):(\d+)")
_SOURCE = re.compile(r"/[^\s'`\"]*?/[0-9a-z]{32}-(?:source|[^/\s'`\"]+)/")
_DEFINED = re.compile(r"- In `([^'`]+)'")  # how the module system names a definition
_MAX_LINES = 12

REMEDIES: dict[Kind, str] = {
    "evaluation": "Mend the place it names",
    "fetch": "Run it again with the network up, or check the pin of the input",
    "store": "Start the nix daemon, or make /nix writable for this user",
    "feature": "Use Nix 2.8 or newer and allow the features nix-command and flakes",
    "nixpkgs": "Give nix a nixpkgs: a channel, or NIX_PATH=nixpkgs=DIR",
    "killed": "Run it again with more memory: an OAR composition takes up to 3.5 GB a flavour",
}


@dataclass(frozen=True)
class Failure:
    """Why nix failed; ``file`` is relative to the project when the place lies in it."""

    kind: Kind
    message: str
    file: str | None = None
    line: int | None = None

    @property
    def is_defect(self) -> bool:
        """Whether the project is at fault, rather than the circumstances."""
        return self.kind == "evaluation"

    @property
    def reason(self) -> str:
        """Why, as it is told: of what cannot be fetched the host, and not the whole address."""
        first = self.message.partition("\n")[0]
        host = re.search(r"https?://([^/'\s]+)", first)
        if self.kind != "fetch" or host is None:
            return self.message
        why = first.rpartition("': ")[2] or first
        return f"an input cannot be fetched: {host[1]}: {why}"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return REMEDIES[self.kind]


class NixError(ExternalError):
    """Nix failed; ``failure`` says how."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(Problem("nix", failure.message.replace("\n", " "), failure.remedy))


def classify(stderr: str, project: Path | None = None, returncode: int = 1) -> Failure:
    """Turn the standard error of a failed nix command into a failure."""
    message = _within(_message(stderr), project)
    if returncode in (-9, 137):
        return Failure("killed", "nix was killed, most likely for want of memory")
    if _FEATURE.search(message):
        return Failure("feature", message)
    if _NO_NIXPKGS.search(message):
        return Failure("nixpkgs", message)
    if _FETCH.search(message) or _FETCHING.search(stderr):
        return Failure("fetch", message)
    if _STORE.search(message):
        return Failure("store", message)
    return _placed(Failure("evaluation", _relative(message)), stderr, project)


def _message(stderr: str) -> str:
    """Return the error proper: the last ``error:`` and its lines, without trace and code frame."""
    found = [match for match in _ERROR.finditer(stderr) if not _opens_trace(stderr, match)]
    if not found:
        lines = [line.strip() for line in stderr.splitlines() if line.strip()]
        return lines[-1] if lines else "nix failed and said nothing"
    lines = []
    for line in [found[-1][1], *stderr[found[-1].end() :].splitlines()]:
        if _END.match(line):
            break
        if line.strip():
            lines.append(line.strip())
    return "\n".join(lines[:_MAX_LINES])


def _opens_trace(stderr: str, match: re.Match[str]) -> bool:
    """Say whether an ``error:`` stands alone above a trace, as Nix 2.20 and newer write it."""
    return not match[1] and stderr[match.end() :].lstrip().startswith("…")


def _relative(text: str) -> str:
    """Drop the store copy of the flake from the paths of a message."""
    return _SOURCE.sub("", text)


def _within(text: str, project: Path | None) -> str:
    """Say where files of the project are as seen from it: it may be a copy that is gone by then."""
    if project is None:
        return text
    folders = sorted({str(project), str(project.resolve())}, key=len, reverse=True)
    for folder in folders:
        text = re.sub(rf"{re.escape(folder)}/(?=[\w.])", "", text)
        text = re.sub(rf"{re.escape(folder)}(?![\w/.-])", ".", text)
    return text


def _placed(failure: Failure, stderr: str, project: Path | None) -> Failure:
    """Add the place nearest to the error, in a file of the project where there is one.

    The module system names the file of a wrong definition, without a line.
    """
    defined = _DEFINED.search(failure.message)
    if defined and project is not None and (project / defined[1]).is_file():
        return replace(failure, file=defined[1])
    starts = [match.start() for match in _ERROR.finditer(stderr)]
    nearest = _PLACE.findall(stderr[starts[-1] if starts else 0 :])
    others = list(reversed(_PLACE.findall(stderr)))
    for path, line, _ in [*nearest, *others]:
        inside = _inside(path, project)
        if inside:
            return replace(failure, file=inside, line=int(line))
    if nearest and nearest[0][0].startswith("/"):
        return replace(failure, file=_relative(nearest[0][0]), line=int(nearest[0][1]))
    return failure


def _inside(path: str, project: Path | None) -> str | None:
    """Return a path relative to the project, also when nix names its copy in the store."""
    if project is None:
        return None
    root = project.resolve()
    if Path(path).is_relative_to(root):
        return str(Path(path).relative_to(root))
    relative = _SOURCE.sub("", path)
    return relative if relative != path and (root / relative).is_file() else None
