"""what was told once is under way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "849f3cc88d80"
down_revision = "f635c3abb003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transaction_part",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("telling_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sends", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id"),
    )
    op.create_index("part_of_person", "transaction_part", ["person_id"], unique=False)
    op.create_index("part_of_transaction", "transaction_part", ["telling_id"], unique=False)
    op.add_column("transaction", sa.Column("kind", sa.String(), server_default="case", nullable=False))
    op.add_column("watched_case", sa.Column("since", postgresql.TIMESTAMP(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("watched_case", "since")
    op.drop_column("transaction", "kind")
    op.drop_index("part_of_transaction", table_name="transaction_part")
    op.drop_index("part_of_person", table_name="transaction_part")
    op.drop_table("transaction_part")
