"""What somebody told once, as something that they have under way: followed with its parts, asked about when it is over."""

from __future__ import annotations

from common.contracts.cases import Status
from common.contracts.tellings import (
    DeliveryEvent,
    TellingCompleted,
    TellingConfirmed,
    TellingDestroyed,
    TellingEvent,
    TellingStatus,
    TellingSuperseded,
    TellingWithdrawn,
)
from common.runtime.envelope import Heard
from common.runtime.transaction import Transaction

from feedback.commands.inviting import ask
from feedback.domain.endings import Life
from feedback.queries import named
from feedback.tables import Kind, Part, UnderWay, Watched

PUT_RIGHT = "You put something in it right. What took its place is beside it."


async def follow_telling(tx: Transaction, heard: Heard, event: TellingEvent) -> None:
    """Keep what somebody told once among what they have under way, and where it stands."""
    match event:
        case TellingConfirmed() as confirmed:
            _begin(tx, heard, confirmed)
        case TellingCompleted() as completed:
            await _moved(tx, heard, completed.status, completed.told_to_resident)
        case TellingWithdrawn() as withdrawn:
            await _moved(tx, heard, TellingStatus.WITHDRAWN, withdrawn.told_to_resident)
        case TellingSuperseded():
            await _moved(tx, heard, TellingStatus.SUPERSEDED, PUT_RIGHT)
        case TellingDestroyed():
            row = await tx.one(named.TRANSACTION, case_id=heard.aggregate_id)
            parts = await tx.all(named.PARTS_OF_TELLING, telling_id=heard.aggregate_id)
            for gone in (*parts, *([row] if row else ())):
                tx.remove(gone)


def keep_part(tx: Transaction, heard: Heard, said: DeliveryEvent) -> None:
    """Keep where one recipient's part stands. It may be heard before the telling is."""
    if heard.person_id is not None:
        shown = said.model_dump(mode="json", include={"title", "recipient", "sends", "status"})
        tx.put(
            Part(
                **shown,
                delivery_id=heard.aggregate_id,
                telling_id=said.telling_id,
                council=heard.council,
                person_id=heard.person_id,
            )
        )


async def ask_about_telling(tx: Transaction, heard: Heard, event: TellingEvent) -> None:
    """Ask how it went once everybody who was told is done with it, if they may be asked by now."""
    match event:
        case TellingConfirmed() as confirmed:
            tx.add(
                Watched(
                    case_id=heard.aggregate_id,
                    service=confirmed.life_event.value,
                    title=confirmed.title,
                    case_channel=confirmed.channel.value,
                    life=Life.GOING_ON.value,
                    since=heard.occurred,
                    life_event=confirmed.life_event.value,
                )
            )
        case TellingCompleted():
            watched = await tx.one(named.WATCHED, case_id=heard.aggregate_id)
            if watched is not None and watched.since is not None:
                await ask(tx, heard, watched, ended_as=Status.CLOSED)
                tx.remove(watched)
        case TellingWithdrawn() | TellingSuperseded():
            if watched := await tx.one(named.WATCHED, case_id=heard.aggregate_id):
                tx.remove(watched)
        case TellingDestroyed():
            seen = await tx.all(named.SEEN_OF_CASE, case_id=heard.aggregate_id)
            unasked = await tx.all(named.WATCHED, case_id=heard.aggregate_id)
            for gone in (*seen, *unasked):
                tx.remove(gone)


def _begin(tx: Transaction, heard: Heard, confirmed: TellingConfirmed) -> None:
    if heard.person_id is not None:
        tx.put(
            UnderWay(
                case_id=heard.aggregate_id,
                kind=Kind.TELLING.value,
                person_id=heard.person_id,
                version=heard.version,
                news=0 if heard.actor_kind == "resident" else heard.version,
                reference=confirmed.reference,
                council=heard.council,
                service=confirmed.life_event.value,
                title=confirmed.title,
                status=TellingStatus.CONFIRMED.value,
                told_to_resident=confirmed.told_to_resident,
                opened_at=heard.occurred,
                changed_at=heard.occurred,
            )
        )


async def _moved(tx: Transaction, heard: Heard, status: TellingStatus, told: str) -> None:
    if row := await tx.one(named.TRANSACTION, case_id=heard.aggregate_id):
        news = row.news if heard.actor_kind == "resident" else heard.version
        now = {"status": status.value, "told_to_resident": told, "changed_at": heard.occurred}
        tx.change(row, version=heard.version, news=news, **now)
