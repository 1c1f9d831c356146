"""What councils offer, and forms as they are shown: what is asked, in which words, and what follows from what is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.cases import FormView, ServiceView
from common.runtime.reading import Reading

from case_crm.domain import conditions, forms
from case_crm.domain.definitions import Language
from case_crm.domain.wording import Wording
from case_crm.queries import named
from case_crm.queries.days import today
from case_crm.queries.facts import known_of
from case_crm.queries.views import definition_of


async def form_for(
    read: Reading,
    service: str,
    *,
    council: str,
    person_id: UUID | None,
    answers: Mapping[str, Any],
    language: Language,
    channel: Channel | None,
) -> FormView:
    """A service's form, answered as far as we hold the answers, and with what is answered so far.

    Raises UnknownService, UnknownQuestion or WrongAnswer.
    """
    words = Wording(await definition_of(read, service, council=council), language, channel)
    definition = words.spoken()
    held, gaps = await known_of(read, person_id, council=council)
    forms.check(definition, answers, words=words)
    on = today(read, council)
    form = forms.asked_of(definition, held, answers, on)
    held = forms.judged(form, held, answers, on)
    known = forms.settled(form, held, answers)
    conditions.check_valid(definition, known, {name: known[name] for name in answers if name in known}, on)
    read.saw([person_id], "opened a form")
    return FormView(
        service=definition.service,
        title=words.title(),
        council=council,
        person_id=person_id,
        questions=forms.questions(form, held, gaps, words),
        still_to_tell=forms.still_to_tell(form, held, answers),
        to_confirm=forms.to_confirm(form, held, answers),
        not_eligible=conditions.not_met(definition, known, on),
        leads_to=conditions.leads_to(definition, known, on),
        recipients=list(definition.recipients),
        dealt_with_by=conditions.dealt_with_by(definition, known, on),
    )


async def services_of(read: Reading, council: str, language: Language) -> list[ServiceView]:
    """What a council offers."""
    rows = await read.all(named.DEFINITIONS, council=council)
    return [
        ServiceView(
            service=row.service,
            council=row.council,
            definition_version=row.definition_version,
            **{word: _word(row.document, word, language) for word in ("title", "summary")},
        )
        for row in rows
    ]


def _word(document: Mapping[str, Any], word: str, language: Language) -> str:
    """A word of a published document: reading all of it would take long where many are listed."""
    return str(document.get("texts", {}).get(language, {}).get(word) or document[word])
