"""Fixtures: real PostgreSQL and NATS, services in this process, principals, and waiting on marks instead of sleeping."""
