"""The runtime's own tables, the same in every service's database: what was said, what is to be said, heard, parked, answered."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from common.runtime.tables import PlainRows, moment

SCHEMA = "onedoor"
metadata = MetaData(schema=SCHEMA)
_moment = TIMESTAMP(timezone=True)

# Everything this service ever said. Partitioned by the aggregate's birth (its id is a UUIDv7), so that one aggregate's
# events lie in one partition, its version stays unique, and retention drops whole partitions.
said = Table(
    "said",
    metadata,
    Column("aggregate_id", Uuid, nullable=False),
    Column("aggregate", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("era", Integer, nullable=False, server_default=text("0")),
    Column("follows", Integer, nullable=False, server_default=text("0")),  # the era of the version before
    Column("id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("person_id", Uuid),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("on_behalf_of", Uuid),  # the person a representative acted for, and by which representation
    Column("representation_id", Uuid),
    Column("correlation_id", Uuid, nullable=False),
    Column("causation_id", Uuid),
    Column("trace", Text),
    Column("occurred", _moment, nullable=False),
    Column("recorded", _moment, nullable=False),
    Column("data", JSONB, nullable=False),
    PrimaryKeyConstraint("aggregate_id", "aggregate", "version"),
    Index("said_of_person", "person_id", postgresql_where=text("person_id IS NOT NULL")),
    Index("said_id", "id"),  # a UUIDv7: the order in which things were said, in real time whatever the platform's clock
    postgresql_partition_by="RANGE (aggregate_id)",
)

# Ids only: what is not yet known to be safe in the stream.
to_say = Table(
    "to_say",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("aggregate_id", Uuid, nullable=False),
    Column("aggregate", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("queued_at", _moment, nullable=False, server_default=text("now()")),
)

# How far each subscriber has heard each aggregate. The row is its lock and its inbox.
mark = Table(
    "mark",
    metadata,
    Column("consumer", Text, nullable=False),
    Column("aggregate", Text, nullable=False),
    Column("aggregate_id", Uuid, nullable=False),
    Column("era", Integer, nullable=False, server_default=text("0")),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("last_id", Uuid),
    PrimaryKeyConstraint("consumer", "aggregate_id", "aggregate"),
)

# What came too early, or failed by its own fault, and what waits behind it.
parked = Table(
    "parked",
    metadata,
    Column("consumer", Text, nullable=False),
    Column("aggregate", Text, nullable=False),
    Column("aggregate_id", Uuid, nullable=False),
    Column("era", Integer, nullable=False, server_default=text("0")),
    Column("version", Integer, nullable=False),
    Column("follows", Integer, nullable=False, server_default=text("0")),
    Column("name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("parked_at", _moment, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("consumer", "aggregate_id", "aggregate", "version"),
)

# What a caller was answered under an idempotency key. `caller` is a digest: nobody reads another's answers.
answer = Table(
    "answer",
    metadata,
    Column("caller", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", Text, nullable=False),
    Column("looked", JSONB),  # whom it showed, why and in which case, where they are somebody else
    Column("about", ARRAY(Uuid)),  # everybody of whom something was said with it, or who was seen
    Column("recorded", _moment, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("caller", "key"),
    Index("answer_recorded", "recorded"),
)

# The next free number of each council's references; processes take blocks, so gaps are normal and nobody queues.
reference = Table(
    "reference",
    metadata,
    Column("council", Text, primary_key=True),
    Column("next", BigInteger, nullable=False, server_default=text("1")),
)

# A rebuild under way: which subscriber, since when, which owners have yet to finish saying again, and in which era those
# who have did it, by aggregate.
rebuild = Table(
    "rebuild",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("asked_at", _moment, nullable=False, server_default=text("now()")),
    Column("waiting_for", ARRAY(Text), nullable=False),
    Column("eras", JSONB, nullable=False, server_default=text("'{}'")),
)

# The eras of this service's said log after the first, each with the id it began at, and whether what its subscribers may
# have missed by the restore was asked for.
era = Table(
    "era",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("began", Uuid, nullable=False),
    Column("asked", Boolean, nullable=False, server_default=text("false")),
)

# The era of each owner that a subscriber's tables were last made in.
known_era = Table(
    "known_era",
    metadata,
    Column("consumer", Text, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("era", Integer, nullable=False),
    PrimaryKeyConstraint("consumer", "speaker"),
)

# What is to happen by itself once the platform's clock has passed a moment. Set again, it is moved. Columns of a fault are
# filled where it failed by its own fault and waits for an operator.
timer = Table(
    "timer",
    metadata,
    Column("name", Text, nullable=False),
    Column("aggregate_id", Uuid, nullable=False),
    Column("due_at", _moment, nullable=False),
    Column("council", Text, nullable=False),
    Column("correlation_id", Uuid, nullable=False),
    Column("causation_id", Uuid),
    Column("trace", Text),
    Column("details", JSONB),  # ids and codes that whoever is called needs to know
    Column("failed", Text),
    Column("failed_at", _moment),
    PrimaryKeyConstraint("aggregate_id", "name"),
    Index("timer_due", "due_at", "aggregate_id", postgresql_where=text("failed IS NULL")),
    Index("timer_failed", "failed_at", postgresql_where=text("failed IS NOT NULL")),
)

# Whose keys were destroyed. Both databases of the service that makes keys have this list, so that no restored backup of one
# brings back what the other knows to be gone.
erased = Table(
    "erased",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("at", _moment, nullable=False, server_default=text("now()")),
    Index("erased_at", "at"),
)


class Ledger(SQLModel, metaclass=PlainRows, registry=registry(metadata=metadata)):
    """Those of these tables whose rows subscribers of the runtime's own write."""


