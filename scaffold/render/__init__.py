"""From a project to a tree of files."""
