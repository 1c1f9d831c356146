"""What a command or a subscriber holds: load, decide, write. Nothing is sent before everything is committed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import SQLModel

from common.contracts.base import PARTNERSHIP, Event, Refusal
from common.runtime.ids import new_id
from common.runtime.principal import Principal
from common.runtime.query import Query
from common.runtime.reading import Alone, Opens, Reading
from common.runtime.reminders import Timer, reminder
from common.runtime.saying.said import stamp, story_of
from common.runtime.sealed import sealed_columns
from common.runtime.store.ground import NOWHERE, Ground
from common.runtime.store.work import Work, keep, key_of, table_of, values_of
from common.runtime.tables import Aggregate

T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)


class ReadAfterWrite(Exception):
    """Load, decide, write: a read after the first write would not see it."""


class ChangedMeanwhile(Refusal, status=412):
    """Somebody else changed this since you read it. Read it again, then decide."""


class Transaction(Reading):
    """A write session: rows and events are buffered, and written together in as few statements as it takes."""

    def __init__(
        self,
        me: Principal,
        *,
        now: datetime,
        opens: Opens,
        alone: Alone | None = None,
        ground: Ground = NOWHERE,
        story: UUID | None = None,
        cause: UUID | None = None,
        caller: str | None = None,
        references: Callable[[str], Awaitable[str]] | None = None,
        outside: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(me, now=now, opens=opens, alone=alone, ground=ground)
        self.story = story or new_id()
        self.cause = cause
        self._references = references
        self._outside = {} if outside is None else outside
        self.work = Work(
            council=me.council, person=me.person_id, caller=caller, partner=me.partner, officers=me.shown_as
        )
        self.after: list[str] = []
        self.expected: int | None = None

    async def _fetch(self, query: Query[T], given: Mapping[str, Any], *, first: bool, counts: bool = True) -> list[T]:
        self._only_loading()
        return await super()._fetch(query, given, first=first, counts=counts)

    def _only_loading(self) -> None:
        if not self.work.empty():
            raise ReadAfterWrite("load, decide, write: what is read comes before the first write")

    async def reference(self, council: str | None = None) -> str:
        """A new reference of this council, for a person to read aloud; or of another, where what follows from this is theirs."""
        if self._references is None:
            raise RuntimeError("references are given to callers, not to subscribers")
        return await self._references(council or self.council)

    async def ask_outside(self, what: str, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer of a system that is not ours. However often this request is begun again, it is asked once.

        No connection is held while it is waited for: what is read afterwards is read from a new snapshot.
        """
        self._only_loading()
        if what not in self._outside:
            await self.release()
            self._outside[what] = await ask()
        answer: T = self._outside[what]
        return answer

    def become(self, me: Principal) -> None:
        """Go on as the person who, as this request found out, is asking: what is written is theirs. Reads go on as before."""
        self._only_loading()
        self.me = me
        self.work.council, self.work.person = me.council, me.person_id

    def add(self, row: Row) -> Row:
        """A new row. Where its key is taken meanwhile, the command is run again and finds it."""
        self.work.inserts.setdefault(table_of(row), []).append(row)
        return row

    def put(self, row: Row) -> Row:
        """A row of a projection: new, or in place of the one with its key."""
        table = table_of(row)
        self.work.puts.setdefault(table, {})[key_of(table, values_of(row))] = row
        return row

    def change(self, row: Row, **changes: Any) -> Row:
        """Change named columns of a row that was read; the others are left as they are.

        Where another changed an aggregate's row meanwhile, so that it has another version by now, the command is run again.
        """
        table = table_of(row)
        if self._is_new(row):
            keep(row, **changes)
            return row
        self._guard(row)
        keep(row, **changes)
        key = {column.name: getattr(row, column.name) for column in table.primary_key.columns}
        sealed_by = [name for each in sealed_columns(table) if each.name in changes for name in each.mark.beside]
        beside = {name: getattr(row, name) for name in sealed_by}
        self.work.changes.setdefault(table, {}).setdefault(key_of(table, key), key).update(beside | changes)
        return row

    def remove(self, row: SQLModel) -> None:
        """Take a row away; an aggregate's only as it was read, as with a change. After something was said of it: `say_last`."""
        self._guard(row)
        table, values = table_of(row), values_of(row)
        if key_of(table, values) in self.work.changes.get(table, {}):
            raise TypeError(
                f"a row of {table.name} is changed and taken away at once, and would stay: say its end by say_last"
            )
        self.work.removals.setdefault(table, []).append(values)

    def say(
        self,
        event: Event,
        on: Aggregate,
        *,
        about: UUID | None = None,
        council: str | None = None,
        occurred: datetime | None = None,
    ) -> UUID:
        """Say `event` as the next version of the aggregate whose home row is `on`. Gives the event's id."""
        self.story = story_of(on) or self.story  # what was begun earlier goes on under its own story
        if not (new := self._is_new(on)):
            self._guard(on)
        row = self._stamped(event, on, about=about, council=council, occurred=occurred)
        self.work.said.append(row)
        self.after.append(f"{event.aggregate}/{on.id}@{on.version}")
        if not new:
            kept = {
                "version": on.version,
                "correlation_id": on.correlation_id,
                "last_said": on.last_said,
                "trace": on.trace,
            }
            self.change(on, **kept)
        event_id: UUID = row["id"]
        return event_id

    def say_once(
        self, event: Event, *, about: UUID | None = None, council: str | None = None, id: UUID | None = None
    ) -> UUID:
        """Say the only event an aggregate will ever have: it has no row here. Gives the aggregate's id, minted unless given."""
        home = Aggregate(id=id or new_id())
        self.work.said.append(self._stamped(event, home, about=about, council=council))
        return home.id

    def say_last(self, event: Event, on: Aggregate) -> None:
        """Say the last thing of an aggregate, of nobody: its home row is taken away with it.

        What is said of somebody who was erased is acted on nowhere, and this has to be.
        """
        self._guard(on)
        self.work.said.append(self._stamped(event, on) | {"person_id": None})
        self.remove(on)

    def remind(self, timer: Timer, about: Aggregate, *, at: datetime, details: dict[str, Any] | None = None) -> None:
        """Have `timer` ring for `about` once the moment `at` has passed. Set again, it is moved. Say first, then remind.

        `details` are ids and codes for whoever is called, where no row of the service has them.
        """
        council = getattr(about, "council", None) or self.me.council or PARTNERSHIP
        row = reminder(timer, about, at=at, council=council, story=self.story, cause=self.cause, details=details)
        self.work.timers[timer.name, about.id] = row

    def forget(self, timer: Timer, about: Aggregate) -> None:
        """Have `timer` not ring for `about`, if it is set."""
        self.work.timers[timer.name, about.id] = None

    def destroy_keys(self, person_id: UUID) -> None:
        """Nobody is to read any more what was sealed of this person: their keys are destroyed, and none is made for them again."""
        self.work.erased.append({"person_id": person_id})

    def edits(self, row: Aggregate) -> None:
        """This request changes `row`: refused where the caller's If-Match names another version."""
        if self.expected is not None and row.version != self.expected:
            raise ChangedMeanwhile

    def _stamped(
        self,
        event: Event,
        on: Aggregate,
        *,
        about: UUID | None = None,
        council: str | None = None,
        occurred: datetime | None = None,
    ) -> dict[str, Any]:
        return stamp(
            event,
            on,
            me=self.me,
            now=self.now,
            eras=self.ground.eras,
            occurred=occurred,
            council=council,
            about=about,
            story=self.story,
            cause=self.cause,
        )

    def _guard(self, row: SQLModel) -> None:
        """Have what is written of an aggregate's row count only while it has the version it was read at.

        One that is named by its key alone, without its version, was not read.
        """
        given = row.model_fields_set
        read = "version" in row.__dict__ and (not given or "version" in given)  # it has a default
        if isinstance(row, Aggregate) and read:
            table = table_of(row)
            self.work.guards.setdefault(table, {}).setdefault(key_of(table, values_of(row)), row.version)

    def _is_new(self, on: SQLModel) -> bool:
        table = table_of(on)
        written = [*self.work.inserts.get(table, ()), *self.work.puts.get(table, {}).values()]
        return any(row is on for row in written)
