"""Connections to systems that are not ours."""
