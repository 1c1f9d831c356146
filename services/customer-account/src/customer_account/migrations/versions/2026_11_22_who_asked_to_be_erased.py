"""who asked to be erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "fedb3346fc60"
down_revision = "731d30631beb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("persons", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("granted_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("keys_destroyed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "erasure_answer",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("emptied", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kept", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "service"),
    )
    op.create_index(
        "account_led_to", "account", ["merged_into"], unique=False, postgresql_where="merged_into IS NOT NULL"
    )
    op.add_column("rights_request", sa.Column("proof_digest", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("rights_request", "proof_digest")
    op.drop_index("account_led_to", table_name="account", postgresql_where="merged_into IS NOT NULL")
    op.drop_table("erasure_answer")
    op.drop_table("erasure")
