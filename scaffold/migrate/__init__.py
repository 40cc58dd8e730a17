"""Projects and repositories that exist, moved on: release to release, by edits of their text."""
