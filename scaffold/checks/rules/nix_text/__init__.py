"""Any Nix file: its syntax, what it imports, the paths that it names."""
