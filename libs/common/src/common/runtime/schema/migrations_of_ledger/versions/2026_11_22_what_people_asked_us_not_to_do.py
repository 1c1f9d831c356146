"""what people asked us not to do."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1b3dca07f62a"
down_revision = "112b27ff8db1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "limited",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("since", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id"),
        schema="onedoor",
    )
    op.create_index("limited_person", "limited", ["person_id"], unique=False, schema="onedoor")


def downgrade() -> None:
    op.drop_index("limited_person", table_name="limited", schema="onedoor")
    op.drop_table("limited", schema="onedoor")
