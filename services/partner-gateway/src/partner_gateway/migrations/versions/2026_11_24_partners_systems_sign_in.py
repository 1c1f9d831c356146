"""partners' systems sign in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d81f3b6c09a7"
down_revision = "c27d80f1a6e4"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
_AGGREGATE = (
    ("id", sa.Uuid(), False),
    ("version", sa.Integer(), False),
    ("correlation_id", sa.Uuid(), True),
    ("last_said", sa.Uuid(), True),
    ("trace", sa.String(), True),
)


def upgrade() -> None:
    op.create_table(
        "partner_client",
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in _AGGREGATE),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("requests_a_minute", sa.Integer(), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("clients_of_partner", "partner_client", ["partner_id", "registered_at", "id"])
    op.create_table(
        "client_key",
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in _AGGREGATE),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("alg", sa.String(), nullable=False),
        sa.Column("jwk", postgresql.JSONB(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("client_key_of_client", "client_key", ["client_id", "kid"], unique=True)
    op.create_table(
        "used_assertion",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("used_assertion_over", "used_assertion", ["ends_at"])


def downgrade() -> None:
    for table in ("used_assertion", "client_key", "partner_client"):
        op.drop_table(table)
