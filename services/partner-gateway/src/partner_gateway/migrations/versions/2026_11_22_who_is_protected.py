"""who is protected."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b4e19a7d5f60"
down_revision = "be27e562b9ec"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referral", sa.Column("restricted_at", postgresql.TIMESTAMP(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("referral", "restricted_at")
