"""Keeps papers for their time, and lets them go."""
