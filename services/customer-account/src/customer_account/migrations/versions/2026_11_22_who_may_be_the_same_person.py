"""who may be the same person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "422a4aa72e66"
down_revision = "fa9f29aa3a0b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_key",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("key", "person_id"),
    )
    op.create_index("match_key_of_person", "match_key", ["person_id"], unique=False)
    op.create_table(
        "possible_duplicate",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("one_person", sa.Uuid(), nullable=False),
        sa.Column("other_person", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("compared", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("suspected_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("possible_duplicate_of_other", "possible_duplicate", ["other_person"], unique=False)
    op.create_index(
        "possible_duplicate_open",
        "possible_duplicate",
        ["suspected_at", "id"],
        unique=False,
        postgresql_where="outcome IS NULL",
    )
    op.create_index("possible_duplicate_pair", "possible_duplicate", ["one_person", "other_person"], unique=True)


def downgrade() -> None:
    op.execute("DELETE FROM onedoor.timer WHERE name = 'look_for_duplicates'")
    op.drop_index("possible_duplicate_pair", table_name="possible_duplicate")
    op.drop_index("possible_duplicate_open", table_name="possible_duplicate", postgresql_where="outcome IS NULL")
    op.drop_index("possible_duplicate_of_other", table_name="possible_duplicate")
    op.drop_table("possible_duplicate")
    op.drop_index("match_key_of_person", table_name="match_key")
    op.drop_table("match_key")
