"""What compositions give, read by calling them with stand-ins."""
