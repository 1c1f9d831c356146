"""Views of who may know what of a person: in plain words, for themselves and for officers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from common.contracts.people.consents import ConsentState, ConsentsView, PersonConsentView
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain import consents, plain_consents, wordings
from customer_account.domain.consents import Consent, Ledger
from customer_account.queries import named
from customer_account.queries.clearance import look
from customer_account.queries.wordings import consent_wordings
from customer_account.tables import ConsentsOfPerson

S = ConsentState


async def my_consents(read: Reading) -> ConsentsView:
    """Who may know what of the resident who asks."""
    home = await read.one(named.CONSENTS, person_id=read.person)
    home = home or ConsentsOfPerson(id=read.person, visible_to=[])
    return shown_consents(home, await names_of(read, recipients(ledger_in(home))))


async def consents_for_council(read: Reading, person_id: UUID) -> ConsentsView:
    """Who may know what of a person, as an officer reads it."""
    found = await consents_home(read, person_id, "looked at who may know what of a person")
    return shown_consents(found.home, await names_of(read, recipients(ledger_in(found.home))))


async def consents_home(session: Reading, person_id: UUID, why: str) -> named.ConsentsHome:
    """The home of a person's consents, if the officer's council may see them. Raises NotFound or RecordRestricted."""
    found = await session.one(named.CONSENTS_FOR_COUNCIL, person_id=person_id, council=session.council)
    if found is None:
        raise NotFound
    look(session, person_id, why, protected=found.protected)
    return found


async def names_of(session: Reading, asked: Iterable[str]) -> dict[str, str]:
    """What these recipients are called, as far as we know them: councils and partners."""
    wanted = sorted(set(asked))
    councils = {each: session.councils[each].name for each in wanted if each in session.councils}
    partners = [each for each in wanted if each not in councils]
    rows = await session.all(named.PARTNER_NAMES, partner_ids=partners) if partners else []
    return councils | {row.partner_id: row.name for row in rows}


def ledger_in(home: ConsentsOfPerson) -> Ledger:
    """What the home keeps."""
    return consents.ledger_of(home.consents, home.releases)


def recipients(ledger: Ledger) -> list[str]:
    """Everybody whom something may be shared with, or was asked to be."""
    return [each.recipient for each in ledger.consents]


def shown_consents(home: ConsentsOfPerson, names: Mapping[str, str]) -> ConsentsView:
    """All of a person's consents, newest first."""
    ledger = ledger_in(home)
    shown = [_shown(each, ledger, names.get(each.recipient, each.recipient)) for each in reversed(ledger.consents)]
    return ConsentsView(person_id=home.id, version=home.version, items=shown)


def _shown(consent: Consent, ledger: Ledger, name: str) -> PersonConsentView:
    known = consent_wordings()
    told = consent.model_dump(include=set(PersonConsentView.model_fields) - {"wording"})
    question = wordings.asked(
        known, consent.purpose, consent.wording_version, consent.language, groups=consent.field_groups, who=name
    )
    return PersonConsentView(
        **told,
        consent_id=consent.id,
        told=plain_consents.told(consent, known, who=name),
        stopped=plain_consents.stopped(consent, who=name),
        recipient_name=name,
        wording=question,
        released_at=max((each.at for each in ledger.releases if consent.id in each.consents), default=None),
    )
