"""Views of tellings: what would go to whom, and what became of each part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from common.agreements import Agreed, Cover
from common.contracts.base import Page
from common.contracts.tellings import DeliveryStatus as S
from common.contracts.tellings import (
    GivenFactView,
    NotOursView,
    PartView,
    PreviewView,
    RecipientView,
    TellingStatus,
    TellingSummary,
    TellingView,
)
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound, NotNow
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable

from case_crm.domain import deliveries, tellings
from case_crm.domain.definitions.life_events import LifeEvent
from case_crm.domain.tellings import Planned, Told
from case_crm.queries import named
from case_crm.queries.days import today
from case_crm.queries.facts import held_facts
from case_crm.queries.life_events import interested_partners, life_event
from case_crm.queries.protection import cleared
from case_crm.queries.views import theirs
from case_crm.tables import Delivery, Telling

Kinds = Iterable[Iterable[str]]
"""The kinds of facts that tell where a person is, for each id under which they are protected."""


async def telling_of(session: Reading, telling_id: UUID) -> tuple[Telling, Kinds]:
    """A telling that the caller may read, and what is protected of whom it is about. Raises NotFound."""
    found = await session.one(named.TELLING, telling_id=telling_id, **theirs(session))
    if found is None:
        raise NotFound
    telling, protected = found
    return telling, protected or ()


async def telling_to_plan(session: Reading, telling_id: UUID) -> tuple[Telling, Told]:
    """A telling that the caller may read, and what decides who is told of it. Raises NotFound."""
    asked = {"telling_id": telling_id, "partners": interested_partners(), "today": today(session, session.council)}
    found = await session.one(named.TELLING_TO_PLAN, **asked, **theirs(session))
    if found is None:
        raise NotFound
    telling, protected, agreements = found
    return telling, await everything_told(session, telling, protected or (), agreements or ())


async def parts_of(session: Reading, telling_id: UUID) -> list[Delivery]:
    """The deliveries of a telling that the caller may read: a council its own, the person all."""
    if session.me.role == "resident":
        return await session.all(named.PARTS_OF_MINE, telling_id=telling_id)
    return await session.all(named.PARTS_HERE, telling_id=telling_id, council=session.council)


async def everything_told(
    session: Reading, telling: Telling, protected: Kinds, agreements: Iterable[Mapping[str, Any]]
) -> Told:
    """What decides the plan of a telling: what is held, overlaid with what was told; what partners may be shown."""
    held = await held_facts(session, telling.person_id, council=session.council) if telling.person_id else {}
    event = life_event(telling.life_event)
    known = {kind: fact.value for kind, fact in held.items() if kind in event.kinds}
    by_itself = {kind for kind, fact in held.items() if telling.told_facts.get(kind) == str(fact.fact_id)}
    return Told(
        facts=known | told_facts(telling),
        held={kind: value for kind, value in known.items() if kind not in by_itself},
        said_no=[(each["council"], each["interest"]) for each in telling.said_no],
        locating=[kind for kinds in protected for kind in kinds],
        agreed=_covers(agreements),
        person_id=telling.person_id,
        other_person_id=telling.other_person_id,
    )


def _covers(agreements: Iterable[Mapping[str, Any]]) -> dict[str, Cover]:
    """By partner, what it may be shown."""
    found = defaultdict[str, list[Agreed]](list)
    for each in agreements:
        found[each["partner_id"]].append(Agreed(frozenset(each["councils"]), each["terms"]))
    return {partner: Cover(partner, covering) for partner, covering in found.items()}


async def agreements_in_force(session: Reading) -> list[dict[str, Any]]:
    """The agreements with whoever is interested in something that happens in lives."""
    asked = {"partners": interested_partners(), "today": today(session, session.council)}
    return [row.model_dump() for row in await session.all(named.AGREEMENTS_WITH, **asked)]


def plan_of(telling: Telling) -> list[Planned]:
    """Who is told what by it, as it was decided when it was confirmed."""
    return [Planned.model_validate(each) for each in telling.plan]


def told_facts(telling: Telling) -> dict[str, Any]:
    """The facts that were told with it. Raises NotNow where their key is not here."""
    if is_unreadable(telling.facts):
        raise NotNow
    return dict(telling.facts)


async def preview(read: Reading, telling_id: UUID) -> PreviewView:
    """Exactly what goes to whom once it is confirmed."""
    telling, told = await telling_to_plan(read, telling_id)
    read.saw([telling.person_id], "read what would be told to whom")
    return shown_preview(read, telling, told)


def shown_preview(session: Reading, telling: Telling, told: Told) -> PreviewView:
    """A preview as this reader sees it: once told, what was confirmed, a council its own parts.

    Where a protected person goes is for the cleared.
    """
    event = life_event(telling.life_event)
    over = telling.status not in tellings.UNTOLD
    parts = plan_of(telling) if over else tellings.plan(event, told, session.councils)
    hidden = session.me.role == "officer" and (over or (bool(told.locating) and not cleared(session)))
    shown = [part for part in parts if part.council == session.council] if hidden else parts
    excluded = sum(part.excluded is not None for part in parts)
    given = _given(session, telling, told)
    return PreviewView(
        telling_id=telling.id,
        version=telling.version,
        person_id=telling.person_id,
        life_event=telling.life_event,
        title=event.title,
        preview=(telling.previewed or "") if over else tellings.fingerprint(parts, told.facts),
        still_to_tell=[] if over else tellings.still_to_tell(event, told.facts),
        recipients=[_recipient(part, given) for part in shown],
        elsewhere=len(parts) - len(shown),
        told=len(parts) - excluded,
        excluded=excluded,
        interests=len(parts),
        still_to_tell_yourself=_not_ours(event),
    )


async def telling_view(read: Reading, telling_id: UUID) -> TellingView:
    """A telling with what became of its parts."""
    telling, _ = await telling_of(read, telling_id)
    parts = await parts_of(read, telling_id)
    read.saw([telling.person_id], "looked at what was told once")
    return shown_telling(read, telling, parts)


def shown_telling(session: Reading, telling: Telling, made: Sequence[Delivery]) -> TellingView:
    """A telling as this reader sees it: an officer their own council's parts, the person all of them."""
    planned = plan_of(telling)
    own = [part for part in planned if session.me.role != "officer" or part.council == session.council]
    rows = {(row.council, row.interest, row.sends): row for row in made}
    parts = [_part(part, rows.pop((*part.key, part.sends.value), None), session.now) for part in own]
    excluded = sum(part.excluded is not None for part in planned)
    excluded += sum(row.status == S.EXCLUDED for row in made)
    return TellingView(
        **_summary(telling).model_dump(),
        version=telling.version,
        person_id=telling.person_id,
        told_by=telling.told_by,
        previewed_at=telling.previewed_at,
        abandoned_by=telling.abandoned_by,
        abandoned_because=telling.abandoned_because,
        parts=[*parts, *(_of_row(row, session.now) for row in rows.values())],
        elsewhere=len(planned) - len(own),
        told=len(planned) - excluded,
        excluded=excluded,
        interests=len(planned),
        still_to_tell_yourself=_not_ours(life_event(telling.life_event)),
    )


