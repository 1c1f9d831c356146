"""Cases that ended years ago, and the officers who decide what becomes of them: what tests of destruction say in few words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx

from common.contracts.staff import PERMISSIONS, StaffRole
from common.runtime.ids import new_id
from common.testing.platform import Platform

ALL = PERMISSIONS[StaffRole.OFFICER] - {"protection:read"}
LONG_AGO = "2014-03-03T10:00:00+00:00"
DECIDED, CLOSED = "2015-03-02T10:00:00+00:00", "2016-03-02T23:30:00+00:00"
Headers = dict[str, str]


class Archive:
    """Cases that ended years ago in another system, and officers of Northmere by name."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        self.client = town["case-crm"].client
        self.ada, self.ben, self.cleo = (
            town.officer("northmere", id=name, permissions=ALL) for name in ("ada", "ben", "cleo")
        )
        self.elsewhere = town.officer("southholt", permissions=ALL)

    async def send(self, path: str, body: Any = None, who: Headers | None = None) -> httpx.Response:
        return await self.client.post(path, json=body, headers=who or self.ada)

    async def ended(
        self, *, result: str = "decided_refused", person: UUID | None = None, closed: str = CLOSED, **answers: str
    ) -> str:
        """A case that was brought from elsewhere, and is over."""
        steps = [{"at": DECIDED, "stage": "decided", "result": result}, {"at": closed, "stage": "closed"}]
        old = {
            "source": "old_crm",
            "source_id": str(new_id()),
            "service": "care_grant",
            "channel": "unknown",
        }
        told = old | {"opened_at": LONG_AGO, "answers": {"what": "A chair"} | answers, "steps": steps}
        answer = await self.send("/imported-cases", told | ({"person_id": str(person)} if person else {}))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["case_id"])

    async def time(self, case: str) -> tuple[str | None, date | None]:
        """What becomes of a case, and from which day it need not be kept."""
        [row] = await self.town.sql("case-crm", "SELECT disposal, goes_on FROM case_file WHERE id = $1", UUID(case))
        return row["disposal"], row["goes_on"]

    async def propose(self, who: Headers | None = None, **more: str) -> httpx.Response:
        body = {"service": "care_grant", "ended_before": "2020-01-01"} | more
        return await self.client.post("/destruction-lists", json=body, headers=who or self.ada)

    async def proposed(self) -> str:
        answer = await self.propose()
        assert answer.status_code == 201, answer.text
        return str(answer.json()["list_id"])

    async def confirmed(self) -> str:
        list_id = await self.proposed()
        answer = await self.send(f"/destruction-lists/{list_id}/confirmation", None, self.ben)
        assert answer.status_code == 200, answer.text
        return list_id

    async def shown(self, list_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.town.get("case-crm", f"/destruction-lists/{list_id}", self.ada)
        return found

    async def on(self, list_id: str) -> dict[str, dict[str, Any]]:
        """What is on a list, by case."""
        found = await self.town.get("case-crm", f"/destruction-lists/{list_id}/cases?limit=200", self.ada)
        return {each["case_id"]: each for each in found["items"]}

    async def carried_out(self, list_id: str) -> None:
        """It has cooled off, and what was on it is decided. What goes of it goes the next night: those until then are over."""
        self.town.step(days=14, minutes=-2)
        await self._nights_over()
        self.town.step(minutes=3)

        async def decided() -> bool:
            now = await self.shown(list_id)
            return (now["status"], now["cases"]) == ("carried_out", 0)

        await self.town.until(decided, seconds=30)

    async def night(self) -> None:
        """The next night is over."""
        now = self.town.clock.now()
        self.town.clock.set((now + timedelta(days=1)).replace(hour=4, minute=0))
        await self._nights_over()

    async def _nights_over(self) -> None:
        """What goes by night by now has gone."""
        due = "SELECT 1 FROM onedoor.timer WHERE name = 'retention' AND due_at <= $1"

        async def over() -> bool:
            return not await self.town.sql("case-crm", due, self.town.clock.now())

        await self.town.until(over, seconds=30)

    async def there(self, case: str) -> bool:
        answer: httpx.Response = await self.client.get(f"/cases/{case}", headers=self.ada)
        return answer.status_code == 200

    async def wait_gone(self, *cases: str) -> None:
        async def gone() -> bool:
            return not any([await self.there(case) for case in cases])

        await self.town.until(gone, seconds=30)

    async def reference(self, case: str) -> str:
        return str((await self.client.get(f"/cases/{case}", headers=self.ada)).json()["reference"])

    async def picture_of(self, case: str, person: UUID, picture: bytes) -> str:
        """A file that a case had before it ended: what is over takes none."""
        await self.town.sql("case-crm", "UPDATE case_file SET status = 'submitted' WHERE id = $1", UUID(case))
        who = {**self.town.resident(person), "Onedoor-Council": "northmere", "Content-Type": "image/jpeg"}
        answer = await self.client.post(f"/cases/{case}/attachments", content=picture, headers=who)
        await self.town.sql("case-crm", "UPDATE case_file SET status = 'closed' WHERE id = $1", UUID(case))
        return str(answer.json()["attachment_id"])

    @staticmethod
    def kind(answer: httpx.Response) -> tuple[int, str]:
        """What an answer was refused with."""
        return answer.status_code, answer.json()["type"].removeprefix("/problems/")
