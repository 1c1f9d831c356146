"""people have keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5b1f0a7c93de"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_key",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "class", "version"),
    )
    op.create_table(
        "erased",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("erased_at", "erased", ["at"])


def downgrade() -> None:
    op.drop_table("erased")
    op.drop_table("person_key")
