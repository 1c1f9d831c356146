"""Alembic's entry to the toy speaker's migrations."""

from common.runtime.schema import migrations
from common.testing.toy.speaker.app import service

migrations.run(service.metadata())
