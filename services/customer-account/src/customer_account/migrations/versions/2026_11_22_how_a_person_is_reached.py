"""how a person is reached."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "dd6537fb8f08"
down_revision = "ff0995a82cf8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_of_person",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=True),
        sa.Column("last_said", sa.Uuid(), nullable=True),
        sa.Column("trace", sa.String(), nullable=True),
        sa.Column("points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("preferences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("addresses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("protected_addresses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "protected_address",
        sa.Column("visible_to", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("uprn", sa.String(), nullable=True),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("protected_address_of_person", "protected_address", ["person_id"], unique=False)
    op.execute(
        "INSERT INTO contact_of_person (id, visible_to, version, points, preferences, addresses, protected_addresses) "
        "SELECT id, visible_to, 0, '[]', '{}', '[]', 0 FROM person"
    )


def downgrade() -> None:
    op.drop_index("protected_address_of_person", table_name="protected_address")
    op.drop_table("protected_address")
    op.drop_table("contact_of_person")
