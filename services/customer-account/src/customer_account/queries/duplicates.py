"""Who is like whom, and the pairs that officers look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.people.duplicates import ComparedView, ComparingView, DuplicateView, SideView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain.matching import Compared, compared, keys_of, may_be
from customer_account.queries import named
from customer_account.queries.clearance import cleared, look, refuse
from customer_account.queries.named import Pair, Told
from customer_account.queries.weights import weights

_COLUMNS = {"national_insurance_number": "nino"}


@dataclass(slots=True)
class Side:
    """What is held of one person that tells whether they are another."""

    visible_to: list[str] = field(default_factory=list)
    protected: bool = False
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def record(self) -> Compared:
        """It, as it is compared."""
        return compared(**_columns(self.told))

    @property
    def plain(self) -> Compared:
        """The part that tells nobody where somebody is or how to reach them."""
        return compared(**_columns({kind: self.told.get(kind) for kind in ("full_name", "date_of_birth")}))


def sides(told: Iterable[Told]) -> dict[UUID, Side]:
    """What was read, by person."""
    found: dict[UUID, Side] = defaultdict(Side)
    for fact in told:
        side = found[fact.person_id]
        side.visible_to, side.protected = fact.visible_to, fact.protected
        if isinstance(fact.value, str):  # else its person was erased
            side.told[fact.kind] = fact.value
    return found


async def like(read: Reading, record: Compared, *, council: str | None = None) -> dict[UUID, Side]:
    """Whoever could be somebody described so, among those that a council may see, or among all. Only of these keys are fetched."""
    keys = digests(read, record)
    seen: dict[str, Any] = {} if council is None else {"council": council}
    glimpsed = await read.all(named.GLIMPSED_FOR_COUNCIL if council else named.GLIMPSED, keys=sorted(keys), **seen)
    near = [
        each.person_id
        for each in glimpsed
        if may_be(
            record,
            compared(full_name=each.full_name, date_of_birth=each.date_of_birth),
            {keys[shared] for shared in each.shared},
            weights(),
        )
    ]
    if not near:
        return {}
    return sides(await read.all(named.TOLD_BY_FOR_COUNCIL if council else named.TOLD_BY, persons=near, **seen))


def digests(read: Reading, record: Compared) -> dict[UUID, str]:
    """What a record is looked up by, by the digest that is kept of it: the index tells nothing of anybody."""
    return {_digest(read.blind(key, home="match_key.key")): key for key in keys_of(record)}


def _digest(blinded: str) -> UUID:
    return UUID(bytes=blake2b(blinded.encode(), digest_size=16).digest())


def _columns(told: Mapping[str, Any]) -> dict[str, Any]:
    columns = {_COLUMNS.get(kind, kind): value for kind, value in told.items()}
    born = columns.pop("date_of_birth", None)
    return columns | {"date_of_birth": date.fromisoformat(born) if born else None}


async def possible_duplicates(read: Reading, *, limit: int, cursor: str | None) -> Page[DuplicateView]:
    """Pairs nobody has decided about, newest first; without those of protected people for who is not cleared."""
    at, row = place(cursor)
    asked = {"council": read.council, "cleared": cleared(read), "at": at, "row": row}
    pairs = await read.all(named.POSSIBLE_DUPLICATES, **asked, most=limit + 1)
    shown, following = cut(pairs, limit, at=lambda pair: (pair.row.suspected_at, pair.row.id))
    persons = {person for pair in shown for person in (pair.row.one_person, pair.row.other_person)}
    read.saw(sorted(persons), "went through records that may be of one person")
    return Page(items=[shown_duplicate(pair) for pair in shown], next=following)


async def possible_duplicate(read: Reading, duplicate_id: UUID, why: str) -> Pair:
    """A pair, for an officer whose council may see both. Raises NotFound or RecordRestricted."""
    pair = await read.one(named.POSSIBLE_DUPLICATE, duplicate_id=duplicate_id, council=read.council)
    if pair is None:
        raise NotFound
    persons = [pair.row.one_person, pair.row.other_person]
    if pair.protected and not cleared(read):
        refuse(read, persons, why)
    for person in persons:
        look(read, person, why, protected=pair.protected)
    return pair


async def comparing(read: Reading) -> ComparingView:
    """How far everybody has been compared anew. Raises NotFound where nothing says so."""
    row = await read.one(named.COMPARING)
    if row is None:
        raise NotFound
    return ComparingView(begun_at=row.begun_at, people=row.people, compared=row.compared, ended_at=row.ended_at)


def shown_duplicate(pair: Pair) -> DuplicateView:
    """A pair as officers see it."""
    row = pair.row
    people = zip((row.one_person, row.other_person), pair.names, pair.births, strict=True)
    return DuplicateView(
        duplicate_id=row.id,
        version=row.version,
        sides=[SideView(person_id=person, full_name=name, date_of_birth=born) for person, name, born in people],
        sure=row.sure,
        compared=[ComparedView(what=what, how=how) for what, how in row.compared.items()],
        suspected_at=row.suspected_at,
        outcome=row.outcome,
        decided_at=row.decided_at,
    )
