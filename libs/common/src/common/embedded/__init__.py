"""PostgreSQL and NATS started from their wheels, and supervised child processes; knows no service and no table."""

from common.embedded.cannot_start import CannotStart
from common.embedded.children import Child
from common.embedded.nats import Nats, NatsUser
from common.embedded.ports import busy, free_port, who_holds
from common.embedded.postgres import FOR_TESTS, Postgres
from common.embedded.run_as import RunAs

__all__ = [
    "FOR_TESTS",
    "CannotStart",
    "Child",
    "Nats",
    "NatsUser",
    "Postgres",
    "RunAs",
    "busy",
    "free_port",
    "who_holds",
]
