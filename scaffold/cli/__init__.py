"""The command line: the parser, its flags and their completion."""
