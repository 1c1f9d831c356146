"""answers remember whom they showed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2e0f3d5a355e"
down_revision = "da87618d6ec5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "answer", sa.Column("looked", postgresql.JSONB(astext_type=sa.Text()), nullable=True), schema="onedoor"
    )


def downgrade() -> None:
    op.drop_column("answer", "looked", schema="onedoor")
