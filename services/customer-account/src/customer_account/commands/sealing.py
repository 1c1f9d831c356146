"""Sealing who looked: a timer chains and signs what came since the seal before it, a bounded batch at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from common.runtime.settings import CannotServe, Settings
from common.runtime.tables import Aggregate
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from customer_account.domain import seals
from customer_account.queries import named
from customer_account.tables import AccessEntry, AccessSeal, UnsealedEntry

SEAL = Timer("access_seal")
MOST = 500  # entries in one seal

# Moments long past, so that the timer rings at the next look whatever the platform's clock was set to since.
ASKED = datetime(2000, 1, 1, tzinfo=UTC)
ONCE_MORE = datetime(2000, 1, 2, tzinfo=UTC)


class Log(Aggregate):
    """The log of who looked, as what its one timer is about. It has no row."""


def ask(tx: Transaction) -> None:
    """Entries were added: have them sealed."""
    tx.remind(SEAL, about=_log(), at=ASKED)


async def seal(tx: Transaction, rung: datetime) -> None:
    """Seal what is not sealed, and look once more: the timer ends only at a second look that finds nothing.

    What is added while this runs asks under another moment than `ONCE_MORE`, so no end of the timer swallows it.
    """
    entries = await tx.all(named.UNSEALED, most=MOST)
    if entries:
        last = await tx.one(named.LAST_SEAL)
        tx.add(_sealed(tx, last, entries))
        for entry in entries:
            tx.remove(UnsealedEntry.model_construct(entry_id=entry.entry_id, person_id=entry.person_id))
    if entries or rung == ASKED:
        tx.remind(SEAL, about=_log(), at=ONCE_MORE)


async def ready(tx: Transaction, told: Settings) -> None:
    """Refuse to start without a key, and seal what was left. Raises CannotServe."""
    _key(told.audit_key_file)
    ask(tx)


def _sealed(tx: Transaction, last: AccessSeal | None, entries: list[AccessEntry]) -> AccessSeal:
    key = _key(tx.ground.audit_key_file)
    number, previous = (last.number + 1, last.chain) if last else (1, seals.BEFORE_THE_FIRST)
    told = seals.listed(_columns(entry) for entry in entries)
    key_id = seals.key_id(key.public_key())
    chain = seals.chain(number=number, previous=previous, entries=told, sealed_at=tx.now, key_id=key_id)
    return AccessSeal(
        number=number,
        previous=previous,
        entries=told,
        sealed_at=tx.now,
        key_id=key_id,
        chain=chain,
        signature=seals.sign(key, chain),
    )


def _key(file: Path | None) -> Ed25519PrivateKey:
    """The key that signs. It is read each time: a new one put there is used at once."""
    if file is None:
        raise CannotServe("who looked at people's data is sealed with a key of its own: set ONEDOOR_AUDIT_KEY_FILE")
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise CannotServe(f"{file} holds no private key in PEM: {type(fault).__name__}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotServe(f"{file} holds a key that is not of Ed25519")
    return key


def _columns(entry: AccessEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in AccessEntry.model_fields}


def _log() -> Log:
    return Log(id=UUID(int=1))
