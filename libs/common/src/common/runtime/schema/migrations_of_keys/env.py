"""Alembic's entry to the migrations of the key database."""

from common.runtime.keeping import tables_of_keys
from common.runtime.schema import migrations

migrations.run(tables_of_keys.metadata)
