"""What is held of a person, as a form of a council goes by it; and what keeps us from knowing it."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import FactsEvent
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable, token_of

from case_crm.domain import asking, forms, protection
from case_crm.domain.asking import NO_GAPS, Gaps
from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.queries.days import today
from case_crm.queries.protection import reader_of
from case_crm.tables import KnownFact


async def held_facts(session: Reading, person_id: UUID, *, council: str) -> dict[str, forms.HeldFact]:
    """What we hold of a person and this council may go by, the newest of each kind."""
    held, _ = await known_of(session, person_id, council=council)
    return held


async def known_of(session: Reading, person_id: UUID | None, *, council: str) -> tuple[dict[str, forms.HeldFact], Gaps]:
    """What we hold of a person, the newest of each kind; and what keeps us from seeing more of it."""
    if person_id is None:
        return {}, NO_GAPS
    if session.me.role == "resident":
        rows = [(row, None) for row in await session.all(named.FACTS_FOR_MY_FORM, council=council)]
    else:
        rows = await session.all(named.FACTS_FOR_FORM, person_id=person_id, council=session.council)
    rows.sort(key=lambda row: row[0].told_at)  # a few rows: cheaper here than a sort planned for many
    newest = {fact.kind: (fact, kinds) for fact, kinds in rows}  # an older one is not current, though it could be read
    on = today(session, council)
    held = {
        kind: _held(
            fact, reader_of(session, kinds), session.me.council or "", stale=asking.is_stale(fact.fresh_until, on)
        )
        for kind, (fact, kinds) in newest.items()
        if not is_unreadable(fact.value)
    }
    no_key = frozenset(kind for kind, (fact, _) in newest.items() if token_of(fact.value) and kind not in held)
    return held, Gaps(no_key, asking.is_late(session.lag(FactsEvent)))


def _held(fact: KnownFact, reader: Reader, council: str, *, stale: bool) -> forms.HeldFact:
    """A held fact as a form has it: what the reader may not see is filled in all the same, and neither shown nor confirmed."""
    told = fact.model_dump(exclude={"person_id", "visible_to", "told_to"})
    told_to = protection.told_to(fact.told_to, council, reader)
    hidden = fact.kind in reader.hidden
    return forms.HeldFact(**told, told_to=told_to, hidden=hidden, stale=stale and not hidden)
