"""characteristics in bands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "af1aeff5524d"
down_revision = "443bef23e2f9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "characteristics",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("bands", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )


def downgrade() -> None:
    op.drop_table("characteristics")
