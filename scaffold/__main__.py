"""``python -m scaffold`` is ``nxc-scaffold``."""

from scaffold.cli import main

main()
