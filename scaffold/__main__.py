"""Where ``nxc-scaffold`` and ``python -m scaffold`` start."""

import gc
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
    gc.set_threshold(COLLECT_EVERY)
    try:
        from scaffold.cli import main
    except KeyboardInterrupt:
        print("error  nxc-scaffold: interrupted, nothing was written", file=sys.stderr)
        sys.exit(130)
    main.main()


if __name__ == "__main__":
    main()
