"""Alembic's entry to the toy hearer's migrations."""

from common.runtime.schema import migrations
from common.testing.toy.hearer.app import service

migrations.run(service.metadata())
