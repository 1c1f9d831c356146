"""What is forgotten: which case steps were of, when it is gone; whose they were, when somebody objects or is erased."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.contracts.base import Event
from common.contracts.cases import CaseDestroyed, Status
from common.contracts.feedback import FeedbackInvited
from common.contracts.people.equality import EqualityProfileRecorded
from common.contracts.people.holds import LegalHoldLifted, LegalHoldPlaced
from common.contracts.people.limits import ObjectionEnded, ObjectionUpheld
from common.contracts.people.rights import ErasureRequested
from common.runtime.ids import new_id
from common.testing.stream import Row, said

# Where there is something under the id or the number of a person.
KNOWN = {
    "pseudonym": "person_id",
    "birth_month": "person",
    "characteristics": "person",
    "evidence": "person",
}
ALL = {"pseudonym": 1, "birth_month": 1, "characteristics": 1, "evidence": 3}
NOTHING = dict.fromkeys(KNOWN, 0)


@dataclass
class Known:
    """A person with a case, who was asked how it went, and who told when they were born and what they believe."""

    town: Any
    case: Any
    invitation: UUID
    profile: UUID
    number: UUID | None = None

    @property
    def id(self) -> UUID:
        found: UUID = self.case.person
        return found

    async def counts(self) -> dict[str, int]:
        """How many rows there are under their id and the number that was drawn first."""
        ids = [self.id, self.number]
        return {
            table: len(await self.town.sql(f"SELECT 1 FROM {table} WHERE {column} = ANY($1)", ids))
            for table, column in KNOWN.items()
        }

    async def numbered(self) -> list[str]:
        """Of what there are numbers of journeys that are theirs."""
        sql = "SELECT aggregate FROM journey_of WHERE aggregate_id = ANY($1) ORDER BY 1"
        return [row["aggregate"] for row in await self.town.sql(sql, [self.case.case, self.invitation])]

    async def steps(self) -> list[Any]:
        sql = "SELECT person, age_band FROM evidence WHERE service = $1"
        return [tuple(row) for row in await self.town.sql(sql, self.case.service)]

    async def believes(self, version: int, religion: str, *, at: datetime | None = None) -> Row:
        """They say what they believe, and when they did."""
        told = EqualityProfileRecorded(profile_id=self.profile, bands={"religion": religion})
        row = said(told, self.profile, version, council="partnership", person_id=self.id, occurred=at)
        await self.town.hear([row])
        return row

    async def asks(self, event: Event, of: UUID, version: int = 1) -> None:
        await self.town.hear([said(event, of, version, person_id=self.id)])

    async def objects(self) -> UUID:
        """They object to being counted, and this service says that it keeps to it."""
        request = new_id()
        await self.asks(ObjectionUpheld(purpose="equality_analysis", visible_to=[]), request)
        sql = "SELECT aggregate_id FROM onedoor.said WHERE name = 'limit.confirmed' AND data ->> 'request_id' = $1"
        [row] = await self.town.sql(sql, str(request))
        await self.town.platform.heard(f"limit_part/{row['aggregate_id']}@1")
        return request

    async def is_erased(self, round_: int = 1, *, request: UUID) -> None:
        await self.asks(ErasureRequested(round=round_, persons=[new_id(), self.id]), request, round_)
        done = "SELECT 1 FROM onedoor.to_erase WHERE id = $1 AND done = $2"
        await self.town.platform.until(lambda: self.town.sql(done, request, round_), seconds=20)


@pytest.fixture
def somebody(town: Any, tale: Callable[..., Any], birth: Callable[..., Row]) -> Callable[[str], Awaitable[Known]]:
    """Somebody who asked for a service: `await somebody("parking")`."""

    async def make(service: str) -> Known:
        case = tale(person=new_id(), service=service).opened().touched()
        invited = FeedbackInvited(
            case_id=case.case,
            service=service,
            case_channel=case.channel,
            ended_as=Status.RESOLVED,
            expires_at=case.at + timedelta(days=28),
        )
        known = Known(town, case, invitation=new_id(), profile=new_id())
        letter = said(invited, known.invitation, 1, person_id=case.person, occurred=case.at)
        await town.hear([birth(case.person, "1957-08-23"), *case.rows, letter])
        await known.believes(1, "christian")
        [row] = await town.sql("SELECT pseudonym FROM pseudonym WHERE person_id = $1", case.person)
        known.number = row["pseudonym"]
        assert await known.counts() == ALL
        assert await known.numbered() == ["case", "invitation"]
        return known

    return make


async def test_when_a_case_is_gone_so_are_all_numbers_of_its_journey_and_its_steps_stay(
    town: Any, somebody: Callable[[str], Awaitable[Known]]
) -> None:
    gone, other = await somebody("gone"), await somebody("another")
    before = await gone.steps()
    gone.case.say(CaseDestroyed())
    await town.hear(gone.case.rows[-1:])
    assert await gone.numbered() == []
    assert await gone.steps() == before
    assert await other.numbered() == ["case", "invitation"]


async def test_of_who_objects_nothing_is_known_any_more_and_nothing_is_learnt(
    somebody: Callable[[str], Awaitable[Known]],
) -> None:
    person, other = await somebody("objects"), await somebody("does_not")
    await person.objects()
    assert await person.counts() == NOTHING
    assert await person.steps() == [(None, "unknown")] * 3
    assert await other.counts() == ALL
    await person.believes(2, "muslim")
    assert await person.counts() == NOTHING


async def test_what_was_let_go_of_is_not_known_again_once_they_object_no_more(
    somebody: Callable[[str], Awaitable[Known]],
) -> None:
    person = await somebody("objected")
    before = datetime.now(UTC)
    request = await person.objects()
    await person.asks(ObjectionEnded(purpose="equality_analysis", visible_to=[]), request, 2)
    await person.believes(2, "muslim", at=before)
    assert await person.counts() == NOTHING
    await person.believes(3, "muslim")
    assert await person.counts() == NOTHING | {"pseudonym": 1}
    bands = "SELECT bands FROM characteristics JOIN pseudonym ON pseudonym = person WHERE person_id = $1"
    assert [row["bands"] for row in await person.town.sql(bands, person.id)] == [{"religion": "muslim"}]
    assert await person.steps() == [(None, "unknown")] * 3


async def test_who_is_erased_is_known_by_no_number_and_no_case(somebody: Callable[[str], Awaitable[Known]]) -> None:
    person, other = await somebody("erased"), await somebody("not_erased")
    await person.is_erased(request=new_id())
    assert (await person.counts(), await person.numbered()) == (NOTHING, [])
    assert await person.steps() == [(None, "unknown")] * 3
    assert (await other.counts(), await other.numbered()) == (ALL, ["case", "invitation"])


async def test_under_a_legal_hold_nothing_goes_until_it_is_lifted(somebody: Callable[[str], Awaitable[Known]]) -> None:
    person, hold, request = await somebody("held"), new_id(), new_id()
    await person.asks(LegalHoldPlaced(review_on=date(2030, 1, 1)), hold)
    await person.is_erased(request=request)
    assert (await person.counts(), await person.numbered()) == (ALL, ["case", "invitation"])
    await person.asks(LegalHoldLifted(), hold, 2)
    await person.is_erased(2, request=request)
    assert (await person.counts(), await person.numbered()) == (NOTHING, [])
