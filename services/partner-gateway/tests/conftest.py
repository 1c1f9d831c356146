"""A town with two active partners, and short ways to ask its partner-gateway for things."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.cases import CaseOpened
from common.contracts.people.consents import ConsentsEvent
from common.contracts.people.releases import ReleaseGranted, ReleaseRefused
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.partnering import join
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from partner_gateway.app import service

Headers = dict[str, str]
EVA = {"full_name": "Ewa Kowalska", "preferred_language": "pl"}


class Desk:
    """Asks the service over HTTP, as whoever is named."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        self.client: httpx.AsyncClient = town["partner-gateway"].client
        self.administrator = town.bearer("administrator", "ada", ["northmere"])
        self.officer = town.officer()
        self.fire = self.partner("frs-nsfr")
        self.advice = self.partner("warmth-advice")
        self.words: Counter[UUID] = Counter()

    def partner(self, partner_id: str, *councils: str) -> Headers:
        return self.town.bearer("partner", partner_id, councils or ("northmere",))

    def resident(self, person_id: UUID | None = None) -> Headers:
        return {**self.town.resident(person_id), "Onedoor-Council": "northmere"}

    async def post(self, path: str, body: Any, who: Headers, **headers: str) -> httpx.Response:
        return await self.client.post(path, json=body, headers={**who, **headers})

    async def get(self, path: str, who: Headers, **params: Any) -> httpx.Response:
        return await self.client.get(path, headers=who, params=params)

    async def said(self, aggregate_id: str | UUID, aggregate: str) -> list[Any]:
        """What was said of an aggregate, in order."""
        return await self.town.sql(
            "partner-gateway",
            "SELECT * FROM onedoor.said WHERE aggregate_id = $1 AND aggregate = $2 ORDER BY version",
            UUID(str(aggregate_id)),
            aggregate,
        )

    async def applied(self, partner_id: str, name: str) -> httpx.Response:
        answer = await self.post("/partners", {"partner_id": partner_id, "name": name}, self.administrator)
        assert answer.status_code == 201, answer.text
        return answer

    async def move_partner(self, partner_id: str, transition: str) -> httpx.Response:
        answer = await self.post(f"/partners/{partner_id}/transitions", {"transition": transition}, self.administrator)
        assert answer.status_code == 200, answer.text
        return answer

    async def published(self, **entry: Any) -> dict[str, Any]:
        """A service in the directory: of Warmth & Debt Advice, for debt in ZZ99, unless told otherwise."""
        told = {"name": "Debt advice", "partner_id": "warmth-advice", "needs": ["debt"], "districts": ["ZZ99"], **entry}
        answer = await self.post("/directory/services", told, self.officer)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def refer(self, who: Headers | None = None, **told: Any) -> httpx.Response:
        """A referral from an officer to Warmth & Debt Advice on consent, unless told otherwise."""
        return await self.post("/referrals", {**self.referral(), **told}, who or self.officer)

    async def sent(self, who: Headers | None = None, **told: Any) -> dict[str, Any]:
        """A referral that customer-account let go: as whoever sent it sees it then."""
        made = await self.asked(who, **told)
        await self.granted(made["referral_id"])
        answer = await self.get(f"/referrals/{made['referral_id']}", who or self.officer)
        assert answer.json()["status"] == "sent", answer.text
        gone: dict[str, Any] = answer.json()
        return gone

    async def asked(self, who: Headers | None = None, **told: Any) -> dict[str, Any]:
        """A referral of which it is asked whether it may be sent."""
        answer = await self.refer(who, **told)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def asks(self, referral_id: str) -> list[Any]:
        """What was asked of customer-account for a referral, in order."""
        return await self.town.sql(
            "partner-gateway",
            "SELECT * FROM onedoor.said WHERE name = 'release.requested' AND data->>'subject_id' = $1 ORDER BY recorded",
            str(referral_id),
        )

    async def granted(self, referral_id: str, **changes: Any) -> None:
        """Customer-account lets a referral go, with all that was asked for unless told otherwise."""
        asked = (await self.asks(referral_id))[0]
        told = asked["data"] | {"consents": [], "valid_until": None} | changes
        await self.answered(asked["person_id"], ReleaseGranted(**told), story=asked["correlation_id"])

    async def refused(self, referral_id: str, because: str) -> None:
        """Customer-account does not let a referral go."""
        asked = (await self.asks(referral_id))[0]
        await self.answered(asked["person_id"], ReleaseRefused(**asked["data"], because=because))

    async def answered(self, person: UUID, event: ConsentsEvent, *, story: UUID | None = None) -> None:
        """What customer-account says of a person's consents, once it was heard here."""
        self.words[person] += 1
        row = said(event, person, self.words[person], person_id=person, correlation_id=story)
        await publish(self.town.nats, [row], speaker="customer-account")
        await self.town.heard(f"consents/{person}@{self.words[person]}")

    def referral(self) -> dict[str, Any]:
        return {
            "to_partner": "warmth-advice",
            "person_id": str(new_id()),
            "reason": "fuel_debt",
            "shared": {"identity": EVA, "money": {"arrears": 412}},
            "consent": self.consent(),
        }

    def consent(self, *, recipient: str = "warmth-advice", groups: tuple[str, ...] = (), **told: Any) -> dict[str, Any]:
        return {
            "purpose": "referral",
            "recipient": recipient,
            "field_groups": list(groups or ("identity", "money", "outcome")),
            "wording_version": "2026-10",
            "given_via": "face_to_face",
            "given_at": datetime.now(UTC).isoformat(),
            **told,
        }

    async def opened(
        self, person: UUID | str | None, *, case: UUID | None = None, council: str = "northmere", reference: str = "X-1"
    ) -> str:
        """A case that case-crm opened for somebody, once it was heard of."""
        event = CaseOpened(
            service="housing_repair",
            service_title="Housing repair",
            definition_version=1,
            reference=reference,
            tracking_digest="0" * 64,
            need_id=new_id(),
            interaction_id=new_id(),
            channel="phone",
            status="submitted",
            stage="submitted",
            told_to_resident="We have your request.",
        )
        case = case or new_id()
        whose = UUID(str(person)) if person else None
        await publish(self.town.nats, [said(event, case, 1, council=council, person_id=whose)], speaker="case-crm")
        await self.town.heard(f"case/{case}@1")
        return str(case)

    async def move(self, referral_id: str, who: Headers, transition: str, **told: Any) -> httpx.Response:
        return await self.post(f"/referrals/{referral_id}/transitions", {"transition": transition, **told}, who)

    async def moved(self, referral_id: str, who: Headers, transition: str, **told: Any) -> dict[str, Any]:
        answer = await self.move(referral_id, who, transition, **told)
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view


async def _with_partners(town: Platform) -> Desk:
    made = Desk(town)
    await join(town, "frs-nsfr", "Northmere & Southholt Fire & Rescue")
    await join(town, "warmth-advice", "Warmth & Debt Advice")
    return made


@pytest.fixture(scope="session")
def at_its_desk() -> Callable[[Platform], Awaitable[Desk]]:
    """For tests that need a town of their own."""
    return _with_partners


@pytest.fixture(scope="module")
async def desk(servers: Servers, nats: Nats) -> AsyncIterator[Desk]:
    async with platform(servers, nats, [service]) as town:
        yield await _with_partners(town)
