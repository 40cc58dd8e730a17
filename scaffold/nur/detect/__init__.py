"""Looking at a source: what it says of itself, and nothing that it does not."""
