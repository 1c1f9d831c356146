"""people sign in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "6a9085061191"
down_revision = "422a4aa72e66"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_sign_in",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash"),
    )
    op.create_index("used_sign_in_of_person", "used_sign_in", ["person_id", "at"], unique=False)
    op.create_table(
        "session",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("cookie_hash", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("provider_session", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("began_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "session_at_provider", "session", ["issuer", "subject"], unique=False, postgresql_where="ended_at IS NULL"
    )
    op.create_index("session_of_cookie", "session", ["cookie_hash"], unique=True)
    op.create_index("session_of_person", "session", ["person_id"], unique=False, postgresql_where="ended_at IS NULL")
    op.create_index("session_over", "session", ["ends_at"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("return_to", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash"),
    )
    op.create_index("sign_in_over", "sign_in", ["ends_at"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject"),
    )


def downgrade() -> None:
    op.drop_table("sign_in_link")
    op.drop_index("sign_in_over", table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index("session_over", table_name="session")
    op.drop_index("session_of_person", table_name="session", postgresql_where="ended_at IS NULL")
    op.drop_index("session_of_cookie", table_name="session")
    op.drop_index("session_at_provider", table_name="session", postgresql_where="ended_at IS NULL")
    op.drop_table("session")
    op.drop_index("used_sign_in_of_person", table_name="used_sign_in")
    op.drop_table("used_sign_in")
