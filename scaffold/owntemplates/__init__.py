"""Templates of the user's own: cookiecutter's, rendered in a sandbox."""
