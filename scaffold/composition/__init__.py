"""A composition as frozen data, what follows from it, and what may go together."""
