"""What feedback hears: the life of cases and of what was told once, and the answers it was given itself."""

from __future__ import annotations

from typing import Any, TypeVar

from common.contracts.cases import CaseDestroyed, CaseEvent, CaseOpened, CaseStatusChanged
from common.contracts.feedback import FeedbackEvent, FeedbackSubmitted, StepView
from common.contracts.tellings import DeliveryEvent, TellingEvent
from common.runtime.envelope import Heard
from common.runtime.query import Query
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from feedback.commands.inviting import ask, may_ask
from feedback.commands.tellings import ask_about_telling, follow_telling, keep_part
from feedback.domain.endings import Life, invites, life_after
from feedback.queries import named
from feedback.tables import Answered, Part, Tracking, UnderWay, Watched

MOST_STEPS = 200
Row = TypeVar("Row")


@subscribes(CaseEvent, TellingEvent, DeliveryEvent, rebuilds=(UnderWay, Tracking, Part))
async def follow_transactions(tx: Transaction, heard: Heard) -> None:
    """Keep what a person has under way, and what the holder of a tracking reference sees of it."""
    match heard.event:
        case TellingEvent() as telling:
            await follow_telling(tx, heard, telling)
        case DeliveryEvent() as delivery:
            keep_part(tx, heard, delivery)
        case CaseOpened() as opened:
            _begin(tx, heard, opened)
        case CaseStatusChanged() as moved:
            tracking = await _left_by_opening(tx, heard, named.TRACKING_OF_CASE)
            asks = invites(Life(tracking.life), moved) and await may_ask(tx, heard)
            if heard.person_id and (row := await tx.one(named.TRANSACTION, case_id=heard.aggregate_id)):
                tx.change(row, **_moved_on(row, heard, moved))
            tx.change(tracking, **_shown_on(tracking, heard, moved, asks=asks))
        case CaseDestroyed():
            await _let_go(tx, heard, named.TRANSACTION, named.TRACKING_OF_CASE)


@subscribes(CaseEvent)
async def invite_feedback(tx: Transaction, heard: Heard) -> None:
    """Ask how it went at every ending of a case, whatever its result: once for each ending."""
    match heard.event:
        case CaseOpened() as opened:
            tx.add(
                Watched(
                    case_id=heard.aggregate_id,
                    service=opened.service,
                    title=opened.service_title,
                    case_channel=opened.channel.value,
                    life=Life.GOING_ON.value,
                    since=heard.occurred if opened.life_event else None,
                    life_event=opened.life_event,
                )
            )
        case CaseStatusChanged() as moved:
            watched = await _left_by_opening(tx, heard, named.WATCHED)
            if invites(Life(watched.life), moved):
                await ask(tx, heard, watched, ended_as=moved.status, result=getattr(moved, "result", None))
            tx.change(watched, life=life_after(Life(watched.life), moved).value)
        case CaseDestroyed():
            await _let_go(tx, heard, named.WATCHED, named.SEEN_OF_CASE)


@subscribes(TellingEvent)
async def ask_about_tellings(tx: Transaction, heard: Heard) -> None:
    """Ask how it went when everybody who was told something once is done with it: of a death not within sixty days."""
    if isinstance(heard.event, TellingEvent):
        await ask_about_telling(tx, heard, heard.event)


@subscribes(FeedbackEvent, rebuilds=(Answered,))
async def note_answers(tx: Transaction, heard: Heard) -> None:
    """Note which invitations have their answer, whichever way it came."""
    match heard.event:
        case FeedbackSubmitted() as submitted:
            tx.put(Answered(invitation_id=submitted.invitation_id, council=heard.council))


async def _left_by_opening(tx: Transaction, heard: Heard, query: Query[Row]) -> Row:
    """What the first event of the case left here. Events come in order, so it is there: else something is badly wrong."""
    row = await tx.one(query, case_id=heard.aggregate_id)
    if row is None:
        raise LookupError("a case moved that was never opened")
    return row


async def _let_go(tx: Transaction, heard: Heard, *queries: Query[Any]) -> None:
    """Take away what these reads find of a case that is gone."""
    for rows in [await tx.all(query, case_id=heard.aggregate_id) for query in queries]:
        for row in rows:
            tx.remove(row)


def _begin(tx: Transaction, heard: Heard, opened: CaseOpened) -> None:
    both: dict[str, Any] = {
        "case_id": heard.aggregate_id,
        "council": heard.council,
        "service": opened.service,
        "title": opened.service_title,
        "status": opened.status.value,
        "told_to_resident": opened.told_to_resident,
        "opened_at": heard.occurred,
        "changed_at": heard.occurred,
    }
    if heard.person_id:
        news = 0 if _own_doing(heard) else heard.version
        tx.put(
            UnderWay(**both, person_id=heard.person_id, reference=opened.reference, version=heard.version, news=news)
        )
    tx.put(
        Tracking(
            **both,
            digest=opened.tracking_digest,
            case_channel=opened.channel.value,
            steps=[_step(heard, opened)],
            life=Life.GOING_ON.value,
            correlation_id=heard.correlation_id,
            trace=heard.trace,
        )
    )


def _moved_on(row: UnderWay, heard: Heard, moved: CaseStatusChanged) -> dict[str, object]:
    return {
        "version": heard.version,
        "news": row.news if _own_doing(heard) else heard.version,
        "status": moved.status.value,
        "told_to_resident": moved.told_to_resident,
        "changed_at": heard.occurred,
    }


def _shown_on(tracking: Tracking, heard: Heard, moved: CaseStatusChanged, *, asks: bool) -> dict[str, object]:
    """The reason of a change is not shown: somebody wrote it by hand."""
    return {
        "status": moved.status.value,
        "told_to_resident": moved.told_to_resident,
        "changed_at": heard.occurred,
        "steps": [*tracking.steps, _step(heard, moved)][-MOST_STEPS:],
        "life": life_after(Life(tracking.life), moved).value,
        "invitation_id": heard.id if asks else tracking.invitation_id,
        "invited_at": heard.recorded if asks else tracking.invited_at,
        "trace": heard.trace,
    }


def _step(heard: Heard, event: CaseOpened | CaseStatusChanged) -> dict[str, object]:
    step = StepView(at=heard.occurred, status=event.status.value, told_to_resident=event.told_to_resident)
    return step.model_dump(mode="json")


def _own_doing(heard: Heard) -> bool:
    """What a person did themselves, under whichever of their ids, is no news to them. No resident moves another's case."""
    return heard.actor_kind == "resident"
