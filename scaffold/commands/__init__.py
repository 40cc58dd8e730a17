"""One file per subcommand: collect, call, report."""
