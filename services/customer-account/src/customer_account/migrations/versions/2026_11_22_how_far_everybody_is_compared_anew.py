"""how far everybody is compared anew."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "49d64db5540e"
down_revision = "ad69da51b01d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comparing",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("weights", sa.String(), nullable=False),
        sa.Column("begun_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("one"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM onedoor.timer WHERE name = 'compare_anew'")
    op.drop_table("comparing")
