"""From a composition to a tree of files."""
