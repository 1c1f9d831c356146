"""an answer finds what was texted."""

import sqlalchemy as sa
from alembic import op

revision = "8d14c2f7a6e3"
down_revision = "5b7e0c41d2aa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("texted", sa.String(), nullable=True))
    op.add_column("message", sa.Column("answer_id", sa.Uuid(), nullable=True))
    op.create_index(
        "message_texted", "message", ["texted", "sent_at"], unique=False, postgresql_where="texted IS NOT NULL"
    )
    op.add_column("notify_callback", sa.Column("text_id", sa.Uuid(), nullable=True))
    op.add_column("notify_callback", sa.Column("phone", sa.String(), nullable=True))
    op.add_column("notify_callback", sa.Column("reply", sa.String(), nullable=True))


def downgrade() -> None:
    for name in ("reply", "phone", "text_id"):
        op.drop_column("notify_callback", name)
    op.drop_index("message_texted", table_name="message")
    op.drop_column("message", "answer_id")
    op.drop_column("message", "texted")
