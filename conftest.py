"""Fixtures for every test of the workspace."""

pytest_plugins = ["common.testing.plugin"]
