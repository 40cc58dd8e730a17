"""A project and its compositions as frozen data, what follows, and what may go together."""
