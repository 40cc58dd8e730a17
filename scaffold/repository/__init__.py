"""Repositories of packages: their layouts, and where a package is registered."""
