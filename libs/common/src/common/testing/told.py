"""Cases in which people tell facts, as case-crm says them: for tests of whoever keeps the facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.cases import CaseOpened, Status
from common.contracts.people import ToldFact
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said


def opened(*told: ToldFact, channel: Channel = Channel.PHONE, still_so: Sequence[ToldFact] = ()) -> CaseOpened:
    """A case, with what was told in it, and what was said to be still so."""
    return CaseOpened(
        service="missed_bin",
        service_title="Report a missed bin",
        definition_version=1,
        reference="NBC-000001",
        tracking_digest="0" * 64,
        need_id=new_id(),
        interaction_id=new_id(),
        channel=channel,
        status=Status.SUBMITTED,
        stage="reported",
        told_to_resident="We have your report.",
        told_facts=list(told),
        confirmed_facts=list(still_so),
    )


def fact(kind: str, value: Any) -> ToldFact:
    """One answer, as it is told."""
    return ToldFact(id=new_id(), kind=kind, value=value)


async def told(
    town: Platform,
    nats: Nats,
    person: UUID | str,
    *facts: ToldFact,
    channel: Channel = Channel.PHONE,
    still_so: Sequence[ToldFact] = (),
    **how: Any,
) -> UUID:
    """Open a case in which this was told, and wait until it was heard. Gives the case's id, which is its story's too."""
    case = new_id()
    row = said(opened(*facts, channel=channel, still_so=still_so), case, 1, person_id=UUID(str(person)), **how)
    await publish(nats, [row], speaker="case-crm")
    await town.heard(f"case/{case}@1")
    return case


async def answers(town: Platform, person: UUID | str) -> list[tuple[Any, ...]]:
    """What was said of a person's facts, in order."""
    rows = await town.sql(
        "customer-account",
        "SELECT name, data FROM onedoor.said WHERE aggregate_id::text = $1 AND aggregate = 'facts' ORDER BY version",
        str(person),
    )
    return [(row["name"], row["data"].get("fact_id"), row["data"].get("because")) for row in rows]
