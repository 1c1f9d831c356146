"""Verifying who looked: every access entry is as it was sealed, and the seals are one unbroken, signed chain.

It reads one moment of the database as the owner, a page at a time, so what it needs does not grow with the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from customer_account.domain import seals
from psycopg.rows import dict_row

from onedoor.ledgers import looking
from onedoor.refusals import CannotDo
from onedoor.running import Running

SERVICE = "customer-account"
PAGE = 20  # seals at a time, of some hundred entries each
MOMENT = "%Y-%m-%d %H:%M:%S%z"
_END = b"-----END PUBLIC KEY-----"

_SEALS = "SELECT * FROM access_seal WHERE number > %s ORDER BY number LIMIT %s"
_ENTRIES = """
SELECT e.* FROM unnest(%s::uuid[], %s::uuid[]) AS listed (entry_id, person_id)
JOIN access_entry e USING (entry_id, person_id)
"""
_UNSEALED = (
    "SELECT count(*), min(noted_at) AS oldest FROM access_unsealed u JOIN access_entry e USING (entry_id, person_id)"
)
_LOST_UNSEALED = """
SELECT u.entry_id, u.person_id FROM access_unsealed u LEFT JOIN access_entry e USING (entry_id, person_id)
WHERE e.entry_id IS NULL ORDER BY 1, 2 LIMIT 1
"""
_ADDED = """
SELECT e.entry_id, e.person_id FROM access_entry e
LEFT JOIN access_unsealed u USING (entry_id, person_id)
LEFT JOIN (SELECT (each ->> 0)::uuid AS entry_id, (each ->> 1)::uuid AS person_id
    FROM access_seal, jsonb_array_elements(entries) each) sealed USING (entry_id, person_id)
WHERE u.entry_id IS NULL AND sealed.entry_id IS NULL ORDER BY 1, 2 LIMIT 1
"""


class Faulty(Exception):
    """The first place where the log is not what was sealed. One plain sentence."""


@dataclass
class Whole:
    """What was verified, and what no seal has yet. `last` is the end of the chain, for whoever keeps it elsewhere too."""

    entries: int = 0
    number: int = 0
    unsealed: int = 0
    oldest: datetime | None = None
    last: str = seals.BEFORE_THE_FIRST

    def told(self) -> str:
        """As an operator reads it."""
        whole = f"{_count(self.entries, 'entry', 'entries')} in {_count(self.number, 'seal', 'seals')} are whole."
        waiting = (
            f"{self.unsealed:,} not sealed yet, the oldest since {self.oldest:{MOMENT}}."
            if self.unsealed
            else "Everything is sealed."
        )
        return f"{whole} {waiting}\nThe chain ends with {self.last}."


def verify(running: Running, keys: Path) -> Whole:
    """Verify all there is. Raises Faulty at the first fault, CannotDo where it cannot be looked at."""
    known = public_keys(keys)
    with looking(running, SERVICE) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.row_factory = dict_row
        whole = Whole()
        for seal in _seals(connection):
            _check_seal(seal, whole, known)
            _check_entries(connection, seal)
            whole = Whole(entries=whole.entries + len(seal["entries"]), number=seal["number"], last=seal["chain"])
        _check_rest(connection)
        [waiting] = connection.execute(_UNSEALED).fetchall()
        whole.unsealed, whole.oldest = waiting["count"], waiting["oldest"]
    return whole


def public_keys(file: Path) -> dict[str, Ed25519PublicKey]:
    """The keys in a file of one PEM after another, by their names. Raises CannotDo."""
    try:
        parts = [part + _END for part in file.read_bytes().split(_END)[:-1]]
        keys = [load_pem_public_key(part.lstrip()) for part in parts]
    except (OSError, ValueError) as fault:
        raise CannotDo(f"{file} holds no public keys in PEM: {type(fault).__name__}") from None
    return {seals.key_id(key): key for key in keys if isinstance(key, Ed25519PublicKey)}


def _seals(connection: psycopg.Connection[Any]) -> Iterator[Mapping[str, Any]]:
    last = 0
    while page := connection.execute(_SEALS, [last, PAGE]).fetchall():
        yield from page
        last = page[-1]["number"]


def _check_seal(seal: Mapping[str, Any], before: Whole, keys: Mapping[str, Ed25519PublicKey]) -> None:
    """That it follows the one before it, lists what it listed, and was signed by us."""
    number = seal["number"]
    if number != before.number + 1:
        raise Faulty(f"Seal {before.number + 1} is missing.")
    if (key := keys.get(seal["key_id"])) is None:
        raise Faulty(f"Seal {number}: signature wrong: its key is not among ours.")
    if not seals.is_signed(key, seal["chain"], seal["signature"]):
        raise Faulty(f"Seal {number}: signature wrong.")
    if seal["previous"] != before.last:
        raise Faulty(f"Seal {number}: reordered: it does not follow seal {before.number}.")
    told = {name: seal[name] for name in ("number", "previous", "entries", "sealed_at", "key_id")}
    if seals.chain(**told) != seal["chain"]:
        what = (
            "changed" if seal["entries"] == sorted(seal["entries"]) else "reordered: its entries are in another order"
        )
        raise Faulty(f"Seal {number}: {what}.")


def _check_entries(connection: psycopg.Connection[Any], seal: Mapping[str, Any]) -> None:
    """That each entry it lists is there, as it was."""
    listed = seal["entries"]
    ids = [[UUID(each[place]) for each in listed] for place in (0, 1)]
    found = {(row["entry_id"], row["person_id"]): row for row in connection.execute(_ENTRIES, ids)}
    for entry_id, person_id, digest in listed:
        row = found.get((UUID(entry_id), UUID(person_id)))
        if row is None:
            raise Faulty(f"Entry {entry_id} of seal {seal['number']}: missing.")
        if seals.digest(row) != digest:
            raise Faulty(f"Entry {entry_id} of seal {seal['number']}: changed.")


def _check_rest(connection: psycopg.Connection[Any]) -> None:
    """That there is nothing but what was sealed, and what came with its note that it is to be."""
    if lost := connection.execute(_LOST_UNSEALED).fetchone():
        raise Faulty(f"Entry {lost['entry_id']}, not sealed yet: missing.")
    if added := connection.execute(_ADDED).fetchone():
        raise Faulty(f"Entry {added['entry_id']}: added: no seal has it.")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