class ToErase(Ledger, table=True):
    """Somebody whom this service is to hold nothing of: under the id of the request for it, all ids that lead to them.

    It is asked in rounds, and up to the round `done` it is; `told`: whoever asked waits to hear so. Nobody takes a row away.
    """

    __tablename__ = "to_erase"
    __table_args__ = (
        Index("to_erase_at", "at"),
        Index("to_erase_pending", "id", postgresql_where=text("round > done")),
    )

    id: UUID = Field(primary_key=True)
    persons: list[UUID] = Field(sa_type=ARRAY(Uuid))
    round: int
    done: int = 0
    told: bool = True
    at: datetime = moment(
        default_factory=lambda: datetime.now(UTC)
    )  # in real time, of which clocks agree within minutes


# What people asked us not to do with their data: not to use it at all (no purpose), or not for a purpose. One row a request;
# what is over stays, so that what was said meanwhile is heard the same however late.
limited = Table(
    "limited",
    metadata,
    Column("request_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("purpose", Text),
    Column("since", _moment, nullable=False),
    Column("until", _moment),
    Index("limited_person", "person_id"),
)

# The keys of people that this service was granted, or made before it could be; wrapped with its own secret. It is left out of
# backups: what is missing is asked for again.
granted_key = Table(
    "granted_key",
    metadata,
    Column("person_id", Uuid, nullable=False),
    Column("class", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("wrapped", Text, nullable=False),
    Column("known_to_owner", Boolean, nullable=False),
    Column("at", _moment, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("person_id", "class", "version"),
    Index("granted_key_to_tell", "at", postgresql_where=text("NOT known_to_owner")),
)

# Up to which event this service has seen to it that what it said lies sealed. One row.
sealed_up_to = Table(
    "sealed_up_to",
    metadata,
    Column("said", Uuid, primary_key=True),
)

# Rotations of keys: from which version on everything is sealed, whether that is done here, and since when it is everywhere.
rotation = Table(
    "rotation",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("finished", Boolean, nullable=False, server_default=text("false")),
    Column("everywhere_at", _moment),
)

# Legal holds on people, as customer-account says them: while there is one, nothing of its person goes by itself.
held = Table(
    "held",
    metadata,
    Column("hold_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Index("held_person", "person_id"),
)

# What went by itself when its time was over: how much of what, by which schedule, when. Nobody is named in it.
destruction = Table(
    "destruction",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("of", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("at", _moment, nullable=False),
    Column("records", Integer, nullable=False),
    Column("schedule", Text, nullable=False),
)

WRITERS_READ = {"said": ("id", "aggregate_id", "aggregate", "version"), "to_say": (), "timer": ("name", "aggregate_id")}
