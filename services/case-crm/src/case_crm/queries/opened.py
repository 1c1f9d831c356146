"""What stands behind a case that was opened by what was told once."""

from __future__ import annotations

from typing import Any

from common.contracts.cases import ENDED, ToAskView
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable

from case_crm.domain import opening
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.queries.days import today
from case_crm.tables import Case


async def told_once(read: Reading, case: Case, reader: Reader) -> dict[str, Any]:
    """What the service of a case was told once, for an officer of it: where a protected person is, is for the cleared."""
    if case.delivery_id is None or reader.role != "officer":
        return {}
    row = await read.one(named.DELIVERY_HERE, delivery_id=case.delivery_id, council=case.council)
    facts = {} if row is None or is_unreadable(row.facts) else row.facts
    return {kind: value for kind, value in facts.items() if kind not in reader.hidden}


def still_to_ask(session: Reading, case: Case, definition: ServiceDefinition) -> list[ToAskView]:
    """What nothing answers of a case that was opened by what was told once; any other is answered whole."""
    if case.delivery_id is None or case.status in ENDED or is_unreadable(case.sealed_answers):
        return []
    answers, on = case.answers | case.sealed_answers, today(session, case.council)
    asked = opening.still_to_ask(definition, answers, kept_back=case.kept_back or (), today=on)
    return [ToAskView(question=q.question, text=q.text, type=q.type, options=list(q.options)) for q in asked]
