"""keys, and who was erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c41d9e20b6f7"
down_revision = "df0509533a92"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        schema="onedoor",
    )
    op.create_index("erased_at", "erased", ["at"], schema="onedoor")
    op.create_table(
        "granted_key",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("known_to_owner", sa.Boolean(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "class", "version"),
        schema="onedoor",
    )
    op.create_index(
        "granted_key_to_tell", "granted_key", ["at"], schema="onedoor", postgresql_where=sa.text("NOT known_to_owner")
    )
    op.create_table(
        "sealed_up_to", sa.Column("said", sa.Uuid(), nullable=False), sa.PrimaryKeyConstraint("said"), schema="onedoor"
    )
    op.execute("INSERT INTO onedoor.sealed_up_to VALUES ('00000000-0000-0000-0000-000000000000')")
    op.create_table(
        "rotation",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("finished", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("everywhere_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("version"),
        schema="onedoor",
    )


def downgrade() -> None:
    op.drop_table("rotation", schema="onedoor")
    op.drop_table("sealed_up_to", schema="onedoor")
    op.drop_table("granted_key", schema="onedoor")
    op.drop_table("erased", schema="onedoor")
