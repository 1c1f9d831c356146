"""What the story needs to be there: a charity that helps, what it may be told, and its service in the directory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from onedoor.story import PARTNER, Stage


async def a_partner_and_its_service(stage: Stage) -> None:
    """What the story needs to be there: a charity that is an active partner, and its service in the directory."""
    admin = stage.who("administrator", "demo", "southholt")
    lee = stage.who("officer", "lee", "southholt")
    known = await stage.get("partner-gateway", "/partners", lee, limit=200)
    if all(partner["partner_id"] != PARTNER for partner in known["items"]):
        await _a_partner(stage, admin)
    agreed = await stage.get("partner-gateway", "/agreements", lee, partner_id=PARTNER)
    if not any(agreement["in_force"] for agreement in agreed["items"]):
        await _an_agreement(stage)


async def _a_partner(stage: Stage, admin: dict[str, str]) -> None:
    await stage.post(
        "partner-gateway",
        "/partners",
        {"partner_id": PARTNER, "name": "Warmth & Debt Advice", "kind": "voluntary"},
        admin,
    )
    for transition in ("begin_due_diligence", "open_sandbox", "activate"):
        body = {"transition": transition}
        await stage.post("partner-gateway", f"/partners/{PARTNER}/transitions", body, admin, want=200)
    service = {
        "name": "Warmth & Debt Advice",
        "partner_id": PARTNER,
        "needs": ["debt_advice", "warm_home"],
        "districts": ["ZZ99"],
        "councils": ["northmere", "southholt"],
        "languages": ["en", "pl"],
        "capacity": 3,
        "waiting_days": 2,
        "cost": "Free",
    }
    await stage.post("partner-gateway", "/directory/services", service, admin)


async def _an_agreement(stage: Stage) -> None:
    """What the charity may be shown and may tell, for referrals: both councils sign, and it is put in force."""
    today, groups = datetime.now(UTC).date(), ["contact", "housing", "identity", "money", "needs", "outcome"]
    draft = {
        "partner_id": PARTNER,
        "title": "Help with debts and warm homes",
        "councils": ["northmere", "southholt"],
        "terms": [{"purpose": "referral", "basis": "explicit_consent", "shown": groups, "told": groups}],
        "begins_on": today.isoformat(),
        "review_on": (today + timedelta(days=365)).isoformat(),
        "ends_on": (today + timedelta(days=730)).isoformat(),
    }
    admins = [stage.who("administrator", "demo", council) for council in ("northmere", "southholt")]
    made = await stage.post("partner-gateway", "/agreements", draft, admins[0])
    moves = f"/agreements/{made['agreement_id']}/transitions"
    for admin in admins:
        signs = {"transition": "sign", "signed_by": "Ada Admin", "for_partner": "Wyn Warm"}
        await stage.post("partner-gateway", moves, signs, admin, want=200)
    await stage.post("partner-gateway", moves, {"transition": "activate"}, admins[0], want=200)
