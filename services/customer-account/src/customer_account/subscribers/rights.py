"""What each service did of what somebody asked about their data."""

from __future__ import annotations

from common.contracts.people import (
    FactsEvent,
    PersonEvent,
)
from common.contracts.people.erasing import ErasureConfirmed, ErasurePartEvent
from common.contracts.people.joining import PersonUnmerged
from common.contracts.people.limits import LimitConfirmed, LimitPartEvent
from common.contracts.people.rectifying import RectificationConfirmed, RectificationPartEvent
from common.contracts.people.rights import (
    AccessPackageDownloadEvent,
    AccessPackageFetched,
    AccessPackagePartEvent,
    AccessPackagePartReady,
)
from common.runtime.envelope import Heard
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from customer_account.commands import (
    answers,
    erasing,
    packages,
    rectifying,
)


@subscribes(AccessPackagePartEvent, AccessPackageDownloadEvent, PersonEvent)
async def gather_packages(tx: Transaction, heard: Heard) -> None:
    """Take in what each service hands in of somebody's package, and be done with it once they have fetched it.

    One that holds what is of a record that was parted from theirs goes.
    """
    match heard.event:
        case AccessPackagePartReady() as part if heard.person_id is not None:
            await packages.take_in(tx, heard.person_id, part, by=heard.speaker)
        case AccessPackageFetched() as fetched:
            await packages.note_fetched(tx, fetched.request_id)
        case PersonUnmerged(out_of=person_id):
            await packages.begin_again(tx, person_id)


@subscribes(ErasurePartEvent)
async def take_in_erasures(tx: Transaction, heard: Heard) -> None:
    """Know which services have erased somebody, and what each keeps of them."""
    if isinstance(heard.event, ErasureConfirmed):
        await erasing.take_in(tx, heard.event, at=heard.occurred)


@subscribes(FactsEvent)
async def go_on_with_what_is_put_right(tx: Transaction, heard: Heard) -> None:
    """Have everybody confirm what was put right, once it is; or tell whoever asked that it stands."""
    await rectifying.go_on(tx, heard)


@subscribes(RectificationPartEvent, LimitPartEvent)
async def gather_answers(tx: Transaction, heard: Heard) -> None:
    """Keep which service did its part in what somebody asked us to do with their data."""
    match heard.event:
        case RectificationConfirmed(request_id=request_id, service=service, keeps=keeps):
            await answers.note_answer(tx, request_id, service, at=heard.occurred, keeps=keeps)
        case LimitConfirmed(request_id=request_id, service=service):
            await answers.note_answer(tx, request_id, service, at=heard.occurred)
