"""Views of who may know what of a person: in plain words, for themselves and for officers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    own, *others = await my_homes(read)
    return shown_consents(own, await names_of(read, recipients(own, *others)), others)


async def consents_for_council(read: Reading, person_id: UUID) -> ConsentsView:
    """Who may know what of a person, as an officer reads it."""
    found = await consents_home(read, person_id, "looked at who may know what of a person")
    return shown_consents(found.home, await names_of(read, recipients(found.home)))


async def my_homes(session: Reading) -> list[ConsentsOfPerson]:
    """The resident's own home of consents, a new one that nobody sees where there is none; then those of their other ids."""
    homes = await session.all(named.MY_CONSENTS)
    own = [home for home in homes if home.id == session.person]
    others = sorted((home for home in homes if home.id != session.person), key=lambda home: home.id)
    return [*(own or [ConsentsOfPerson(id=session.person, visible_to=[])]), *others]


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


def recipients(*homes: ConsentsOfPerson) -> list[str]:
    """Everybody whom something may be shared with, or was asked to be."""
    return [each.recipient for home in homes for each in ledger_in(home).consents]


def version_of(homes: Iterable[ConsentsOfPerson]) -> int:
    """What moves whenever any of these does."""
    return sum(home.version for home in homes)


def shown_consents(
    home: ConsentsOfPerson, names: Mapping[str, str], others: Sequence[ConsentsOfPerson] = ()
) -> ConsentsView:
    """All of a person's consents, newest first; also those in `others`, which are theirs under other ids."""
    found = [(each, ledger) for kept in (home, *others) for ledger in [ledger_in(kept)] for each in ledger.consents]
    if others:
        found.sort(key=lambda pair: pair[0].asked_at)
    shown = [_shown(each, ledger, names.get(each.recipient, each.recipient)) for each, ledger in reversed(found)]
    return ConsentsView(person_id=home.id, version=version_of((home, *others)), items=shown)


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
