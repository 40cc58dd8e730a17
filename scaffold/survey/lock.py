"""flake.lock: the graph of what is locked, read as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from scaffold.survey.flake_ref import FlakeRef, from_attributes

Node = Mapping[str, object]


@dataclass(frozen=True)
class Locked:
    """One node: what flake.nix asked for and what was locked, with the date of the commit."""

    name: str
    original: FlakeRef | None
    locked: FlakeRef | None
    modified: date | None
    is_flake: bool
    inputs: Mapping[str, str | tuple[str, ...]]


class Lock:
    """A flake.lock; ``fault`` says why it is none, with the line (from 1)."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.fault: tuple[int, str] | None = None
        self._nodes: Mapping[str, object] = {}
        self._root = "root"
        try:
            document = json.loads(text)
            nodes = document["nodes"]
            self._root = document.get("root", "root")
            if not isinstance(nodes, dict) or not isinstance(nodes.get(self._root), dict):
                raise TypeError
            self._nodes = nodes
        except json.JSONDecodeError as error:
            self.fault = (error.lineno, f"it is not JSON: {error.msg}")
        except RecursionError:
            self.fault = (1, "it is nested too deeply")
        except (KeyError, TypeError, AttributeError):
            self.fault = (1, "it is no lock file: it has no nodes with a root")

    @cached_property
    def nodes(self) -> Mapping[str, Locked]:
        """Every node by its name in the file, the root left out."""
        return {
            name: _locked(name, node)
            for name, node in self._nodes.items()
            if name != self._root and isinstance(node, dict)
        }

    @cached_property
    def inputs(self) -> Mapping[str, str | tuple[str, ...]]:
        """The flake's own inputs: the node of each, or the path of inputs that it follows."""
        root = self._nodes.get(self._root)
        return _inputs(root) if isinstance(root, dict) else {}

    def input(self, name: str) -> Locked | None:
        """Return the node of one of the flake's inputs."""
        return self._at((name,), 10)

    def _at(self, path: tuple[str, ...], depth: int) -> Locked | None:
        """Follow a path of inputs from the root."""
        inputs, found = self.inputs, None
        for step in path:
            target = inputs.get(step)
            if isinstance(target, tuple):
                found = self._at(target, depth - 1) if depth and target else None
            else:
                found = self.nodes.get(target) if target is not None else None
            if found is None:
                return None
            inputs = found.inputs
        return found

    def owners(self, node: str) -> Iterator[tuple[str, ...]]:
        """Yield the paths of inputs that lead to a node, each node on the way visited once."""
        waiting: list[tuple[tuple[str, ...], Mapping[str, str | tuple[str, ...]]]] = [
            ((), self.inputs)
        ]
        seen: set[str] = set()
        while waiting:
            path, inputs = waiting.pop(0)
            for name, target in inputs.items():
                if not isinstance(target, str):
                    continue
                if target == node:
                    yield (*path, name)
                elif target not in seen and target in self.nodes:
                    seen.add(target)
                    waiting.append(((*path, name), self.nodes[target].inputs))

    def line_of(self, node: str) -> int:
        """Return the line on which a node begins, 1 when it is not found."""
        place = self.text.find(f'"{node}": {{')
        return self.text.count("\n", 0, place) + 1 if place >= 0 else 1


def _locked(name: str, node: Node) -> Locked:
    original, locked = node.get("original"), node.get("locked")
    modified = locked.get("lastModified") if isinstance(locked, dict) else None
    return Locked(
        name,
        from_attributes(original) if isinstance(original, dict) else None,
        from_attributes(locked) if isinstance(locked, dict) else None,
        _date(modified),
        node.get("flake") is not False,
        _inputs(node),
    )


def _date(seconds: object) -> date | None:
    """Return the day of a time in seconds since 1970, as lock files have it."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, OSError, ValueError):
        return None


def _inputs(node: Node) -> Mapping[str, str | tuple[str, ...]]:
    given = node.get("inputs")
    found: dict[str, str | tuple[str, ...]] = {}
    for name, target in given.items() if isinstance(given, dict) else ():
        if isinstance(target, str):
            found[str(name)] = target
        elif isinstance(target, list):
            found[str(name)] = tuple(str(part) for part in target)
    return found
