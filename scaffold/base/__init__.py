"""Errors, names and folders: what every other package may use."""
