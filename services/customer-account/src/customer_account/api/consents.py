"""Who may know what of a person."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import RecordRestricted
from common.contracts.people.consents import (
    AnswerConsent,
    ConsentCannotGoThere,
    ConsentOverAlready,
    ConsentsView,
    ConsentWordingsView,
    NoSuchRecipient,
    RecordConsent,
    UnknownWording,
    WithdrawConsent,
)
from common.contracts.people.protection import AddressInText
from common.runtime.limits import though_restricted
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import everybody, officers, residents

from customer_account import commands, queries
from customer_account.domain.wordings import views_of

routes = Api(tag="consents")
may_read = officers("persons:read")
may_write = officers("persons:write")
RECORD = [UnknownWording, NoSuchRecipient, ConsentOverAlready]


@routes.read("/consent-wordings", allow=everybody)
async def wordings_of_consent(read: Read) -> ConsentWordingsView:
    """The words in which people are asked whether something may be shared, in each language, old versions included."""
    return ConsentWordingsView(items=views_of(queries.consent_wordings()))


@routes.read("/persons/{person_id}/consents", allow=may_read, refuses=[RecordRestricted])
async def consents_of_person(person_id: UUID, read: Read) -> ConsentsView:
    """Who may know what of a person, whichever council they told."""
    return await queries.consents_for_council(read, person_id)


@routes.create("/persons/{person_id}/consents", allow=may_write, refuses=[*RECORD, RecordRestricted])
@though_restricted("it keeps what the person says")
async def record_consent(person_id: UUID, command: RecordConsent, tx: Tx) -> ConsentsView:
    """Note what a person was asked in these words, and their answer; or that they are still to answer."""
    return await commands.record_consent(tx, person_id, command)


@routes.edit(
    "/persons/{person_id}/consents/{consent_id}/answer",
    allow=may_write,
    refuses=[ConsentCannotGoThere, RecordRestricted],
)
@though_restricted("it keeps what the person says")
async def answer_consent(person_id: UUID, consent_id: UUID, command: AnswerConsent, tx: Tx) -> ConsentsView:
    """Note how a person answered what they were asked before. A no stays a no: to agree after all is asked anew."""
    return await commands.answer_consent(tx, person_id, consent_id, command)


@routes.edit(
    "/persons/{person_id}/consents/{consent_id}/withdrawal",
    allow=may_write,
    refuses=[ConsentCannotGoThere, RecordRestricted, AddressInText],
)
@though_restricted("it keeps what the person says")
async def withdraw_consent(person_id: UUID, consent_id: UUID, command: WithdrawConsent, tx: Tx) -> ConsentsView:
    """Note that a person agrees no longer, as they told it. Whoever was told something stops, and says so."""
    return await commands.withdraw_consent(tx, person_id, consent_id, command)


@routes.read("/me/consents", allow=residents)
async def my_consents(read: Read) -> ConsentsView:
    """Who may know what of me, for what, since when and until when, and in which words I was asked."""
    return await queries.my_consents(read)


@routes.create("/me/consents", allow=residents, refuses=RECORD)
async def record_my_consent(command: RecordConsent, tx: Tx) -> ConsentsView:
    """Agree that something of mine is shared, or say no."""
    return await commands.record_consent(tx, None, command)


@routes.edit("/me/consents/{consent_id}/answer", allow=residents, refuses=[ConsentCannotGoThere])
async def answer_my_consent(consent_id: UUID, command: AnswerConsent, tx: Tx) -> ConsentsView:
    """Answer what I was asked before."""
    return await commands.answer_consent(tx, None, consent_id, command)


@routes.edit("/me/consents/{consent_id}/withdrawal", allow=residents, refuses=[ConsentCannotGoThere])
async def withdraw_my_consent(consent_id: UUID, command: WithdrawConsent, tx: Tx) -> ConsentsView:
    """Take back my agreement. Whoever was told something on it must stop; whether they did is shown with it."""
    return await commands.withdraw_consent(tx, None, consent_id, command)
