"""Promises of who sees what of a referral: the receiver, the referrer, the person; and that nobody else sees anything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from common.runtime.ids import new_id
from common.runtime.store.database import on_behalf_of
from common.testing.partnering import join

SHARED = {"identity": {"full_name": "Ewa Kowalska", "preferred_language": "pl"}, "money": {"arrears": 412}}
ENDINGS = {
    "rejected": [("advice", "reject", {"reason": "no_capacity"})],
    "withdrawn": [("officer", "withdraw", {})],
    "closed": [("advice", "reject", {"reason": "no_capacity"}), ("officer", "close", {})],
    "entered_in_error": [("advice", "enter_in_error", {})],
}


async def view(desk: Any, referral_id: str, who: Any) -> Any:
    answer = await desk.get(f"/referrals/{referral_id}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def with_outcome(desk: Any, person: UUID, *groups: str) -> str:
    sent = await desk.sent(person_id=str(person), consent=desk.consent(groups=groups))
    for transition, told in (("accept", {}), ("start", {}), ("outcome", {"outcome": "got_help"})):
        await desk.moved(sent["referral_id"], desk.advice, transition, **told)
    return str(sent["referral_id"])


async def test_the_receiver_sees_what_was_shared_and_the_referrer_does_not(desk: Any) -> None:
    person = new_id()
    sent = await desk.sent(person_id=str(person))
    received = await view(desk, sent["referral_id"], desk.advice)
    assert (received["shared"], received["field_groups"]) == (SHARED, ["identity", "money"])
    assert (received["person_id"], received["consent"]["field_groups"]) == (
        str(person),
        ["identity", "money", "outcome"],
    )
    assert (sent["shared"], sent["field_groups"]) == (None, ["identity", "money"])
    assert (await view(desk, sent["referral_id"], desk.officer))["shared"] is None


async def test_a_receiver_that_was_not_told_the_identity_does_not_learn_the_person(desk: Any) -> None:
    sent = await desk.sent(shared={"needs": {"note": "Cold flat"}}, consent=desk.consent(groups=("needs",)))
    assert sent["person_id"] is not None
    assert (await view(desk, sent["referral_id"], desk.advice))["person_id"] is None
    page = (await desk.get("/referrals", desk.advice, limit=1)).json()["items"]
    assert [(item["referral_id"], item["person_id"]) for item in page] == [(sent["referral_id"], None)]


@pytest.mark.parametrize("status", ENDINGS)
async def test_a_receiver_that_does_not_help_no_longer_sees_what_was_shared(desk: Any, status: str) -> None:
    sent = await desk.sent()
    for who, transition, told in ENDINGS[status]:
        await desk.moved(sent["referral_id"], getattr(desk, who), transition, **told)
    received = await view(desk, sent["referral_id"], desk.advice)
    assert (received["status"], received["shared"]) == (status, None)


async def test_the_referrer_sees_the_outcome_only_if_the_person_agreed(desk: Any) -> None:
    person = new_id()
    agreed = await with_outcome(desk, person, "identity", "money", "outcome")
    not_agreed = await with_outcome(desk, person, "identity", "money")
    seen = {
        who: [(await view(desk, referral, asks))["outcome"] for referral in (agreed, not_agreed)]
        for who, asks in (("officer", desk.officer), ("receiver", desk.advice), ("person", desk.resident(person)))
    }
    assert seen == {
        "officer": ["got_help", None],
        "receiver": ["got_help", "got_help"],
        "person": ["got_help", "got_help"],
    }
    assert (await view(desk, not_agreed, desk.officer))["status"] == "outcome_recorded"


async def test_the_referrer_is_told_at_once_why_it_was_rejected(desk: Any) -> None:
    sent = await desk.sent(desk.fire, consent=desk.consent(groups=("identity", "money")))
    await desk.moved(sent["referral_id"], desk.advice, "reject", reason="no_capacity")
    assert (await view(desk, sent["referral_id"], desk.fire))["ended_because"] == "no_capacity"


async def test_why_help_failed_is_part_of_the_outcome(desk: Any) -> None:
    sent = await desk.sent(consent=desk.consent(groups=("identity", "money")))
    for transition, told in (("accept", {}), ("start", {}), ("fail", {"reason": "disengaged"})):
        await desk.moved(sent["referral_id"], desk.advice, transition, **told)
    seen = [(await view(desk, sent["referral_id"], who))["ended_because"] for who in (desk.officer, desk.advice)]
    assert seen == [None, "disengaged"]


async def test_the_person_sees_everything_about_them_and_to_whom_it_went(desk: Any) -> None:
    person = new_id()
    first = await desk.sent(person_id=str(person))
    second = await desk.sent(desk.fire, person_id=str(person), to_partner="warmth-advice")
    await desk.sent()
    mine = (await desk.get("/me/referrals", desk.resident(person))).json()["items"]
    assert [item["referral_id"] for item in mine] == [second["referral_id"], first["referral_id"]]
    for item in mine:
        assert (item["to_name"], item["shared"], item["field_groups"]) == (
            "Warmth & Debt Advice",
            SHARED,
            ["identity", "money"],
        )
        assert item["consent"]["recipient"] == "warmth-advice"
    assert [item["from_partner"] for item in mine] == ["frs-nsfr", None]


async def test_lists_are_of_those_who_sent_or_received_newest_first(desk: Any) -> None:
    from_council, from_fire = await desk.sent(), await desk.sent(desk.fire)
    told = {"to_partner": None, "consent": desk.consent(recipient="northmere")}
    to_council = await desk.sent(desk.fire, **told)
    council, fire, both = from_council["referral_id"], from_fire["referral_id"], to_council["referral_id"]
    for who, box, expected in (
        (desk.advice, None, [fire, council]),
        (desk.advice, "received", [fire, council]),
        (desk.fire, "sent", [both, fire]),
        (desk.officer, None, [council]),
        (desk.officer, "received", [both]),
    ):
        asked = {"limit": len(expected), **({"box": box} if box else {})}
        items = (await desk.get("/referrals", who, **asked)).json()["items"]
        assert [item["referral_id"] for item in items] == expected
    assert (await desk.get("/referrals", desk.fire)).json()["items"] == []
    page = (await desk.get("/referrals", desk.advice, limit=1)).json()
    second = (await desk.get("/referrals", desk.advice, limit=1, cursor=page["next"])).json()
    assert [item["referral_id"] for item in second["items"]] == [council]


async def test_nobody_else_can_tell_that_it_exists(desk: Any) -> None:
    await join(desk.town, "third-party", "Third Party")
    sent = await desk.sent()
    path = f"/referrals/{sent['referral_id']}"
    to_council = await desk.sent(desk.fire)
    for who, where in (
        (desk.partner("third-party"), path),
        (desk.fire, path),
        (desk.town.officer("southholt"), path),
        (desk.resident(), path),
        (desk.officer, f"/referrals/{to_council['referral_id']}"),
        (desk.officer, f"/referrals/{new_id()}"),
    ):
        assert (await desk.get(where, who)).status_code == 404
        moved = await desk.post(f"{where}/transitions", {"transition": "accept"}, who)
        assert (moved.status_code, moved.json()["type"]) == (404, "/problems/not-found")
    assert (await desk.get("/me/referrals", desk.resident())).json() == {"items": [], "next": None}
    elsewhere = [
        (await desk.get("/referrals", desk.town.officer("southholt"), box=box)).json() for box in ("sent", "received")
    ]
    assert elsewhere == [{"items": [], "next": None}] * 2


async def test_who_may_not_read_is_refused(desk: Any) -> None:
    path = f"/referrals/{(await desk.sent())['referral_id']}"
    for who in (
        desk.administrator,
        desk.town.officer(permissions=[]),
        desk.town.bearer("reviewer", "r", ["northmere"]),
    ):
        assert (await desk.get(path, who)).status_code == 403
    for who in ({}, {"Authorization": "Bearer stranger"}):
        assert (await desk.get(path, who)).status_code == 401
        assert (await desk.get("/referrals", who)).status_code == 401
        assert (await desk.get("/me/referrals", who)).status_code == 401
    assert (await desk.get("/referrals", desk.resident())).status_code == 403
    assert (await desk.get("/me/referrals", desk.officer)).status_code == 403


async def test_a_suspended_partner_sees_and_does_nothing_more(desk: Any) -> None:
    await join(desk.town, "soon-gone", "Soon Gone")
    gone = desk.partner("soon-gone")
    sent = await desk.sent(to_partner="soon-gone", consent=desk.consent(recipient="soon-gone"))
    await desk.move_partner("soon-gone", "suspend")
    path = f"/referrals/{sent['referral_id']}"
    refusals = [
        await desk.get(path, gone),
        await desk.get("/referrals", gone),
        await desk.move(sent["referral_id"], gone, "accept"),
        await desk.refer(gone),
        await desk.post("/signposts", {"need": "x", "offered": [str(new_id())]}, gone),
        await desk.get("/referrals", desk.partner("never-joined")),
    ]
    assert {(answer.status_code, answer.json()["type"]) for answer in refusals} == {
        (403, "/problems/not-an-active-partner")
    }


async def test_every_look_by_somebody_else_leaves_an_entry_and_the_persons_own_none(desk: Any) -> None:
    person = new_id()
    case = await desk.opened(person)
    sent = await desk.sent(person_id=str(person), case_id=case)
    path = f"/referrals/{sent['referral_id']}"
    await desk.get(path, desk.resident(person))
    await desk.get("/me/referrals", desk.resident(person))
    await desk.get(path, desk.officer)
    await desk.get(path, desk.advice)
    await desk.get("/referrals", desk.advice, limit=1)
    await desk.moved(sent["referral_id"], desk.advice, "accept")
    await desk.moved(sent["referral_id"], desk.resident(person), "cancel")
    entries = await desk.town.sql(
        "partner-gateway",
        "SELECT data FROM onedoor.said WHERE name = 'access.recorded' AND data->'persons' ? $1 ORDER BY id",
        str(person),
    )
    looks = [(row["data"]["role"], row["data"]["reason"], row["data"]["case_id"]) for row in entries]
    assert looks == [
        ("officer", "sent a referral", case),
        ("officer", "looked at a referral", case),
        ("partner", "looked at a referral", case),
        ("partner", "looked at the list of referrals", None),
        ("partner", "moved a referral on", case),
    ]


@pytest.mark.parametrize(
    ("role", "asks", "sees"),
    [
        ("partner", {"partner": "warmth-advice"}, "received and sent by fire"),
        ("partner", {"partner": "frs-nsfr"}, "sent by fire"),
        ("partner", {"partner": "third-party"}, "nothing"),
        ("partner", {}, "nothing"),
        ("officer", {"council": "southholt"}, "nothing"),
        ("resident", {}, "nothing"),
    ],
)
async def test_the_database_itself_shows_a_caller_no_row_but_theirs(
    desk: Any, role: str, asks: dict[str, str], sees: str
) -> None:
    from_council, from_fire = await desk.sent(), await desk.sent(desk.fire)
    ids = {"received": UUID(from_council["referral_id"]), "sent by fire": UUID(from_fire["referral_id"])}
    database = desk.town["partner-gateway"].inner.database
    async with database.begin(role, on_behalf_of(**{"council": None, **asks}), reading=True) as connection:
        rows = await connection.fetch("SELECT id FROM referral WHERE id = ANY($1)", list(ids.values()))
    assert {row["id"] for row in rows} == {ids[name] for name in ids if name in sees}
