"""Seal, ask, open, erase: each one unit of work."""
