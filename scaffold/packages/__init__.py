"""From an upstream source to a package expression."""
