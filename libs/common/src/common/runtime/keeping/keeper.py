"""Sealing what is written and opening what was read: the one place where values and keys meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table

from common.contracts.base import Event
from common.contracts.keys import KeyClass, Sealed
from common.runtime.keeping import sealing
from common.runtime.keeping.keyring import Keyring, Keys
from common.runtime.keeping.sealing import KeyName
from common.runtime.keeping.secrets import DIGEST, NotOurs, Secrets
from common.runtime.sealed import ERASED, SealedColumn, blind_columns, holders, sealed_columns, sealed_fields, token_of
from common.runtime.store.work import Values, Work

_NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(slots=True)
class _Spot:
    """A value that is to be sealed, where it stands."""

    into: dict[str, Any]
    name: str
    mark: Sealed
    text: bool
    beside: Mapping[str, Any]
    person: UUID
    under: KeyClass


class Keeper:
    """What one service's sealed columns and fields go through."""

    def __init__(self, ring: Keyring, secrets: Secrets) -> None:
        self.ring = ring
        self.secrets = secrets

    async def seal(self, work: Work) -> None:
        """Seal what is to be, in place. The keys are there, and kept, when this returns."""
        self._blind(work)
        spots = [*_in_rows(work), *_in_events(work)]
        if not spots:
            return
        found = await self.ring.need({(spot.person, spot.under) for spot in spots}, work)
        once: dict[tuple[str, bytes], Any] = {}  # a row and what is said of it hold one text
        for spot in spots:
            same = spot.mark.place(spot.beside), orjson.dumps(spot.into[spot.name], default=str)
            if same not in once:
                once[same] = _sealed(spot, found[spot.person])
            spot.into[spot.name] = once[same]

    async def open(self, columns: Sequence[SealedColumn], records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The rows of a read, with what is sealed in them opened as far as there are keys."""
        rows = [dict(record) for record in records]
        tokens = [(row, column, token) for row in rows for column in columns if (token := _token(row, column))]
        found = await self._keys_for([(row[column.names[column.mark.person]], token) for row, column, token in tokens])
        for row, column, token in tokens:
            person = row[column.names[column.mark.person]]
            shown = _opened(token, found[person], column.mark, column.beside(row))
            row[column.name] = None if column.text and isinstance(shown, dict) else shown
        return rows

    async def have(self, persons: Iterable[UUID]) -> None:
        """Fetch the keys of these people together, before they are needed one by one."""
        await self.ring.of(persons)

    async def open_event(self, name: str, person: UUID | None, data: Values) -> bool:
        """Open what is sealed in an event, in place. False where a key for it is still to come."""
        event = Event.catalogue.get(name)
        spots = [
            (holder, path[-1], mark, token)
            for path, mark in (sealed_fields(event) if event and person else ())
            for holder in holders(data, path)
            if _is_token(holder[path[-1]], text=False) and (token := token_of(holder[path[-1]]))
        ]
        if not spots or person is None:
            return True
        keys = (await self._keys_for([(person, token) for *_, token in spots]))[person]
        for holder, field, mark, token in spots:
            holder[field] = _opened(token, keys, mark, holder)
        return keys.erased or all(_named(token) in {None, *keys.by_name} for *_, token in spots)

    async def _keys_for(self, tokens: Sequence[tuple[UUID, str]]) -> dict[UUID, Keys]:
        """The keys of the people whose values these are, those that are missing asked for once."""
        found = await self.ring.of({person for person, _ in tokens})
        missing = {
            (person, name)
            for person, token in tokens
            if not found[person].erased and (name := _named(token)) and name not in found[person].by_name
        }
        return found | await self.ring.seek(missing) if missing else found

    def _blind(self, work: Work) -> None:
        for table, rows in _written(work):
            for name, mark in blind_columns(table).items():
                for row in rows:
                    if (value := row.get(name)) and not value.startswith(DIGEST):
                        row[name] = self.secrets.blind(value, home=mark.home)

    def blind(self, text: str, *, home: str) -> str:
        """The digest by which `text` is found in one column."""
        return self.secrets.blind(text, home=home)

    def wrap(self, text: str, *, about: str) -> str:
        """A text that is nobody's in particular, as only this service can read it."""
        return self.secrets.wrap(text.encode(), about=about)

    def unwrap(self, text: str, *, about: str) -> str:
        """What was wrapped; a text from before anything was, as it is."""
        try:
            return self.secrets.unwrap(text, about=about).decode()
        except NotOurs:
            return text


def _named(token: str) -> KeyName | None:
    """The key that a token names; None where it names none."""
    try:
        return sealing.name_of(token)
    except sealing.Swapped:
        return None


def _written(work: Work) -> Iterator[tuple[Table, list[Values]]]:
    """The rows that are written, whole or in part, as they can be changed."""
    for table, rows in work.inserts.items():
        yield table, [row.__dict__ for row in rows]
    for table, puts in work.puts.items():
        yield table, [row.__dict__ for row in puts.values()]
    for table, changes in work.changes.items():
        yield table, [*changes.values()]


def _in_rows(work: Work) -> Iterator[_Spot]:
    for table, rows in _written(work):
        for column in sealed_columns(table):
            for row in rows:
                if column.name in row:
                    yield from _spot(row, column.name, column.mark, row[column.mark.person], text=column.text)


def _in_events(work: Work) -> Iterator[_Spot]:
    for said in work.said:
        for path, mark in sealed_fields(Event.catalogue[said["name"]]):
            for holder in holders(said["data"], path):
                yield from _spot(holder, path[-1], mark, said["person_id"], text=False)


def _spot(into: Values, name: str, mark: Sealed, person: UUID | None, *, text: bool) -> Iterator[_Spot]:
    """The value under this name, unless there is none, it is sealed already, or need not be."""
    value = into[name]
    under = mark.class_of(into)
    if under and person and value not in _NOTHING and not _is_token(value, text=text):
        yield _Spot(into, name, mark, text, into, UUID(str(person)), under)


def _sealed(spot: _Spot, keys: Keys) -> Any:
    key = keys.current(spot.under)
    if key is None:  # erased: nothing of theirs is kept
        return None if spot.text else ERASED
    token = sealing.seal(key, spot.into[spot.name], place=spot.mark.place(spot.beside))
    return token if spot.text else {"sealed": token}


def _token(row: Mapping[str, Any], column: SealedColumn) -> str | None:
    value = row[column.name]
    return token_of(value) if _is_token(value, text=column.text) else None


def _is_token(value: Any, *, text: bool) -> bool:
    return isinstance(value, str if text else dict) and token_of(value) is not None


def _opened(token: str, keys: Keys, mark: Sealed, beside: Mapping[str, Any]) -> Any:
    """The value; ERASED; or, where there is no key for it or it is not what it should be, as it is sealed."""
    if keys.erased:
        return ERASED
    try:
        key = keys.by_name.get(sealing.name_of(token))
        return sealing.opened(key, token, place=mark.place(beside)) if key else {"sealed": token}
    except sealing.Swapped:
        return {"sealed": token}
