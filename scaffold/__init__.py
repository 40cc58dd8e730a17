"""nxc-scaffold: generate NixOS Compose compositions and NUR packages."""

__version__ = "0.1.0"
