"""What officers hold is counted by one at a time."""

import sqlalchemy as sa
from alembic import op

revision = "704b0952ec6a"
down_revision = "5c0d7f2e91ab"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "officer_hands",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("council", "officer_id"),
    )


def downgrade() -> None:
    op.drop_table("officer_hands")
