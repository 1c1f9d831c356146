"""What a caller was answered under an idempotency key, kept for a while: theirs alone, and sealed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from fastapi import Request, Response

from common.runtime.principal import Principal
from common.runtime.transaction import Transaction


def caller_of(me: Principal, path: str) -> str:
    """Whose idempotency key it is, as a digest: somebody's, in the council, for the partner or the person they act for.

    The public is nobody in particular: there the address tells apart.
    """
    whose = [me.role, me.id, me.council or "", me.partner or "", path if me.role == "public" else ""]
    if me.acting:
        whose += [str(me.acting.person_id), str(me.acting.representation_id)]
    return hashlib.sha256("\n".join(whose).encode()).hexdigest()


async def to_store(request: Request, answer: Response, caller: str, key: str, tx: Transaction) -> dict[str, Any]:
    """The row of an answer, as it is kept for whoever asks the same again under its key."""
    kept = {name: value for name, value in answer.headers.items() if name not in {"content-length", "set-cookie"}}
    return {
        "caller": caller,
        "key": key,
        "fingerprint": await fingerprint_of(request),
        "status": answer.status_code,
        "headers": kept,
        "body": tx.ground.keeper.wrap(bytes(answer.body).decode(), about=kept_as(caller, key)),
        "about": sorted({*map(str, tx.seen), *(str(said["person_id"]) for said in tx.work.said if said["person_id"])}),
        "looked": {"persons": [*map(str, tx.seen)], "why": tx.why, "case": tx.case} if tx.seen else None,
        "recorded": datetime.now(UTC),
    }


def kept_as(caller: str, key: str) -> str:
    """What a kept answer is bound to."""
    return f"answer|{caller}|{key}"


async def fingerprint_of(request: Request) -> str:
    """What an idempotency key stands for: the same method, path and body."""
    parts = (request.method.encode(), request.url.path.encode(), await request.body())
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
