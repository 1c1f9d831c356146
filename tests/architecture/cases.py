"""Cases of the person of the world: under way, imported, ended, and one that she follows, made over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onedoor import story

from tests.architecture.routes import HERE, SAMPLES


async def furnish_cases(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """One case under way, one imported, three that ended: invited, to be answered by its reference, and answered."""
    ask = {"service": "missed_bin", "channel": "phone", "person_id": names["person"], "answers": {"bin": "Rubbish"}}
    under_way = await stage.post("case-crm", "/cases", ask, lee)
    names["case"], names["under_way"] = under_way["case_id"], under_way["tracking_reference"]
    told_again = ask | {"answers": ask["answers"] | {"address": names["address"]}}  # which is held
    names["checked"] = (await stage.post("case-crm", "/cases", told_again, lee))["case_id"]
    names["need"] = under_way["need_id"]
    touch = {"channel": "phone", "purpose": "chase", "note": names["secret"]}
    await stage.post("case-crm", f"/cases/{names['case']}/interactions", touch, lee)
    task = {
        "kind": "chase",
        "officer_id": f"officer-of-{HERE}",
        "what": names["secret"],
        "due_at": "2099-01-01T09:00:00Z",
    }
    names["task"] = (await stage.post("case-crm", f"/cases/{names['case']}/tasks", task, lee))["task_id"]
    begun = {"service": "missed_bin", "channel": "phone", "person_id": names["person"]}
    for name in ("draft", "to_send", "to_send_for_her"):
        names[name] = (await stage.post("case-crm", "/drafts", begun, lee))["draft_id"]
    await stage.post("case-crm", "/imported-cases", SAMPLES["case-crm"]["import_case"]["body"], lee)
    ended = [await stage.post("case-crm", "/cases", ask, lee) for _ in range(3)]
    for case in ended:
        end = {"transition": "resolve", "result": "fixed"}
        await stage.post("case-crm", f"/cases/{case['case_id']}/transitions", end, lee, want=200)
    names["ended"] = ended[0]["case_id"]
    for officer in (f"officer-of-{HERE}", "nia"):
        party = {"officer_id": officer, "role": "councillor", "called": "Councillor Frost", "consent": names["secret"]}
        await stage.post("case-crm", f"/cases/{names['ended']}/parties", party, lee)
    taken = {"officer_id": "sam", "called": "Sam Pike"}
    await stage.post("case-crm", f"/cases/{names['ended']}/owner", taken, lee, want=200)
    names["tracking"], answered = ended[1]["tracking_reference"], ended[2]["tracking_reference"]
    ewa = stage.who("resident", names["person"], HERE)

    async def invited() -> Any:
        found = await stage.get("feedback", "/me/invitations", ewa)
        return {each["case_id"]: each["invitation_id"] for each in found["items"]} if len(found["items"]) == 3 else None

    names["invitation"] = (await stage.until(invited, "the invitations"))[ended[0]["case_id"]]
    await stage.post("feedback", f"/tracking/{answered}/feedback", {"rating": 4, "comment": names["secret"]}, {})


async def furnish_followed(names: dict[str, str], stage: story.Stage, lee: Mapping[str, str]) -> None:
    """A drain that nobody in particular reported, and she follows."""
    told = {"place": {"lat": 51.5, "lon": -1.25}, "problem": "Smells"}
    drain = await stage.post(
        "case-crm", "/cases", {"service": "blocked_drain", "channel": "phone", "answers": told}, lee
    )
    names["drain"] = drain["case_id"]
    await stage.post("case-crm", f"/cases/{names['drain']}/followers", {}, stage.who("resident", names["person"], HERE))
