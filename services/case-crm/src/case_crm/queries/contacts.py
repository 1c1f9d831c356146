"""Touches as they are shown, those of a case and all of a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import HelpView, InteractionView, TouchView
from common.runtime.pages import cut, place
from common.runtime.reading import Reading

from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.queries.protection import reader_of
from case_crm.tables import Contact, Interaction


async def touches_of_person(read: Reading, person_id: UUID, *, limit: int, cursor: str | None) -> Page[TouchView]:
    """Every touch of the officer's council with a person, newest first: about cases, and about none."""
    at, row = place(cursor)
    wanted = {"person_id": person_id, "council": read.council, "at": at, "row": row, "most": limit + 1}
    rows = await read.all(named.TOUCHES_OF_PERSON, **wanted)
    read.saw([person_id], "looked at when we spoke with a person")
    shown, following = cut(rows, limit, at=lambda row: (row[0].at, row[0].id))
    return Page(
        items=[
            shown_touch(touch, reader_of(read, kinds), case_id=touch.case_id, service=service)
            for touch, service, kinds in shown
        ],
        next=following,
    )


def shown_touch(
    touch: Interaction | Contact, reader: Reader, *, case_id: UUID | None, service: str | None
) -> TouchView:
    """One touch, with what it was about."""
    return TouchView(**_shown(touch, reader), case_id=case_id, service=service)


def shown_interaction(touch: Interaction, reader: Reader) -> InteractionView:
    """One touch on a case."""
    return InteractionView(**_shown(touch, reader))


def _shown(touch: Interaction | Contact, reader: Reader) -> dict[str, Any]:
    """What officers wrote is shown to officers, but for what they promised; and none that tells where a protected person is."""

    def text(written: str | None, *, to_the_person: bool = False) -> str | None:
        return written if (reader.role == "officer" or to_the_person) and reader.may_see(written) else None

    officers = reader.role == "officer"
    return {
        "interaction_id": touch.id,
        "at": touch.at,
        "channel": touch.channel,
        "purpose": touch.purpose,
        "by": touch.by_role,
        "note": text(touch.note),
        "asked": text(touch.asked),
        "said": text(touch.said),
        "promised": text(touch.promised, to_the_person=True),
        "promised_by": touch.promised_by,
        "demand": touch.demand if officers else None,
        "failure": touch.failure if officers else None,
        "help": HelpView(how=touch.helped_how, where=text(touch.helped_where, to_the_person=True))
        if touch.helped_how
        else None,
    }
