"""nxc.json and setup.toml."""
