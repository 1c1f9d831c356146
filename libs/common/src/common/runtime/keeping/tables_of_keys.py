"""The tables of the key database: every person's keys, wrapped, and who was erased."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, PrimaryKeyConstraint, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

metadata = MetaData()

# A key is never changed but by being wrapped anew. Of a class the latest version seals; older ones open what they sealed.
person_key = Table(
    "person_key",
    metadata,
    Column("person_id", Uuid, nullable=False),
    Column("class", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("wrapped", Text, nullable=False),
    Column("made_at", TIMESTAMP(timezone=True), nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("person_id", "class", "version"),
)

# Whose keys were destroyed. Nobody takes a row away, and no key is made for who is here.
erased = Table(
    "erased",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("at", TIMESTAMP(timezone=True), nullable=False, server_default=text("now()")),
    Index("erased_at", "at"),
)

KEEPER = "keeper"
"""The one role that logs in to the key database."""


def package_of_keys(package: str) -> str:
    """What the key database of a service, and the roles of it, are named after."""
    return f"{package}_keys".replace("-", "_")


def grants(keeper: str) -> list[str]:
    """What the keeper may do, said after each migration."""
    return [
        f"GRANT USAGE ON SCHEMA public TO {keeper}",
        f"GRANT SELECT, INSERT, DELETE, UPDATE (wrapped) ON person_key TO {keeper}",
        f"GRANT SELECT, INSERT ON erased TO {keeper}",
    ]
