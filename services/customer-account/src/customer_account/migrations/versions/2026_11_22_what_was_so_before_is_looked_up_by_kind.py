"""what was so before is looked up by kind."""

from alembic import op

revision = "fa9f29aa3a0b"
down_revision = "0d974cc9cf2b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("fact_known", table_name="fact", postgresql_where="known_until IS NULL")
    op.create_index(
        "fact_past", "fact", ["person_id", "kind"], unique=False, postgresql_where="known_until IS NULL AND NOT current"
    )


def downgrade() -> None:
    op.drop_index("fact_past", table_name="fact", postgresql_where="known_until IS NULL AND NOT current")
    op.create_index("fact_known", "fact", ["person_id", "kind"], unique=False, postgresql_where="known_until IS NULL")
