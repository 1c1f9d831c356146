"""Connections to systems that are not ours."""

"""Connections to systems that are not ours. What is asked and what an answer means is decided elsewhere."""
