"""The folder itself: what lies in it that should not, and what git does not know."""
