"""what is held and what went."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "112b27ff8db1"
down_revision = "c41d9e20b6f7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "destruction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="onedoor",
    )
    op.create_table(
        "held",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("hold_id"),
        schema="onedoor",
    )
    op.create_index("held_person", "held", ["person_id"], unique=False, schema="onedoor")


def downgrade() -> None:
    op.drop_index("held_person", table_name="held", schema="onedoor")
    op.drop_table("held", schema="onedoor")
    op.drop_table("destruction", schema="onedoor")
