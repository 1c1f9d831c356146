"""Alembic's entry to this service's migrations."""

from common.runtime.schema import migrations
from review_engine.app import service

migrations.run(service.metadata())
