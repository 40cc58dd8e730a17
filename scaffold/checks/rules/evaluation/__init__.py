"""Real evaluation: what nix says of the flake, asked for by ``--eval``."""
