"""Journeys are numbered for each council: of what is there, each row's council is that of its journey's steps."""

import sqlalchemy as sa
from alembic import op

revision = "443bef23e2f9"
down_revision = "98ff894b6754"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default stands for rows without a step, and for what a service of the last release still writes.
    op.add_column("journey_of", sa.Column("council", sa.String(), nullable=False, server_default=""))
    op.execute(
        "UPDATE journey_of SET council = evidence.council FROM evidence "
        "WHERE evidence.journey = journey_of.journey AND evidence.sequence = 1"
    )
    op.drop_constraint("journey_of_pkey", "journey_of", type_="primary")
    op.create_primary_key("journey_of_pkey", "journey_of", ["aggregate_id", "aggregate", "council"])


def downgrade() -> None:
    op.drop_constraint("journey_of_pkey", "journey_of", type_="primary")
    op.create_primary_key("journey_of_pkey", "journey_of", ["aggregate_id", "aggregate"])
    op.drop_column("journey_of", "council")
