"""Writes docs/terminal.md: the screens as a user sees them.

The command runs in a real pseudo-terminal; a terminal emulator keeps what is on the screen. Run by
``make examples``; ``tests/test_screens.py`` compares without writing.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pyte

from scaffold.catalogue.reading import load_catalog
from tests.projects import lab_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "terminal.md"
COLUMNS, LINES = 80, 24
ENTER, DOWN, CLEAR, BACK = "\r", "\x1b[B", "\x15", "<"
SECONDS = 30  # how long a screen may take to appear before this gives up
QUIET = 0.8  # a screen is complete when nothing comes for so many seconds
STACKS = list(load_catalog().stacks)
HEAD = """# The terminal, screen by screen

What `nxc-scaffold new` shows in a terminal of 80 columns and 24 lines. There is one screen with
every answer, and none has to be asked for: what nobody decides has the recommended value. The keys
are told at the bottom; `?` explains the row that is pointed at, `<` goes back, `u` takes a change
back. Ctrl-C leaves with nothing written, and `--resume` goes on with the same screen.
"""

#: What is said of a screen, what to wait for on it, and the keys that leave it.
STEPS = (
    ("What to start from. Typing narrows the list; earlier answers come first once there are some.",
     "5 more", "oar-n"),
    ("", "only oar-n", ENTER),
    ("The project. What is wrong with it is told at the row where it is mended.",
     "add a role", DOWN * 2 + "+"),
    ("", "\u00d73", "?"),
    ("`?` explains the row that is pointed at, here a role, and stays while you move.",
     "cgroup v1", "?" + ENTER),
    ("Enter on a role shows its answers.", "Role node", ENTER),
    ("Its parts: those it has first, then by service, private ones last.", "26 more", "k3s"),
    ("Typing narrows the list, the space bar ticks.", "only k3s", DOWN + " " + ENTER),
    ("", "Role node", BACK),
    ("A part that lacks a partner says so; m adds it.", "m adds", "m"),
    ("", "which role", ENTER),
    ("What the parts exclude is told as well, at the flavours.", "   k3sserver", "n"),
    ("", "\u00bb flavours", ENTER),
    ("Flavours that cannot be used say why not.", "g5k-image", ENTER),
    ("", "add a role", "p"),
    ("A preview of every file, with its text and its changes.", ".gitignore", BACK),
    ("", "add a role", "\x03"),
)  # fmt: skip


MULTI_HEAD = """
## Several compositions

`nxc-scaffold multi` has the same screen; compositions are a level above the roles, and what they
share comes last.
"""

MULTI_STEPS = (
    ("", "5 more", "oar" + ENTER),
    ("With one composition there is something missing.", "there is 1 composition", "n" + ENTER),
    ("", "5 more", "slurm" + ENTER),
    ("Each has a stack, or roles of its own, and a name.", "> slurm", CLEAR + "hpc" + ENTER),
    ("The whole. The list goes on below.", "hpc", "\x03"),
)

CHANGE_HEAD = """
## A project that exists

`nxc-scaffold change`, in the folder of a project of an NFS server and two clients. Somebody has
edited `composition.nix` in the line that says how many clients there are.
"""

CHANGE_STEPS = (
    (
        "The project as it was written. Whatever is not changed stays as it is.",
        "this folder",
        DOWN + "+p",
    ),
    ("What would be written; `d` shows what changes in a file, `D` in all.", "conflict", BACK),
    ("", "this folder", "w"),
    ("A file that both changed. The first choice loses nothing.", "both changed", "d"),
    ("`d` shows what differs.", "What would change", BACK),
    ("", "both changed", "\x03"),
)

PACKAGE_HEAD = """
## A package

`nxc-scaffold package` asks for the source first. The screen then has every answer with where it was
read, and tells what is not known.
"""

PACKAGE_STEPS = (
    ("", "Where is the source", "../pulse" + ENTER),
    ("What the source says, and what it does not.", "press enter to give it", "n" + ENTER),
    ("A line to type. What is wrong with it is told above, whole.", "Source", "x y" + ENTER),
    ("", "x y", "\x1b"),
    ("", "press enter to give it", "\x03"),
)


class Terminal:
    """A command in a pseudo-terminal, and the emulator that watches it."""

    def __init__(self, folder: str, name: str) -> None:
        self.screen = pyte.Screen(COLUMNS, LINES)
        self.stream = pyte.Stream(self.screen)
        own = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"}
        own["SOURCE_DATE_EPOCH"] = "1795824000"  # what is told of support is that of this day
        home = {f"XDG_{kind}_HOME": f"{folder}/{kind}" for kind in ("CONFIG", "CACHE", "STATE")}
        env = {**os.environ, **own, **home, "HOME": folder}
        env.pop("COLUMNS", None)
        env.pop("LINES", None)
        command = ["-m", "scaffold", *name.split(), "--no-git"]
        self.child = pexpect.spawn(
            sys.executable, command, cwd=folder, env=env, dimensions=(LINES, COLUMNS),
            encoding="utf-8", timeout=SECONDS,
        )  # fmt: skip

    def show(self, text: str) -> list[str]:
        """Wait until a text is on the screen and nothing more comes; return the lines."""
        while not any(text in line for line in self.screen.display):
            try:
                self.stream.feed(self.child.read_nonblocking(4096, SECONDS))
            except (pexpect.TIMEOUT, pexpect.EOF) as error:
                shown = "\n".join(self.screen.display)
                raise RuntimeError(f"{text!r} does not appear on\n{shown}") from error
        try:
            while True:
                self.stream.feed(self.child.read_nonblocking(4096, QUIET))
        except pexpect.TIMEOUT:
            return [line.rstrip() for line in self.screen.display]


Steps = tuple[tuple[str, str, str], ...]


def screens(command: str, steps: Steps) -> Iterator[tuple[str, list[str]]]:
    """Yield what is said of each shown screen, and its lines."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        work.mkdir()
        if command == "change":
            edited_project(work)
        if command.startswith("package"):
            prepare(work)
        terminal = Terminal(str(work), command)
        for said, text, keys in steps:
            lines = terminal.show(text)
            if said:
                yield said, "\n".join(lines).strip("\n").splitlines()
            terminal.child.send(keys)
        terminal.child.close(force=True)


PAGES = (
    ("new lab", HEAD, STEPS),
    ("multi lab", MULTI_HEAD, MULTI_STEPS),
    ("change", CHANGE_HEAD, CHANGE_STEPS),
    ("package --offline", PACKAGE_HEAD, PACKAGE_STEPS),
)


def edited_project(folder: Path) -> None:
    """Put a project into a folder, and change the line that the screens change too."""
    lab = lab_of(folder)
    lab.edit("composition.nix", "client = 2;", "client = 7; # mine")


def prepare(folder: Path) -> None:
    """Put a repository of packages into a folder, and a source beside it."""
    (folder / "default.nix").write_text("{ pkgs ? import <nixpkgs> { } }:\n{ }\n")
    shutil.copytree(ROOT / "tests/fixtures/sources/cmake", folder.parent / "pulse")


def page() -> str:
    """Return the page as it should be today."""
    parts = []
    for command, head, steps in PAGES:
        parts.append(head)
        for said, lines in screens(command, steps):
            parts.append(f"\n{said}\n\n```text\n" + "\n".join(lines) + "\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
