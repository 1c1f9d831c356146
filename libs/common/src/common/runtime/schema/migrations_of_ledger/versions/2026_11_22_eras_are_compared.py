"""eras are compared."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "317ae4a9c94b"
down_revision = "2e0f3d5a355e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "era",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        schema="onedoor",
    )
    op.create_table(
        "known_era",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("era", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "speaker"),
        schema="onedoor",
    )
    op.add_column(
        "parked", sa.Column("follows", sa.Integer(), server_default=sa.text("0"), nullable=False), schema="onedoor"
    )
    op.add_column(
        "rebuild",
        sa.Column("eras", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        schema="onedoor",
    )
    op.add_column(
        "said", sa.Column("follows", sa.Integer(), server_default=sa.text("0"), nullable=False), schema="onedoor"
    )


def downgrade() -> None:
    op.drop_column("said", "follows", schema="onedoor")
    op.drop_column("rebuild", "eras", schema="onedoor")
    op.drop_column("parked", "follows", schema="onedoor")
    op.drop_table("known_era", schema="onedoor")
    op.drop_table("era", schema="onedoor")
