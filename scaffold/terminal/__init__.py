"""Asking in a terminal: one prompt per question, with help, a way back and completion."""
