"""files and places of cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b5e238d13398"
down_revision = "79a75c9fb6ac"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("scanned", sa.String(), nullable=False),
        sa.Column("lies", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("added_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attachment_of_case", "attachment", ["case_id", "added_at"], unique=False)
    op.create_index("attachment_of_person", "attachment", ["person_id", "case_id"], unique=False)
    op.create_table(
        "case_duplicate",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("of_case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "case_follower",
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("followed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person_id"),
    )
    op.create_index("case_follower_of_person", "case_follower", ["person_id", "followed_at", "case_id"], unique=False)
    op.create_index("case_follower_over", "case_follower", ["council", "followed_at"], unique=False)
    op.create_table(
        "case_place",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("council", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("told_to_resident", sa.String(), nullable=False),
        sa.Column("going_on", sa.Boolean(), nullable=False),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index(
        "case_place_near", "case_place", ["council", "service", "lat", "lon"], unique=False, postgresql_where="going_on"
    )


def downgrade() -> None:
    op.drop_index("case_place_near", table_name="case_place", postgresql_where="going_on")
    op.drop_table("case_place")
    op.drop_index("case_follower_over", table_name="case_follower")
    op.drop_index("case_follower_of_person", table_name="case_follower")
    op.drop_table("case_follower")
    op.drop_table("case_duplicate")
    op.drop_index("attachment_of_person", table_name="attachment")
    op.drop_index("attachment_of_case", table_name="attachment")
    op.drop_table("attachment")
