"""Projects on disk, whoever wrote them: found and read, never written, never evaluated for real."""
