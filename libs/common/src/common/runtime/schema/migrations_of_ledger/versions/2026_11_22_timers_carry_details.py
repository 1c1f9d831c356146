"""timers carry details."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7b0c4f2e91d3"
down_revision = "0d92f6ab8c31"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "timer", sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=True), schema="onedoor"
    )


def downgrade() -> None:
    op.drop_column("timer", "details", schema="onedoor")
