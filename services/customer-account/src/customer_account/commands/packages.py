"""Somebody's package: every service is asked, what they hand in is put together, and made anew where one answers late."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from common.contracts.people.rights import (
    HOLDERS,
    AccessPackagePartReady,
    AccessPackageReady,
    AccessPackageRequested,
    Right,
    RightsRequestAnswered,
    RightsRequestDone,
    RightsRequestStatus,
)
from common.runtime.objects import Kept, Spoilt
from common.runtime.reminders import Timer
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.domain import packages
from customer_account.outside.packing import Made, Making
from customer_account.queries import named
from customer_account.tables import RightsRequest

PACKAGE_DUE = Timer("access_package_due")
PACKAGE_OVER = Timer("access_package_over")
ANSWER_WITHIN = timedelta(hours=1)  # then it is made of what is there, and names who did not answer
LOST_AFTER = timedelta(minutes=2)  # then a package that was begun is begun again: whoever made it may have died
KEPT = timedelta(days=30)


def ask_everywhere(tx: Transaction, request: RightsRequest, *, of: tuple[str, ...] = ()) -> None:
    """Ask every service for its part; or again those whose part could not be read."""
    answer_by = tx.now + ANSWER_WITHIN
    told = request.right == Right.PORTABILITY
    tx.say(AccessPackageRequested(told=told, answer_by=answer_by, of=list(of)), on=request)
    tx.remind(PACKAGE_DUE, about=request, at=answer_by)


async def is_lost(tx: Transaction, request: RightsRequest) -> bool:
    """Whether a package that was made lies in the object store no longer, or not whole."""
    if not packages.is_made(request.package):
        return False
    kept = Kept(**request.package["kept"])

    async def gone() -> bool:
        try:
            await tx.ground.objects.check(kept)
        except Spoilt:
            return True
        return False

    return await tx.ask_outside("a package", gone)


def make_anew(tx: Transaction, request: RightsRequest) -> None:
    """Ask every service once more, after what was made of their parts was lost."""
    tx.change(request, status=RightsRequestStatus.UNDER_WAY.value, package=None, answers={})
    ask_everywhere(tx, request)
    tx.forget(PACKAGE_OVER, about=request)


async def take_in(tx: Transaction, person_id: UUID, part: AccessPackagePartReady, *, by: str) -> None:
    """Note that a service handed in its part. With the last of them, or a late one, the package is made."""
    request = await tx.one(named.RIGHTS_REQUEST, request_id=part.request_id)
    if request is None or request.person_id != person_id or by not in HOLDERS:
        return
    if not packages.waits_for(request.status, request.right, request.package, by):
        return
    package = packages.with_part(request.package, by, {"object": part.object, "sha256": part.sha256, "size": part.size})
    answers = request.answers | {by: {"at": tx.now.isoformat(), "records": part.records}}
    tx.change(request, package=package, answers=answers)
    tx.say(RightsRequestAnswered(service=by, visible_to=request.visible_to), on=request)
    if packages.is_made(package) or not packages.missing(package):
        tx.remind(PACKAGE_DUE, about=request, at=tx.now)


async def take(tx: Transaction, request_id: UUID) -> Making | None:
    """Begin to make a package of what is there."""
    request = await tx.one(named.RIGHTS_REQUEST, request_id=request_id)
    if request is None or not packages.is_open(request.status, request.right):
        return None
    tx.remind(PACKAGE_DUE, about=request, at=tx.now + LOST_AFTER)
    return Making(
        request.id,
        request.right,
        request.reference,
        packages.parts_of(request.package),
        packages.asked_again(request.package),
        tx.now,
        tx.ground.objects,
    )


async def record(tx: Transaction, making: Making, made: Made) -> None:
    """Note a package that was made; or ask again for what could not be read."""
    request = await tx.one(named.RIGHTS_REQUEST, request_id=making.request_id)
    if request is None or packages.parts_of(request.package) != making.parts:
        return  # another part came meanwhile, and with it the timer
    if made.again:
        tx.change(
            request,
            package=packages.without(request.package, made.again),
            answers={name: answer for name, answer in request.answers.items() if name not in made.again},
        )
        ask_everywhere(tx, request, of=made.again)
        return
    until = making.at + KEPT
    package = packages.with_made(
        request.package,
        {"kept": {**made.kept}, "sha256": made.sha256, "size": made.size},
        unanswered=made.unanswered,
        made_at=making.at,
        until=until,
    )
    tx.change(request, status=RightsRequestStatus.READY.value, package=package)
    ready = AccessPackageReady(unanswered=list(made.unanswered), until=until, visible_to=request.visible_to)
    tx.say(ready, on=request)
    tx.forget(PACKAGE_DUE, about=request)
    tx.remind(PACKAGE_OVER, about=request, at=until)


async def note_fetched(tx: Transaction, request_id: UUID) -> None:
    """Be done with a package that its person has fetched, unless a service is still missing in it."""
    request = await tx.one(named.RIGHTS_REQUEST, request_id=request_id)
    if request is not None and packages.is_whole(request.status, request.package):
        _done(tx, request)


async def end(tx: Transaction, request_id: UUID) -> None:
    """Keep a package no longer."""
    request = await tx.one(named.RIGHTS_REQUEST, request_id=request_id)
    if request is None:
        return
    if request.status == RightsRequestStatus.READY:
        _done(tx, request)
    tx.change(request, package=None)


async def begin_again(tx: Transaction, person_id: UUID) -> None:
    """A record was parted from a person's: what was put together of both is kept no longer, and made anew where it is open."""
    ids = await queries.every_id_of(tx, person_id)
    theirs = [row for each in ids for row in await tx.all(named.RIGHTS_REQUESTS_OF_PERSON, person_id=each)]
    for request in theirs:
        if packages.is_open(request.status, request.right):
            tx.change(request, status=RightsRequestStatus.UNDER_WAY.value, package=None, answers={})
            ask_everywhere(tx, request)
        elif packages.is_made(request.package):
            tx.change(request, package=None)


def _done(tx: Transaction, request: RightsRequest) -> None:
    missing = list((request.package or {}).get("unanswered", []))
    tx.change(request, status=RightsRequestStatus.DONE.value, ended_at=tx.now)
    done = RightsRequestDone(
        right=Right(request.right), partly=bool(missing), unanswered=missing, visible_to=request.visible_to
    )
    tx.say(done, on=request)
