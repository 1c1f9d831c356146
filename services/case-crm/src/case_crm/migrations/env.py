"""Alembic's entry to this service's migrations."""

from case_crm.app import service
from common.runtime.schema import migrations

migrations.run(service.metadata())
