"""Who may know what of a person: asked in words that stay what they were, answered, taken back, and stopped."""

from __future__ import annotations

import subprocess
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.partners.consents import ConsentCaptured
from common.contracts.partners.organisations import PartnerApplied
from common.contracts.partners.withdrawals import WithdrawalAcknowledged
from common.contracts.people.consents import ConsentSought
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said
from customer_account.domain.wordings import edited, wordings_of
from customer_account.queries.wordings import FILE, BrokenWordings, consent_wordings, read_wordings

Registers = Callable[..., Awaitable[dict[str, Any]]]
ADVICE = "warmth-advice"
GATEWAY = "partner-gateway"
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
async def advice(town: Platform) -> str:
    """Warmth & Debt Advice, known by its name."""
    home = new_id()
    await publish(
        town.nats,
        [said(PartnerApplied(partner_id=ADVICE, partner_name="Warmth & Debt Advice"), home, 1)],
        speaker=GATEWAY,
    )
    await town.heard(f"partner/{home}@1")
    return ADVICE


def question(**changes: Any) -> dict[str, Any]:
    return {
        "purpose": "referral",
        "recipient": ADVICE,
        "field_groups": ["identity", "money"],
        "wording_version": "1",
        "language": "pl",
        "channel": "phone",
        "answer": "given",
    } | changes


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


async def recorded(town: Platform, person: Any, **changes: Any) -> dict[str, Any]:
    """A consent as an officer of Northmere records it; gives it as it is shown."""
    client = town["customer-account"].client
    answer = await client.post(f"/persons/{person}/consents", json=question(**changes), headers=town.officer())
    assert answer.status_code == 201, answer.text
    newest: dict[str, Any] = answer.json()["items"][0]
    return newest


async def mine(town: Platform, person: Any) -> list[dict[str, Any]]:
    answer = await town["customer-account"].client.get("/me/consents", headers=town.resident(person))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def said_of(town: Platform, person: Any) -> list[Any]:
    """What was said of a person's consents, in order."""
    sql = "SELECT name, data FROM onedoor.said WHERE aggregate = 'consents' AND aggregate_id = $1 ORDER BY version"
    return await town.sql("customer-account", sql, UUID(str(person)))


# -- being asked, and answering


async def test_a_person_reads_in_plain_words_who_may_know_what_and_in_which_words_they_were_asked(
    town: Platform, register: Registers, advice: str
) -> None:
    person = (await register())["person_id"]
    await recorded(town, person, expires_at="2199-06-30T11:00:00Z")
    (shown,) = await mine(town, person)
    assert shown["told"].startswith(
        "Warmth & Debt Advice may know your name and date of birth, your income and debts, to help you."
    )
    assert shown["told"].endswith(", until 30 June 2199.")
    assert shown["wording"].startswith(
        "Czy Warmth & Debt Advice może otrzymać: imię i nazwisko oraz datę urodzenia, dochody"
    )
    assert (shown["state"], shown["given_via"], shown["asked_by"]) == ("given", "phone", "officer")
    [event] = await said_of(town, person)
    assert event["name"] == "consent.given"
    assert event["data"]["recipient"] == advice
    assert event["data"]["field_groups"] == ["identity", "money"]


async def test_who_is_asked_first_answers_later_and_a_no_stays_a_no(
    town: Platform, client: httpx.AsyncClient, register: Registers, advice: str
) -> None:
    person = (await register())["person_id"]
    asked = await recorded(town, person, answer="requested")
    assert asked["told"].startswith("You are asked whether Warmth & Debt Advice may know")
    place, who = f"/me/consents/{asked['consent_id']}", town.resident(person)
    refused = await client.post(f"{place}/answer", json={"answer": "refused", "channel": "online"}, headers=who)
    assert refused.json()["items"][0]["state"] == "refused"
    after_all = await client.post(f"{place}/answer", json={"answer": "given", "channel": "online"}, headers=who)
    assert problem(after_all) == (409, "/problems/consent-cannot-go-there")
    assert after_all.json()["possible"] == []
    await recorded(town, person)
    assert [each["state"] for each in await mine(town, person)] == ["given", "refused"]


