"""The shells that complete: click's own support, mended where words hold ``=``, ``:`` or ``,``.

``--role node:2=oar.<TAB>`` is one word to the command. Bash breaks it at ``:`` and ``=``, and
click's script for bash then passes the pieces on as words.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from click import shell_completion
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from scaffold.base.errors import InputError, Problem
from scaffold.base.folders import xdg_folder
from scaffold.cli.index import PROGRAM, VARIABLE

if TYPE_CHECKING:
    from scaffold.cli.completion import Item

# compopt is there from bash 4.0 on. The reply holds what follows the last character at which bash
# breaks words; the rest of the word stays as it was typed.
_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' line
    COMPREPLY=()
    for line in $(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1"); do
        case $line in
            dir,*) compopt -o dirnames 2>/dev/null ;;
            file,*) compopt -o default 2>/dev/null ;;
            plain,*) COMPREPLY+=("${line#plain,}") ;;
        esac
    done
}

complete -F %(complete_func)s %(prog_name)s
"""

# As click's own, but split at the first comma only: a value may be a list.
_FISH = """\
function %(complete_func)s
    for line in (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \\
        COMP_CWORD=(commandline -t) %(prog_name)s)
        set -l found (string split --max 1 "," -- $line)
        switch $found[1]
            case dir
                __fish_complete_directories $found[2]
            case file
                __fish_complete_path $found[2]
            case plain
                echo $found[2]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class _Words(ShellComplete):
    """Completions are whole words, also those of ``--flag=value``."""

    def get_completions(self, args: list[str], incomplete: str) -> list[Item]:
        """Put the flag before the values that click returns without it."""
        found = super().get_completions(args, incomplete)
        flag, equals, _ = incomplete.partition("=")
        if flag.startswith("--") and equals:
            for item in found:
                if item.type == "plain" and not item.value.startswith(flag + equals):
                    item.value = flag + equals + item.value
        return found


class Bash(_Words, BashComplete):
    """Bash 4.0 and newer."""

    source_template = _BASH

    def source(self) -> str:
        """Return the script; click would run a bash here to learn its version."""
        return ShellComplete.source(self)

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words of the line up to the cursor, as the command will get them."""
        line = os.environ["COMP_WORDS"]
        words = shell_completion.split_arg_string(line)
        last = "" if not line or line[-1].isspace() else words.pop()
        self._typed = len(last) - len(_after_break(last))
        return words[1:], last

    def format_completion(self, item: Item) -> str:
        """Leave out what bash keeps of the word."""
        return f"{item.type},{item.value[self._typed :]}"


def _after_break(word: str) -> str:
    breaks = [c for c in "=:" if c in os.environ.get("COMP_WORDBREAKS", "")]
    return word[max((word.rfind(c) + 1 for c in breaks), default=0) :]


class Zsh(_Words, ZshComplete):
    """Zsh, with the completion system that ``compinit`` starts."""


class Fish(_Words, FishComplete):
    """Fish 3 and newer."""

    source_template = _FISH


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def register() -> None:
    """Make click take these classes when a shell asks for completions."""
    for name, shell in SHELLS.items():
        shell_completion.add_completion_class(shell, name)


def script(shell: str) -> str:
    """Return the script that a shell reads once."""
    import click

    return SHELLS[shell](click.Group(), {}, PROGRAM, VARIABLE).source()


def script_file(shell: str) -> Path:
    """Return where the shell looks for a user's completions.

    Bash: the package bash-completion, below the user's data. Fish: its own config. Zsh has no such
    folder; this one has to be put into ``fpath``.

    Raises:
        InputError: the user has no home folder.
    """
    folder = xdg_folder("config" if shell == "fish" else "data")
    if folder is None:
        what = "you have no home folder where a shell would look"
        raise InputError(Problem("--install", what, "Print the script, and let the shell read it"))
    if shell == "fish":
        return folder / "fish/completions" / f"{PROGRAM}.fish"
    if shell == "zsh":
        return folder / "zsh/site-functions" / f"_{PROGRAM}"
    return folder / "bash-completion/completions" / PROGRAM
