"""how far was agreed, and what was told first with a telling."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "63462577a057"
down_revision = "f4269a510a2f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("delivery", "known_consent"):
        op.add_column(table, sa.Column("field_groups", postgresql.JSONB(), server_default="[]", nullable=False))
    said_at = sa.Column("said_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.func.now(), nullable=False)
    op.add_column("known_consent", said_at)
    op.add_column("telling", sa.Column("told_facts", postgresql.JSONB(), server_default="{}", nullable=False))
    op.drop_index("telling_under_way", table_name="telling")
    op.drop_index("delivery_over", table_name="delivery")
    op.create_index("delivery_over", "delivery", ["council", "ended_at"])
    op.drop_index("telling_over", table_name="telling")
    over = "status IN ('completed', 'completed_with_exceptions', 'superseded', 'withdrawn', 'expired', 'linked')"
    op.create_index("telling_over", "telling", ["begun_at"], postgresql_where=over)
    known = "registrar IS NOT NULL"
    op.create_index("telling_with_reference", "telling", ["registrar", "person_id"], postgresql_where=known)


def downgrade() -> None:
    op.drop_index("telling_with_reference", table_name="telling")
    op.drop_index("telling_over", table_name="telling")
    op.create_index("telling_over", "telling", ["begun_at"])
    op.drop_index("delivery_over", table_name="delivery")
    op.create_index("delivery_over", "delivery", ["council", "planned_at"])
    running = "status IN ('confirmed', 'in_progress')"
    op.create_index("telling_under_way", "telling", ["told_to", "begun_at"], postgresql_where=running)
    op.drop_column("telling", "told_facts")
    op.drop_column("known_consent", "said_at")
    op.drop_column("known_consent", "field_groups")
    op.drop_column("delivery", "field_groups")
