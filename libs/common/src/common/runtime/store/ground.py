"""What every transaction of a service stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from common.runtime.objects import NoObjects, NoShelf, Objects, Shelf
from common.runtime.settings import Council
from common.runtime.store.copies import Copies
from common.runtime.store.eras import Eras
from common.runtime.store.erased import Erased
from common.runtime.store.work import Values, Work


class Keeps(Protocol):
    """What sealed columns and fields go through on their way in and out."""

    async def seal(self, work: Work) -> None: ...

    async def open(
        self, columns: Sequence[Any], records: Sequence[Mapping[str, Any]]
    ) -> Sequence[Mapping[str, Any]]: ...

    async def have(self, persons: Iterable[UUID]) -> None: ...

    async def open_event(self, name: str, person: UUID | None, data: Values) -> bool: ...

    def blind(self, text: str, *, home: str) -> str: ...

    def wrap(self, text: str, *, about: str) -> str: ...

    def unwrap(self, text: str, *, about: str) -> str: ...


class NothingSealed:
    """For a service that has no secrets, and so neither sealed columns nor sealed fields: all is as it is."""

    async def seal(self, work: Work) -> None:
        return None

    async def open(self, columns: Sequence[Any], records: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        return records

    async def have(self, persons: Iterable[UUID]) -> None:
        return None

    async def open_event(self, name: str, person: UUID | None, data: Values) -> bool:
        return True

    def blind(self, text: str, *, home: str) -> str:
        raise RuntimeError(f"{home} is found by a digest, and there is no key for it")

    def wrap(self, text: str, *, about: str) -> str:
        return text

    def unwrap(self, text: str, *, about: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class Ground:
    """The councils of this platform by id, the eras of this service's said log, the files and names it was told of, and what
    its sealed values go through; the object store, its shelf there and who looks for malware; who was erased, and how far its
    copies are behind."""

    councils: Mapping[str, Council] = field(default_factory=dict)
    eras: Eras = field(default_factory=Eras)
    audit_key_file: Path | None = None
    sign_in_file: Path | None = None
    signing_keys_file: Path | None = None
    resident_issuer: str | None = None
    partner_issuer: str | None = None
    notify_file: Path | None = None
    outbox: Path | None = None
    keeper: Keeps = field(default_factory=NothingSealed)
    objects: Objects = field(default_factory=NoObjects)
    shelf: Shelf = field(default_factory=NoShelf)
    clamd: str | None = None
    erased: Erased = field(default_factory=Erased)
    copies: Copies = field(default_factory=Copies)
    invented: bool = False  # whether people here are, so that numbers which nobody was given are taken


NOWHERE = Ground()
"""A platform without councils, in its first era."""
