"""what was put right."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "731d30631beb"
down_revision = "73e7268f39eb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rights_request", sa.Column("fact_id", sa.Uuid(), nullable=True))
    op.add_column("rights_request", sa.Column("says", sa.String(), nullable=True))
    op.add_column("rights_request", sa.Column("waits_since", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column(
        "rights_request",
        sa.Column("receivers", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column("rights_request", sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_index(
        "rights_request_of_fact",
        "rights_request",
        ["fact_id", "person_id"],
        unique=False,
        postgresql_where="fact_id IS NOT NULL",
    )
    op.create_index(
        "rights_request_running",
        "rights_request",
        ["person_id", "right", "purpose", "fact_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where="ended_at IS NULL",
    )
    op.drop_index("rights_request_open", table_name="rights_request", postgresql_where="ended_at IS NULL")
    open_still = "ended_at IS NULL AND status <> 'done'"
    op.create_index(
        "rights_request_open", "rights_request", ["due_on", "id"], unique=False, postgresql_where=open_still
    )


def downgrade() -> None:
    op.drop_index("rights_request_running", table_name="rights_request")
    op.drop_index("rights_request_of_fact", table_name="rights_request")
    op.drop_index("rights_request_open", table_name="rights_request")
    op.create_index(
        "rights_request_open", "rights_request", ["due_on", "id"], unique=False, postgresql_where="ended_at IS NULL"
    )
    op.drop_column("rights_request", "ends_at")
    op.drop_column("rights_request", "receivers")
    op.drop_column("rights_request", "waits_since")
    op.drop_column("rights_request", "says")
    op.drop_column("rights_request", "fact_id")
