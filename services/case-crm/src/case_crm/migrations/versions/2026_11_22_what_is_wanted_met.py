"""what is wanted met."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "221df5169d3e"
down_revision = "9982fbdb5f40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "need",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("met_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("need_of_case", "need", ["case_id"], unique=False)
    op.create_index("need_of_person", "need", ["person_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("need_of_person", table_name="need")
    op.drop_index("need_of_case", table_name="need")
    op.drop_table("need")
