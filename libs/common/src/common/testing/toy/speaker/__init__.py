"""Keeps tallies, and says what happens to them."""
