"""What the clock brings about in customer-account."""

from __future__ import annotations

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction

from customer_account import commands
from customer_account.commands import (
    callbacks,
    comparing,
    duplicates,
    equality,
    erasing,
    holds,
    joining,
    limiting,
    messages,
    packages,
    representations,
    sealing,
    sessions,
    stop_mail,
)
from customer_account.commands.sealing import SEAL
from customer_account.commands.sessions import SIGN_INS_OVER
from customer_account.domain.messages import Sending
from customer_account.outside import carriers, packing
from customer_account.outside.packing import Making


@rings(commands.FACTS_END)
async def expire_facts(tx: Transaction, due: Due) -> None:
    """Hold no longer to be so what was told up to a day that is over."""
    await commands.expire_facts(tx, due.aggregate_id)


@rings(commands.LOOK_FOR_DUPLICATES)
async def look_for_duplicates(tx: Transaction, due: Due) -> None:
    """Compare a person, of whom something was told, with others who are like them."""
    await commands.look_for_duplicates(tx, due.aggregate_id)


@rings(duplicates.JOIN_SURE)
async def join_sure(tx: Transaction, due: Due) -> None:
    """Join two records that are surely of one person, where their councils have that done without an officer."""
    await joining.join_sure(tx, due.aggregate_id)


@rings(comparing.COMPARE_ANEW)
async def compare_anew(tx: Transaction, due: Due) -> None:
    """Compare everybody anew, a page of people at a time: likeness is weighed otherwise than before."""
    await comparing.go_on(tx)


@rings(commands.CONSENT_ENDS)
async def end_consents(tx: Transaction, due: Due) -> None:
    """Share nothing more on what a person agreed to for a time that is over."""
    await commands.end_consents(tx, due.aggregate_id)


@rings(commands.CONFIRMATION_DUE)
async def flag_unconfirmed(tx: Transaction, due: Due) -> None:
    """Flag who was told to stop and has not said that they did."""
    await commands.flag_unconfirmed(tx, due.aggregate_id)


@rings(representations.REPRESENTATION_BEGINS)
async def write_to_who_acts(tx: Transaction, due: Due) -> None:
    """Write to whoever acts for somebody who has died, from their first day on."""
    await stop_mail.write_instead_from_today(tx, due.aggregate_id)


@rings(representations.REPRESENTATION_ENDS)
async def end_representation(tx: Transaction, due: Due) -> None:
    """Let nobody act for somebody after the last day of it."""
    await representations.end_by_time(tx, due.aggregate_id)


@rings(holds.REVIEW)
async def note_review_of_hold(tx: Transaction, due: Due) -> None:
    """Show that somebody is to look whether a legal hold is still needed."""
    await holds.note_review_due(tx, due.aggregate_id)


@rings(SEAL)
async def seal_who_looked(tx: Transaction, due: Due) -> None:
    """Chain and sign the access entries that came since the last seal."""
    await sealing.seal(tx, due.due_at)


@rings(sessions.SIGNED_OUT)
async def end_session(tx: Transaction, due: Due) -> None:
    """End what somebody began under an id that leads to another now, and signed out of."""
    await sessions.end_under_other_id(tx, due.aggregate_id)


@rings(SIGN_INS_OVER)
async def forget_sign_ins(tx: Transaction, due: Due) -> None:
    """Keep nothing of sign-ins that nobody came back from, nor of sessions that are over."""
    await sessions.forget(tx)


@rings(messages.SEND, asks=carriers.carry, told=messages.record)
async def send_message(tx: Transaction, due: Due) -> Sending | None:
    """Hand a message over, where that is possible and safe now."""
    return await messages.take(tx, due.aggregate_id)


@rings(messages.WORDS_END)
async def end_words(tx: Transaction, due: Due) -> None:
    """Keep no longer what a message said."""
    await messages.end_words(tx, due.aggregate_id)


@rings(callbacks.TAKE_IN)
async def take_in_callback(tx: Transaction, due: Due) -> None:
    """Take in what GOV.UK Notify told us."""
    await callbacks.take_in(tx, due.aggregate_id)


@rings(equality.TAKE_IN)
async def take_in_equality_note(tx: Transaction, due: Due) -> None:
    """Put what an officer took down with a person's other answers."""
    await equality.take_in(tx, due.aggregate_id)


@rings(packages.PACKAGE_DUE, asks=packing.make, told=packages.record)
async def make_package(tx: Transaction, due: Due) -> Making | None:
    """Put together what the services handed in, once all have, or their time is over."""
    return await packages.take(tx, due.aggregate_id)


@rings(packages.PACKAGE_OVER)
async def end_package(tx: Transaction, due: Due) -> None:
    """Keep no longer what nobody fetched."""
    await packages.end(tx, due.aggregate_id)


@rings(erasing.ERASE)
async def ask_to_erase(tx: Transaction, due: Due) -> None:
    """Ask every service to erase somebody, for the first time or once less of them has to be kept."""
    await erasing.ask_everybody(tx, due.aggregate_id)


@rings(erasing.SETTLE)
async def settle_erasure(tx: Transaction, due: Due) -> None:
    """See how far the erasing of somebody has got."""
    await erasing.settle(tx, due.aggregate_id)


@rings(limiting.RESTRICTION_ENDS)
async def end_restriction(tx: Transaction, due: Due) -> None:
    """Use what is known of somebody again, a week after they were told."""
    await limiting.end_restriction(tx, due.aggregate_id)
