"""Names that the locked release does not have, or calls otherwise: options, packages, functions."""
