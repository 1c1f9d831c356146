"""Alembic's entry to this service's migrations."""

from common.runtime.schema import migrations
from customer_account.app import service

migrations.run(service.metadata())
