"""One file for each command: collect, work, report."""
