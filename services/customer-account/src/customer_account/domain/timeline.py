"""What a person reads of what happened to and for them: one label for an event, in plain words, without the value of any fact."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from common.contracts.base import Event
from common.contracts.cases import CaseOpened, ClockEvent, InteractionRecorded
from common.contracts.cases.needs import NeedMet
from common.contracts.people import FactRecorded

from customer_account.domain.kinds import FactKinds

# Workings of the councils, and what another entry of the same moment says already.
NOT_SHOWN = frozenset(
    {
        "account.locked",
        "account.unlocked",
        "claim.made",
        "organisation.registered",
        "fact.refused",
        "facts.shared",
        "duplicate.suspected",
        "duplicate.decided",
        "facts.protected",
        "facts.unprotected",
        "protection.reviewed",
        "question.asked_again",
        "case.related",
        "case.restricted",  # who of the council sees it
        "case.unrestricted",
        "need.opened",  # case.opened says it
        "task.opened",
        "task.done",
        "telling.drafted",
        "telling.exclusions_changed",
        "telling.previewed",
        "telling.abandoned",
        "telling.expired",
        "telling.left_out",
        "telling.destroyed",
        "telling.superseded",  # the telling that takes its place says it
        "delivery.planned",  # telling.confirmed says it for all of them
        "delivery.sent",
        "delivery.delivered",
        "delivery.acknowledged",
        "delivery.matched",
        "delivery.ambiguous",
        "delivery.actioning",
        "delivery.excluded",
        "delivery.suppressed",
        "recipient.answered",
        "recipient.told",
        "transaction.stage_changed",
        "feedback.invitation_suppressed",
        "share.recorded",
        "consent.sought",  # what they are asked then is
        "message.requested",
        "message.delivered",
        "release.requested",
        "release.granted",
        "release.refused",
        "equality.profile_recorded",  # no council learns that there is one
        "equality.profile_withdrawn",
        "session.ended",
        "rights_request.answered",
        "rectification.requested",
        "rectification.confirmed",
        "limit.confirmed",
        "consent.captured",  # consent.given says it
        "consent.withdrawal_passed_on",
        "consent.withdrawal_acknowledged",  # consent.stopped says it
        "access_package.requested",
        "access_package.part_ready",
        "legal_hold.placed",  # /me/legal-holds says what may be said of it
        "legal_hold.reviewed",
        "legal_hold.review_due",
        "legal_hold.lifted",
    }
)

# Aggregates of which nothing is shown.
NEVER_SHOWN = frozenset({"consent_request", "message_request", "release", "restriction", "session"})

LABELS = {
    "person.registered": "We made a record for you",
    "account.joined": "Another record that we had of you was joined with this one",
    "person.merged": "This record was joined with another that we have of you",
    "person.unmerged": "This record is not joined with another any more",
    "person.death_confirmed": "We were told of a death, and nobody can sign in to this record any more",
    "person.death_retracted": "What we were told of a death was wrong, and we took it back",
    "account.suspended": "Your account was suspended",
    "account.reinstated": "Your account can be used again",
    "account.closed": "Your account was closed",
    "account.claimed": "You signed in for the first time and were led to this record",
    "claim_reference.issued": "We gave you a reference to claim your account with",
    "claim_reference.withdrawn": "The reference we gave you is good for nothing any more",
    "organisation.changed": "What we know of this organisation changed",
    "contact_person.added": "You speak for an organisation",
    "contact_person.ended": "You speak for an organisation no longer",
    "identity.checked": "We checked who you are",
    "fact.verified": "We made sure of something you told us",
    "fact.disputed": "Somebody said that something we hold about you is not right",
    "fact.withdrawn": "We hold something no longer that you told us",
    "fact.expired": "Something you told us was for a time that is over",
    "person.shared": "Another council can see your record from now on",
    "contact_point.added": "You told us how to reach you",
    "contact_point.changed": "You told us to reach you otherwise",
    "contact_point.verified": "We checked that we can reach you",
    "contact_point.removed": "You told us not to reach you that way any more",
    "preference.changed": "You told us what you prefer and need",
    "address.linked": "You told us an address",
    "address.changed": "You put an address right",
    "address.removed": "You took an address away",
    "protection.marked": "Your record is restricted: only officers who are cleared for it see it",
    "protection.lifted": "Your record is not restricted any more",
    "attachment.added": "A file was added to your request",
    "attachment.removed": "A file was taken away from your request",
    "appointment.booked": "An appointment was made for what you asked for",
    "appointment.moved": "Your appointment is at another time",
    "appointment.cancelled": "Your appointment was cancelled, and you can book another",
    "appointment.attended": "You were at your appointment",
    "appointment.missed": "We missed you at your appointment. You can book another whenever it suits you",
    "case.assigned": "Somebody deals with what you asked for from now on",
    "case.handed_off": "Somebody else deals with what you asked for from now on",
    "case.party_added": "Somebody else has a part in what you asked for",
    "case.party_ended": "Somebody has no part any more in what you asked for",
    "case.duplicate_marked": "Somebody had reported the same before: you can follow how that goes on",
    "need.met": "Everything you asked us for in this matter has come to an end",
    "interaction.recorded": "We were in touch about your request",
    "feedback.invited": "We asked you how it went",
    "feedback.submitted": "You told us how it went",
    "signpost.given": "We told you about a service that can help",
    "access_question.opened": "You asked why somebody looked at your data",
    "access_question.answered": "The council told you why somebody looked at your data",
    "consent.requested": "You were asked whether information about you may be shared",
    "consent.given": "You agreed that information about you is shared",
    "consent.refused": "You did not agree that information about you is shared",
    "consent.withdrawn": "You took back your agreement that information about you is shared",
    "consent.expired": "Your agreement that information about you is shared has ended",
    "consent.stopped": "Whoever was told about you has confirmed that they stopped using it",
    "consent.withdrawal_unconfirmed": "Whoever was told to stop using what you shared has not confirmed it in time",
    "message.sent": "We sent you a message",
    "message.failed": "We could not reach you with a message",
    "message.suppressed": "We did not send you a message",
    "message.received": "You answered a message",
    "rights_request.received": "You asked us to do something with your data",
    "rights_request.refused": "We did not do what you asked us to do with your data, and told you why",
    "rights_request.withdrawn": "You took back what you asked us to do with your data",
    "rights_request.done": "We have done what you asked us to do with your data",
    "access_package.ready": "What we hold about you is ready for you to fetch",
    "access_package.fetched": "You fetched what we hold about you",
    "person.restricted": "What we know of you is kept and not used from now on, as you asked",
    "restriction.ending": "We told you when what we know of you is used again",
    "person.unrestricted": "What we know of you is used again",
    "objection.upheld": "We no longer use what we know of you for something that you object to",
    "objection.ended": "You do not object any more to how we use what we know of you",
    "consent.captured": "You agreed that information about you is shared",
}


def others(event: Event | None) -> Iterator[tuple[UUID, str]]:
    """Who else than the person it is about reads of it, each with their own words."""
    told = getattr(event, "told_to_representative", None)
    if told:
        yield event.representative_id, told  # type: ignore[union-attr]  # whoever has words for them names them


def label(name: str, event: Event | None, kinds: FactKinds) -> str | None:
    """The words for an event; None where it is not shown. An event nobody wrote words for is named by its name."""
    if name in NOT_SHOWN:
        return None
    match event:
        case FactRecorded():
            kind = kinds.get(event.kind)
            return f"You told us: {kind.label}" if kind else "You told us something"
        case CaseOpened():
            return f"You asked for: {event.service_title}"
        case ClockEvent(told_to_resident=None):  # what is between the council, its teams and partners
            return None
        case NeedMet(cases=1):  # what ended says it
            return None
        case InteractionRecorded(purpose="asked"):  # the case that was opened says it already
            return None
        case InteractionRecorded(service=str()):
            return "We were in touch"
    told = getattr(event, "told_to_resident", None)
    return told or LABELS.get(name) or name.replace(".", " ").replace("_", " ").capitalize()
