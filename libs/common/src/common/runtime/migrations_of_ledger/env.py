"""Alembic's entry to the migrations of the runtime's own tables."""

from common.runtime import ledger, migrations

migrations.run(ledger.metadata, ledger.SCHEMA)
