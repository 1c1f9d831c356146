"""What people told elsewhere, what happened to them, who is to be written to, and who looked at their data."""

from __future__ import annotations

from uuid import UUID, uuid5

from common.contracts.access import AccessEvent, AccessRecorded
from common.contracts.base import PARTNERSHIP, Event
from common.contracts.cases import CaseDestroyed, CaseEvent, CaseOpened, InteractionRecorded
from common.contracts.messages import MessageRequested, MessageRequestEvent
from common.contracts.partners.consents import ConsentCaptured, ConsentEvent
from common.contracts.partners.organisations import PartnerEvent
from common.contracts.partners.withdrawals import WithdrawalAcknowledged, WithdrawalEvent
from common.contracts.people import (
    DeathConfirmed,
    DeathRetracted,
    FactRecorded,
    FactsEvent,
    PersonEvent,
    PersonShared,
    ProtectionEvent,
    ProtectionLifted,
    ProtectionMarked,
)
from common.contracts.people.claims import ClaimEvent, ClaimMade
from common.contracts.people.consents import ConsentRequestEvent, ConsentSought
from common.contracts.people.joining import PersonMerged, PersonUnmerged
from common.contracts.people.organisations import OrganisationEvent
from common.contracts.people.releases import CapturedWithIt, ReleaseEvent, ReleaseRequested
from common.contracts.people.representations import RepresentationEvent
from common.contracts.tellings import TellingConfirmed, TellingEvent, TellingWithdrawn
from common.runtime.envelope import Heard
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from customer_account import commands, queries
from customer_account.commands import (
    certainty,
    households,
    messages,
    representations,
    rights,
    sessions,
)
from customer_account.commands import stop_mail as stopping
from customer_account.domain import timeline
from customer_account.domain.facts import Source
from customer_account.queries import named
from customer_account.queries.kinds import fact_kinds
from customer_account.tables import PartnerName, TimelineEntry


@subscribes(CaseEvent, TellingEvent, opens=True)
async def keep_told_facts(tx: Transaction, heard: Heard) -> None:
    """Know whoever opens a case or tells us once, let that council see them, and keep what they told with it.

    What was told in error is held no longer.
    """
    if isinstance(heard.event, TellingWithdrawn) and heard.person_id is not None:
        whose = await queries.account_of(tx, heard.person_id)
        await certainty.let_go_of(tx, whose.person_id, heard.event.told_facts)
    if isinstance(heard.event, CaseOpened | TellingConfirmed) and heard.person_id is not None:
        source = Source(
            heard.actor_kind,
            heard.event.channel,
            told_at=heard.occurred,
            told_to=heard.council,
            told_to_service=heard.speaker,
        )
        whose = await queries.account_of(tx, heard.person_id)
        still_so = heard.event.confirmed_facts if isinstance(heard.event, CaseOpened) else ()
        await commands.keep_told(tx, whose.person_id, heard.event.told_facts, source, still_so=still_so)


@subscribes(ConsentEvent, ConsentRequestEvent, ReleaseEvent)
async def answer_for_the_person(tx: Transaction, heard: Heard) -> None:
    """Keep the consents that are captured elsewhere, ask for those that others need, and answer whether something may go.

    Of somebody whose record was joined with another, both is a matter of that one: there the last word is.
    """
    if heard.person_id is None:
        return
    person_id = (await queries.account_of(tx, heard.person_id)).person_id
    told = {"council": heard.council, "service": heard.speaker}
    match heard.event:
        case ConsentCaptured() as captured:
            kept = CapturedWithIt(consent_id=heard.aggregate_id, **dict(captured))
            await commands.keep_captured(tx, person_id, kept, **told)
        case ConsentSought() as asks:
            await commands.ask_for(tx, person_id, asks, **told)
        case ReleaseRequested() as asks:
            await commands.answer_release(tx, person_id, asks, **told)


@subscribes(WithdrawalEvent)
async def note_who_stopped(tx: Transaction, heard: Heard) -> None:
    """Let the person read that a recipient stopped, after they took back their agreement."""
    if isinstance(heard.event, WithdrawalAcknowledged) and heard.person_id is not None:
        await commands.note_stopped(tx, heard.person_id, heard.event, at=heard.occurred)


@subscribes(PartnerEvent, rebuilds=(PartnerName,))
async def keep_partner_names(tx: Transaction, heard: Heard) -> None:
    """Know what partners are called, for people to read."""
    if isinstance(heard.event, PartnerEvent):
        tx.put(PartnerName(partner_id=heard.event.partner_id, name=heard.event.partner_name))


@subscribes(Event, rebuilds=(TimelineEntry,), but=timeline.NEVER_SHOWN)
async def add_to_timeline(tx: Transaction, heard: Heard) -> None:
    """Let the person read what happened. A new event about people appears by itself."""
    if isinstance(heard.event, CaseDestroyed):
        await _forget_case(tx, heard.aggregate_id)
        return
    label = timeline.label(heard.name, heard.event, fact_kinds())
    if heard.person_id is None or label is None:
        return
    entry = TimelineEntry(
        id=heard.id,
        person_id=heard.person_id,
        visible_to=_councils_of(heard),
        at=heard.occurred,
        event=heard.name,
        label=label,
        council=heard.council,
        service=heard.speaker,
        case_id=_case_of(heard),
        representation_id=heard.representation_id,
    )
    tx.put(entry)
    for other, told in timeline.others(heard.event):
        theirs = {"id": uuid5(heard.id, str(other)), "person_id": other, "label": told, "visible_to": []}
        tx.put(TimelineEntry(**{name: getattr(entry, name) for name in TimelineEntry.model_fields} | theirs))


