"""Appointments at locations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "ba41a6d524a1"
down_revision = "f0683244885a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("to_be_moved", sa.Boolean(), nullable=False),
        sa.Column("booked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "appointment_at_location", "appointment", ["council", "location_id", "starts_at", "id"], unique=False
    )
    op.create_index("appointment_booked", "appointment", ["case_id"], unique=True, postgresql_where="state = 'booked'")
    op.create_index(
        "appointment_in_session",
        "appointment",
        ["session_id", "starts_at", "id"],
        unique=False,
        postgresql_where="state = 'booked'",
    )
    op.create_index("appointment_of_case", "appointment", ["case_id", "booked_at", "id"], unique=False)
    op.create_index("appointment_of_person", "appointment", ["person_id", "case_id"], unique=False)
    op.create_table(
        "location",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("accessibility", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("how_to_get_there", sa.String(), nullable=True),
        sa.Column("open", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shared_with", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("location_of_council", "location", ["council", "title", "id"], unique=False)
    op.create_table(
        "location_seat",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "starts_at", "number"),
    )
    op.create_table(
        "location_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("services", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("session_of_location", "location_session", ["location_id", "last_day"], unique=False)


def downgrade() -> None:
    op.drop_index("session_of_location", table_name="location_session")
    op.drop_table("location_session")
    op.drop_table("location_seat")
    op.drop_index("location_of_council", table_name="location")
    op.drop_table("location")
    op.drop_index("appointment_of_person", table_name="appointment")
    op.drop_index("appointment_of_case", table_name="appointment")
    op.drop_index("appointment_in_session", table_name="appointment", postgresql_where="state = 'booked'")
    op.drop_index("appointment_booked", table_name="appointment", postgresql_where="state = 'booked'")
    op.drop_index("appointment_at_location", table_name="appointment")
    op.drop_table("appointment")
