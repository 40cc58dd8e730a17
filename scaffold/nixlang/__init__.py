"""Nix and other source text: quoting, values, one lossless parser, edits."""
