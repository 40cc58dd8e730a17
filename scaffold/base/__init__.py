"""Errors, names, folders and the template engine: what every other package may use."""
