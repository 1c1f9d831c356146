"""what was said, asked anew, and begun."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "08052679844f"
down_revision = "96f1b5be7276"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("promised", sa.String(), nullable=True),
        sa.Column("promised_by", sa.Date(), nullable=True),
        sa.Column("demand", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("helped_how", sa.String(), nullable=True),
        sa.Column("helped_where", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("contact_of_person", "contact", ["person_id", "at", "id"], unique=False)
    op.create_index("contact_over", "contact", ["council", "at"], unique=False)
    op.create_table(
        "draft",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_answers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("at_question", sa.String(), nullable=True),
        sa.Column("begun_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("kept_until", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("draft_of_person", "draft", ["person_id", "begun_at", "id"], unique=False)
    op.create_table(
        "draft_touch",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("helped_how", sa.String(), nullable=True),
        sa.Column("helped_where", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("draft_id", "number"),
    )
    op.create_index("draft_touch_of_person", "draft_touch", ["person_id"], unique=False)
    op.add_column("interaction", sa.Column("asked", sa.String(), nullable=True))
    op.add_column("interaction", sa.Column("said", sa.String(), nullable=True))
    op.add_column("interaction", sa.Column("promised", sa.String(), nullable=True))
    op.add_column("interaction", sa.Column("promised_by", sa.Date(), nullable=True))
    op.add_column("interaction", sa.Column("demand", sa.String(), nullable=True))
    op.add_column("interaction", sa.Column("failure", sa.String(), nullable=True))
    op.add_column("interaction", sa.Column("helped_how", sa.String(), nullable=True))
    op.add_column("interaction", sa.Column("helped_where", sa.String(), nullable=True))
    op.create_index("interaction_of_person_newest", "interaction", ["person_id", "at", "id"], unique=False)
    op.add_column("known_fact", sa.Column("fresh_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("known_fact", "fresh_until")
    op.drop_index("interaction_of_person_newest", table_name="interaction")
    op.drop_column("interaction", "helped_where")
    op.drop_column("interaction", "helped_how")
    op.drop_column("interaction", "failure")
    op.drop_column("interaction", "demand")
    op.drop_column("interaction", "promised_by")
    op.drop_column("interaction", "promised")
    op.drop_column("interaction", "said")
    op.drop_column("interaction", "asked")
    op.drop_index("draft_touch_of_person", table_name="draft_touch")
    op.drop_table("draft_touch")
    op.drop_index("draft_of_person", table_name="draft")
    op.drop_table("draft")
    op.drop_index("contact_over", table_name="contact")
    op.drop_index("contact_of_person", table_name="contact")
    op.drop_table("contact")
