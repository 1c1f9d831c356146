"""Alembic's entry to this service's migrations."""

from common.runtime.schema import migrations
from partner_gateway.app import service

migrations.run(service.metadata())
