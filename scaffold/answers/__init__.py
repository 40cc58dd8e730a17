"""The questions, declared once; layers of answers; the answers file."""
