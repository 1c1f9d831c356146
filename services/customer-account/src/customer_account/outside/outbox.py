"""A folder in place of a carrier, for platforms from which nothing leaves: each message is a file, named by its reference."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
from common.contracts.messages import OutboxEntryView, OutboxView

from customer_account.domain.messages import Outcome, Sending

MOST_SHOWN = 100


def carry(sending: Sending, folder: Path) -> Outcome:
    """Leave a message there. What is there already was left by an earlier try."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    document = {
        "council": sending.council,
        "reference": sending.reference,
        "channel": sending.channel.value,
        "style": sending.style,
        "to": list(sending.to),
        "subject": sending.subject,
        "text": sending.text,
    }
    half = folder / f".{_name(sending.reference)}"
    half.touch(mode=0o600)
    half.write_bytes(orjson.dumps(document))
    os.replace(half, folder / _name(sending.reference))
    return Outcome.SENT


def read(folder: Path, council: str) -> OutboxView:
    """What a council would have sent, newest first."""
    kept = (orjson.loads(file.read_bytes()) for file in sorted(folder.glob("[!.]*.json"), reverse=True))
    own = [each for each in kept if each["council"] == council][:MOST_SHOWN]
    return OutboxView(items=[OutboxEntryView.model_validate(each) for each in own])


def _name(reference: str) -> str:
    return f"{reference.replace('/', '-')}.json"
