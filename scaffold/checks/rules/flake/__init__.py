"""flake.nix: pins, inputs, outputs, and what ``lib.compose`` is given."""
