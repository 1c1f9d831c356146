"""who looked: sealed, kept secret for a while, and asked about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0d974cc9cf2b"
down_revision = "7f191fbc7706"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_disclosure",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("secrecy_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("secrecy_id"),
    )
    op.create_table(
        "access_question",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("looked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("council", "person_id", "entry_id"),
    )
    op.create_index("access_question_about", "access_question", ["entry_id", "person_id"], unique=False)
    op.create_index("access_question_of_council", "access_question", ["council", "asked_at", "id"], unique=False)
    op.create_table(
        "access_seal",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("entries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "access_unsealed",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "person_id"),
    )
    # What was kept before there were seals is sealed by the first ones.
    op.execute(
        "INSERT INTO access_unsealed (entry_id, person_id, noted_at) SELECT entry_id, person_id, at FROM access_entry"
    )
    op.create_table(
        "secrecy",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("about_person", sa.Uuid(), nullable=False),
        sa.Column("declared_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("until", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("secrecy_about", "secrecy", ["about_person", "council", "declared_at"], unique=False)
    op.create_index("secrecy_running", "secrecy", ["council", "until"], unique=False)
    op.add_column("access_entry", sa.Column("hidden_until", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("access_entry", sa.Column("secrecy_id", sa.Uuid(), nullable=True))
    op.create_index(
        "timeline_of_case",
        "timeline_entry",
        ["case_id", "person_id"],
        unique=False,
        postgresql_where="case_id IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index("timeline_of_case", table_name="timeline_entry", postgresql_where="case_id IS NOT NULL")
    op.drop_column("access_entry", "secrecy_id")
    op.drop_column("access_entry", "hidden_until")
    op.drop_index("secrecy_running", table_name="secrecy")
    op.drop_index("secrecy_about", table_name="secrecy")
    op.drop_table("secrecy")
    op.drop_table("access_unsealed")
    op.drop_table("access_seal")
    op.drop_index("access_question_of_council", table_name="access_question")
    op.drop_index("access_question_about", table_name="access_question")
    op.drop_table("access_question")
    op.drop_table("access_disclosure")
