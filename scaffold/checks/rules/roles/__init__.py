"""What roles set, read by calling them with stand-ins."""
