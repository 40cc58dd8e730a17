"""The only modules that start programs: processes, git, nix."""
