"""What should be on disk, compared with it, and written: all of it, or nothing."""
