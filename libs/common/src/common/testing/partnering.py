"""Partners that may be told something: through all that is done with one first, and under an agreement in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from common.contracts.partners.agreements import AgreedTerm, AgreementActivated, AgreementStatus, LegalBasis
from common.contracts.partners.consents import FieldGroup
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform
from common.testing.stream import publish, said

STEPS = ("begin_due_diligence", "open_sandbox", "activate")
BOTH = ("northmere", "southholt")
PURPOSES = ("referral", "tell_us_once")
EVERY_GROUP = sorted(group.value for group in FieldGroup if group is not FieldGroup.OTHER)


async def join(town: Platform, partner_id: str, name: str = "", *, councils: Iterable[str] = BOTH) -> None:
    """Make an organisation an active partner that may be shown and may tell anything for referrals and tellings."""
    await activate(town, partner_id, name)
    await agree(town, partner_id, councils=councils)


async def activate(town: Platform, partner_id: str, name: str = "") -> None:
    """Make an organisation an active partner, without an agreement."""
    ada = town.bearer("administrator", "ada", ["northmere"])
    await town.post("partner-gateway", "/partners", {"partner_id": partner_id, "name": name or partner_id}, ada)
    for step in STEPS:
        await _moved(town, f"/partners/{partner_id}", {"transition": step}, ada)


async def agree(
    town: Platform,
    partner_id: str,
    *,
    councils: Iterable[str] = BOTH,
    shown: Iterable[str] = EVERY_GROUP,
    told: Iterable[str] = EVERY_GROUP,
    purposes: Iterable[str] = PURPOSES,
) -> str:
    """Have an agreement drafted, signed by every council, and put in force. Gives its id."""
    asked, today = sorted(councils), town.clock.now().date()
    draft = agreement_with(partner_id, asked, today=today, shown=shown, told=told, purposes=purposes)
    admins = {council: town.bearer("administrator", "ada", [council]) for council in asked}
    first = admins[asked[0]]
    made: str = (await town.post("partner-gateway", "/agreements", draft, first))["agreement_id"]
    for admin in admins.values():
        signs = {"transition": "sign", "signed_by": "Ada Admin", "for_partner": "Dee Okoro"}
        await _moved(town, f"/agreements/{made}", signs, admin)
    await _moved(town, f"/agreements/{made}", {"transition": "activate"}, first)
    return made


def agreement_with(
    partner_id: str,
    councils: Iterable[str],
    *,
    today: date,
    shown: Iterable[str] = EVERY_GROUP,
    told: Iterable[str] = EVERY_GROUP,
    purposes: Iterable[str] = PURPOSES,
) -> dict[str, Any]:
    """An agreement as it is drafted: begun a month ago, for three years."""
    groups: dict[str, Any] = {"shown": sorted(shown), "told": sorted(told)}
    days = {"begins_on": -30, "review_on": 1060, "ends_on": 1065}
    return {
        "partner_id": partner_id,
        "title": f"What we share with {partner_id}",
        "councils": list(councils),
        "terms": [{"purpose": each, "basis": LegalBasis.PUBLIC_TASK.value, **groups} for each in purposes],
        **{name: (today + timedelta(days=after)).isoformat() for name, after in days.items()},
    }


async def _moved(town: Platform, what: str, move: dict[str, str], who: dict[str, str]) -> None:
    answer = await town["partner-gateway"].client.post(f"{what}/transitions", json=move, headers=who)
    assert answer.status_code == 200, answer.text
    await town.heard(answer)


async def say_agreed(town: Platform, nats: Nats, *partners: str, shown: Iterable[str] = EVERY_GROUP) -> list[UUID]:
    """Have agreements with these partners heard as in force, where the gateway is not running. Gives their ids."""
    agreements = [new_id() for _ in partners]
    for partner, agreement in zip(partners, agreements, strict=True):
        groups = {"shown": sorted(shown), "told": []}
        activated = AgreementActivated(
            partner_id=partner,
            councils=[*BOTH],
            status=AgreementStatus.ACTIVE,
            terms=[AgreedTerm(purpose=each, basis=LegalBasis.PUBLIC_TASK, **groups) for each in PURPOSES],
            ends_on=date(2099, 1, 1),
        )
        await publish(nats, [said(activated, agreement, 1)], speaker="partner-gateway")
        await town.heard(f"agreement/{agreement}@1")
    return agreements
