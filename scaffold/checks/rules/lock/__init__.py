"""flake.lock: whether it is one, whether it is that of flake.nix, and what it locks."""
