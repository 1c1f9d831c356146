"""Albert died. What waited for him goes to his executor, who sees what is open to her in every service; nobody else does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from common.testing.notify import StandIn
from common.testing.platform import Platform

AUDIENCES = "return_to: []\naudiences: [customer-account, case-crm, feedback, partner-gateway]\nproviders: {}\n"
MONDAY, TUESDAY = "2026-12-14T09:30:00+00:00", "2026-12-15T10:01:00+00:00"
ON_TUESDAY = [{"days": ["tue"], "from": "10:00", "to": "14:00"}]
HIS, HERS = "+447700900061", "+447700900062"
WILL = {"kind": "will", "reference": "TUO-7K4M-22Q"}
POWER = {"kind": "lasting_power", "reference": "700-123"}
VIEW = [
    ("customer-account", "/me/account"),
    ("customer-account", "/me/facts"),
    ("customer-account", "/me/timeline"),
    ("case-crm", "/me/cases"),
    ("feedback", "/me/transactions"),
    ("partner-gateway", "/me/referrals"),
]
IN_PERSON = ["/me", "/me/messages", "/me/contact-points", "/me/access-entries", "/me/consents"]


@dataclass
class Hartleys:
    """Albert and his case; his executor, his attorney, and what each acts by."""

    town: Platform
    albert: str
    joanne: str
    simon: str
    case: str
    executor: str
    attorney: str

    async def token(self, who: str, representation: str) -> httpx.Response:
        path = f"/me/representations/{representation}/token"
        return await self.town["customer-account"].client.post(path, headers=self.town.resident(who))

    async def acting(self, who: str, representation: str) -> dict[str, str]:
        answer = await self.token(who, representation)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}", "Onedoor-Council": "northmere"}

    async def reads(self, who: dict[str, str]) -> dict[str, Any]:
        """What somebody is answered everywhere: what is shown to them, or why nothing is."""
        found: dict[str, Any] = {}
        for service, path in [*VIEW, ("case-crm", f"/cases/{self.case}")]:
            answer = await self.town[service].client.get(path, headers=who)
            found[path] = answer.json() if answer.status_code == 200 else answer.json()["type"]
        return found

    async def messages_of(self, person: str) -> list[tuple[str, Any]]:
        items = await self.town.sql(
            "customer-account", "SELECT status, because FROM message WHERE person_id = $1 ORDER BY requested_at", person
        )
        return [(row["status"], row["because"]) for row in items]


@pytest.fixture(scope="module")
def settings(sending: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file: Path = tmp_path_factory.mktemp("signing") / "sign_in.yaml"
    file.write_text(AUDIENCES)
    return sending | {"sign_in_file": file}


@pytest.fixture(scope="module")
async def hartleys(town: Platform) -> Hartleys:
    """He may be written to on Tuesdays, and asked for something on a Monday."""
    town.at(MONDAY)
    people = []
    for name, phone in (("Albert Hartley", None), ("Joanne Hartley-Price", HERS), ("Simon Price", "07700 900063")):
        told = {"full_name": name, "channel": "phone"} | ({"phone": phone} if phone else {})
        people.append(str((await town.post("customer-account", "/persons", told))["person_id"]))
    albert, joanne, simon = people
    point = {"kind": "mobile", "value": HIS, "safe_hours": ON_TUESDAY}
    await town.post("customer-account", f"/persons/{albert}/contact-points", point)
    given = []
    for who, kind, seen in ((joanne, "executor", WILL), (simon, "attorney", POWER)):
        body = {"representative_id": who, "kind": kind, "evidence": seen}
        noted = await town.post("customer-account", f"/persons/{albert}/representations", body)
        given.append(noted["representation_id"])
    ask = {"service": "missed_bin", "channel": "phone", "person_id": albert}
    ask["answers"] = {"bin": "Rubbish", "address": "A bin behind the library"}
    case = (await town.post("case-crm", "/cases", ask))["case_id"]
    found = Hartleys(town, albert, joanne, simon, case, *given)

    async def waits() -> bool:
        return await found.messages_of(albert) == [("queued", None)]

    await town.until(waits)
    return found


async def test_what_waits_for_him_goes_to_his_executor_within_a_minute_of_his_death(
    town: Platform, provider: StandIn, hartleys: Hartleys
) -> None:
    albert, joanne = hartleys.albert, hartleys.joanne
    assert provider.taken == []
    early = await hartleys.token(joanne, hartleys.executor)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-begun-yet")
    as_attorney = await hartleys.acting(hartleys.simon, hartleys.attorney)
    assert (await hartleys.reads(as_attorney))["/me/account"]["status"] == "provisional"
    begun = time.monotonic()
    died = await town["customer-account"].client.post(
        f"/persons/{albert}/death", json={"evidence": "registrar"}, headers=town.officer()
    )
    assert died.status_code == 200, died.text

    async def readdressed() -> bool:
        of_his, of_hers = await hartleys.messages_of(albert), await hartleys.messages_of(joanne)
        return of_his == [("suppressed", "deceased")] and of_hers == [("sent", None)]

    await town.until(readdressed, seconds=60)
    assert time.monotonic() - begun < 60
    town.at(TUESDAY)  # he could have been written to now
    ask = {"service": "missed_bin", "channel": "phone", "person_id": albert}
    ask["answers"] = {"bin": "Recycling", "address": "A bin behind the library"}
    await town.post("case-crm", "/cases", ask)

    async def both() -> bool:
        return [status for status, _ in await hartleys.messages_of(joanne)] == ["sent"] * 2

    await town.until(both)
    assert [each["phone_number"] for each in provider.taken] == [HERS] * 2
    assert all("This is about somebody you act for." in str(each["personalisation"]) for each in provider.taken)
    assert await hartleys.messages_of(albert) == [("suppressed", "deceased")] * 2


async def test_his_executor_sees_his_account_his_cases_and_what_happened(town: Platform, hartleys: Hartleys) -> None:
    as_executor = await hartleys.acting(hartleys.joanne, hartleys.executor)
    shown = await hartleys.reads(as_executor)
    assert (shown["/me/account"]["person_id"], shown["/me/account"]["status"]) == (hartleys.albert, "deceased")
    assert "Albert Hartley" in [fact["value"] for fact in shown["/me/facts"]["items"]]
    assert {"person.death_confirmed", "case.opened"} <= {each["event"] for each in shown["/me/timeline"]["items"]}
    assert hartleys.case in [each["case_id"] for each in shown["/me/cases"]["items"]]
    assert hartleys.case in [each["case_id"] for each in shown["/me/transactions"]["items"]]
    assert shown[f"/cases/{hartleys.case}"]["case_id"] == hartleys.case
    assert shown["/me/referrals"]["items"] == []
    for path in IN_PERSON:
        answer = await town["customer-account"].client.get(path, headers=as_executor)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/in-person-only"), path
    looks = "SELECT data->>'reason' AS why FROM onedoor.said WHERE name = 'access.recorded' AND actor_id = $1"
    for service in ("customer-account", "case-crm", "feedback"):
        why = {row["why"] for row in await town.sql(service, looks, hartleys.joanne)}
        assert any(each.startswith("acted for the person, as executor") for each in why), service


async def test_nobody_else_sees_anything_of_his_any_more(town: Platform, hartleys: Hartleys) -> None:
    late = await hartleys.token(hartleys.simon, hartleys.attorney)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/representation-over")
    kept = town.bearer("resident", hartleys.albert, ["northmere"], acting=_acts(hartleys.simon, hartleys.attorney))
    assert set((await hartleys.reads(kept)).values()) == {"/problems/not-acting"}
    for who in (hartleys.joanne, hartleys.simon):
        own = await hartleys.reads(town.resident(who, councils=["northmere"]))
        assert own[f"/cases/{hartleys.case}"] == "/problems/not-found"
        assert [path for path, shown in own.items() if hartleys.case in str(shown)] == []
    his = await hartleys.reads(town.resident(hartleys.albert, councils=["northmere"]))
    assert {his[path] for path in ("/me/account", "/me/facts", "/me/timeline")} == {"/problems/account-is-locked"}


def _acts(by: str, representation: str) -> dict[str, Any]:
    """The token that the attorney was given before, as it would still be good."""
    scope = {"representation": representation, "kind": "attorney", "may": ["see", "tell", "decide"], "services": "all"}
    return {"act": {"sub": by}, "acts": scope}
