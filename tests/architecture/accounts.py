"""What there is in the world of accounts and organisations, made over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from onedoor import story


async def furnish_accounts(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """Who she is was checked, and she claimed in vain; people whose deaths are told, and who wait for a reference or have one."""
    for name in ("dying", "mourned"):
        someone = {"full_name": "Albert Hartley", "channel": "phone"}
        names[name] = (await stage.post("customer-account", "/persons", someone, lee))["person_id"]
    for name in ("claimable", "offered", "double", "joined"):
        someone = {"full_name": f"Ravi {name}", "date_of_birth": "1990-05-04", "channel": "phone"}
        names[name] = (await stage.post("customer-account", "/persons", someone, lee))["person_id"]
    for name in ("person", "dying", "double"):
        path = f"/persons/{names[name]}/identity-checks"
        await stage.post("customer-account", path, {"method": "known_to_officer"}, lee, want=200)
    await stage.post("customer-account", f"/persons/{names['offered']}/account/claim-references", {}, lee)
    joined = {"into": names["offered"]}
    await stage.post("customer-account", f"/persons/{names['joined']}/merge", joined, lee, want=200)
    claim = {"reference": names["nobodys_reference"], "date_of_birth": "1995-04-11"}
    await stage.post("customer-account", "/me/claims", claim, stage.who("resident", names["person"], "southholt"))
    for name in ("held", "held_no_more"):
        someone = {"full_name": f"Ade {name}", "channel": "phone"}
        names[name] = (await stage.post("customer-account", "/persons", someone, lee))["person_id"]
        hold = {"because": "claim", "reference": names["secret"], "review_on": names["review_on"]}
        held = await stage.post("customer-account", f"/persons/{names[name]}/legal-holds", hold, lee)
        names[f"hold_on_{name}"] = held["hold_id"]
    path, hold = f"/persons/{names['person']}/legal-holds", {"because": "audit", "reference": "A 7"}
    over = await stage.post("customer-account", path, hold | {"review_on": names["review_on"]}, lee)
    await stage.post("customer-account", f"/legal-holds/{over['hold_id']}/end", {}, lee, want=200)
    path = f"/persons/{names['mourned']}/death"
    await stage.post("customer-account", path, {"evidence": "registrar"}, lee, want=200)


async def furnish_organisation(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """An organisation that she speaks for, and somebody who is to do so no more."""
    homes = {"name": "Dale Homes", "kind": "landlord", "phone": "07700 900043", "channel": "phone"}
    names["organisation"] = (await stage.post("customer-account", "/organisations", homes, lee))["organisation_id"]
    for person in ("person", "offered"):
        speaks = {"person_id": names[person], "role": "owner", "from": "2026-01-05"}
        path = f"/organisations/{names['organisation']}/contact-persons"
        await stage.post("customer-account", path, speaks, lee, want=200)
