"""Alembic's entry to the toy keeper's migrations."""

from common.runtime.schema import migrations
from common.testing.toy.keeper.app import service

migrations.run(service.metadata())