async def test_what_a_service_wants_asked_is_asked_and_written_of_once(
    town: Platform, client: httpx.AsyncClient, register: Registers, advice: str
) -> None:
    person = (await register())["person_id"]
    sought = {"purpose": "referral", "recipient": advice, "field_groups": ["contact", "identity"]}

    async def seek(**changes: Any) -> None:
        request, asks = new_id(), ConsentSought(**sought | {"lawful_basis": "consent"} | changes)
        await publish(town.nats, [said(asks, request, 1, person_id=UUID(str(person)))], speaker="case-crm")
        await town.heard(f"consent_request/{request}@1")

    async def written() -> int:
        sql = "SELECT data FROM onedoor.said WHERE name = 'message.requested' AND person_id = $1"
        rows = await town.sql("customer-account", sql, UUID(str(person)))
        assert {row["data"]["template"] for row in rows} <= {"agreement_asked"}
        assert not [row["data"]["values"] for row in rows if row["data"]["values"]]
        return len(rows)

    await seek()
    await seek(field_groups=["contact"])
    [asked] = await mine(town, person)
    assert (asked["state"], asked["asked_by"], asked["wording_version"]) == ("requested", "case-crm", "1")
    assert asked["told"].startswith("You are asked whether Warmth & Debt Advice may know")
    assert await written() == 1
    yes = {"answer": "given", "channel": "online"}
    place = f"/me/consents/{asked['consent_id']}/answer"
    assert (await client.post(place, json=yes, headers=town.resident(person))).status_code == 200
    await seek()
    assert ([each["state"] for each in await mine(town, person)], await written()) == (["given"], 1)
    await seek(purpose="contact_me")
    assert ([each["state"] for each in await mine(town, person)], await written()) == (["requested", "given"], 2)
    said_no = await recorded(town, person, purpose="contact_me", field_groups=["contact", "identity"], answer="refused")
    kept = {each["state"]: each["told"] for each in await mine(town, person)}
    assert (said_no["state"], [*kept]) == ("refused", ["refused", "superseded", "given"])
    assert kept["superseded"].endswith("What you answered since took its place.")


async def test_what_is_agreed_to_takes_the_place_of_what_asked_for_no_more(
    town: Platform, register: Registers, advice: str
) -> None:
    person = (await register())["person_id"]
    first = await recorded(town, person)
    await recorded(town, person, field_groups=["identity", "money", "health"], lawful_basis="explicit_consent")
    await recorded(town, person, purpose="contact_me", field_groups=["identity"])
    assert [each["state"] for each in await mine(town, person)] == ["given", "given", "superseded"]
    assert (await said_of(town, person))[1]["data"]["supersedes"] == [first["consent_id"]]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"wording_version": "99"}, "unknown-wording"),
        ({"language": "xx"}, "unknown-wording"),
        ({"recipient": "nobody-knows"}, "no-such-recipient"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "consent-over-already"),
        ({"answer": "withdrawn"}, "not-understood"),
    ],
)
async def test_what_cannot_be_agreed_to_is_refused_and_nothing_is_kept(
    town: Platform, client: httpx.AsyncClient, register: Registers, advice: str, changes: Any, refused: str
) -> None:
    person = (await register())["person_id"]
    for path, who in ((f"/persons/{person}/consents", town.officer()), ("/me/consents", town.resident(person))):
        answer = await client.post(path, json=question(**changes), headers=who)
        assert problem(answer) == (422, f"/problems/{refused}")
    assert await mine(town, person) == []


async def test_a_resident_without_a_record_may_agree_too(
    town: Platform, client: httpx.AsyncClient, advice: str
) -> None:
    person = new_id()
    answer = await client.post("/me/consents", json=question(channel="online"), headers=town.resident(person))
    assert answer.status_code == 201
    assert [each["state"] for each in await mine(town, person)] == ["given"]


# -- captured elsewhere


async def captured(town: Platform, person: UUID, **changes: Any) -> UUID:
    told = {
        "purpose": "referral",
        "recipient": ADVICE,
        "field_groups": ["identity"],
        "wording_version": "2026-10",
        "given_via": "face_to_face",
        "given_at": datetime.now(UTC),
        "referral_id": new_id(),
    } | changes
    consent = new_id()
    await publish(town.nats, [said(ConsentCaptured(**told), consent, 1, person_id=person)], speaker=GATEWAY)
    await town.heard(f"consent/{consent}@1")
    return consent


