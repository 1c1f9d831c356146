"""What is shared in a referral lies sealed under its person's key. Without the key it is shown to nobody, and nothing is lost."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from common.runtime.ids import new_id
from common.runtime.sealed import token_of

NAME, CONSUMER = "partner-gateway", "partner-gateway-do-as-the-person-says"
LIES = "SELECT shared FROM referral WHERE id = $1"
KEYS = "SELECT * FROM onedoor.granted_key WHERE person_id = $1"


async def lies(desk: Any, referral_id: str) -> Any:
    [row] = await desk.town.sql(NAME, LIES, UUID(referral_id))
    return row["shared"]


async def shown(desk: Any, referral_id: str, who: Any) -> Any:
    return (await desk.get(f"/referrals/{referral_id}", who)).json()["shared"]


def forget(desk: Any, person: UUID) -> None:
    """As if this process had held nobody's keys, and had not asked for any a moment ago."""
    ring = desk.town[NAME].inner.ground.keeper.ring
    ring.forget(person)
    ring._asked.clear()


async def test_it_is_sealed_from_the_beginning_and_read_by_its_receiver_and_its_person(desk: Any) -> None:
    person, shared = new_id(), {"health": {"condition": "asthma"}, "money": {"arrears": 412}}
    given = desk.consent(groups=("health", "money"))
    made = await desk.asked(person_id=str(person), shared=shared, consent=given)
    assert token_of(await lies(desk, made["referral_id"]))
    await desk.granted(made["referral_id"], field_groups=["health"])
    assert token_of(await lies(desk, made["referral_id"]))
    for who in (desk.advice, desk.resident(person)):
        assert await shown(desk, made["referral_id"], who) == {"health": shared["health"]}
    assert (await desk.get("/me/referrals", desk.resident(person))).json()["items"][0]["shared"] == {
        "health": shared["health"]
    }


async def test_what_lies_open_from_before_is_sealed_and_reads_as_it_did(desk: Any) -> None:
    sent = await desk.sent()
    before = await shown(desk, sent["referral_id"], desk.advice)
    await desk.town.sql(NAME, "UPDATE referral SET shared = $2 WHERE id = $1", UUID(sent["referral_id"]), before)
    assert await desk.town[NAME].inner.keeping.resealing.seal_all() == 1
    assert token_of(await lies(desk, sent["referral_id"]))
    assert await shown(desk, sent["referral_id"], desk.advice) == before


async def test_without_its_key_nothing_is_shown_and_what_was_granted_goes_once_the_key_is_there(desk: Any) -> None:
    person = new_id()
    made = await desk.asked(person_id=str(person))
    [key] = await desk.town.sql(NAME, KEYS, person)
    await desk.town.sql(NAME, "DELETE FROM onedoor.granted_key WHERE person_id = $1", person)
    forget(desk, person)
    assert await shown(desk, made["referral_id"], desk.resident(person)) == {}
    granting = asyncio.create_task(desk.granted(made["referral_id"]))  # it is over when it was heard
    parked = "SELECT reason FROM onedoor.parked WHERE consumer = $1 AND aggregate_id = $2"
    await desk.town.until(lambda: desk.town.sql(NAME, parked, CONSUMER, person))
    assert (await desk.get(f"/referrals/{made['referral_id']}", desk.officer)).json()["status"] == "sending"
    await desk.town.sql(
        NAME,
        "INSERT INTO onedoor.granted_key (person_id, class, version, wrapped, known_to_owner) VALUES ($1, $2, $3, $4, $5)",
        *(key[name] for name in ("person_id", "class", "version", "wrapped", "known_to_owner")),
    )
    forget(desk, person)
    assert await desk.town[NAME].inner.again.retry(CONSUMER) == 1
    await granting
    assert await shown(desk, made["referral_id"], desk.advice) == desk.referral()["shared"]
