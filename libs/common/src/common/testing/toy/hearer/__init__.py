"""Hears tallies, and keeps a copy of what it heard in the order it heard it."""
