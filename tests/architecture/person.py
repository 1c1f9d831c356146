"""What is kept of the person of the world: facts, how she is reached, who acts for her and shares with her, made over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onedoor import story

from tests.architecture.routes import HERE


async def furnish_person(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """One of everything that is kept of her, and of the two who are protected."""
    await _facts(names, stage, lee)
    await _contact(names, stage, lee)
    await _acting(names, stage, lee)
    await _shared(names, stage, lee)
    await _protected(names, stage, lee)


async def furnish_looks(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """A look that was asked about, and a secrecy from then on."""
    ewa = stage.who("resident", names["person"], HERE)

    async def seen() -> Any:
        return (await stage.get("customer-account", "/me/access-entries", ewa))["items"]

    names["entry"] = (await stage.until(seen, "the entry of a look"))[0]["entry_id"]
    path = f"/me/access-entries/{names['entry']}/questions"
    asked = await stage.post("customer-account", path, {"text": names["secret"]}, ewa)
    names["question"] = asked["question_id"]
    secrecy = {"until": names["soon"], "legal_basis": "serious_harm", "reference": names["secret"]}
    declared = await stage.post("customer-account", f"/persons/{names['person']}/secrecies", secrecy, lee)
    names["secrecy"] = declared["secrecy_id"]


async def _facts(names: dict[str, str], stage: story.Stage, lee: Any) -> None:
    """Facts for each thing that can be done with one."""
    facts = f"/persons/{names['person']}/facts"
    kinds = {
        "fact": ("weekly_rent", 96),
        "disputed_fact": ("weekly_income", 210),
        "withdrawn_fact": ("landlord", "Dale Homes"),
        "my_disputed_fact": ("number_of_children", 2),
        "my_withdrawn_fact": ("employer", "Southholt Docks"),
    }
    for name, (kind, value) in kinds.items():
        told = {"kind": kind, "value": value, "channel": "phone"}
        names[name] = (await stage.post("customer-account", facts, told, lee, want=200))["id"]
    wrong = {"why": "It is another amount"}
    await stage.post("customer-account", f"{facts}/{names['disputed_fact']}/dispute", wrong, lee, want=200)


async def _contact(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """How she is reached and where she lives, with two of each that are to be taken away again."""
    path = f"/persons/{names['person']}"

    async def made(what: str, told: dict[str, Any]) -> str:
        return str((await stage.post("customer-account", path + what, told, lee))["id"])

    names["point"] = await made("/contact-points", {"kind": "mobile", "value": "07700 900042"})
    for name, value in (("wrong_point", "ewa.old@example.org"), ("my_wrong_point", "ewa.older@example.org")):
        names[name] = await made("/contact-points", {"kind": "email", "value": value})
    home = {"role": "home", "lines": ["4 Quay Cottages"], "effective_from": "2021-04-01"}
    names["linked"] = await made("/addresses", home)
    for name in ("wrong_address", "my_wrong_address"):
        names[name] = await made("/addresses", {**home, "role": "previous", "effective_to": "2021-05-01"})


async def _protected(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    someone = {"full_name": "Priya Nair", "channel": "phone"}
    names["protected"] = (await stage.post("customer-account", "/persons", someone, lee))["person_id"]
    mark = {"reason": "domestic_abuse", "review_on": names["review_on"], "asked_by": "person"}
    path = f"/persons/{names['protected']}/protections"
    names["protection"] = (await stage.post("customer-account", path, mark, lee))["protection_id"]


async def _acting(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """Somebody who acts for her in ways that are to be ended again."""
    joanne = {"full_name": "Joanne Hartley-Price", "channel": "phone"}
    names["joanne"] = (await stage.post("customer-account", "/persons", joanne, lee))["person_id"]
    names["representation"] = await _gives(names, stage, lee, "person", "carer")
    names["my_representation"] = await _gives(names, stage, lee, "person", "appointee")
    names["acted_for"] = await _gives(names, stage, lee, "joanne", "carer", by="person")
    guarded = {"full_name": "Asha Nair", "channel": "phone"}
    names["guarded"] = (await stage.post("customer-account", "/persons", guarded, lee))["person_id"]
    names["suspended"] = await _gives(names, stage, lee, "guarded", "carer")
    mark = {"reason": "domestic_abuse", "review_on": names["review_on"], "asked_by": "person"}
    await stage.post("customer-account", f"/persons/{names['guarded']}/protections", mark, lee)


async def _shared(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """A home that she shares, and an account that she is to share no longer."""
    for name, kind in (("household", "home"), ("left_household", "council_tax")):
        made = {"kind": kind, "reference": names["secret"], "person_id": names["person"], "role": "holder"}
        names[name] = (await stage.post("customer-account", "/households", made, lee))["household_id"]


async def _gives(
    names: dict[str, str], stage: story.Stage, lee: Mapping[str, str], whom: str, kind: str, by: str = "joanne"
) -> str:
    evidence = {"kind": {"carer": "signed_consent"}.get(kind, f"{kind}_letter"), "reference": names["secret"]}
    given = {"representative_id": names[by], "kind": kind, "evidence": evidence}
    path = f"/persons/{names[whom]}/representations"
    return str((await stage.post("customer-account", path, given, lee))["representation_id"])
