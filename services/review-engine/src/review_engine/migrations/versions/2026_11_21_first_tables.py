"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "98ff894b6754"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "birth_month",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "evidence",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("source", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("journey", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("transition", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("came_by", sa.String(), nullable=True),
        sa.Column("occurred", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reached", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("previous_activity", sa.String(), nullable=True),
        sa.Column("seconds_since", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("source", "version"),
    )
    op.create_index("evidence_of_journey", "evidence", ["journey", "sequence"], unique=False)
    op.create_index("evidence_of_person", "evidence", ["person"], unique=False, postgresql_where="person IS NOT NULL")
    op.create_index("evidence_of_service", "evidence", ["council", "service", "occurred"], unique=False)
    op.create_table(
        "journey_of",
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("source", sa.Uuid(), nullable=False),
        sa.Column("journey", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("aggregate_id", "aggregate"),
        sa.UniqueConstraint("source"),
    )
    op.create_table(
        "pseudonym",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("pseudonym"),
    )


def downgrade() -> None:
    op.drop_table("pseudonym")
    op.drop_table("journey_of")
    op.drop_index("evidence_of_service", table_name="evidence")
    op.drop_index("evidence_of_person", table_name="evidence", postgresql_where="person IS NOT NULL")
    op.drop_index("evidence_of_journey", table_name="evidence")
    op.drop_table("evidence")
    op.drop_table("birth_month")
