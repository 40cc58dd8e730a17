"""The machinery of questions, which knows no composition."""
