"""Where ``nxc-scaffold`` and ``python -m scaffold`` start."""

import gc
import os
import sys

from scaffold import __version__

#: Objects between two collections; Python's own number is 700 to 2,000. What a command loads at its
#: start lives until its end, and to look through it again and again takes a short command's time.
COLLECT_EVERY = 50_000


def main() -> None:
    """Run the command; the version is told without loading the parser, which takes far longer."""
    if sys.argv[1:] == ["--version"]:
        print(f"nxc-scaffold {__version__}")
        return
    import signal

    # A shell in the background and nohup start programs that ignore Ctrl-C, and it stays so.
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, _leave)
    gc.set_threshold(COLLECT_EVERY)
    from scaffold.cli import main

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main.main()
    finally:
        if ours:  # all is done and told, and nothing is left to be broken off
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _leave(*_: object) -> None:
    """End the program, where Ctrl-C comes while it is loaded: half of it cannot tell it well."""
    os.write(2, b"error  nxc-scaffold: interrupted, nothing was written\n")
    os._exit(130)


if __name__ == "__main__":
    main()