async def my_tellings(read: Reading, *, limit: int, cursor: str | None) -> Page[TellingSummary]:
    """What was told once of the person who asks, newest first; what nobody confirmed was not told."""
    at, row = place(cursor)
    rows = await read.all(named.TELLINGS_OF_PERSON, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda telling: (telling.begun_at, telling.id))
    return Page(items=[_summary(telling) for telling in shown], next=following)


def _given(session: Reading, telling: Telling, told: Told) -> dict[str, GivenFactView]:
    """Every fact of a telling by its kind, as this reader may see it.

    The person sees what is said of them. Whoever acts for them sees what they told, and nothing that was held before; an officer,
    of somebody protected, not where they are.
    """
    me, over = session.me, telling.status not in tellings.UNTOLD
    known, new = (told_facts(telling), telling.told_facts) if over else (told.facts, telling.facts)
    own = me.acting is None or me.acting.kind == telling.told_by
    guarded = {*told.locating} if me.role == "officer" and not cleared(session) else set()
    views = {}
    for kind, value in known.items():
        hidden = kind in guarded or (me.acting is not None and not (own and kind in new))
        source = "told" if kind in new else "held"
        views[kind] = GivenFactView(fact_kind=kind, source=source, value=None if hidden else value, hidden=hidden)
    return views


def _recipient(part: Planned, given: Mapping[str, GivenFactView]) -> RecipientView:
    return RecipientView(
        council=part.council,
        interest=part.interest,
        title=part.title,
        recipient=part.recipient,
        basis=part.basis.value,
        gives=[given[kind] for kind in part.gives],
        withheld=list(part.withheld),
        outside_agreement=list(part.outside_agreement),
        waits_for_consent=part.consent_by is not None,
        excluded=part.excluded,
        opens=part.opens.service if part.opens and not part.excluded else None,
    )


def _part(part: Planned, row: Delivery | None, now: datetime) -> PartView:
    if row is not None:
        return _of_row(row, now)
    status = S.EXCLUDED if part.excluded else S.PLANNED
    return PartView(
        delivery_id=None,
        council=part.council,
        interest=part.interest,
        title=part.title,
        recipient=part.recipient,
        basis=part.basis.value,
        sends=part.sends.value,
        status=status.value,
        told=deliveries.WORDS[status],
        fact_kinds=[] if part.excluded else list(part.gives),
        reason=part.excluded,
        effect=None,
        effective_date=None,
        acknowledge_by=None,
        act_by=None,
        overdue=False,
    )


def _of_row(row: Delivery, now: datetime) -> PartView:
    runs = row.status != S.AWAITING_CONSENT  # the days begin once it is agreed to
    return PartView(
        delivery_id=row.id,
        told=deliveries.WORDS[S(row.status)],
        fact_kinds=row.fact_kinds,
        acknowledge_by=row.acknowledge_by if runs else None,
        act_by=row.act_by if runs else None,
        overdue=runs and row.ended_at is None and now > row.act_by,
        **row.model_dump(include=_SHOWN),
    )


_SHOWN = {
    "council",
    "interest",
    "title",
    "recipient",
    "basis",
    "sends",
    "status",
    "reason",
    "effect",
    "effective_date",
    "case_id",
    "case_reference",
}


def _not_ours(event: LifeEvent) -> list[NotOursView]:
    return [NotOursView(who=each.who, why=each.why) for each in event.not_ours]


def _summary(telling: Telling) -> TellingSummary:
    return TellingSummary(
        telling_id=telling.id,
        title=life_event(telling.life_event).title,
        status=TellingStatus(telling.status),
        **telling.model_dump(
            include={"reference", "life_event", "begun_at", "confirmed_at", "supersedes", "linked_to"}
        ),
    )
