"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "3370190f4c01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_entry",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("entry_id", "person_id"),
    )
    op.create_index("access_to_person", "access_entry", ["person_id", "at", "entry_id"], unique=False)
    op.create_table(
        "fact",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("asserted_by", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("told_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("told_to", sa.String(), nullable=False),
        sa.Column("told_to_service", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("verification", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id"),
    )
    op.create_index("fact_current", "fact", ["person_id", "kind"], unique=False, postgresql_where="current")
    op.create_table(
        "facts_of_person",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "find_by",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=True),
        sa.Column("name_key", sa.String(), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("find_by_birth", "find_by", ["name_key", "date_of_birth"], unique=False)
    op.create_index("find_by_email", "find_by", ["email"], unique=False, postgresql_where="email IS NOT NULL")
    op.create_index("find_by_phone", "find_by", ["phone"], unique=False, postgresql_where="phone IS NOT NULL")
    op.create_index("find_by_place", "find_by", ["name_key", "postcode"], unique=False)
    op.create_table(
        "person",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("registered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "timeline_entry",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("timeline_of_person", "timeline_entry", ["person_id", "at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("timeline_of_person", table_name="timeline_entry")
    op.drop_table("timeline_entry")
    op.drop_table("person")
    op.drop_index("find_by_place", table_name="find_by")
    op.drop_index("find_by_phone", table_name="find_by", postgresql_where="phone IS NOT NULL")
    op.drop_index("find_by_email", table_name="find_by", postgresql_where="email IS NOT NULL")
    op.drop_index("find_by_birth", table_name="find_by")
    op.drop_table("find_by")
    op.drop_table("facts_of_person")
    op.drop_index("fact_current", table_name="fact", postgresql_where="current")
    op.drop_table("fact")
    op.drop_index("access_to_person", table_name="access_entry")
    op.drop_table("access_entry")
