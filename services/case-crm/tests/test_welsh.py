"""What somebody who reads Welsh sees of their case, over HTTP: what was promised, what they can do, and against a decision."""

from __future__ import annotations

from typing import Any

import httpx
from common.contracts.staff import PERMISSIONS, StaffRole
from common.runtime.ids import new_id
from common.testing.platform import Platform

ALL = PERMISSIONS[StaffRole.OFFICER]
BADGE = {
    "full_name": "Margaret Hartley",
    "date_of_birth": "1947-05-02",
    "address": "14 Weavers Row, Northmere ZZ99 1AB",
    "need": "I cannot walk far",
}
ROUTE = "Ysgrifennwch atom o fewn 28 diwrnod a dywedwch pam nad ydych yn cytuno."
NOISE = {
    "full_name": "Margaret Hartley",
    "address": "14 Weavers Row, Northmere ZZ99 1AB",
    "phone": "01632 960001",
    "kind": "Music",
    "from_where": "Next door",
    "how_often": "Every day",
}


class Reader:
    """Somebody of one council who reads Welsh, and an officer who deals with what they ask for."""

    def __init__(self, town: Platform, council: str = "northmere") -> None:
        self.client = town["case-crm"].client
        self.headers = {**town.resident(new_id()), "Onedoor-Council": council}
        self.officer = town.officer(council, id="ada", permissions=ALL)
        self.path = ""

    async def asks(self, service: str, answers: dict[str, Any], language: str = "cy") -> httpx.Response:
        body = {"service": service, "channel": "online", "answers": answers}
        answer = await self.client.post("/cases", json=body, params={"language": language}, headers=self.headers)
        if answer.is_success:
            self.path = f"/cases/{answer.json()['case_id']}"
        return answer

    async def reads(self, language: str = "cy", path: str | None = None) -> Any:
        shown = await self.client.get(path or self.path, params={"language": language}, headers=self.headers)
        assert shown.status_code == 200, shown.text
        return shown.json()

    async def is_refused(self) -> None:
        """The officer looks at it, sees to all that is on the list, and decides against it."""
        await self._sends("/transitions", {"transition": "start_work"})
        listed = (await self.client.get(self.path, headers=self.officer)).json()["checklist"]
        for each in listed:
            await self._sends(f"/checklist/{each['item']}", None)
        refusal = {"transition": "decide", "result": "decided_refused", "reason": "It is as the law says."}
        await self._sends("/transitions", refusal)

    async def _sends(self, path: str, body: Any) -> None:
        answer = await self.client.post(f"{self.path}{path}", json=body, headers=self.officer)
        assert answer.is_success, answer.text


def promises(shown: Any) -> list[tuple[str, str]]:
    return [(each["promise"], each["basis"][:25]) for each in shown["clocks"]]


def labels(shown: Any) -> dict[str, str]:
    return {each["transition"]: each["label"] for each in shown["next_actions"]}


async def test_what_was_promised_and_what_can_be_done_is_read_in_welsh(town: Platform) -> None:
    reader = Reader(town)
    opened = (await reader.asks("blue_badge", BADGE)).json()
    for shown in (opened, await reader.reads(), (await reader.reads(path="/me/cases"))["items"][0]):
        assert (shown["title"], shown["told_to_resident"]) == ("Gwneud cais am Fathodyn Glas", "Mae gennym eich cais.")
        assert promises(shown) == [("byddwn yn penderfynu", "Ein haddewid ein hunain: ")]
        assert labels(shown) == {"withdraw": "Tynnu'r cais yn ôl"}
    for shown in (await reader.reads("en"), (await reader.reads("en", "/me/cases"))["items"][0]):
        assert (shown["title"], shown["told_to_resident"]) == ("Apply for a Blue Badge", "We have your application.")
        assert promises(shown) == [("we decide", "Our own promise: a decisi")]
        assert labels(shown) == {"withdraw": "Take the application back"}


