"""whom to erase."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "501af71922b1"
down_revision = "7b0c4f2e91d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "to_erase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("persons", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="onedoor",
    )
    op.create_index("to_erase_at", "to_erase", ["at"], unique=False, schema="onedoor")
    op.create_index(
        "to_erase_pending", "to_erase", ["id"], unique=False, schema="onedoor", postgresql_where=sa.text("round > done")
    )
    op.add_column("answer", sa.Column("about", sa.ARRAY(sa.Uuid()), nullable=True), schema="onedoor")
    op.create_index(
        "said_of_person",
        "said",
        ["person_id"],
        unique=False,
        schema="onedoor",
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "said_of_person", table_name="said", schema="onedoor", postgresql_where=sa.text("person_id IS NOT NULL")
    )
    op.drop_column("answer", "about", schema="onedoor")
    op.drop_index("to_erase_pending", table_name="to_erase", schema="onedoor", postgresql_where=sa.text("round > done"))
    op.drop_index("to_erase_at", table_name="to_erase", schema="onedoor")
    op.drop_table("to_erase", schema="onedoor")
