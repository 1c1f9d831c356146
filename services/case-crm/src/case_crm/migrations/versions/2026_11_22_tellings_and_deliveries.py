"""tellings and deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "96f1b5be7276"
down_revision = "625c7380b4dd"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("telling_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("consent_by", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("interest", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("to_partner", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("escalates_to", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("sends", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fact_kinds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("guarded", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("effect", sa.String(), nullable=True),
        sa.Column("effective_date", sa.Date(), nullable=True),
        sa.Column("acknowledge_by", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("act_by", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("planned_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("delivered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("acknowledged_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("escalated_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("council", "telling_id", "interest", "sends"),
    )
    op.create_index("delivery_of_person", "delivery", ["person_id", "telling_id"], unique=False)
    op.create_index("delivery_of_root", "delivery", ["root_id"], unique=False)
    op.create_index("delivery_of_telling", "delivery", ["telling_id"], unique=False)
    op.create_index(
        "delivery_of_who_agrees", "delivery", ["consent_by", "status", "recipient", "purpose"], unique=False
    )
    op.create_index("delivery_over", "delivery", ["council", "planned_at"], unique=False)
    op.create_index(
        "delivery_queue",
        "delivery",
        ["council", "act_by", "id"],
        unique=False,
        postgresql_where="ended_at IS NULL AND delivered_at IS NOT NULL",
    )
    op.create_table(
        "known_consent",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "recipient", "purpose"),
    )
    op.create_table(
        "telling",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("told_to", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("other_person_id", sa.Uuid(), nullable=True),
        sa.Column("life_event", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("said_no", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("registrar", sa.String(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("reference_in_use", sa.String(), nullable=True),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("linked_to", sa.Uuid(), nullable=True),
        sa.Column("begun_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("confirmed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference_in_use", "person_id"),
    )
    op.create_index("telling_of_other_person", "telling", ["other_person_id"], unique=False)
    op.create_index("telling_of_life_event", "telling", ["person_id", "life_event"], unique=False)
    op.create_index("telling_of_person", "telling", ["person_id", "begun_at", "id"], unique=False)
    op.create_index("telling_over", "telling", ["begun_at"], unique=False)
    op.create_index(
        "telling_to_look_at",
        "telling",
        ["begun_at", "id"],
        unique=False,
        postgresql_where="status IN ('confirmed', 'in_progress')",
    )
    op.create_index(
        "telling_under_way",
        "telling",
        ["told_to", "begun_at"],
        unique=False,
        postgresql_where="status IN ('confirmed', 'in_progress')",
    )


def downgrade() -> None:
    op.drop_index("telling_under_way", table_name="telling", postgresql_where="status IN ('confirmed', 'in_progress')")
    op.drop_index("telling_to_look_at", table_name="telling", postgresql_where="status IN ('confirmed', 'in_progress')")
    op.drop_index("telling_over", table_name="telling")
    op.drop_index("telling_of_life_event", table_name="telling")
    op.drop_index("telling_of_person", table_name="telling")
    op.drop_index("telling_of_other_person", table_name="telling")
    op.drop_table("telling")
    op.drop_table("known_consent")
    op.drop_index(
        "delivery_queue", table_name="delivery", postgresql_where="ended_at IS NULL AND delivered_at IS NOT NULL"
    )
    op.drop_index("delivery_over", table_name="delivery")
    op.drop_index("delivery_of_who_agrees", table_name="delivery")
    op.drop_index("delivery_of_telling", table_name="delivery")
    op.drop_index("delivery_of_root", table_name="delivery")
    op.drop_index("delivery_of_person", table_name="delivery")
    op.drop_table("delivery")
