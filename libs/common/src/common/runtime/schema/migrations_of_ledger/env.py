"""Alembic's entry to the migrations of the runtime's own tables."""

from common.runtime.schema import migrations
from common.runtime.store import ledger

migrations.run(migrations.OF_RUNTIME, ledger.SCHEMA)
