"""what goes by itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e37a04d7284a"
down_revision = "5512b6e3d9a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("placed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("review_due", sa.Boolean(), nullable=False),
        sa.Column("hidden_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("secrecy_id", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("legal_hold_of_person", "legal_hold", ["person_id", "placed_at", "id"], unique=False)
    op.create_index("legal_hold_over", "legal_hold", ["council", "lifted_at"], unique=False)
    op.create_index(
        "legal_hold_running",
        "legal_hold",
        ["council", "review_on", "id"],
        unique=False,
        postgresql_where="lifted_at IS NULL",
    )
    op.create_index("fact_over", "fact", ["known_until"], unique=False)
    op.create_index("household_member_over", "household_member", ["council", "left_on"], unique=False)
    op.create_index("message_over", "message", ["council", "requested_at"], unique=False)
    op.create_index("protection_over", "protection", ["lifted_at"], unique=False)
    op.create_index("representation_over", "representation", ["ended_at"], unique=False)
    op.create_index(
        "rights_request_over",
        "rights_request",
        ["ended_at"],
        unique=False,
        postgresql_where="status IN ('done', 'refused', 'withdrawn')",
    )
    op.create_index("timeline_over", "timeline_entry", ["at"], unique=False)
    op.create_index("used_sign_in_over", "used_sign_in", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index("used_sign_in_over", table_name="used_sign_in")
    op.drop_index("timeline_over", table_name="timeline_entry")
    op.drop_index("rights_request_over", table_name="rights_request")
    op.drop_index("representation_over", table_name="representation")
    op.drop_index("protection_over", table_name="protection")
    op.drop_index("message_over", table_name="message")
    op.drop_index("household_member_over", table_name="household_member")
    op.drop_index("fact_over", table_name="fact")
    op.drop_index("legal_hold_running", table_name="legal_hold", postgresql_where="lifted_at IS NULL")
    op.drop_index("legal_hold_over", table_name="legal_hold")
    op.drop_index("legal_hold_of_person", table_name="legal_hold")
    op.drop_table("legal_hold")
