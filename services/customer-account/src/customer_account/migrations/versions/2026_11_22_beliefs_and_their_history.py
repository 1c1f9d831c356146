"""beliefs and their history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "ff0995a82cf8"
down_revision = "3370190f4c01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fact", sa.Column("known_from", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("fact", sa.Column("known_until", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("fact", sa.Column("until_because", sa.String(), nullable=True))
    op.add_column("fact", sa.Column("effective_to", sa.Date(), nullable=True))
    op.add_column("fact", sa.Column("fresh_until", sa.Date(), nullable=True))
    op.add_column("fact", sa.Column("evidence", sa.String(), nullable=True))
    # What was held so far was known since it was told, and until something else was.
    op.execute("UPDATE fact SET known_from = told_at")
    op.execute(
        "UPDATE fact old SET known_until = new.told_at, until_because = 'superseded' "
        "FROM fact new WHERE new.supersedes = old.fact_id AND NOT old.current"
    )
    op.alter_column("fact", "known_from", nullable=False)
    op.drop_constraint("fact_pkey", "fact", type_="primary")
    op.create_primary_key("fact_pkey", "fact", ["fact_id", "known_from"])
    op.create_index("fact_history", "fact", ["person_id", "kind", "known_from", "fact_id"], unique=False)
    op.create_index("fact_known", "fact", ["person_id", "kind"], unique=False, postgresql_where="known_until IS NULL")


def downgrade() -> None:
    op.drop_index("fact_known", table_name="fact", postgresql_where="known_until IS NULL")
    op.drop_index("fact_history", table_name="fact")
    op.execute("DELETE FROM fact WHERE until_because IN ('verified', 'disputed', 'expired')")
    op.execute(
        "DELETE FROM fact a USING fact b WHERE a.fact_id = b.fact_id AND (a.current, a.known_from) < (b.current, b.known_from)"
    )
    op.drop_constraint("fact_pkey", "fact", type_="primary")
    op.create_primary_key("fact_pkey", "fact", ["fact_id"])
    op.drop_column("fact", "evidence")
    op.drop_column("fact", "fresh_until")
    op.drop_column("fact", "effective_to")
    op.drop_column("fact", "until_because")
    op.drop_column("fact", "known_until")
    op.drop_column("fact", "known_from")
