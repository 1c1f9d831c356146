"""The toy keeper: it serves nothing, and lets things go."""

from __future__ import annotations

from common.runtime.service import Service
from common.testing.toy import contracts  # noqa: F401 - what its holdings say
from common.testing.toy.keeper import tables

service = Service(name="toy-keeper", title="Toy keeper", api=(), tables=tables)
