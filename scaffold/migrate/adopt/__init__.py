"""A composition that somebody wrote by hand, taken over into a project of the tool's."""