async def test_what_was_captured_with_a_referral_is_kept_under_its_id_whoever_the_person_is(
    town: Platform, advice: str
) -> None:
    stranger = new_id()
    consent = await captured(town, stranger)
    (shown,) = await mine(town, stranger)
    assert (shown["consent_id"], shown["state"], shown["wording"]) == (str(consent), "given", None)
    assert [row["name"] for row in await said_of(town, stranger)] == ["consent.given"]


# -- taking it back


async def test_it_is_taken_back_with_a_reason_and_where_nothing_was_shared_there_is_nobody_to_stop(
    town: Platform, client: httpx.AsyncClient, register: Registers, advice: str
) -> None:
    person = (await register())["person_id"]
    consent = (await recorded(town, person))["consent_id"]
    path = f"/persons/{person}/consents/{consent}/withdrawal"
    taken = await client.post(path, json={"channel": "phone", "reason": "She has help"}, headers=town.officer())
    (shown,) = taken.json()["items"]
    assert (shown["state"], shown["confirm_by"]) == ("withdrawn", None)
    assert shown["stopped"] == "Nothing had been shared, so there is nobody who must stop."
    again = await client.post(path, json={"channel": "phone"}, headers=town.officer())
    assert problem(again) == (409, "/problems/consent-cannot-go-there")
    [_, event] = await said_of(town, person)
    assert (event["name"], event["data"]["stops"]) == ("consent.withdrawn", [])
    assert "She has help" not in str(event["data"])


async def test_whoever_read_an_earlier_version_does_not_take_it_back(
    town: Platform, client: httpx.AsyncClient, register: Registers, advice: str
) -> None:
    person = (await register())["person_id"]
    consent = (await recorded(town, person))["consent_id"]
    path, who = f"/me/consents/{consent}/withdrawal", town.resident(person)
    stale = await client.post(path, json={"channel": "online"}, headers=who | {"If-Match": '"0"'})
    assert problem(stale) == (412, "/problems/changed-meanwhile")
    assert (await client.post(path, json={"channel": "online"}, headers=who | {"If-Match": '"1"'})).status_code == 200


async def test_an_acknowledgement_of_what_nobody_was_to_stop_changes_nothing(
    town: Platform, register: Registers, advice: str
) -> None:
    person = (await register())["person_id"]
    consent = (await recorded(town, person))["consent_id"]
    event = WithdrawalAcknowledged(consent_id=consent, recipient=ADVICE)
    await publish(town.nats, [said(event, UUID(consent), 1, person_id=UUID(person))], speaker=GATEWAY)
    await town.heard(f"withdrawal/{consent}@1")
    assert (await mine(town, person))[0]["confirmed_at"] is None


# -- by itself


async def test_it_ends_by_itself_on_its_day(town: Platform, register: Registers, advice: str) -> None:
    person = (await register())["person_id"]
    for days, purpose in ((20, "referral"), (40, "contact_me")):
        ends = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        await recorded(town, person, purpose=purpose, expires_at=ends)

    async def states(*expected: str) -> None:
        async def reached() -> bool:
            return [each["state"] for each in await mine(town, person)] == list(expected)

        await town.until(reached)

    town.step(days=21)
    await states("given", "expired")
    town.step(days=20)
    await states("expired", "expired")
    town.step(days=-41)
    assert [row["name"] for row in await said_of(town, person)][2:] == ["consent.expired", "consent.expired"]


# -- who may


async def test_another_council_and_another_person_find_nothing_there(
    town: Platform, client: httpx.AsyncClient, register: Registers, advice: str
) -> None:
    person = (await register())["person_id"]
    consent = (await recorded(town, person))["consent_id"]
    take, south = {"channel": "phone"}, town.officer("southholt")
    assert (await client.get(f"/persons/{person}/consents", headers=south)).status_code == 404
    for path in (
        f"/persons/{person}/consents/{consent}/withdrawal",
        f"/persons/{person}/consents/{new_id()}/withdrawal",
    ):
        assert (await client.post(path, json=take, headers=south)).status_code == 404
    stranger = await client.post(f"/me/consents/{consent}/withdrawal", json=take, headers=town.resident())
    assert stranger.status_code == 404
    assert (await client.get(f"/persons/{person}/consents")).status_code == 401
    assert (await mine(town, person))[0]["state"] == "given"


