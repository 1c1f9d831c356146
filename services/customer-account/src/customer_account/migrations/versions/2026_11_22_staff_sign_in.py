"""staff sign in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "73e7268f39eb"
down_revision = "3e01fe6f766f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("cookie_hash", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_session", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("permissions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("councils", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("began_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("staff_session_of_cookie", "staff_session", ["cookie_hash"], unique=True)
    op.create_index("staff_session_of_sign_in", "staff_session", ["state_hash"], unique=True)
    op.create_index(
        "staff_session_of_staff", "staff_session", ["staff_id"], unique=False, postgresql_where="ended_at IS NULL"
    )
    op.create_index("staff_session_over", "staff_session", ["ends_at"], unique=False)


def downgrade() -> None:
    op.drop_index("staff_session_over", table_name="staff_session")
    op.drop_index("staff_session_of_staff", table_name="staff_session", postgresql_where="ended_at IS NULL")
    op.drop_index("staff_session_of_sign_in", table_name="staff_session")
    op.drop_index("staff_session_of_cookie", table_name="staff_session")
    op.drop_table("staff_session")
