"""when cases ended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f0683244885a"
down_revision = "b8b80b28b1c3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.execute(
        "UPDATE case_file SET ended_at = changed_at WHERE status IN ('resolved', 'closed', 'withdrawn', 'cancelled')"
    )


def downgrade() -> None:
    op.drop_column("case_file", "ended_at")