async def test_a_council_that_may_see_the_person_sees_what_they_agreed_to_and_leaves_an_entry(
    town: Platform, client: httpx.AsyncClient, register: Registers, advice: str
) -> None:
    person = (await register())["person_id"]
    await recorded(town, person)
    share = {"council": "southholt", "wording": "May Southholt see what you told us?"}
    assert (await client.post(f"/persons/{person}/councils", json=share, headers=town.officer())).status_code == 200
    south = town.officer("southholt")
    assert len((await client.get(f"/persons/{person}/consents", headers=south)).json()["items"]) == 1
    later = await client.post(f"/persons/{person}/consents", json=question(purpose="contact_me"), headers=south)
    assert later.status_code == 201
    looked = "SELECT FROM onedoor.said WHERE name = 'access.recorded' AND data->>'reason' = $1 AND data->'persons' ? $2"
    assert await town.sql("customer-account", looked, "looked at who may know what of a person", person)


async def test_what_the_person_agreed_to_before_anybody_knew_them_is_seen_by_the_council_that_comes_to_know_them(
    town: Platform, client: httpx.AsyncClient, advice: str
) -> None:
    person = new_id()
    await captured(town, person)
    south = town.resident(person, councils=["southholt"])
    told = {"kind": "household_size", "value": 2, "channel": "online"}
    assert (await client.post("/me/facts", json=told, headers=south)).status_code == 200
    shown = await client.get(f"/persons/{person}/consents", headers=town.officer("southholt"))
    assert [each["state"] for each in shown.json()["items"]] == ["given"]


# -- the words


def test_a_version_that_was_released_is_what_it_was() -> None:
    released = (ROOT / "libs/common/published/RELEASED").read_text().strip()
    show = ["git", "-C", str(ROOT), "show", f"{released}:{FILE.relative_to(ROOT)}"]
    before = subprocess.run(show, capture_output=True, text=True, check=False)
    if before.returncode == 0:
        assert edited(read_wordings(before.stdout, name="as released"), consent_wordings()) == []


def test_an_edited_a_lost_and_an_added_version_are_told_apart() -> None:
    document = consent_wordings().model_dump(mode="json")
    first = document["wordings"][0]
    more = {**document, "wordings": [*document["wordings"], {**first, "version": "2"}]}
    assert edited(wordings_of(document), wordings_of(more)) == []
    assert edited(wordings_of(more), wordings_of(document)) == [f"referral 2 in {each}" for each in ("en", "cy", "pl")]
    reworded = {**first, "texts": first["texts"] | {"en": "May {recipient} know all of {groups}?"}}
    changed = {**document, "wordings": [reworded, *document["wordings"][1:]]}
    assert edited(wordings_of(document), wordings_of(changed)) == ["referral 1 in en"]


@pytest.mark.parametrize(
    ("was", "made", "why"),
    [
        ("{recipient} know {groups}", "they know it", "a question says who would know"),
        ("  money: {en: your income and debts,", "  money: {xx: your income and debts,", "no words for money in en"),
        ('purpose: tell_us_once\n    version: "1"', 'purpose: referral\n    version: "1"', "is there twice"),
        ("{recipient} know {groups}", "{recipient} know {groups} in {place}", "place"),
        ("wordings:", "wordings: [", "this is not YAML"),
    ],
)
def test_broken_words_stop_the_start_with_the_file_and_the_reason(was: str, made: str, why: str) -> None:
    text = FILE.read_text()
    assert was in text
    with pytest.raises(BrokenWordings, match=why) as broken:
        read_wordings(text.replace(was, made, 1), name="consent_wordings.yaml")
    assert str(broken.value).startswith("consent_wordings.yaml: ")


async def test_the_words_are_there_for_whoever_asks(client: httpx.AsyncClient) -> None:
    items = (await client.get("/consent-wordings")).json()["items"]
    assert {each["language"] for each in items} >= {"en", "cy", "pl"}
    assert all(each["current"] for each in items if each["version"] == "1")
