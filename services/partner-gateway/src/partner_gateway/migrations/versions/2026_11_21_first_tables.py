"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "3d2590d6c87b"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("needs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("districts", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("councils", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("cost", sa.String(), nullable=True),
        sa.Column("opening_hours", sa.String(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("waiting_days", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("assured_date", sa.Date(), nullable=True),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "known_case",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("applied_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("partner_id"),
    )
    op.create_index("partner_by_age", "partner", ["applied_at", "id"], unique=False)
    op.create_table(
        "referral",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=True),
        sa.Column("from_partner", sa.String(), nullable=True),
        sa.Column("to_name", sa.String(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("service_name", sa.String(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("held_from", sa.String(), nullable=True),
        sa.Column("on_hold_until", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("field_groups", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("shared", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("consent", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("answer_by", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("referral_of_person", "referral", ["person_id", "sent_at", "id"], unique=False)
    op.create_index("referral_received", "referral", ["partner_id", "sent_at", "id"], unique=False)
    op.create_index(
        "referral_received_by_council",
        "referral",
        ["council", "sent_at", "id"],
        unique=False,
        postgresql_where="partner_id IS NULL",
    )
    op.create_index("referral_sent", "referral", ["from_partner", "sent_at", "id"], unique=False)
    op.create_index(
        "referral_sent_by_council",
        "referral",
        ["council", "sent_at", "id"],
        unique=False,
        postgresql_where="from_partner IS NULL",
    )
    op.create_table(
        "service_reach",
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("need", "place", "service_id"),
    )
    op.create_index("reach_of_service", "service_reach", ["service_id"], unique=False)
    op.create_table(
        "signpost",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("given_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("offered", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("chosen", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("signpost_of_council", "signpost", ["council", "given_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("signpost_of_council", table_name="signpost")
    op.drop_table("signpost")
    op.drop_index("reach_of_service", table_name="service_reach")
    op.drop_table("service_reach")
    op.drop_index("referral_sent_by_council", table_name="referral", postgresql_where="from_partner IS NULL")
    op.drop_index("referral_sent", table_name="referral")
    op.drop_index("referral_received_by_council", table_name="referral", postgresql_where="partner_id IS NULL")
    op.drop_index("referral_received", table_name="referral")
    op.drop_index("referral_of_person", table_name="referral")
    op.drop_table("referral")
    op.drop_index("partner_by_age", table_name="partner")
    op.drop_table("partner")
    op.drop_table("known_case")
    op.drop_table("directory_service")