@subscribes(PersonEvent)
async def keep_representations_in_step(tx: Transaction, heard: Heard) -> None:
    """Show who acts for somebody to the councils that see them, and end what ends with their death."""
    match heard.event:
        case PersonShared(visible_to=councils):
            acting = await representations.representations_of(tx, heard.aggregate_id)
            representations.seen_by(tx, acting, councils)
        case DeathConfirmed() | DeathRetracted() | PersonUnmerged():
            ids = await queries.every_id_of(tx, heard.aggregate_id)
            acting = await representations.representations_of(tx, *ids)
            by_them = await representations.representations_by(tx, *ids)
            representations.died(tx, acting, by_them, so=isinstance(heard.event, DeathConfirmed))


@subscribes(PersonEvent)
async def show_rights_requests(tx: Transaction, heard: Heard) -> None:
    """Show what somebody asks about their data to the councils that see them."""
    if isinstance(heard.event, PersonShared):
        await rights.show_to(tx, heard.aggregate_id, heard.event.visible_to)


@subscribes(ProtectionEvent)
async def keep_apart(tx: Transaction, heard: Heard) -> None:
    """Suspend who acts for a protected person, and show nothing of them to those they shared something with; or no longer."""
    if heard.person_id is None or not isinstance(heard.event, ProtectionMarked | ProtectionLifted):
        return
    acting = await representations.representations_of(tx, heard.person_id)
    sharing = await households.who_shares_with(tx, heard.person_id)
    if await tx.one(named.CURRENT_PROTECTION, person_id=heard.person_id):  # as it is now: another may have begun since
        representations.suspend(tx, acting)
        households.protect(tx, sharing, heard.person_id, protected=True)
    else:
        representations.unprotected(tx, acting)
        households.protect(tx, sharing, heard.person_id, protected=False)


@subscribes(PersonEvent, ProtectionEvent)
async def protect_every_id(tx: Transaction, heard: Heard) -> None:
    """Protect whoever is protected under one id under all that lead to them, as soon as they do."""
    if heard.person_id is not None and isinstance(heard.event, PersonMerged | ProtectionMarked):
        await commands.protect_every_id(tx, await queries.every_id_of(tx, heard.person_id))


@subscribes(AccessEvent)
async def keep_access_entries(tx: Transaction, heard: Heard) -> None:
    """Let each person see that somebody looked at their data, who it was and why."""
    if isinstance(heard.event, AccessRecorded):
        await commands.keep_look(tx, heard.id, heard.event, at=heard.occurred)


@subscribes(MessageRequestEvent)
async def queue_messages(tx: Transaction, heard: Heard) -> None:
    """Write to whom a service wants written to."""
    if isinstance(heard.event, MessageRequested) and heard.person_id is not None:
        message_id, by = heard.aggregate_id, heard.speaker
        messages.queue(tx, message_id, heard.event, council=heard.council, person=heard.person_id, by=by)


@subscribes(PersonEvent, RepresentationEvent)
async def stop_mail(tx: Transaction, heard: Heard) -> None:
    """Address nothing to somebody who has died, from the moment it is certain until it is taken back.

    What was to be told them is told whoever acts for them from their death on, once somebody does.
    """
    match heard.event:
        case DeathConfirmed():
            await stopping.stop_writing_to(tx, heard.aggregate_id)
        case DeathRetracted():
            await stopping.write_again_to(tx, heard.aggregate_id)
        case PersonUnmerged(out_of=person_id):
            await stopping.write_instead(tx, person_id)
        case RepresentationEvent() if heard.person_id is not None:
            await stopping.write_instead(tx, heard.person_id)


@subscribes(PersonEvent)
async def sign_out_who_died(tx: Transaction, heard: Heard) -> None:
    """Sign somebody who has died out of every service."""
    if isinstance(heard.event, DeathConfirmed):
        await sessions.died(tx, await queries.every_id_of(tx, heard.aggregate_id))


@subscribes(ClaimEvent)
async def settle_claims(tx: Transaction, heard: Heard) -> None:
    """Lead whoever claims an account, and knows what only its person knows, to it."""
    if isinstance(heard.event, ClaimMade):
        await commands.settle_claim(tx, heard, heard.event)


@subscribes(OrganisationEvent, FactsEvent)
async def show_organisations_to_contacts(tx: Transaction, heard: Heard) -> None:
    """Let those who speak for an organisation see what it is, and what it is called: its name is a fact."""
    named = isinstance(heard.event, FactRecorded) and heard.event.kind == "full_name"
    if named or isinstance(heard.event, OrganisationEvent):
        await commands.show_to_contacts(tx, heard.aggregate_id)


async def _forget_case(tx: Transaction, case_id: UUID) -> None:
    for entry in await tx.all(named.TIMELINE_OF_CASE, case_id=case_id):
        tx.remove(entry)


def _case_of(heard: Heard) -> UUID | None:
    """The case it happened in; what follows a case names it. A contact with a service of its own made none."""
    if isinstance(heard.event, InteractionRecorded) and heard.event.service:
        return None
    named: UUID | None = getattr(heard.event, "case_id", None)
    return heard.aggregate_id if heard.aggregate == CaseEvent.aggregate else named


def _councils_of(heard: Heard) -> list[str]:
    """Who may see that it happened: whoever may see what it is about, else the council it happened in."""
    named: list[str] | None = getattr(heard.event, "visible_to", None)
    if named is not None:
        return named
    return [] if heard.council == PARTNERSHIP else [heard.council]
