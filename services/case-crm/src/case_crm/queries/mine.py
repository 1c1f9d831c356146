"""What whoever asks has asked for: a line for each case with what comes next, in two statements however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from common.contracts.base import Page
from common.contracts.cases import MyCaseView, PartyView
from common.runtime.pages import cut, place
from common.runtime.reading import Reading

from case_crm.domain import cases, handling
from case_crm.domain.definitions import Language, ServiceDefinition
from case_crm.domain.wording import Wording
from case_crm.queries import named
from case_crm.queries.appointments import shown_appointment
from case_crm.queries.clocks import clocks_as_read, shown_clocks
from case_crm.queries.files import caller_of, shown_owner, shown_party, standing
from case_crm.queries.named.mine import MyCase
from case_crm.queries.protection import reader_of
from case_crm.queries.views import in_words, summary

Version = tuple[str, str, int]  # a council, its service, the number of its version


async def my_cases(read: Reading, *, limit: int, cursor: str | None, language: Language) -> Page[MyCaseView]:
    """Those of whoever asks, or of whom they act for, with whichever council, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.MY_CASES, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda mine: (mine.case.opened_at, mine.case.id))
    definitions = await _definitions(read, shown)
    return Page(
        items=[_shown(read, each, Wording(definitions[_version(each)], language)) for each in shown], next=following
    )


def _version(mine: MyCase) -> Version:
    return mine.case.council, mine.case.service, mine.case.definition_version


async def _definitions(read: Reading, shown: Sequence[MyCase]) -> Mapping[Version, ServiceDefinition]:
    """The definitions that these cases run on, each once."""
    wanted = sorted({_version(each) for each in shown})
    if not wanted:
        return {}
    councils, services, versions = zip(*wanted, strict=True)
    found = await read.all(named.VERSIONS_OF, councils=councils, services=services, versions=versions)
    return {
        (row.council, row.service, row.definition_version): ServiceDefinition.published(row.document) for row in found
    }


def _shown(read: Reading, mine: MyCase, words: Wording) -> MyCaseView:
    case, definition, reader = mine.case, words.definition, reader_of(read, None)
    offered = cases.next_actions(definition, case.stage, role=reader.role)
    stands = standing(read, case, mine.checked or ())
    clocks = shown_clocks(clocks_as_read(mine.clocks), reader, now=read.now, with_reasons=False)
    shown = MyCaseView(
        **summary(case, clocks).model_dump(exclude={"appointment"}),
        appointment=shown_appointment(mine.appointment, reader),
        owner=shown_owner(case, definition, reader),
        parties=[shown_party(PartyView.model_validate(each), reader) for each in mine.parties],
        next_actions=handling.next_actions(offered, definition, stands, caller_of(read)),
    )
    return in_words(shown, words, case.stage)
