"""What customer-account hears: what people told elsewhere, what happened to them, and who looked at their data."""

from __future__ import annotations

from uuid import UUID

from common.contracts.access import AccessEvent, AccessRecorded
from common.contracts.base import PARTNERSHIP, Event
from common.contracts.cases import CaseEvent, CaseOpened
from common.runtime.envelope import Heard
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from customer_account import commands
from customer_account.domain import timeline
from customer_account.domain.facts import Source
from customer_account.queries.kinds import fact_kinds
from customer_account.tables import TimelineEntry


@subscribes(CaseEvent, opens=True)
async def keep_told_facts(tx: Transaction, heard: Heard) -> None:
    """Know whoever opens a case, let its council see them, and keep what they told with it."""
    if isinstance(heard.event, CaseOpened) and heard.person_id is not None:
        source = Source(
            heard.actor_kind,
            heard.event.channel,
            told_at=heard.occurred,
            told_to=heard.council,
            told_to_service=heard.speaker,
        )
        await commands.keep_told(tx, heard.person_id, heard.event.told_facts, source)


@subscribes(Event, rebuilds=(TimelineEntry,))
async def add_to_timeline(tx: Transaction, heard: Heard) -> None:
    """Let the person read what happened. A new event about people appears by itself."""
    label = timeline.label(heard.name, heard.event, fact_kinds())
    if heard.person_id is None or label is None:
        return
    tx.put(
        TimelineEntry(
            id=heard.id,
            person_id=heard.person_id,
            visible_to=_councils_of(heard),
            at=heard.occurred,
            event=heard.name,
            label=label,
            council=heard.council,
            service=heard.speaker,
            case_id=_case_of(heard),
        )
    )


@subscribes(AccessEvent)
async def keep_access_entries(tx: Transaction, heard: Heard) -> None:
    """Let each person see that somebody looked at their data, who it was and why."""
    if isinstance(heard.event, AccessRecorded):
        await commands.keep_look(tx, heard.id, heard.event, at=heard.occurred)


def _case_of(heard: Heard) -> UUID | None:
    """The case it happened in; what follows a case names it."""
    named: UUID | None = getattr(heard.event, "case_id", None)
    return heard.aggregate_id if heard.aggregate == CaseEvent.aggregate else named


def _councils_of(heard: Heard) -> list[str]:
    """Who may see that it happened: whoever may see what it is about, else the council it happened in."""
    named: list[str] | None = getattr(heard.event, "visible_to", None)
    if named is not None:
        return named
    return [] if heard.council == PARTNERSHIP else [heard.council]
