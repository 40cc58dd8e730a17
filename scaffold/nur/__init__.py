"""NUR repositories: their layouts, their packages, and the phases of a build."""