async def test_what_can_be_done_against_a_decision_is_read_in_welsh(town: Platform) -> None:
    reader = Reader(town)
    await reader.asks("blue_badge", BADGE)
    await reader.is_refused()
    shown = await reader.reads()
    assert shown["appeal"]["route"].startswith(ROUTE)
    assert shown["appeal"]["within_days"] == 28
    assert labels(shown) == {"confirm": "Mae'r bathodyn wedi cyrraedd", "reopen": "Edrych arno eto"}
    assert (await reader.reads("en"))["appeal"]["route"].startswith("Write to us within 28 days")
    again = {"transition": "reopen", "reason": "Mae'n waeth erbyn hyn."}
    moved = await reader.client.post(
        f"{reader.path}/transitions", json=again, params={"language": "cy"}, headers=reader.headers
    )
    assert promises(moved.json())[-1] == ("byddwn yn eich ateb", "Ein haddewid ein hunain: ")
    assert labels(moved.json()) == {"withdraw": "Tynnu'r cais yn ôl"}


async def test_what_is_everybodys_is_read_in_welsh_in_a_councils_own_version_too(town: Platform) -> None:
    reader = Reader(town, "southholt")
    opened = await reader.asks("noise", NOISE)
    assert opened.status_code == 201, opened.text
    shown = await reader.reads()
    assert [promise for promise, _ in promises(shown)] == ["bydd rhywun yn ymchwilio iddo", "byddwn yn penderfynu"]
    assert labels(shown) == {"withdraw": "Tynnu hyn yn ôl"}
    await reader.is_refused()
    for language, ombudsman in (
        ("en", "Social Care Ombudsman"),
        ("cy", "Ombwdsmon Llywodraeth Leol a Gofal Cymdeithasol"),
    ):
        assert ombudsman in (await reader.reads(language))["appeal"]["route"]


async def test_whoever_asks_in_welsh_is_told_in_welsh_what_is_missing_or_wrong_or_not_for_them(town: Platform) -> None:
    reader = Reader(town)
    missing = await reader.asks("blue_badge", {name: BADGE[name] for name in BADGE if name != "need"})
    assert missing.json()["type"] == "/problems/still-to-tell"
    assert [each["text"] for each in missing.json()["questions"]] == [
        "Beth sy'n gwneud cerdded neu deithio'n anodd i chi?"
    ]
    kind = await reader.asks("noise", {"kind": "Swnllyd"})
    assert [each["choices"][0] for each in kind.json()["questions"]] == [{"option": "Music", "text": "Cerddoriaeth"}]
    home = {"full_name": BADGE["full_name"], "address": BADGE["address"]}
    things = {**home, "items": 9, "what": "Cadeiriau", "cold": False, "hazardous": False}
    wrong = await reader.asks("bulky_waste", things)
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "Gallwn gymryd hyd at bum peth ar y tro.")
    garden = await reader.asks("garden_waste", {**home, "garden": False})
    assert garden.json()["detail"] == "Mae'r bin hwn i gartrefi â gardd."
    assert (await reader.asks("garden_waste", {**home, "garden": False}, "en")).json()["detail"] == (
        "This bin is for homes with a garden."
    )
    where = {"place": "Cyffordd 3", "depth": 9, "surface": "The road", "motorway": True}
    elsewhere = (await reader.asks("pothole", where)).json()
    assert elsewhere["leads_to"]["signpost"]["how"] == "Rhowch wybod i National Highways unrhyw awr."


async def test_a_form_that_was_begun_in_welsh_is_answered_in_welsh_until_it_is_a_case(town: Platform) -> None:
    reader, cy = Reader(town), {"language": "cy"}
    begun = await reader.client.post(
        "/drafts", json={"service": "blue_badge", "channel": "online", "answers": {}}, params=cy, headers=reader.headers
    )
    assert begun.json()["title"] == "Gwneud cais am Fathodyn Glas"
    path = f"/drafts/{begun.json()['draft_id']}"
    body = {"channel": "online", "answers": {"date_of_birth": "yesterday"}}
    refused = await reader.client.patch(path, json=body, params=cy, headers=reader.headers)
    assert [each["text"] for each in refused.json()["questions"]] == ["Beth yw eich dyddiad geni?"]
    answers = {"channel": "online", "answers": BADGE}
    sent = await reader.client.post(f"{path}/submission", json=answers, params=cy, headers=reader.headers)
    assert (sent.status_code, labels(sent.json())) == (201, {"withdraw": "Tynnu'r cais yn ôl"})
