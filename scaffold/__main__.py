"""Where ``nxc-scaffold`` and ``python -m scaffold`` start."""

import sys

from scaffold import __version__


def main() -> None:
    """Run the command; the version is told without loading the parser, which takes far longer."""
    if sys.argv[1:] == ["--version"]:
        print(f"nxc-scaffold {__version__}")
        return
    try:
        from scaffold.cli import main
    except KeyboardInterrupt:
        print("error  nxc-scaffold: interrupted, nothing was written", file=sys.stderr)
        sys.exit(130)
    main.main()


if __name__ == "__main__":
    main()
