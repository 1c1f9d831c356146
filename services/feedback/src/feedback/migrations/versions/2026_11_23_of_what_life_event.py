"""of what life event."""

import sqlalchemy as sa
from alembic import op

revision = "5c1d8e7ab240"
down_revision = "849f3cc88d80"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("watched_case", sa.Column("life_event", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("watched_case", "life_event")
