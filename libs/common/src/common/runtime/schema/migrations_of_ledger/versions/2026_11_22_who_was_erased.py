"""who was erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c41d9e20b6f7"
down_revision = "317ae4a9c94b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        schema="onedoor",
    )
    op.create_index("erased_at", "erased", ["at"], schema="onedoor")


def downgrade() -> None:
    op.drop_table("erased", schema="onedoor")
