"""Who died and who sees to what they left, as the story of a death begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from common.testing.platform import Platform
from common.testing.telling import Teller


@dataclass
class Family:
    """Who they are, by what Joanne acts, and what was told."""

    albert: str
    margaret: str
    joanne: str
    executor: str


class Executor(Teller):
    """Joanne, who acts for Albert, and the officers of both councils."""

    def __init__(self, town: Platform, family: Family) -> None:
        super().__init__(town)
        self.family, self.person = family, family.albert

    async def acting(self) -> dict[str, str]:
        """Joanne's headers, acting for her father: the token is good for minutes, so it is asked for anew."""
        path = f"/me/representations/{self.family.executor}/token"
        who = self.town.resident(self.family.joanne)
        answer = await self.town["customer-account"].client.post(path, headers=who)
        assert answer.status_code == 200, answer.text
        self.resident = {"Authorization": f"Bearer {answer.json()['token']}", "Onedoor-Council": "northmere"}
        return self.resident

    async def states(self, telling: str) -> dict[str, str]:
        await self.acting()
        return {name: part["status"] for name, part in (await self.parts(telling)).items()}


async def registered(town: Platform, name: str, **more: str) -> str:
    told = {"full_name": name, "channel": "phone"} | more
    return str((await town.post("customer-account", "/persons", told))["person_id"])


async def bereaved(town: Platform, name: str) -> Family:
    """Somebody who died, their widow, and the daughter who sees to what they left."""
    town.at("2026-12-14T09:30:00+00:00")
    albert = await registered(town, name, date_of_birth="1941-03-17")
    margaret = await registered(town, f"Margaret, widow of {name}")
    joanne = await registered(town, f"Joanne, daughter of {name}", email=f"{name.split()[0].lower()}@example.org")
    paper = {"kind": "registrar_reference", "reference": "TUO-7K4M-22Q"}
    given = {"representative_id": joanne, "kind": "executor", "evidence": paper}
    noted = await town.post("customer-account", f"/persons/{albert}/representations", given)
    await town.post("customer-account", f"/persons/{albert}/death", {"evidence": "registrar"})
    return Family(albert, margaret, joanne, noted["representation_id"])


def desk_of(joanne: Executor, name: str) -> dict[str, str]:
    """The officer's headers of the council whose part it is."""
    return joanne.south if name.startswith("southholt") else joanne.north


async def makes(joanne: Executor, part: dict[str, Any], *transitions: str, **more: str) -> None:
    """Transitions of the case of a part; the last one with what it needs."""
    for name in transitions:
        said = {"transition": name} | (more if name == transitions[-1] else {})
        await joanne.post(f"/cases/{part['case_id']}/transitions", said, desk_of(joanne, part["council"]))
