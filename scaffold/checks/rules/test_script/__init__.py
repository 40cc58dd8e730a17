"""Test scripts: their Python, their machines, and what they wait for."""
